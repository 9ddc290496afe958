// A long sum place by place: which places are in sight, how fast they are walked, what is said of each.

import assert from "node:assert/strict"
import { test } from "node:test"

import { inSight, walked } from "../../assets/places/pure/walk.js"
import { placeWords } from "../../assets/places/pure/words.js"

/** @import { PlacesData } from "../../assets/places/types.js" */

/** @type {PlacesData} */
const SUM = { calculation: "", modulus: 20, base: 10, sign: "+", places: [[5, 7, 0, 12, 12, 2, 1], [8, 1, 1, 9, 10, 0, 1], [0, 0, 1, 0, 1, 1, 0]], digits: [], names: ["x", "y"], dials: [], palette: [],
  recipe: { modulus: 20, harmonics: 2, readout_harmonics: null, single_frequency: false, norm_gain: false, dials: [] }, live: null }
/** @type {PlacesData} */
const DIFFERENCE = { ...SUM, sign: "−", places: [[5, 7, 0, 18, 18, 8, 1], [8, 1, 1, 7, 6, 6, 0]] }

test("the place at work is in sight, with as many others as there is room for", () => {
  assert.deepEqual(inSight(0, 3, false), [0, 3])
  assert.deepEqual(inSight(0, 100, false), [0, 12])
  assert.deepEqual(inSight(50, 100, false), [44, 56])
  assert.deepEqual(inSight(99, 100, false), [88, 100])
  assert.deepEqual(inSight(50, 100, true), [47, 54])
})

test("few places are walked slowly, and many of them faster, to the end and no further", () => {
  assert.equal(walked(0, 1.1, 3), 1)
  assert.equal(walked(2.5, 9, 3), 3)
  assert.equal(walked(0, 7, 1000), 500)
})

test("each place is told: the network's answers, what is written, what is handed on", () => {
  assert.match(placeWords(0, SUM), /^The lowest digits go in first/)
  assert.equal(placeWords(1, SUM), "Place 1 of 3, from the right: the network answers 5 + 7 = 12. That is 10 or more: write 2, carry 1.")
  assert.equal(placeWords(2, SUM), "Place 2 of 3, from the right: the network answers 8 + 1 = 9, and with the 1 carried 10. That is 10 or more: write 0, carry 1.")
  assert.equal(placeWords(3, SUM), "Place 3 of 3, from the right: the network answers 0 + 0 = 0, and with the 1 carried 1. Write 1.")
  assert.equal(placeWords(1, DIFFERENCE), "Place 1 of 2, from the right: the network answers 5 − 7 = 18. That is −2 mod 20: borrow 1, and write 8.")
  assert.equal(placeWords(2, DIFFERENCE), "Place 2 of 2, from the right: the network answers 8 − 1 = 7, and without the 1 borrowed 6. Write 6.")
})
