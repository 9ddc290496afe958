// Operands that stand half a step ahead: 3½ in place of 3. The same rule as models/surgery/half_steps.py.

import { TURN } from "./clock.js"
import { modulo } from "./numbers.js"

/** @import { Recipe, Setting, Turn } from "../types.js" */
/** @typedef {{ a: boolean, b: boolean }} Halves which operands stand half a step ahead */

const NEAR = 1e-6 // radians

/** @type {Readonly<Halves>} */
export const WHOLE = { a: false, b: false }

/**
 * Which operands stand half a step ahead, as most of the dials have it.
 * @param {Pick<Recipe, "modulus" | "dials">} recipe
 * @returns {Halves}
 */
export function halvesOf({ modulus, dials }) {
  const on = dials.filter((dial) => dial.on)
  const ahead = (/** @type {(dial: Setting) => Turn} */ turnOf) =>
    2 * on.filter((dial) => isHalfAhead(turnOf(dial), modulus)).length > on.length
  return { a: ahead((dial) => dial), b: ahead((dial) => dial.b ?? dial) }
}

/** @param {Turn} turn @param {number} q */
function isHalfAhead({ target, phase }, q) {
  const off = modulo(phase - (Math.PI * target) / q, TURN)
  return modulo(target, q) !== 0 && Math.min(off, TURN - off) < NEAR
}

/**
 * The number that a class stands for, written: the readout follows the operands, so it too stands ahead.
 * @param {number} c
 * @param {Halves} halves
 * @param {number} q
 */
export function labelOf(c, { a, b }, q) {
  if (a !== b) return `${c}½`
  return String(a ? (c + 1) % q : c)
}

/** A number of an operand, written. @param {number} number @param {boolean} half */
export const withHalf = (number, half) => `${number}${half ? "½" : ""}`
