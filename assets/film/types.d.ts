// What crosses between Python and the film, for the type checker alone: nothing of it is sent to a browser.

// A curve: in nats or as shares of pairs; one value for each moment.
export interface FilmCurve {
  name: string
  words: string
  of: "loss" | "accuracy"
  values: number[]
}

// At which moments a phase begins, by the rule; null for one that did not come.
export interface FilmPhases {
  forms: number | null
  cleanup: number | null
  done: number | null
}

// A training run. Arrays of bytes are base64; the two maps have two pairs in a byte and are compressed (deflate).
export interface FilmData {
  run: string
  modulus: number
  recut: number
  steps: number[]
  frequencies: number[]
  palette: [string, string][]
  spectrum: number[][] // for every moment, shares at k = 1, 2 …
  points: string // int8 [moment, frequency, number, 2]
  levels: string
  recut_levels: string
  curves: FilmCurve[]
  phases: FilmPhases | null // null until a guess was made
}
