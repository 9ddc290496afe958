import assert from "node:assert/strict"
import { test } from "node:test"

import { halvesOf, labelOf, withHalf } from "../../assets/console/pure/halves.js"

const Q = 113
/** @import { Setting } from "../../assets/console/types.js" */

/** @param {number} target @param {number} [phase] @returns {Setting} */
const ahead = (target, phase = (Math.PI * target) / Q) => ({
  frequency: target, target, amplitude: 1, phase, on: true, weight: 1, linked: true, b: null, readout: null,
})

test("operands are half a step ahead where most of the dials have them so", () => {
  const recipe = (/** @type {Setting[]} */ ...dials) => ({ modulus: Q, dials })
  assert.deepEqual(halvesOf(recipe(ahead(5), ahead(6), ahead(43))), { a: true, b: true })
  assert.deepEqual(halvesOf(recipe(ahead(5), ahead(6), ahead(43, 1))), { a: true, b: true }) // one is being turned
  assert.deepEqual(halvesOf(recipe(ahead(5), ahead(6, 0), ahead(43, 0))), { a: false, b: false })
  assert.deepEqual(halvesOf(recipe(ahead(-50, (-50 * Math.PI) / Q + 2 * Math.PI))), { a: true, b: true })
  assert.deepEqual(halvesOf(recipe({ ...ahead(5), b: ahead(5, 0) })), { a: true, b: false })
  assert.deepEqual(halvesOf(recipe()), { a: false, b: false })
  assert.deepEqual(halvesOf(recipe({ ...ahead(5), on: false })), { a: false, b: false })
})

test("a class stands for the number half or a whole step ahead", () => {
  assert.equal(labelOf(7, { a: true, b: true }, Q), "8")
  assert.equal(labelOf(112, { a: true, b: true }, Q), "0")
  assert.equal(labelOf(7, { a: true, b: false }, Q), "7½")
  assert.equal(labelOf(7, { a: false, b: false }, Q), "7")
  assert.equal(withHalf(3, true), "3½")
  assert.equal(withHalf(3, false), "3")
})
