// What crosses between Python and an operation on circles, for the type checker alone.

import type { LiveData, Recipe } from "../console/types.js"

export interface CirclesData {
  network: string // its digest
  group: string
  operation: string
  circles: number[] // how many steps are once around each
  of_a: number[] // the element that each number stands for as a, and as b; −1 where it stands for none
  of_b: number[]
  numbers: number[] // the answer that each element is
  left_out: string // why some stand for none
  recipe: Recipe
  is_found: boolean // the dials stand as the search found them
  turn: number // the number of the turn that is counted here
  states: string // base64 [q · q], of the pairs of elements
  counted: string
  strengths: number[] // of the dials' votes
  palette: [string, string][]
  live: LiveData | null
}

// A dial: how far one more on each circle turns it, in steps of that circle.
export interface Ways {
  frequency: number
  steps: number[]
}

// Where an element lies on the picture of all of them, in its unit.
export interface Place {
  x: number
  y: number
}
