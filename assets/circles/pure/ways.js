// Dials that turn by a step of their own for each circle.

import { signed } from "../../console/pure/clock.js"
import { digitsOf, numberOf } from "../../console/pure/group.js"

/** @import { Recipe } from "../../console/types.js" */
/** @import { Ways } from "../types.js" */

/**
 * Each dial's steps, the shorter way round.
 * @param {Recipe} recipe
 * @param {number[]} circles
 * @returns {Ways[]}
 */
export function waysOf({ dials }, circles) {
  return dials.map(({ frequency, target }) => {
    const digits = circles.length > 1 ? digitsOf(target, circles) : [Math.abs(target)]
    return { frequency, steps: digits.map((digit, i) => signed(target < 0 ? -digit : digit, circles[i])) }
  })
}

/**
 * The recipe with its dials at these steps.
 * @param {Recipe} recipe
 * @param {Ways[]} ways
 * @param {number[]} circles
 * @returns {Recipe}
 */
export function turned(recipe, ways, circles) {
  const target = (/** @type {number[]} */ steps) => (circles.length > 1 ? numberOf(steps, circles) : steps[0])
  return { ...recipe, dials: recipe.dials.map((dial, i) => ({ ...dial, target: target(ways[i].steps) })) }
}
