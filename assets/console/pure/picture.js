// The map's pixels: two by two a pair, so that three states have patterns of their own.

import { RIGHT, UNDECIDED, UNSEEN } from "../kernel_layout.js"
import { LEVELS, levelOf } from "./margins.js"

const SQUARES = 60 // across the map, so that a check is seen at any modulus

/** @import { Shade, Shades } from "../types.js" */
/** @import { MapColours } from "./colours.js" */
/** @typedef {{ right: (i: number) => number, wrong: (i: number) => number }} Tones the colour of the pair at a place */

/**
 * Right is plain, undecided checked, wrong hatched.
 * @param {Uint32Array} pixels [2q · 2q]
 * @param {Uint8Array} states [q · q]
 * @param {number} q
 * @param {MapColours} colours
 * @param {Tones} tones
 */
export function paint(pixels, states, q, colours, { right, wrong }) {
  const { hatch, undecided, check } = colours
  const cell = Math.floor(q / SQUARES) // pairs to a side of a check; where pairs are large, each has its own
  for (let a = 0, i = 0; a < q; a++) {
    for (let b = 0; b < q; b++, i++) {
      const state = states[i]
      const corner = 4 * a * q + 2 * b
      const below = corner + 2 * q
      if (state === RIGHT) {
        pixels[corner] = pixels[corner + 1] = pixels[below] = pixels[below + 1] = right(i)
      } else if (state === UNDECIDED) {
        const isLight = cell > 0 && (Math.floor(a / cell) + Math.floor(b / cell)) % 2 === 1
        pixels[corner] = pixels[below + 1] = isLight ? check : undecided
        pixels[corner + 1] = pixels[below] = cell > 0 && !isLight ? undecided : check
      } else if (state !== UNSEEN) {
        pixels[corner] = pixels[corner + 1] = pixels[below] = pixels[below + 1] = wrong(i)
        pixels[(a + b) % 2 ? below + 1 : corner] = hatch // one line across all that are wrong, and a dot in one alone
      }
    }
  }
}

/**
 * The colours of right and of wrong pairs: by margin, or by the class that the network answers.
 * @param {Shade} shade
 * @param {Shades} shades
 * @param {number} most the largest margin
 * @param {number} q
 * @param {MapColours} colours
 * @returns {Tones}
 */
export function tonesBy(shade, { margins, answers }, most, q, { tones, flat, wrong }) {
  const ofClass = (/** @type {number} */ c) => tones[Math.floor((c / q) * LEVELS)]
  const black = () => wrong
  if (shade === "answer") {
    return { right: (i) => ofClass((Math.floor(i / q) + (i % q)) % q), wrong: answers ? (i) => ofClass(answers[i]) : black }
  }
  return { right: margins ? (i) => tones[levelOf(margins[i], most)] : () => flat, wrong: black }
}
