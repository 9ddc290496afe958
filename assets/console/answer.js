// The network's answer to the pair, large, and the untouched network's beside it.

import { find, say } from "./dom.js"
import { WRONG } from "./kernel_layout.js"
import { labelOf } from "./pure/halves.js"
import { untouchedWords, verdictOf } from "./pure/verdict.js"

/** @import { Halves } from "./pure/halves.js" */
/** @import { Pair, Untouched } from "./types.js" */

export class Answer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.digits = find(root, ".digits", HTMLElement)
    this.untouched = find(root, ".untouched", HTMLElement)
    this.said = find(root, ".untouched b", HTMLElement)
    this.words = find(root, ".untouched small", HTMLElement)
  }

  /**
   * @param {{ pair: Pair, q: number, halves: Halves, state: number | undefined, answered: () => number | undefined }} seen
   *   `answered` is asked of a pair that is wrong alone
   * @param {Untouched} untouched
   */
  show({ pair, q, halves, state, answered }, untouched) {
    const { verdict, answer } = verdictOf(state, (pair.a + pair.b) % q, state === WRONG ? answered() : undefined)
    this.digits.dataset.state = verdict
    say(this.digits, answer === null ? (verdict === "undecided" ? "?" : "…") : labelOf(answer, halves, q))
    const told = halves.a || halves.b ? { answer: "?", words: "has no halves", dark: true } : untouchedWords(pair, q, untouched)
    say(this.said, told.answer)
    say(this.words, told.words)
    this.untouched.classList.toggle("dark", told.dark)
  }
}
