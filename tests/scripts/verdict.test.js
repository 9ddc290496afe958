// What is answered, by the network and by the untouched one; which dials are drawn.

import assert from "node:assert/strict"
import { test } from "node:test"

import { RIGHT, UNDECIDED, WRONG } from "../../assets/console/kernel_layout.js"
import { frontOf } from "../../assets/console/pure/front.js"
import { untouchedWords, verdictOf } from "../../assets/console/pure/verdict.js"

test("a right pair answers its class, a wrong one what was found, an undecided one nothing", () => {
  assert.deepEqual(verdictOf(RIGHT, 5, undefined), { verdict: "right", answer: 5 })
  assert.deepEqual(verdictOf(WRONG, 5, 7), { verdict: "wrong", answer: 7 })
  assert.deepEqual(verdictOf(WRONG, 5, undefined), { verdict: "wrong", answer: null })
  assert.deepEqual(verdictOf(UNDECIDED, 5, 7), { verdict: "undecided", answer: null })
  assert.deepEqual(verdictOf(undefined, 5, 7), { verdict: "unknown", answer: null })
})

test("the untouched network answers mod its own modulus, and is dark past its numbers", () => {
  /** @type {import("../../assets/console/types.js").Untouched} */
  const untouched = { modulus: 11, wrong: [[3 * 11 + 4, 9]] }
  const said = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ q) => untouchedWords({ a, b }, q, untouched)
  assert.deepEqual(said(7, 8, 11), { answer: "4", words: "✓", dark: false })
  assert.deepEqual(said(7, 8, 13), { answer: "4", words: "✗", dark: false })
  assert.deepEqual(said(4, 3, 11), { answer: "7", words: "✓", dark: false })
  assert.deepEqual(said(3, 4, 11), { answer: "9", words: "✗", dark: false })
  assert.deepEqual(said(3, 11, 13), { answer: "?", words: "has no 11", dark: true })
  assert.deepEqual(untouchedWords({ a: 1, b: 2 }, 11, { modulus: 11, wrong: null }).answer, "…")
})

test("of many dials the six strongest are drawn, in their own order", () => {
  assert.deepEqual(frontOf([0.1, -0.9, 0.2, 0.8, 0.3, 0.4, 0.05, 0.5, 0.6]), [1, 3, 4, 5, 7, 8])
  assert.deepEqual(frontOf([0.1, 0.2]), [0, 1])
})
