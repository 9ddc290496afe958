// What crosses between Python and the diagram of one sum, for the type checker alone.

import type { Pair } from "../console/types.js"

// A dial: where a's row and b's row lie on its circle (x, y; 1 is the circle), and what it adds to the right answer's logit.
export interface FlowDial {
  frequency: number
  a: [number, number]
  b: [number, number]
  vote: number
}

export interface FlowData {
  network: string
  modulus: number
  pair: Pair
  width: number
  dials: FlowDial[]
  all: number
  attention: number[] | null
  neurons: number[]
  fired: number
  logits: number[]
  first: number
  second: number
  lead: number
  said: string
  palette: [string, string][]
}
