// The sums that a long sum or difference asks of the network: two a place.

import { modulo } from "../../console/pure/numbers.js"

/** @import { PlacesData } from "../types.js" */

/**
 * Each with the server's answer; what is taken away is added as its remainder.
 * @param {Pick<PlacesData, "places" | "modulus" | "sign">} data
 */
export function sumsAsked({ places, modulus, sign }) {
  const way = sign === "+" ? 1 : -1
  return places.flatMap(([x, y, handed, first, then]) => [
    { a: x, b: modulo(way * y, modulus), answer: first },
    { a: first, b: modulo(way * handed, modulus), answer: then },
  ])
}
