// States of pairs, counted and told in words.

import { RIGHT, UNDECIDED, UNSEEN, WRONG } from "../kernel_layout.js"
import { grouped } from "./numbers.js"
import { percentage } from "./percent.js"

const WORDS = ["wrong", "undecided", "right"]

/** @typedef {{ wrong: number, undecided: number, right: number, unseen: number }} Counts */

/** @param {Uint8Array} states @returns {Counts} */
export function counted(states) {
  const found = [0, 0, 0, 0]
  for (let i = 0; i < states.length; i++) found[states[i]] += 1 // for … of takes a millisecond
  return { wrong: found[WRONG], undecided: found[UNDECIDED], right: found[RIGHT], unseen: found[UNSEEN] }
}

/** Of the pairs that have been looked at. @param {Counts} counts */
export const shareRight = ({ right, undecided, wrong }) => right / (right + undecided + wrong || 1)

/**
 * A quick count in words: of all pairs, or of those that have been looked at so far.
 * @param {Counts} counts
 */
export function quickWords({ right, undecided, wrong, unseen }) {
  const seen = right + undecided + wrong
  const of = unseen ? `of ${grouped(seen)} sampled of all ${grouped(seen + unseen)} pairs` : `of all ${grouped(seen)} pairs`
  return {
    share: `${unseen ? "≈ " : ""}${percentage(right, seen)}`,
    counted: `${grouped(right)} ${of} right; ${grouped(undecided)} undecided, ${grouped(wrong)} wrong`,
  }
}

/**
 * Where the browser's states are not the server's: near ties, which it leaves open, and others.
 * @param {Uint8Array} browser
 * @param {Uint8Array} server
 */
export function differences(browser, server) {
  let near = 0
  let other = 0
  browser.forEach((state, i) => {
    if (state === server[i]) return
    if (state === UNDECIDED) near += 1
    else other += 1
  })
  return { near, other }
}

/** Whether both agree, in words. @param {{ near: number, other: number }} found */
export function agreement({ near, other }) {
  const ties = near ? `, ${near} near ${near === 1 ? "tie" : "ties"} left to the server` : ""
  return other
    ? `Browser and server differ on ${other} pairs: the server's count is shown.`
    : `Browser and server agree on every pair${ties}.`
}

/**
 * What the network makes of a pair: nothing while its state is not known, else what the server answered or the state.
 * @param {number | undefined} state
 * @param {string | undefined} answer
 */
export function pairWords(state, answer) {
  return state === undefined ? "" : answer ?? WORDS[state]
}
