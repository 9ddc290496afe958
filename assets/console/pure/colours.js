// Colours as three bytes: mixed, packed for a canvas, and how light they are.

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

/**
 * For each state of a pair the two colours of its pixels, packed: wrong, undecided (checked), right, not looked at (clear).
 * @param {Colour} ink
 * @param {Colour} paper
 * @returns {[number, number][]}
 */
export function packedColours(ink, paper) {
  const [wrong, right] = [packed(ink), packed(mixed(ink, paper, 0.09))]
  return [[wrong, wrong], [packed(mixed(ink, paper, 0.62)), packed(mixed(ink, paper, 0.12))], [right, right], [0, 0]]
}

/** @param {Colour} colour */
function packed([r, g, b]) {
  return (255 << 24) | (b << 16) | (g << 8) | r
}

/** From 0 for black to 1 for white. @param {Colour} colour */
export function lightness([r, g, b]) {
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}
