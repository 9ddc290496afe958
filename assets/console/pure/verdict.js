// What the network answers to a pair, and what the untouched one does.

import { RIGHT, UNDECIDED, WRONG } from "../kernel_layout.js"

/** @import { Pair, Untouched } from "../types.js" */
/** @typedef {"right" | "wrong" | "undecided" | "unknown"} Verdict */

/**
 * The class that is answered; null where it is undecided or not known.
 * @param {number | undefined} state of the pair; undefined where it is not counted
 * @param {number} right
 * @param {number | undefined} answered to a pair that is wrong
 * @returns {{ verdict: Verdict, answer: number | null }}
 */
export function verdictOf(state, right, answered) {
  if (state === RIGHT) return { verdict: "right", answer: right }
  if (state === WRONG) return { verdict: "wrong", answer: answered ?? null }
  return { verdict: state === UNDECIDED ? "undecided" : "unknown", answer: null }
}

/**
 * What the untouched network answers: in words, dark where it has no token for one of the numbers.
 * @param {Pair} pair
 * @param {number} q
 * @param {Untouched} untouched
 * @returns {{ answer: string, words: string, dark: boolean }}
 */
export function untouchedWords({ a, b }, q, { modulus, wrong }) {
  if (a >= modulus || b >= modulus) return { answer: "?", words: `has no ${Math.max(a, b)}`, dark: true }
  if (!wrong) return { answer: "…", words: "not computed here", dark: false }
  const place = a * modulus + b
  const answer = wrong.find(([at]) => at === place)?.[1] ?? (a + b) % modulus
  return { answer: String(answer), words: answer === (a + b) % q ? "✓" : "✗", dark: false }
}
