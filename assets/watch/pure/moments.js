// The animation of one sum as a function of one number, so that it can be played, stopped, and dragged back and forth.

import { clamp } from "../../console/pure/numbers.js"

// The parts of the animation, each one unit of the position, and how long each plays.
export const PARTS = /** @type {const} */ (["a", "b", "dials", "votes"])
const SECONDS = { a: 2, b: 2.5, dials: 3.5, votes: 6 }
export const END = PARTS.length
const REST = 0.15 // of a part's time at its end, in which nothing moves and what was said can be read

/** @typedef {typeof PARTS[number]} Part */
/** @typedef {{ part: Part, hand: { a: number, b: number }, dials: { a: number, b: number }, votes: number }} Moment how far the watch's hand and those of the dials have gone a's way and b's, 0 … 1 each; how many dials have voted, the last of them in part */

/**
 * What is seen at a position.
 * @param {number} position 0 … END
 * @param {number} dials how many vote
 * @returns {Moment}
 */
export function momentAt(position, dials) {
  const through = (/** @type {Part} */ part) => clamp((position - PARTS.indexOf(part)) / (1 - REST), 0, 1)
  const half = through("dials") * 2
  return {
    part: PARTS[placeOf(position)],
    hand: { a: eased(through("a")), b: eased(through("b")) },
    dials: { a: eased(clamp(half, 0, 1)), b: eased(clamp(half - 1, 0, 1)) },
    votes: through("votes") * dials,
  }
}

/** Which part it is in; where one ends and another begins, the one that is through. @param {number} position */
export const placeOf = (position) => Math.max(0, Math.ceil(position) - 1)

/** Slow at both ends. @param {number} share 0 … 1 */
const eased = (share) => share * share * (3 - 2 * share)

/**
 * Where the animation stands so many seconds later.
 * @param {number} position
 * @param {number} seconds
 */
export function later(position, seconds) {
  let [now, left] = [position, seconds]
  while (left > 0 && now < END) {
    const part = Math.floor(now)
    const rest = (part + 1 - now) * SECONDS[PARTS[part]]
    if (left < rest) return now + left / SECONDS[PARTS[part]]
    now = part + 1
    left -= rest
  }
  return now
}

/** The next place where one part ends and another begins: where nothing may move, it is gone to at once. @param {number} position */
export const nextStop = (position) => Math.min(Math.floor(position) + 1, END)
