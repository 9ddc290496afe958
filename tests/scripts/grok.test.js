// Live training without a page: milestones, guesses, words, the map, the neurons' frequencies and their planes.

import assert from "node:assert/strict"
import { test } from "node:test"

import { packed, unpacked } from "../../assets/console/bytes.js"
import { GUESSES, milestones, phaseOf, rightGuess } from "../../assets/grok/pure/measures.js"
import { mapPixels, MIRROR, RIGHT, SHOWN, wrongOpposites } from "../../assets/grok/pure/pairs.js"
import { isUsable, withNextSeed } from "../../assets/grok/pure/settings.js"
import { pointsIn, powerLevels, sharpness, strongestPlanes, tuned, NEURONS } from "../../assets/grok/pure/neurons.js"
import { guessWords, refusedWords, runWords, stepWords, neuronsWords } from "../../assets/grok/pure/words.js"

/** @import { Bounds, Frame } from "../../assets/grok/types.js" */

const SETTINGS = { modulus: 10, seed: 0, share: 30, decay: 2, shuffled: false }
/** @type {Bounds} */
const BOUNDS = { modulus: [5, 127], seed: [0, 99], share: [5, 95], decay: [0, 5] }

/** @param {number} step @param {number} shown of 30 @param {number} unseen of 49 @returns {Frame} */
const frame = (step, shown, unseen, right = shown + unseen) => ({
  step, right, shown: { pairs: 30, right: shown, loss: 1 }, unseen: { pairs: 49, right: unseen, loss: 2 },
  states: new Uint8Array(100), powers: new Float32Array(5 * NEURONS), table: new Float32Array(10 * NEURONS), unembedding: new Float32Array(10 * NEURONS),
})

test("milestones are the first steps at which the measures say so, and the one from which all stays right", () => {
  const run = [frame(0, 1, 0), frame(1, 28, 3), frame(2, 29, 24), frame(3, 30, 25), frame(4, 30, 49, 100), frame(5, 30, 48, 99), frame(6, 30, 49, 100)]
  assert.deepEqual(milestones(run, 10), { memorised: 2, found: 3, first: 4, stays: 6 })
  assert.deepEqual(milestones(run.slice(0, 6), 10), { memorised: 2, found: 3, first: 4, stays: null })
  assert.deepEqual(milestones(run.slice(0, 2), 10), { memorised: null, found: null, first: null, stays: null })
})

test("each step is said to be at what its measures show", () => {
  const phases = [frame(0, 1, 0), frame(1, 5, 1), frame(9, 27, 3), frame(15, 30, 30), frame(20, 30, 49, 100)].map((each) => phaseOf(each, 10))
  assert.deepEqual(phases, ["noise", "learning", "memorising", "finding", "whole"])
})

test("every step of a run is one guess's", () => {
  assert.deepEqual([0, 15, 16, 30, 31, 60, null].map(rightGuess), [0, 0, 1, 1, 2, 2, 3])
  assert.equal(GUESSES.length, 4)
  assert.equal(guessWords(true, 23), "You were right: at step 23.")
  assert.equal(guessWords(false, null), "Not quite: not within this run.")
})

test("words of a step come of its counts", () => {
  const seen = { opposites: 0, isLast: false }
  assert.equal(stepWords(frame(0, 1, 0), SETTINGS, seen), "Step 0. Noise: 1 of 100 sums right, and guessing gives one in 10.")
  assert.equal(stepWords(frame(9, 27, 3), SETTINGS, seen), "Step 9. It memorises: it knows 90% of the sums that it is shown, 6% of those never shown.")
  assert.equal(stepWords(frame(20, 30, 49, 100), SETTINGS, seen), "Step 20. All 100 sums are right, those never shown too.")
  const many = { ...frame(5, 30, 0), unseen: { pairs: 1000, right: 1, loss: 1 }, shown: { pairs: 1000, right: 999, loss: 1 } }
  assert.match(stepWords(many, SETTINGS, seen), /knows over 99% of the sums that it is shown, under 1% of those never shown/)
  assert.match(stepWords(frame(60, 30, 47, 98), SETTINGS, { opposites: 2, isLast: true }), /Of the 2 wrong pairs 2 lie half the modulus apart \(b = a ± 5\)/)
})

