// Colours of the map.

import assert from "node:assert/strict"
import { test } from "node:test"

import { lightness, mixed, packedColours } from "../../assets/console/pure/colours.js"

test("a colour is mixed by share", () => assert.deepEqual(mixed([200, 100, 0], [0, 100, 100], 0.25), [50, 100, 75]))

test("green is lighter than red, and red than blue", () => {
  const found = [[0, 0, 0], [0, 0, 255], [255, 0, 0], [0, 255, 0], [255, 255, 255]].map(lightness)
  assert.deepEqual(found.map((value) => value.toFixed(4)), ["0.0000", "0.0722", "0.2126", "0.7152", "1.0000"])
})

test("wrong pairs are ink, right ones almost paper, undecided ones checked, others clear", () => {
  const [wrong, undecided, right, unseen] = packedColours([0, 0, 0], [100, 200, 250])
  const bytes = (/** @type {number} */ packed) => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255, packed >>> 24]
  assert.deepEqual(wrong.map(bytes), [[0, 0, 0, 255], [0, 0, 0, 255]])
  assert.deepEqual(right.map(bytes), [[91, 182, 227, 255], [91, 182, 227, 255]])
  assert.deepEqual(undecided.map(bytes), [[38, 76, 95, 255], [88, 176, 220, 255]])
  assert.deepEqual(unseen, [0, 0])
})
