// Pairs of an operation among those of its group: their states, their answers, and what is said of one.

import { RIGHT, UNDECIDED, UNSEEN } from "../../console/kernel_layout.js"
import { LEVELS, levelOf } from "../../console/pure/margins.js"

/** @import { MapColours } from "../../console/pure/colours.js" */
/** @import { Tones } from "../../console/pure/picture.js" */
/** @import { Pair, Shade } from "../../console/types.js" */
/** @import { CirclesData } from "../types.js" */
/** @typedef {Pick<CirclesData, "of_a" | "of_b" | "numbers" | "left_out">} Names */

/** How many pairs wide and high a square map has to be. @param {Names} names */
export const sideOf = ({ of_a, of_b }) => Math.max(of_a.length, of_b.length)

/**
 * [side · side] where each pair of the operation stands among those of the group; −1 for none.
 * @param {Names} names
 */
export function placesOf(names) {
  const { of_a, of_b, numbers } = names
  const side = sideOf(names)
  const found = new Int32Array(side * side).fill(-1)
  of_a.forEach((a, i) => {
    if (a >= 0) of_b.forEach((b, j) => { if (b >= 0) found[i * side + j] = a * numbers.length + b })
  })
  return found
}

/** The states of the operation's pairs; unseen where it has none. @param {Int32Array} places @param {Uint8Array} states */
export function statesOf(places, states) {
  return Uint8Array.from(places, (place) => (place < 0 ? UNSEEN : states[place]))
}

/**
 * The colours of right pairs: by the number that is answered, or by margin.
 * @param {Shade} shade
 * @param {Int32Array} places
 * @param {number[]} answers by the place among the group's pairs
 * @param {{ margins?: Float32Array, most: number }} known
 * @param {MapColours} colours
 * @returns {Tones}
 */
export function tonesOf(shade, places, answers, { margins, most }, { tones, flat, wrong }) {
  const black = () => wrong
  const highest = Math.max(...answers) + 1
  if (shade === "answer") return { right: (i) => tones[Math.floor((answers[places[i]] / highest) * LEVELS)], wrong: black }
  return { right: (i) => (margins ? tones[levelOf(margins[places[i]], most)] : flat), wrong: black }
}

/** The right answer of each pair of elements. @param {Uint8Array} sums @param {number[]} numbers */
export const answersOf = (sums, numbers) => Array.from(sums, (element) => numbers[element])

/**
 * What the network makes of a pair, in a sentence.
 * @param {Pair} pair
 * @param {{ state: number | undefined, right: number | undefined, answer?: number, left_out: string }} found
 */
export function pairWords({ a, b }, { state, right, answer, left_out }) {
  const asked = `a = ${a} and b = ${b}`
  if (right === undefined) return `${asked}: ${left_out}, so it is not asked.`
  if (state === RIGHT) return `${asked}: the network answers ${right}. Right.`
  if (state === UNDECIDED) return `${asked}: the network cannot decide; right is ${right}.`
  if (state === undefined || state === UNSEEN) return `${asked}: right is ${right}.`
  return `${asked}: the network answers ${answer === undefined || answer === right ? "something else" : answer}; right is ${right}.`
}

/** What lies where, and what can be done. @param {number[]} circles */
export function latticeWords(circles) {
  const lie = circles.length === 1
    ? "around one circle"
    : circles.length === 2 ? `${circles[0]} rows for circle 1, ${circles[1]} columns for circle 2` : "in rows and columns"
  return `all elements, ${lie}; drag a or b`
}
