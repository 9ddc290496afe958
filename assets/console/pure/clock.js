// The arithmetic of a clock with q numbers: steps, angles, places.

import { modulo, tidy } from "./numbers.js"

export const TURN = 2 * Math.PI

/**
 * Steps written with a sign: −q/2 < steps ≤ q/2.
 * @param {number} steps
 * @param {number} q
 */
export function signed(steps, q) {
  const rest = modulo(steps, q)
  return tidy(rest > q / 2 ? rest - q : rest)
}

/**
 * Where a hand that has gone `steps` of q points: 0 is up, clockwise is forward.
 * @param {number} centre
 * @param {number} radius
 * @param {number} steps
 * @param {number} q
 * @returns {[number, number]}
 */
export function point(centre, radius, steps, q) {
  const angle = (TURN * steps) / q
  return [centre + radius * Math.sin(angle), centre - radius * Math.cos(angle)]
}

/**
 * The steps to which a place points that lies so far right of the middle and below it; the inverse of `point`.
 * @param {number} right
 * @param {number} below
 * @param {number} q
 */
export function stepsAt(right, below, q) {
  return (Math.atan2(right, -below) / TURN) * q
}

/**
 * Steps from a target back to where its hand stood, the shorter way round.
 * @param {{ target: number, q: number }} before
 * @param {number} target
 * @param {number} q
 */
export function lag(before, target, q) {
  const turns = (before.target / before.q - target / q) % 1
  return (turns - Math.round(turns)) * q
}

/**
 * Radians of so many steps; whole steps are reduced first, so that they are exact.
 * @param {number} steps
 * @param {number} q
 */
export function radians(steps, q) {
  return (TURN * modulo(steps, q)) / q
}

/**
 * Every number of the clock once, in an order of which any beginning lies evenly over it.
 * @param {number} q
 */
export function spread(q) {
  const stride = Math.max(1, Math.round(q * 0.6180339887))
  let step = stride
  while (greatestCommonDivisor(step, q) !== 1) step += 1
  return Int32Array.from({ length: q }, (_, i) => (i * step) % q)
}

/** @param {number} a @param {number} b @returns {number} */
function greatestCommonDivisor(a, b) {
  return b ? greatestCommonDivisor(b, a % b) : a
}
