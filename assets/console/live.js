// The whole network in the browser: settings of the dials → states of all pairs, by the kernel (assets/kernel).

import { MOST_NUMBERS, NETWORK_BYTES } from "./kernel_layout.js"
import { spread } from "./pure/clock.js"
import { circlesOf, sumsOf } from "./pure/group.js"
import { networkBytes } from "./pure/network_memory.js"
import { writeSettings } from "./pure/settings.js"

/** @import { Header, Kernel, Pair, Recipe } from "./types.js" */

const ROWS_AT_ONCE = 8

export class Live {
  /**
   * @param {WebAssembly.Module} compiled
   * @param {Header} header what Python says of the arrays in `bytes`
   * @param {ArrayBuffer} bytes
   */
  constructor(compiled, header, bytes) {
    this.header = header
    this.kernel = /** @type {Kernel} */ (/** @type {unknown} */ (new WebAssembly.Instance(compiled, {}).exports))
    if (this.kernel.network_bytes() !== NETWORK_BYTES) {
      throw new Error(`Expected a kernel with a network of ${NETWORK_BYTES} bytes, found ${this.kernel.network_bytes()}: run make kernel.`)
    }
    const network = networkBytes(header, (name) => this.place(name, bytes))
    new Uint8Array(this.kernel.memory.buffer, this.kernel.network(), network.length).set(network)
    if (!this.kernel.make_room()) throw new Error("no memory for this network")
    this.modulus = 0
    this.group = "" // whose sums the kernel knows
    this.done = 0 // rows
    this.order = new Int32Array()
    /** @type {number | undefined} */
    this.pace = undefined // milliseconds that a pair took
  }

  /** Hands an array to the kernel; its address, 0 where the network has none of that name. @param {string} name @param {ArrayBuffer} bytes */
  place(name, bytes) {
    const found = this.header.arrays[name]
    if (!found) return 0
    const [start, count] = found
    const at = this.kernel.reserve(4 * count)
    if (!at) throw new Error("no memory for this network")
    new Float32Array(this.kernel.memory.buffer, at, count).set(new Float32Array(bytes, 4 * start, count))
    return at
  }

  /** Make a recipe's tables; false where the kernel leaves this setting to Python. @param {Recipe} recipe */
  set(recipe) {
    const { waves, directions, partials } = this.header
    const { modulus, dials } = recipe
    const known = new Set(partials.map(([frequency]) => frequency))
    if (modulus > MOST_NUMBERS || dials.some(({ frequency }) => !known.has(frequency))) return false
    const table = (/** @type {number} */ at, /** @type {number} */ row) => new Float32Array(this.kernel.memory.buffer, at, modulus * row)
    const readout = table(this.kernel.places_at(), directions)
    readout.fill(0)
    const tables = { a: table(this.kernel.settings_a_at(), waves), b: table(this.kernel.settings_b_at(), waves), readout }
    writeSettings(recipe, partials, tables, this.header)
    this.tellSums(recipe)
    this.modulus = modulus
    this.done = 0
    if (!this.kernel.set_modulus(modulus)) return false
    this.kernel.begin()
    // Rows in an order that spreads: whatever has been counted when time is up lies evenly over the grid.
    this.order = spread(modulus)
    return true
  }

  /** The right class of each pair, once for a group. @param {Recipe} recipe */
  tellSums(recipe) {
    const group = String(circlesOf(recipe))
    if (group === this.group) return
    const sums = sumsOf(recipe)
    new Uint8Array(this.kernel.memory.buffer, this.kernel.sums_at(), sums.length).set(sums)
    this.group = group
  }

  /** How long all pairs should take, by what the last ones took. */
  get expected() {
    return (this.pace ?? 0) * this.modulus ** 2
  }

  /** Count rows until all are counted or `milliseconds` are over; true when all are. @param {number} milliseconds */
  count(milliseconds) {
    const [began, before] = [performance.now(), this.done]
    const end = began + milliseconds
    while (this.done < this.modulus && (this.done === 0 || performance.now() < end)) {
      const few = Math.min(ROWS_AT_ONCE, this.modulus - this.done)
      for (let i = 0; i < few; i++) this.kernel.count_rows(this.order[this.done + i], 1, this.order[this.done + i] + 1)
      this.done += few
    }
    if (this.done > before) this.pace = (performance.now() - began) / ((this.done - before) * this.modulus)
    return this.done === this.modulus
  }

  /** [q · q] of wrong, undecided (near ties too), right; UNSEEN where a pair was not looked at. */
  states() {
    for (let i = 0; i < this.done; i++) this.kernel.decide_rows(this.order[i], 1, this.order[i] + 1, this.header.near)
    return new Uint8Array(this.kernel.memory.buffer, this.kernel.states_at(), this.modulus ** 2)
  }

  /** [q · q] right class's logit minus the largest other; of pairs that were not looked at, anything. */
  margins() {
    return new Float32Array(this.kernel.memory.buffer, this.kernel.margins_at(), this.modulus ** 2)
  }

  /** [q · q] classes with the highest logit, where `nameAnswers` wanted them. */
  answers() {
    return new Uint8Array(this.kernel.memory.buffer, this.kernel.answers_at(), this.modulus ** 2)
  }

  /** Whether the counts to come name each pair's answer, which takes a little longer. @param {boolean} wanted */
  nameAnswers(wanted) {
    this.kernel.name_answers(Number(wanted))
  }

  /** The class with the highest logit for one pair, at what was set last. @param {Pair} pair */
  answerOf({ a, b }) {
    return this.kernel.answer_of(a, b)
  }
}
