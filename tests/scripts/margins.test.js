// Margins on the map and on the gauge.

import assert from "node:assert/strict"
import { test } from "node:test"

import { RIGHT, UNDECIDED, UNSEEN, WRONG } from "../../assets/console/kernel_layout.js"
import { gaugeOf, LEVELS, levelOf, marginWords, spanOf } from "../../assets/console/pure/margins.js"
import { paint, tonesBy } from "../../assets/console/pure/picture.js"

const COLOURS = { tones: Uint32Array.from({ length: LEVELS }, (_, i) => 100 + i), flat: 1, wrong: 2, hatch: 3, undecided: 4, check: 5 }

test("the span is that of the pairs that were looked at", () => {
  const margins = Float32Array.of(-9, 2, -1, 5, 99)
  assert.deepEqual(spanOf(margins, Uint8Array.of(UNSEEN, RIGHT, WRONG, RIGHT, UNSEEN)), { least: -1, most: 5 })
  assert.equal(spanOf(margins, new Uint8Array(5).fill(UNSEEN)), null)
})

test("a level goes from barely right to the surest pair", () => {
  assert.deepEqual([-1, 0, 0.01, 2.5, 5, 6].map((margin) => levelOf(margin, 5)), [0, 0, 0, LEVELS / 2, LEVELS - 1, LEVELS - 1])
  assert.equal(levelOf(1, 0), 0)
})

test("the gauge has 0 at a quarter, the largest margin at its end, and keeps what is far below", () => {
  assert.deepEqual([0, 8, 4, -8, -1].map((least) => gaugeOf({ least, most: 8 })), [0.25, 1, 0.625, 0, 0.15625])
  assert.equal(gaugeOf({ least: -3, most: -1 }), 0)
  assert.equal(gaugeOf({ least: 0, most: 0 }), 0.25) // every pair undecided
})

test("a margin is told in two digits", () => {
  assert.deepEqual([5.297, 0.0301, -38.5, 0.0001, 120].map(marginWords), ["5.3", "0.03", "−39", "0", "120"])
})

test("right is plain, undecided checked, wrong hatched along a + b, and what was not looked at is left", () => {
  const states = Uint8Array.of(RIGHT, UNDECIDED, WRONG, UNSEEN)
  const pixels = new Uint32Array(16)
  paint(pixels, states, 2, COLOURS, tonesBy("margin", { margins: Float32Array.of(8, 0, -1, 0) }, 8, 2, COLOURS))
  const surest = 100 + LEVELS - 1
  assert.deepEqual([...pixels], [surest, surest, 4, 5, surest, surest, 5, 4, 2, 2, 0, 0, 2, 3, 0, 0])
})

test("at a large modulus a check spans several pairs", () => {
  const [q, states] = [120, new Uint8Array(120 * 120).fill(UNDECIDED)]
  const pixels = new Uint32Array(4 * q * q)
  paint(pixels, states, q, COLOURS, tonesBy("margin", {}, 0, q, COLOURS))
  assert.deepEqual([...pixels.slice(0, 10)], [4, 4, 4, 4, 5, 5, 5, 5, 4, 4])
  assert.deepEqual([0, 3, 4, 8].map((row) => pixels[row * 2 * q]), [4, 4, 5, 4])
})

test("by answer, a pair has the tone of the class, and without margins all that are right the same", () => {
  const q = 64
  const byAnswer = tonesBy("answer", { answers: Uint8Array.from({ length: q * q }, (_, i) => i % 7) }, 0, q, COLOURS)
  assert.deepEqual([byAnswer.right(3 * q + 5), byAnswer.right(63 * q + 2), byAnswer.wrong(9)], [108, 101, 102])
  assert.equal(tonesBy("answer", {}, 0, q, COLOURS).wrong(9), 2)
  assert.deepEqual([tonesBy("margin", {}, 5, q, COLOURS).right(0), tonesBy("margin", {}, 5, q, COLOURS).wrong(0)], [1, 2])
})
