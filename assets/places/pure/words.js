// What is said of each place.

import { grouped, withMinus } from "../../console/pure/numbers.js"

/** @import { PlacesData } from "../types.js" */

/** @param {number} done places, of which the last one is told @param {PlacesData} data */
export function placeWords(done, { places, base, modulus, sign }) {
  if (!done) return "The lowest digits go in first, two at a time. What is one digit too much is handed to the next place."
  const [x, y, handed, first, then, digit, hands] = places[done - 1]
  const asked = `Place ${done} of ${places.length}, from the right: the network answers ${x} ${sign} ${y} = ${first}`
  return `${asked}${sign === "+" ? carried() : borrowed()}`

  function carried() {
    const total = handed ? `, and with the 1 carried ${then}` : ""
    return `${total}. ${hands ? `That is ${base} or more: write ${digit}, carry 1.` : `Write ${digit}.`}`
  }

  function borrowed() {
    const rest = handed ? `, and without the 1 borrowed ${then}` : ""
    const meant = hands ? ` That is ${withMinus(then - modulus)} mod ${modulus}: borrow 1, and write ${digit}.` : ` Write ${digit}.`
    return `${rest}.${meant}`
  }
}

/**
 * How far the browser is with the same sums, and whether it gets the same answers.
 * @param {number} done
 * @param {number} all
 * @param {number} other answers than the server's
 */
export function askedWords(done, all, other) {
  if (other) return `Your browser, in float32, gets another answer to ${grouped(other)} of ${grouped(done)} sums: the server's are shown.`
  if (done < all) return `Your browser asks the network for the same sums: ${grouped(done)} of ${grouped(all)}.`
  return `Your browser asked the network for the same ${grouped(all)} sums, and got the same answers.`
}