test("of shuffled answers that are known by heart it is said that there was no rule", () => {
  const said = (/** @type {boolean} */ isLast) => stepWords(frame(60, 30, 4), { ...SETTINGS, shuffled: true }, { opposites: 0, isLast })
  assert.match(said(true), /100% of the shuffled answers that it is shown, 8% of those never shown\. There is no rule to find\.$/)
  assert.doesNotMatch(said(false), /no rule/)
})

test("a run is told by its milestones", () => {
  assert.equal(runWords({ memorised: 10, found: 14, first: 23, stays: 23 }, 1.84, SETTINGS), "95% of what is shown known at step 10, half of the rest at step 14, all right at step 23. Computed here in 1.8 s.")
  assert.match(runWords({ memorised: null, found: null, first: null, stays: null }, 1, SETTINGS), /^Never all right\. Computed here in 1\.0 s\.$/)
  assert.match(runWords({ memorised: 3, found: null, first: null, stays: null }, 1, { ...SETTINGS, modulus: 11 }), /Show it more of the pairs, or set another decay\.$/)
  assert.match(runWords({ memorised: 1, found: 2, first: 3, stays: 5 }, 1, SETTINGS), /all right at step 3, for good from step 5\./)
  assert.match(runWords({ memorised: 1, found: 2, first: 3, stays: null }, 1, SETTINGS), /all right at step 3, and lost again\./)
})

test("the map tells right pairs that are shown in one order or the other from those that are not", () => {
  const states = Uint8Array.of(0, SHOWN, MIRROR, RIGHT, SHOWN | RIGHT, MIRROR | RIGHT)
  assert.deepEqual([...mapPixels(states, { shown: 1, unseen: 2, wrong: 3 })], [3, 3, 3, 2, 1, 1])
})

test("wrong pairs half of an even modulus apart are counted", () => {
  const states = new Uint8Array(16).fill(RIGHT)
  for (const [a, b] of [[0, 2], [3, 1], [1, 2]]) states[4 * a + b] = 0
  assert.equal(wrongOpposites(states, 4), 2)
  assert.equal(wrongOpposites(new Uint8Array(9), 3), 0)
})

/** Neurons whose columns are waves: neuron 0 and 1 of frequency 3, neuron 2 of 5, the rest half of 2 and a little of 1. @param {number} p */
function tableOfWaves(p) {
  const turn = (/** @type {number} */ n, /** @type {number} */ k, /** @type {number} */ phase) => Math.cos((2 * Math.PI * k * n) / p + phase)
  return Float32Array.from({ length: p * NEURONS }, (_, i) => {
    const [n, j] = [Math.floor(i / NEURONS), i % NEURONS]
    return j === 0 ? 2 * turn(n, 3, 0.4) : j === 1 ? 3 * turn(n, 3, 1.7) : j === 2 ? turn(n, 5, 0) : 0.1 * turn(n, 2, j) + 0.05 * turn(n, 1, 2 * j)
  })
}

/** Powers as the kernel has them. @param {Float32Array} table @param {number} p */
function powersOf(table, p) {
  return Float32Array.from({ length: Math.floor(p / 2) * NEURONS }, (_, i) => {
    const [k, j] = [Math.floor(i / NEURONS) + 1, i % NEURONS]
    const sum = (/** @type {(angle: number) => number} */ of) => Array.from({ length: p }, (_n, n) => table[n * NEURONS + j] * of((2 * Math.PI * k * n) / p)).reduce((one, other) => one + other)
    return sum(Math.cos) ** 2 + sum(Math.sin) ** 2
  })
}

