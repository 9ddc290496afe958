// Made by `make layout` from models/browser/layout.py: change it there.

export const EQUALS_ASKS = 0
export const B_ASKS = 1
export const MLP = 2
export const RELU = 0
export const SQUARE = 1
export const WRONG = 0
export const UNDECIDED = 1
export const RIGHT = 2
export const UNSEEN = 3
export const HEADS = 4
export const MOST_NUMBERS = 256
export const MOST_WAVES = 256
export const MOST_LAYERS = 4
export const COLUMNS = 8
export const NETWORK_BYTES = 156
/** @type {readonly { name: string, type: "int" | "float" | "address", at: number, count: number }[]} */
export const NETWORK = [
  // one of Kind
  { name: "kind", type: "int", at: 0, count: 1 },
  // one of Activation
  { name: "activation", type: "int", at: 4, count: 1 },
  // of the dials, cosines and sines apart
  { name: "waves", type: "int", at: 8, count: 1 },
  // of the first layer, silent ones included; with the directions, the width of a sender
  { name: "neurons", type: "int", at: 12, count: 1 },
  // that are read out
  { name: "directions", type: "int", at: 16, count: 1 },
  // HEADS · e; 0 without attention
  { name: "key_width", type: "int", at: 20, count: 1 },
  // 1 where the readout has a bias
  { name: "has_bias", type: "int", at: 24, count: 1 },
  // further layers of an MLP
  { name: "layers", type: "int", at: 28, count: 1 },
  // of each; those of the last one are read out
  { name: "layer_neurons", type: "int", at: 32, count: 4 },
  // how much of attention is learned; the rest is even
  { name: "coefficient", type: "float", at: 48, count: 1 },
  // of '=' on itself, for each head
  { name: "score_equals", type: "float", at: 52, count: 4 },
  // a sender
  { name: "from_a", type: "address", at: 68, count: 1 },
  // [waves] senders
  { name: "from_a_waves", type: "address", at: 72, count: 1 },
  // a sender
  { name: "from_b", type: "address", at: 76, count: 1 },
  // [waves] senders
  { name: "from_b_waves", type: "address", at: 80, count: 1 },
  // [width]
  { name: "own", type: "address", at: 84, count: 1 },
  // [waves][width]
  { name: "own_waves", type: "address", at: 88, count: 1 },
  // [HEADS][e]
  { name: "key_a", type: "address", at: 92, count: 1 },
  // [waves][HEADS][e]
  { name: "key_a_waves", type: "address", at: 96, count: 1 },
  // [HEADS][e]
  { name: "key_b", type: "address", at: 100, count: 1 },
  // [waves][HEADS][e]
  { name: "key_b_waves", type: "address", at: 104, count: 1 },
  // [HEADS][e]
  { name: "query", type: "address", at: 108, count: 1 },
  // [waves][HEADS][e]
  { name: "query_waves", type: "address", at: 112, count: 1 },
  // [in][out]
  { name: "layer_weights", type: "address", at: 116, count: 4 },
  // [out]
  { name: "layer_bias", type: "address", at: 132, count: 4 },
  // [neurons of the last layer][directions]
  { name: "out", type: "address", at: 148, count: 1 },
  // [waves]
  { name: "bias_waves", type: "address", at: 152, count: 1 },
]
