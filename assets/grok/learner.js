// A run of training in the kernel's memory (assets/kernel/learn.c): what it knows at a step, copied out.

/** @import { Frame, LearnKernel, Part, Settings } from "./types.js" */

const NEURONS = 256
const COLUMNS = 128 // of the kernel's unembedding, of which the first p count

export class Learner {
  /** @param {WebAssembly.Module} compiled @param {Settings} settings */
  constructor(compiled, { modulus, seed, share, decay, shuffled }) {
    this.kernel = /** @type {LearnKernel} */ (/** @type {unknown} */ (new WebAssembly.Instance(compiled).exports))
    this.modulus = modulus
    this.step = 0
    if (!this.kernel.begin(modulus, seed, share, decay, Number(shuffled))) throw new Error(`Expected settings within the kernel's bounds, found modulus ${modulus}, share ${share}, decay ${decay}.`)
    this.writeWaves()
  }

  writeWaves() {
    const { modulus: p } = this
    const waves = this.floats(this.kernel.waves_at(), Math.floor(p / 2) * p * 2)
    for (let i = 0; i < waves.length / 2; i++) {
      const angle = (2 * Math.PI * (((Math.floor(i / p) + 1) * (i % p)) % p)) / p
      waves[2 * i] = Math.cos(angle)
      waves[2 * i + 1] = Math.sin(angle)
    }
  }

  /** Numbers of the kernel where they lie. @param {number} at @param {number} count */
  floats(at, count) {
    return new Float32Array(this.kernel.memory.buffer, at, count)
  }

  /** What the network knows now, counted over every pair. @returns {Frame} */
  frame() {
    const { kernel, modulus: p } = this
    kernel.look()
    return {
      step: this.step,
      shown: this.part(0),
      unseen: this.part(1),
      right: kernel.all_right(),
      states: new Uint8Array(kernel.memory.buffer, kernel.states_at(), p * p).slice(),
      powers: this.floats(kernel.powers_at(), Math.floor(p / 2) * NEURONS).slice(),
      table: this.floats(kernel.table_at(), p * NEURONS).slice(),
      unembedding: this.unembedding(),
    }
  }

  /** @param {0 | 1} number @returns {Part} */
  part(number) {
    const at = this.kernel.parts_at() + 12 * number
    const [right, pairs] = new Int32Array(this.kernel.memory.buffer, at + 4, 2)
    return { pairs, right, loss: pairs ? this.floats(at, 1)[0] / pairs : 0 }
  }

  unembedding() {
    const { modulus: p } = this
    const rows = this.floats(this.kernel.unembedding_at(), NEURONS * COLUMNS)
    const packed = new Float32Array(NEURONS * p)
    for (let j = 0; j < NEURONS; j++) packed.set(rows.subarray(j * COLUMNS, j * COLUMNS + p), j * p)
    return packed
  }

  /** One step of training, along the slopes of the last frame. */
  move() {
    this.kernel.move()
    this.step++
  }
}