test("a neuron's frequency is the one of most of its power, and neurons are put in that order", () => {
  const powers = powersOf(tableOfWaves(11), 11)
  const neurons = tuned(powers)
  assert.deepEqual([...neurons.best.slice(0, 5)], [3, 3, 5, 2, 2])
  assert.ok(Math.abs(neurons.share[2] - 1) < 1e-5)
  assert.ok(Math.abs(neurons.share[9] - 0.8) < 1e-4) // 0.1² of 0.1² + 0.05²
  assert.deepEqual(neurons.order.slice(-3), [...neurons.order.slice(-3, -1), 2])
  assert.deepEqual(new Set(neurons.order.slice(-3, -1)), new Set([0, 1]))
  assert.ok(Math.abs(sharpness(neurons) - (3 + 253 * 0.8) / 256) < 1e-4)
  assert.equal(neuronsWords(0.694), "Frequencies down, 256 neurons across: a neuron has 69% of its power in one frequency.")
})

test("levels are shares of each neuron's power, in the order that is asked for", () => {
  const powers = new Float32Array(2 * NEURONS)
  powers.set([3, 0], 0)
  powers.set([1, 5], NEURONS)
  const order = [1, 0, ...Array.from({ length: NEURONS - 2 }, (_, i) => i + 2)]
  const levels = powerLevels(powers, order)
  assert.deepEqual([...levels.slice(0, 3)], [0, 0.75, 0])
  assert.deepEqual([...levels.slice(NEURONS, NEURONS + 3)], [1, 0.25, 0])
})

test("in the plane of its own frequency a number lies at its angle", () => {
  const [p, table] = [11, tableOfWaves(11)]
  const planes = strongestPlanes({ ...frame(0, 0, 0), table, powers: powersOf(table, p) }, p, 3)
  assert.deepEqual(planes.map(({ frequency }) => frequency), [3, 2]) // frequency 5 has one neuron alone, which spans no plane
  const points = pointsIn(table, p, planes[0])
  assert.deepEqual(points.map(({ number }) => number), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7]) // by 3n mod 11
  for (const { number, x, y } of points) {
    assert.ok(Math.abs(x - Math.cos((2 * Math.PI * 3 * number) / p)) < 1e-5)
    assert.ok(Math.abs(y - Math.sin((2 * Math.PI * 3 * number) / p)) < 1e-5)
  }
})

test("neurons that swing together span no plane", () => {
  const p = 7
  const table = Float32Array.from({ length: p * NEURONS }, (_, i) => (i % NEURONS + 1) * Math.cos((2 * Math.PI * 2 * Math.floor(i / NEURONS)) / p))
  assert.deepEqual(strongestPlanes({ ...frame(0, 0, 0), table, powers: powersOf(table, p) }, p, 3), [])
})

test("settings are used within their bounds, and a refusal says which", () => {
  assert.ok(isUsable("modulus", 127, BOUNDS))
  assert.ok(isUsable("decay", 0.5, BOUNDS))
  for (const [name, number] of /** @type {[keyof Bounds, number | null][]} */ ([["modulus", 128], ["modulus", 4], ["share", 30.5], ["decay", -0.5], ["seed", null]])) assert.equal(isUsable(name, number, BOUNDS), false)
  assert.equal(refusedWords("modulus", [5, 127]), "Expected a whole number from 5 to 127 for the modulus.")
  assert.equal(refusedWords("decay", [0, 5]), "Expected a number from 0 to 5 for the weight decay.")
  assert.equal(withNextSeed(SETTINGS, BOUNDS).seed, 1)
  assert.equal(withNextSeed({ ...SETTINGS, seed: 99 }, BOUNDS).seed, 0)
})

test("numbers go through text unchanged, also many", () => {
  const numbers = Float32Array.from({ length: 40000 }, (_, i) => Math.sin(i))
  assert.deepEqual(new Float32Array(unpacked(packed(numbers)).buffer), numbers)
  assert.deepEqual(new Float32Array(unpacked(packed(numbers.subarray(3, 5))).buffer), numbers.slice(3, 5))
})
