// What a run has been through, by its measures: none of it is marked by hand.

/** @import { Frame, Part } from "../types.js" */

const MEMORISED = 0.95 // of the pairs that are shown
const FOUND = 0.5 // of those that are not

/** Share of a part that is right, 0 … 1; 0 where it has no pairs. @param {Part} part */
export const shareRight = ({ right, pairs }) => (pairs ? right / pairs : 0)

/** @typedef {{ memorised: number | null, found: number | null, first: number | null, stays: number | null }} Milestones steps: most of what is shown is known; half of what is not; every pair is right for the first time; and stays right until the last step that is there. null: not so far */

/**
 * @param {Pick<Frame, "shown" | "unseen" | "right">[]} frames from step 0 on
 * @param {number} p
 * @returns {Milestones}
 */
export function milestones(frames, p) {
  const first = (/** @type {(frame: typeof frames[number]) => boolean} */ is) => {
    const step = frames.findIndex(is)
    return step < 0 ? null : step
  }
  const isWhole = (/** @type {typeof frames[number]} */ { right }) => right === p * p
  const lastWrong = frames.findLastIndex((frame) => !isWhole(frame))
  return {
    memorised: first(({ shown }) => shareRight(shown) >= MEMORISED),
    found: first(({ unseen }) => shareRight(unseen) >= FOUND),
    first: first(isWhole),
    stays: lastWrong + 1 < frames.length ? lastWrong + 1 : null,
  }
}

/** @typedef {"noise" | "learning" | "memorising" | "finding" | "whole"} Phase */

/**
 * What a network is at, by what it knows now.
 * @param {Frame} frame
 * @param {number} p
 * @returns {Phase}
 */
export function phaseOf({ step, shown, unseen, right }, p) {
  if (right === p * p) return "whole"
  if (step === 0) return "noise"
  if (shareRight(unseen) >= FOUND) return "finding"
  return shareRight(shown) - shareRight(unseen) > 0.3 ? "memorising" : "learning"
}

/** The guesses that are offered, each with the first and the last step that it means; null: not within the run. */
export const GUESSES = /** @type {const} */ ([
  { name: "by step 15", from: 0, to: 15 },
  { name: "step 16 to 30", from: 16, to: 30 },
  { name: "step 31 to 60", from: 31, to: 60 },
  { name: "not at all", from: null, to: null },
])

/** Which of the guesses is right. @param {number | null} first */
export const rightGuess = (first) => GUESSES.findIndex(({ from, to }) => (first === null ? from === null : from !== null && from <= first && first <= to))
