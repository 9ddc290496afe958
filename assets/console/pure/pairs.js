// The pair that is looked at: a number typed for an operand, its remainder, and what is said of both.

import { modulo, withMinus } from "./numbers.js"

/** @import { Pair } from "../types.js" */

/** @param {Pair} pair */
export const keyOf = ({ a, b }) => `${a} ${b}`

/** Where no pair was chosen: one that wraps, at whatever modulus. @param {number} q @returns {Pair} */
export function wrappingPair(q) {
  return { a: Math.round(0.62 * (q - 1)), b: Math.round(0.71 * (q - 1)) }
}

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

/**
 * A pair for people who listen.
 * @param {Pair} pair
 * @param {number} q
 * @param {string} said what the network makes of it; empty where that is not known
 */
export function spokenPair({ a, b }, q, said) {
  return `${a} + ${b} is ${(a + b) % q}, modulo ${q}: ${said || "not counted yet"}`
}
