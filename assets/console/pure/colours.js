// Colours as three bytes: mixed, packed for a canvas, and how light they are.

const FAINTEST = 0.05 // shares of ink: of a pair that is barely right
const STRONGEST = 0.66 // and of the surest one

/** @typedef {number[]} Colour red, green and blue, 0 … 255 */

/**
 * @param {Colour} one
 * @param {Colour} other
 * @param {number} share of the first
 * @returns {Colour}
 */
export function mixed(one, other, share) {
  return one.map((value, i) => value * share + other[i] * (1 - share))
}

/** @typedef {ReturnType<typeof packedColours>} MapColours */

/**
 * The map's colours, packed: of a right pair by its level, from faint to strong; of one whose level is not known; of wrong
 * and undecided ones two each, for their patterns.
 * @param {Colour} ink
 * @param {Colour} paper
 * @param {number} levels
 */
export function packedColours(ink, paper, levels) {
  const of = (/** @type {number} */ share) => packed(mixed(ink, paper, share))
  const tones = Uint32Array.from({ length: levels }, (_, i) => of(FAINTEST + ((STRONGEST - FAINTEST) * i) / (levels - 1)))
  return { tones, flat: of(0.09), wrong: of(1), hatch: of(0.3), undecided: of(0.62), check: of(0.12) }
}

/** @param {Colour} colour */
function packed([r, g, b]) {
  return (255 << 24) | (b << 16) | (g << 8) | r
}

/** From 0 for black to 1 for white. @param {Colour} colour */
export function lightness([r, g, b]) {
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}
