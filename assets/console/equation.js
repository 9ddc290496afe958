// The pair that is looked at, as an equation that is true at every moment: a + b ≡ c (mod q), and what the network answers.

import { find } from "./dom.js"
import { NumberField, numberIn } from "./field.js"
import { labelOf, WHOLE, withHalf } from "./pure/halves.js"
import { modulo } from "./pure/numbers.js"
import { isSame, reducedWords, toldOfNetwork, wanted } from "./pure/pairs.js"

/** @import { Root } from "./dom.js" */
/** @import { Pair } from "./types.js" */
/** @import { Halves } from "./pure/halves.js" */
/** @typedef {"a" | "b"} Operand */
/** @typedef {{ said: string, halves: Halves }} Said what the network makes of a pair, empty where that is not known; which operands stand half a step ahead */

/** @type {readonly Operand[]} */
const OPERANDS = ["a", "b"]

export class Equation {
  /**
   * @param {Root} root
   * @param {{ picked: (pair: Pair) => void }} heard
   */
  constructor(root, { picked }) {
    this.picked = picked
    this.sum = find(root, ".equals", HTMLElement)
    this.words = find(root, ".sum-words", HTMLElement)
    this.state = find(root, ".pair-state", HTMLElement)
    this.remark = find(root, ".remark", HTMLElement)
    this.pair = { a: 0, b: 0 }
    this.q = 0
    this.said = ""
    this.halves = WHOLE
    this.ahead = { a: find(root, ".half[data-of=a]", HTMLElement), b: find(root, ".half[data-of=b]", HTMLElement) }
    this.shown = ""
    /** @type {Partial<Record<Operand, number>>} */
    this.reduced = {} // operand → the number outside of 0 … q − 1 that was asked for
    this.fields = { a: this.field(root, "a"), b: this.field(root, "b") }
  }

  /** @param {Root} root @param {Operand} name */
  field(root, name) {
    const input = find(root, `.operand[data-operand=${name}]`, HTMLInputElement)
    return new NumberField(input, { typing: (number) => this.type(name, number), done: () => this.write() })
  }

  /**
   * @param {Pair} pair
   * @param {number} q
   * @param {Said} told
   */
  show(pair, q, { said, halves }) {
    if (q !== this.q) for (const field of Object.values(this.fields)) field.typed = false // it was typed for another modulus
    Object.assign(this, { pair, q, said, halves })
    for (const [name, number] of this.numbersReduced) if (modulo(number, q) !== pair[name]) delete this.reduced[name]
    this.write()
  }

  /**
   * The network has a number for each of 0 … q − 1; any other whole number is asked as its remainder, and the page says so.
   * @param {Operand} name
   * @param {number | null} number
   */
  type(name, number) {
    if (number === null || !Number.isSafeInteger(number)) return this.write()
    this.reduce(name, number)
    this.picked({ ...this.pair, [name]: modulo(number, this.q) })
  }

  /** @param {Operand} name @param {number} number */
  reduce(name, number, q = this.q) {
    delete this.reduced[name]
    if (number !== modulo(number, q)) this.reduced[name] = number
  }

  get numbersReduced() {
    return /** @type {[Operand, number][]} */ (Object.entries(this.reduced))
  }

  write() {
    const { pair, q, said, halves, fields } = this
    for (const name of OPERANDS) fields[name].write(pair[name])
    const unread = OPERANDS.find((name) => !isSame(numberIn(fields[name].input) ?? NaN, pair[name], q))
    const typed = unread && fields[unread].input.value
    const reduced = this.numbersReduced.map(([name, number]) => reducedWords(number, pair[name], q))
    const shown = JSON.stringify([pair, q, said, halves, typed, reduced])
    if (this.shown === shown) return // nothing of it changes while a dial turns
    this.shown = shown
    for (const { input } of Object.values(fields)) input.max = String(q - 1)
    for (const name of OPERANDS) this.ahead[name].hidden = !halves[name]
    this.words.textContent = unread ? "" : `${withHalf(pair.a, halves.a)} + ${withHalf(pair.b, halves.b)}`
    this.sum.textContent = `≡ ${unread ? "…" : labelOf((pair.a + pair.b) % q, halves, q)} (mod ${q})`
    this.state.textContent = unread ? "" : toldOfNetwork(said)
    this.remark.textContent = typed === undefined ? reduced.join(", ") : wanted(typed)
  }
}
