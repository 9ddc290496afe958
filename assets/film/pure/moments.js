// What stands between two moments of a film, and which pairs a byte holds.

import { clamp } from "../../console/pure/numbers.js"

/** @import { FilmPhases } from "../types.js" */

export const PHASES = /** @type {const} */ (["memorises", "forms", "cleanup", "done"])
const SECONDS = 24 // that the whole film plays
const WRONG = 0
const PALEST = 2 // the level of a pair that is barely right; 1 is undecided
const LEVELS = 16

/** @typedef {typeof PHASES[number]} Phase */
/** @typedef {{ at: number, next: number, share: number }} Between the moment before a position, the one after it, and how far it is on the way */

/** @param {number} position from 0 to the last moment @param {number} moments how many there are @returns {Between} */
export function between(position, moments) {
  const at = clamp(Math.floor(position), 0, moments - 1)
  return { at, next: Math.min(at + 1, moments - 1), share: clamp(position - at, 0, 1) }
}

/** @param {ArrayLike<number>} values one a moment @param {Between} place */
export const mixed = (values, { at, next, share }) => values[at] + (values[next] - values[at]) * share

/** Where the film stands so many seconds later. @param {number} position @param {number} seconds @param {number} moments */
export const later = (position, seconds, moments) => Math.min(moments - 1, position + (seconds * (moments - 1)) / SECONDS)

/**
 * The phase of a moment.
 * @param {number} moment
 * @param {FilmPhases} phases
 * @returns {Phase}
 */
export function phaseOf(moment, phases) {
  const begun = PHASES.slice(1).filter((name) => {
    const begins = phases[/** @type {"forms" | "cleanup" | "done"} */ (name)]
    return begins !== null && moment >= begins
  })
  return begun.at(-1) ?? "memorises"
}

/**
 * Where the phases lie, for the band and its buttons: only those that came, in order.
 * @param {FilmPhases} phases
 * @returns {{ name: Phase, from: number }[]}
 */
export function phasesThatCame({ forms, cleanup, done }) {
  const all = /** @type {{ name: Phase, from: number | null }[]} */ ([
    { name: "memorises", from: 0 }, { name: "forms", from: forms }, { name: "cleanup", from: cleanup }, { name: "done", from: done },
  ])
  return all.flatMap(({ name, from }) => (from === null ? [] : [{ name, from }]))
}

/** The next place where a phase begins, else the end. @param {number} position @param {FilmPhases | null} phases @param {number} moments */
export function nextStop(position, phases, moments) {
  const begins = phases ? phasesThatCame(phases).map(({ from }) => from) : []
  return begins.find((from) => from > position) ?? moments - 1
}

/**
 * The levels of one moment's pairs: two in a byte, the first in its upper half.
 * @param {Uint8Array} packed of all moments
 * @param {number} moment
 * @param {number} q
 */
export function levelsOf(packed, moment, q) {
  const bytes = Math.ceil((q * q) / 2)
  const levels = new Uint8Array(q * q)
  for (let i = 0; i < levels.length; i++) {
    const byte = packed[moment * bytes + (i >> 1)]
    levels[i] = i % 2 ? byte & 15 : byte >> 4
  }
  return levels
}

/** How much of the ink a level is drawn with, 0 to 1: a wrong pair none. @param {number} level */
export function inkOf(level) {
  if (level === WRONG) return 0
  return level < PALEST ? 0.12 : 0.3 + (0.7 * (level - PALEST)) / (LEVELS - 1 - PALEST)
}

/** How many are right. @param {Uint8Array} levels */
export const rightOf = (levels) => levels.reduce((sum, level) => sum + (level >= PALEST ? 1 : 0), 0)

/** The numbers in the order in which a clock of this frequency visits them: 0, 1/k, 2/k … (mod p). @param {number} k @param {number} p */
export function visited(k, p) {
  const order = Array.from({ length: p }, (_, n) => n)
  return order.sort((one, other) => ((one * k) % p) - ((other * k) % p) || one - other)
}
