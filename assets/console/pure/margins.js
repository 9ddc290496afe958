// Margins of pairs: their span, and how strongly each is drawn.

import { UNSEEN } from "../kernel_layout.js"
import { clamp } from "./numbers.js"

export const LEVELS = 64
const ZERO = 0.25 // where a margin of 0 stands on the gauge, from 0 to 1

/** @typedef {{ least: number, most: number }} Span */

/**
 * The smallest and the largest margin of the pairs that were looked at; null where there are none.
 * @param {Float32Array} margins
 * @param {Uint8Array} states
 * @returns {Span | null}
 */
export function spanOf(margins, states) {
  let [least, most] = [Infinity, -Infinity]
  for (let i = 0; i < states.length; i++) {
    if (states[i] === UNSEEN) continue
    if (margins[i] < least) least = margins[i]
    if (margins[i] > most) most = margins[i]
  }
  return least <= most ? { least, most } : null
}

/** From 0, barely right, to LEVELS − 1, the surest pair. @param {number} margin @param {number} most */
export function levelOf(margin, most) {
  return most > 0 && margin > 0 ? Math.min(LEVELS - 1, Math.floor((margin / most) * LEVELS)) : 0
}

/** Where the smallest margin stands on the gauge, from 0 to 1; what is far below 0 stays at its end. @param {Span} span */
export function gaugeOf({ least, most }) {
  if (!(most > 0)) return least < 0 ? 0 : ZERO
  return clamp(ZERO + (1 - ZERO) * (least / most), 0, 1)
}

/** @param {number} margin */
export function marginWords(margin) {
  const shown = Math.abs(margin) < 0.005 ? "0" : String(Number(margin.toPrecision(2)))
  return shown.replace("-", "−")
}
