// What crosses between Python and the console, for the type checker alone: nothing of it is sent to a browser.

import type { Live } from "./live.js"

export interface Pair {
  a: number
  b: number
}

export type View = "square" | "diamond"

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
  harmonics: number
  readout_harmonics: number | null
  single_frequency: boolean
  dials: Setting[]
}

export interface Preset {
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
  recipe: Recipe
  edit: number
  trained: number
  states: string
  weights: number[]
  palette: [string, string][]
  answer: { pair: Pair, said: string } | null
  outcome: { share: string, counted: string, split: string, spoken: string }
  prompt: { text: string, label: string | null, recipe: Recipe | null, action: string | null }
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
  states_at: () => number
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
