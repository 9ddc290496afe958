// The wheel's moduli.

import assert from "node:assert/strict"
import { test } from "node:test"

import {
  captionOf, isOnWheel, modulusAt, progressOf, refusal, stepOf, wheelStepOf,
} from "../../assets/console/pure/modulus.js"

test("whole numbers from 2 to 256 are on the wheel", () => {
  assert.deepEqual([1, 2, 113, 256, 257, 12.5, NaN].map(isOnWheel), [false, true, true, true, false, false, false])
})

test("keys step, by ten with Page, and go to the ends", () => {
  assert.deepEqual(["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp", "PageDown", "PageUp", "x", "Home"].map(stepOf),
    [-1, -1, 1, 1, -10, 10, undefined, undefined])
  assert.deepEqual(["Home", "End", "PageUp", "x"].map((key) => wheelStepOf(key, 113)), [-111, 143, 10, undefined])
})

test("a number that is no modulus is refused with what is expected, found and kept", () => {
  assert.equal(refusal(12.5, 112.7), "Expected a whole modulus from 2 to 256, found 12.5; it stays 113.")
})

test("a modulus is told by what surgery has to do with it", () => {
  assert.deepEqual([113, 114, 97].map((q) => captionOf(q, 113)), [
    "the modulus it was trained on",
    "a strong test: untouched it has no number 113, so nothing can be left over from training",
    "a weak test: any network that adds mod 113 is right already on sums below 97",
  ])
})

test("a place of the axis is a modulus, and a little beside its ends the first or last", () => {
  assert.deepEqual([35, 36, 44, 171, 298, 306, 307].map((at) => modulusAt(at, 44, 298)), [null, 2, 2, 129, 256, 256, null])
})

test("a sweep says how far it is, and when it has ended what it has counted", () => {
  const reach = (/** @type {number} */ done, /** @type {boolean} */ running) => progressOf({ running, total: 255, operated: Array(done) })
  assert.deepEqual([reach(0, true), reach(7, true), reach(7, false), reach(0, false)],
    ["0 of 255 moduli", "7 of 255 moduli", "7 of 255 moduli counted", ""])
})
