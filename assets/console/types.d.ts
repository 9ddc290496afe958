// What crosses between Python and the console, for the type checker alone: nothing of it is sent to a browser.

import type { Live } from "./live.js"

export interface Pair {
  a: number
  b: number
}

export type View = "square" | "diamond"

// What the map is shaded by: how surely a pair is right, or which class the network answers.
export type Shade = "margin" | "answer"

// What the map knows of its pairs besides their states; each [q · q].
export interface Shades {
  margins?: Float32Array
  answers?: Uint8Array
}

export interface Turn {
  target: number
  amplitude: number
  phase: number
  on: boolean
}

// A dial as the console holds it: the turn of a's table, and those of the others where they are set apart.
export interface Setting extends Turn {
  frequency: number
  weight: number
  linked: boolean
  b: Turn | null
  readout: Turn | null
}

export interface Recipe {
  modulus: number
  factors?: number[] // of a product of circles, in place of the numbers mod q; targets are then numbers of characters
  harmonics: number
  readout_harmonics: number | null
  single_frequency: boolean
  norm_gain: boolean
  dials: Setting[]
}

// The network as it was trained: its modulus, and the pairs that it gets wrong, each with its answer; null where unknown.
export interface Untouched {
  modulus: number
  wrong: [number, number][] | null
}

// What surgery never touches: how many weights, and the names and shapes of the tensors.
export interface Frozen {
  weights: number
  parts: [string, string][]
}

export interface Preset {
  challenge: boolean
  met: boolean
  label: string
  sentence: string
  recipe: Recipe | null
  pair: [number, number] | null
  here: boolean
}

export interface BarData {
  balanced: boolean
  undo: number
  redo: number
  refused: string
  longestFile: number
  query: Record<string, string> | null
  search: [number, number] | null
  presets: Preset[]
}

export interface ReachData {
  raw: [number, number][]
  reduced: [number, number][]
  shipped: [number, number][]
  operated: [number, number, string][]
  running: boolean
  total: number
}

// What Python says of a network for the kernel: figures by the names of the layout's fields, and where each array lies.
export interface Header {
  kind: number
  activation: number
  waves: number
  neurons: number
  directions: number
  key_width: number
  has_bias: number
  layers: number[]
  coefficient: number
  score_equals: number[]
  partials: [number, number][]
  near: number
  arrays: Record<string, [number, number]>
}

export interface LiveData {
  key: string
  header?: Header
  bytes?: string
}

export interface ConsoleData {
  network: string
  title: string
  recipe: Recipe
  edit: number
  trained: number
  states: string
  margins: { levels: string, most: number } | null
  weights: number[]
  palette: [string, string][]
  answer: { pair: Pair, said: string, classes: number[] } | null
  outcome: { share: string, counted: string, split: string, spoken: string, margin: number | null }
  prompt: { text: string, label: string | null, recipe: Recipe | null, action: string | null }
  untouched: Untouched
  frozen: Frozen
  reach: ReachData
  live: LiveData | null
  bar: BarData
}

// What Streamlit hands to a component's script.
export interface Component<Data> {
  parentElement: HTMLElement | ShadowRoot
  data: Data
  setStateValue: (name: string, value: unknown) => void
  setTriggerValue: (name: string, value: unknown) => void
}

// What the kernel exports (assets/kernel/kernel.c).
export interface Kernel {
  memory: WebAssembly.Memory
  reserve: (bytes: number) => number
  network: () => number
  network_bytes: () => number
  settings_a_at: () => number
  settings_b_at: () => number
  places_at: () => number
  sums_at: () => number
  states_at: () => number
  margins_at: () => number
  answers_at: () => number
  name_answers: (wanted: number) => void
  answer_of: (a: number, b: number) => number
  make_room: () => number
  set_modulus: (q: number) => number
  begin: () => void
  count_rows: (first: number, step: number, until: number) => void
  decide_rows: (first: number, step: number, until: number, near: number) => void
}

declare global {
  var clockworkLive: Map<string, Live> | undefined
  var clockworkLooked: import("../address/query.js").Looked | undefined
  var clockworkLetsScroll: true | undefined
}
