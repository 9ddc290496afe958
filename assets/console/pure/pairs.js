// The pair that is looked at: a number typed for an operand, its remainder, and what is said of both.

import { modulo, withMinus } from "./numbers.js"

/** @import { Pair } from "../types.js" */

export const FIRST_PAIR = { a: 0.62, b: 0.71 } // shares of the numbers: a pair that wraps

/** @param {Pair} pair */
export const keyOf = ({ a, b }) => `${a} ${b}`

/**
 * Where no pair was chosen: one that wraps, at whatever modulus, and that the untouched network cannot be asked where
 * there is one.
 * @param {number} q
 * @param {number} trained
 * @returns {Pair}
 */
export function wrappingPair(q, trained) {
  const b = Math.round(FIRST_PAIR.b * (q - 1))
  return { a: Math.round(FIRST_PAIR.a * (q - 1)), b: q > trained ? Math.max(b, trained) : b }
}

/** Whether a pair wraps, and cannot be put to the untouched network where there is one. @param {Pair} pair @param {number} q @param {number} trained */
export function isTelling({ a, b }, q, trained) {
  const largest = Math.max(a, b)
  return largest < q && a + b >= q && (q <= trained || largest >= trained)
}

/** Each number as its remainder. @param {Pair} pair @param {number} q @returns {Pair} */
export const remainders = ({ a, b }, q) => ({ a: a % q, b: b % q })

/**
 * Whether a field that holds `typed` stands for the number: it, or one that leaves it as remainder.
 * @param {number} typed
 * @param {number} number
 * @param {number} q
 */
export function isSame(typed, number, q) {
  return Number.isSafeInteger(typed) && modulo(typed, q) === number
}

/** What a field wants that holds no number of use. @param {string} found */
export function wanted(found) {
  return found === "" ? "Type a whole number." : `Expected a whole number of at most 15 digits, found ${found}.`
}

/**
 * That another number was asked for than 0 … q − 1.
 * @param {number} asked
 * @param {number} rest
 * @param {number} q
 */
export function reducedWords(asked, rest, q) {
  return `${withMinus(asked)} ≡ ${rest} (mod ${q})`
}

const ROOM = 24 // letters beside the words that say whose answer it is

/** What the network makes of a pair, on one line below the sum. @param {string} said empty where that is not known */
export function toldOfNetwork(said) {
  return said && said.length <= ROOM ? `the network: ${said}` : said
}

/**
 * A pair for people who listen.
 * @param {Pair} pair
 * @param {number} q
 * @param {string} said what the network makes of it; empty where that is not known
 */
export function spokenPair({ a, b }, q, said) {
  return `${a} + ${b} is ${(a + b) % q}, modulo ${q}: ${said || "not counted yet"}`
}
