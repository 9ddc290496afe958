// The modulus: which ones are on the wheel, where they lie on its tape, and what is said of them.

import { clamp } from "./numbers.js"

export const LOWEST = 2
export const HIGHEST = 256
export const SPACING = 13 // pixels between two moduli

/** @type {Record<string, number | undefined>} */
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }

/** By how much a key moves what is turned; undefined where it does not. @param {string} key */
export function stepOf(key) {
  return STEPS[key]
}

/**
 * The same on the wheel, where two keys go to its ends.
 * @param {string} key
 * @param {number} modulus that it stands at
 */
export function wheelStepOf(key, modulus) {
  if (key === "Home") return LOWEST - modulus
  if (key === "End") return HIGHEST - modulus
  return stepOf(key)
}

/** @param {number} modulus */
export function isOnWheel(modulus) {
  return Number.isInteger(modulus) && modulus >= LOWEST && modulus <= HIGHEST
}

/**
 * @param {number} typed
 * @param {number} stays
 */
export function refusal(typed, stays) {
  return `Expected a whole modulus from ${LOWEST} to ${HIGHEST}, found ${typed}; it stays ${Math.round(stays)}.`
}

/**
 * What surgery has to do with a modulus.
 * @param {number} modulus
 * @param {number} trained
 */
export function captionOf(modulus, trained) {
  if (modulus === trained) return "the modulus it was trained on"
  if (modulus > trained) return `a strong test: untouched it has no number ${trained}, so nothing can be left over from training`
  return `a weak test: any network that adds mod ${trained} is right already on sums below ${modulus}`
}

const NEAR_ENOUGH = 8 // pixels beside an end of the axis, for its modulus

/**
 * The modulus at a place of an axis between `left` and `right`; null beside it.
 * @param {number} at
 * @param {number} left
 * @param {number} right
 */
export function modulusAt(at, left, right) {
  if (at < left - NEAR_ENOUGH || at > right + NEAR_ENOUGH) return null
  return clamp(Math.round(LOWEST + ((at - left) / (right - left)) * (HIGHEST - LOWEST)), LOWEST, HIGHEST)
}

/**
 * How far the search over all moduli is, in words.
 * @param {{ running: boolean, total: number, operated: unknown[] }} reach
 */
export function progressOf({ running, total, operated }) {
  const done = operated.length
  if (running) return `${done} of ${total} moduli`
  return done ? `${done} of ${total} moduli counted` : ""
}
