// Oscillators on their way: where they stand between two steps, and what is said of them.

import assert from "node:assert/strict"
import { test } from "node:test"

import { at, later, nextStep, standing } from "../../assets/steam/pure/motion.js"
import { circleWords, kindWords, wayWords } from "../../assets/steam/pure/words.js"

const COMMUNITY = { frequency: 5, a: 0, b: 0.25, sum: 0.25, members: [[0, 0.5, 0.25], [1, 1, 1]], pulls: [0.5, 0.01], dead: false, order: [0.2, 0.4, 0.95] }
const DATA = { run: "", modulus: 7, pair: { a: 5, b: 4 }, harmonic: 2, step: 1, all: 1, communities: [COMMUNITY], order: [0.1, 0.2, 0.9], energy: null, answers: [0, 3, 2], palette: [] }

test("between two steps a phase moves evenly, and stays within its way", () => {
  assert.deepEqual([0, 0.5, 1, 1.5, 2, 3].map((position) => at([0, 4, 2], position)), [0, 2, 4, 3, 2, 2])
})

test("it plays a step a second or so, a long way faster, and ends", () => {
  assert.ok(Math.abs(later(0, 1.1, 4) - 1) < 1e-9)
  assert.ok(Math.abs(later(2, 0.7, 100) - 12) < 1e-9)
  assert.equal(later(3.9, 5, 4), 4)
  assert.deepEqual([0, 0.4, 3.2, 4].map((position) => nextStep(position, 4)), [1, 1, 4, 0])
})

test("a member is read at a harmonic of where it stands", () => {
  assert.deepEqual(standing(COMMUNITY, 1, 2), [{ turns: 0.5, read: 1, pull: 0.5 }, { turns: 1, read: 2, pull: 0.01 }])
})

test("what is said follows the way", () => {
  assert.equal(wayWords(DATA, 0.5), "Before the first step it would answer 0; right is 2. Order 0.10 (1: all at their marks).")
  assert.equal(wayWords(DATA, 2), "After step 2 of 2 the network answers 2 ✓. Order 0.90 (1: all at their marks).")
  assert.match(kindWords(DATA), /^A circle for each frequency\. Dots.* The sum of both pulls draws each dot to half that angle.*mark\.$/)
  assert.match(kindWords({ ...DATA, all: 9, harmonic: 1, energy: [2, 1] }), /of the 1 frequencies that pull most, of 9\. .*The product.* lowers\.$/)
  assert.equal(circleWords(COMMUNITY, 1), "frequency 5: 2 oscillators, pulled by up to 0.50, order 0.40")
  assert.equal(circleWords({ ...COMMUNITY, dead: true }, 2), "frequency 5: 2 oscillators, nothing pulls, order 0.95, locked")
})
