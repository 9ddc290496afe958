// What crosses between Python and the oscillators of one pair, for the type checker alone.

import type { Pair } from "../console/types.js"

// Oscillators of one frequency: where the drives of a and of b stand and where the sum does, in turns; each member's
// angle before the first step and after each, in turns that are not reduced; how strongly it is pulled, and whether the
// drives of this pair cancel.
export interface Community {
  frequency: number
  a: number
  b: number
  sum: number
  members: number[][]
  pulls: number[]
  dead: boolean
  order: number[]
}

export interface SteamData {
  run: string
  modulus: number
  pair: Pair
  harmonic: number
  step: number
  all: number
  communities: Community[]
  order: number[]
  energy: number[] | null
  answers: number[]
  palette: [string, string][]
}
