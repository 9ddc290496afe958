// What crosses between Python and the watch, for the type checker alone: nothing of it is sent to a browser.

// A dial of the network: its frequency, the steps that one number more turns it by, how strong its vote is.
export interface WatchDial {
  frequency: number
  target: number
  strength: number
}

// The network at one modulus; states are those of all pairs, as base64.
export interface Scene {
  modulus: number
  trained: boolean
  dials: WatchDial[]
  states: string
  counted: string
}

export interface WatchData {
  network: string
  scenes: Scene[]
  palette: [string, string][]
}
