// What the kernel says of a pair in bits (assets/kernel/learn.c), and the pixels of the map of all pairs.

export const SHOWN = 1 // in training
export const MIRROR = 2 // shown in the other order alone
export const RIGHT = 4

/** @typedef {{ shown: number, unseen: number, wrong: number }} MapColours packed: of right pairs that training shows in one order or the other, of right ones that it shows in neither, of all others */

/**
 * One pixel a pair, a down and b across.
 * @param {Uint8Array} states
 * @param {MapColours} colours
 */
export function mapPixels(states, { shown, unseen, wrong }) {
  return Uint32Array.from(states, (state) => (state & RIGHT ? (state & (SHOWN | MIRROR) ? shown : unseen) : wrong))
}

/**
 * Of the wrong pairs, those whose numbers lie half of an even modulus apart.
 * @param {Uint8Array} states
 * @param {number} p
 */
export function wrongOpposites(states, p) {
  let count = 0
  if (p % 2 === 0) states.forEach((state, i) => { count += Number(!(state & RIGHT) && Math.abs((i % p) - Math.floor(i / p)) === p / 2) })
  return count
}
