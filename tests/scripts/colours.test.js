// Colours of the map.

import assert from "node:assert/strict"
import { test } from "node:test"

import { lightness, mixed, packedColours } from "../../assets/console/pure/colours.js"

test("a colour is mixed by share", () => assert.deepEqual(mixed([200, 100, 0], [0, 100, 100], 0.25), [50, 100, 75]))

test("green is lighter than red, and red than blue", () => {
  const found = [[0, 0, 0], [0, 0, 255], [255, 0, 0], [0, 255, 0], [255, 255, 255]].map(lightness)
  assert.deepEqual(found.map((value) => value.toFixed(4)), ["0.0000", "0.0722", "0.2126", "0.7152", "1.0000"])
})

test("wrong pairs are ink and hatched, undecided ones checked, right ones from faint to strong", () => {
  const { tones, ...others } = packedColours([0, 0, 0], [100, 200, 250], 3)
  const bytes = (/** @type {number} */ packed) => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255, packed >>> 24]
  assert.deepEqual([...tones].map((tone) => bytes(tone)[1]), [190, 129, 68])
  assert.deepEqual(Object.fromEntries(Object.entries(others).map(([name, colour]) => [name, bytes(colour)])), {
    flat: [91, 182, 227, 255], wrong: [0, 0, 0, 255], hatch: [70, 140, 175, 255],
    undecided: [38, 76, 95, 255], check: [88, 176, 220, 255],
  })
})
