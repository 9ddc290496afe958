// What crosses between Python and the digits of a long sum, for the type checker alone.

import type { LiveData, Recipe } from "../console/types.js"
import type { WatchDial } from "../watch/types.js"

// One place: digits of x and y, what the place before handed on, the network's two answers, what is written and handed on.
export type Place = [x: number, y: number, handed: number, first: number, then: number, digit: number, hands: number]

export interface PlacesData {
  calculation: string
  modulus: number
  base: number
  sign: "+" | "−"
  places: Place[] // the lowest first
  names: [string, string] // of the numbers; the larger first where they are subtracted
  digits: string[] // of the base, as they are written
  dials: WatchDial[]
  palette: [string, string][]
  recipe: Recipe
  live: LiveData | null
}
