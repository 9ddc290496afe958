// Where pairs lie on the map: square in (a, b), or turned so that a + b runs across and a − b down. In the unit square.

import { clamp } from "./numbers.js"

/** @import { Pair, View } from "../types.js" */

const WHOLE_WAY = 256 // further than any modulus goes
/** @type {Record<string, [number, number] | undefined>} */
const STEPS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -WHOLE_WAY], End: [0, WHOLE_WAY],
}

/**
 * The pair to which a key goes, a down and b across; null where it goes nowhere.
 * @param {string} key
 * @param {Pair} from
 * @param {number} q
 * @returns {Pair | null}
 */
export function pairByKey(key, from, q) {
  const way = STEPS[key]
  if (!way) return null
  return { a: clamp(from.a + way[0], 0, q - 1), b: clamp(from.b + way[1], 0, q - 1) }
}

/**
 * The pair under a point; null where the turned view has none.
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @param {number} q
 * @returns {Pair | null}
 */
export function pairAt(view, x, y, q) {
  if (view === "square") return { a: clamp(Math.floor(y * q), 0, q - 1), b: clamp(Math.floor(x * q), 0, q - 1) }
  const sum = x * 2 * q - 1
  const difference = (0.5 - y) * 2 * q
  const a = Math.round((sum + difference) / 2)
  const b = Math.round((sum - difference) / 2)
  return a >= 0 && b >= 0 && a < q && b < q ? { a, b } : null
}

/**
 * The middle of a pair's place.
 * @param {View} view
 * @param {Pair} pair
 * @param {number} q
 * @returns {[number, number]}
 */
export function placeOf(view, { a, b }, q) {
  if (view === "square") return [(b + 0.5) / q, (a + 0.5) / q]
  return [(a + b + 1) / (2 * q), 0.5 - (a - b) / (2 * q)]
}
