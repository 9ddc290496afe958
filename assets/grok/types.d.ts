// What crosses between Python, the worker and the page of live training, for the type checker alone.

export interface Settings {
  modulus: number
  seed: number
  share: number // percent of the pairs that are shown
  decay: number
  shuffled: boolean
}

// Some of the pairs: how many, how many right, their mean loss in nats.
export interface Part {
  pairs: number
  right: number
  loss: number
}

// What a network knows at one step.
export interface Frame {
  step: number
  shown: Part
  unseen: Part
  right: number // of all pairs
  states: Uint8Array // [p][p] of SHOWN, MIRROR, RIGHT (pure/states.js)
  powers: Float32Array // [p/2][neurons] of each neuron's waves in the table
  table: Float32Array // [p][neurons]
  unembedding: Float32Array // [neurons][p]
}

// assets/kernel/learn.c
export interface LearnKernel {
  memory: WebAssembly.Memory
  begin: (modulus: number, seed: number, share: number, decay: number, shuffled: number) => number
  look: () => void
  move: () => void
  waves_at: () => number
  powers_at: () => number
  table_at: () => number
  unembedding_at: () => number
  states_at: () => number
  parts_at: () => number
  all_right: () => number
}

// Lowest and highest of each setting.
export interface Bounds {
  modulus: [number, number]
  seed: [number, number]
  share: [number, number]
  decay: [number, number]
}

// What Python sends.
export interface GrokData {
  settings: Settings // to begin with
  bounds: Bounds
  steps: number // of a run
  palette: [string, string][]
  refused: string // why a network could not be opened; empty where none was sent, or it is open
}

// What the worker is given.
export interface Order {
  compiled: WebAssembly.Module
  settings: Settings
  steps: number
}
