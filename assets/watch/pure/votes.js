// What the dials vote for: each a cosine over the answers, highest where its hand stands.

import { TURN } from "../../console/pure/clock.js"

/** @import { WatchDial } from "../types.js" */

const NOTHING = 1e-9 // votes that differ by less are equal

/**
 * The votes of one dial for each answer 0 … q − 1: its strength, times the cosine of the angle between its hand at
 * a + b and where the answer's own number would put it.
 * @param {WatchDial} dial
 * @param {number} sum a + b
 * @param {number} q
 */
export function votesOf({ target, strength }, sum, q) {
  return Float64Array.from({ length: q }, (_, c) => strength * Math.cos((TURN * target * (sum - c)) / q))
}

/**
 * The votes of the first dials together; the last of them counts in part while it is voting.
 * @param {WatchDial[]} dials
 * @param {number} voted how many have, with the part of the last
 * @param {number} sum
 * @param {number} q
 */
export function votesTogether(dials, voted, sum, q) {
  const total = new Float64Array(q)
  dials.forEach((dial, i) => {
    const share = Math.min(1, Math.max(0, voted - i))
    if (share) votesOf(dial, sum, q).forEach((vote, c) => { total[c] += share * vote })
  })
  return total
}

/** @typedef {{ first: number, ties: number[], second: number | null, by: number }} Lead the answer that is ahead, others with just as many votes, the best of the rest (null for none), and by how much of all that could be had it trails */

/**
 * Which answer is ahead, and by how much.
 * @param {ArrayLike<number>} votes
 * @param {number} most votes that one answer could have
 * @returns {Lead}
 */
export function leadOf(votes, most) {
  const order = Array.from(votes, (_, c) => c).sort((one, other) => votes[other] - votes[one] || one - other)
  const [first] = order
  const isTied = (/** @type {number} */ c) => votes[first] - votes[c] <= NOTHING * most
  const second = order.find((c) => !isTied(c)) ?? null
  return {
    first,
    ties: order.filter((c) => c !== first && isTied(c)),
    second,
    by: second === null || !most ? 0 : (votes[first] - votes[second]) / most,
  }
}
