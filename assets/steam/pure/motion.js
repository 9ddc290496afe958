// Where oscillators stand between two steps, and how long their way is shown.

/** @import { Community } from "../types.js" */

const SECONDS_A_STEP = 1.1
const LONGEST = 7 // seconds

/**
 * Between two steps of Euler's method a phase moves evenly.
 * @param {number[]} along values before the first step and after each
 * @param {number} position 0 … steps
 */
export function at(along, position) {
  const before = Math.min(Math.max(0, Math.floor(position)), along.length - 1)
  const after = Math.min(before + 1, along.length - 1)
  return along[before] + (along[after] - along[before]) * (position - before)
}

/** @param {number} position @param {number} seconds that have passed @param {number} steps */
export function later(position, seconds, steps) {
  const each = Math.min(SECONDS_A_STEP, LONGEST / steps)
  return Math.min(steps, position + seconds / each)
}

/** The next step, for who wants no motion; from the end the first. @param {number} position @param {number} steps */
export const nextStep = (position, steps) => (position >= steps ? 0 : Math.floor(position) + 1)

/**
 * Angles of a community's members, in turns, and where each is read: at itself or at its double.
 * @param {Community} community
 * @param {number} position
 * @param {number} harmonic
 */
export function standing({ members, pulls }, position, harmonic) {
  return members.map((along, i) => {
    const turns = at(along, position)
    return { turns, read: turns * harmonic, pull: pulls[i] }
  })
}
