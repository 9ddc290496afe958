import assert from "node:assert/strict"
import { test } from "node:test"

import { turningWords } from "../../assets/console/pure/narration.js"

/** @import { Counts } from "../../assets/console/pure/counts.js" */
/** @import { Recipe, Setting } from "../../assets/console/types.js" */

/** @param {number} frequency @param {Partial<Setting>} [changed] @returns {Setting} */
const dial = (frequency, changed = {}) => ({
  frequency, target: frequency, amplitude: 1, phase: 0, on: true, weight: 1, linked: true, b: null, readout: null, ...changed,
})
/** @param {number} modulus @param {Partial<Setting>} [changed] @returns {Recipe} */
const recipe = (modulus, changed = {}) => ({
  modulus, harmonics: 2, readout_harmonics: null, single_frequency: false, norm_gain: false, dials: [dial(5), dial(43, changed)],
})
const BEFORE = recipe(113)
const ALL = { right: 12769, undecided: 0, wrong: 0, unseen: 0 }
const HALF = { right: 50, undecided: 0, wrong: 50, unseen: 20 }

test("the line says which dial is turned and what becomes of the pairs", () => {
  const said = (/** @type {Partial<Setting>} */ changed, /** @type {Counts | null} */ counts) => turningWords(BEFORE, recipe(113, changed), counts)
  assert.equal(said({ target: 44 }, ALL), "Dial 43, 44 steps a number: all pairs right, any whole number of steps closes the wave.")
  assert.equal(said({ target: -44 }, HALF), "Dial 43, −44 steps a number: ≈ 50.00% of pairs right.")
  assert.equal(said({ target: 43.5 }, HALF), "Dial 43, 43.5 steps a number: its wave does not close, ≈ 50.00% of pairs right.")
  assert.equal(said({ on: false }, HALF), "Dial 43 off: ≈ 50.00% of pairs right.")
  assert.equal(said({ amplitude: 0.333 }, HALF), "Dial 43, strength × 0.33: ≈ 50.00% of pairs right.")
  assert.equal(said({ target: 44 }, null), "Dial 43, 44 steps a number: counted when you let go.")
})

test("another modulus, and nothing at all", () => {
  assert.equal(turningWords(BEFORE, recipe(150), HALF), "Mod 150: ≈ 50.00% of pairs right, with the same dials.")
  assert.equal(turningWords(BEFORE, BEFORE, ALL), "Mod 113: 100% of pairs right.")
})
