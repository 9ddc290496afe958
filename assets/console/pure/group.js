// What is added in: the numbers mod q, or a product of circles, whose elements are numbered with the last digit fastest.

import { modulo } from "./numbers.js"

/** @typedef {{ modulus: number, factors?: number[] }} Group as a recipe says it: how many elements, and the circles of a product */

/**
 * One digit for each circle; of a negative number, which stands for the inverse, those of the positive one.
 * @param {number} number
 * @param {number[]} factors
 */
export function digitsOf(number, factors) {
  const digits = Array(factors.length)
  let rest = Math.abs(number)
  for (let i = factors.length - 1; i >= 0; i--) {
    digits[i] = rest % factors[i]
    rest = Math.floor(rest / factors[i])
  }
  return digits
}

/** The element with these digits, each taken modulo its circle. @param {number[]} digits @param {number[]} factors */
export function numberOf(digits, factors) {
  return factors.reduce((number, factor, i) => number * factor + modulo(digits[i], factor), 0)
}

/** The circles of a group. @param {Group} group */
export function circlesOf({ modulus, factors }) {
  return factors?.length ? factors : [modulus]
}

/** How many steps are a whole turn of a dial. @param {Group} group */
export function turnOf(group) {
  return circlesOf(group).reduce(leastCommonMultiple)
}

/**
 * How far a dial has turned at an element, in steps of which `turnOf` are a whole turn.
 * @param {number} target steps for one more, or the number of a product's character
 * @param {number} element
 * @param {Group} group
 */
export function stepsOf(target, element, group) {
  if (!group.factors?.length) return target * element
  const turn = turnOf(group)
  const [ways, at] = [digitsOf(target, group.factors), digitsOf(element, group.factors)]
  return Math.sign(target) * (group.factors.reduce((steps, factor, i) => steps + ways[i] * at[i] * (turn / factor), 0) % turn)
}

/** [q · q] the sum of each pair. @param {Group} group */
export function sumsOf(group) {
  const { modulus } = group
  const factors = circlesOf(group)
  const digits = Array.from({ length: modulus }, (_, element) => digitsOf(element, factors))
  return Uint8Array.from({ length: modulus ** 2 }, (_, i) => {
    const [a, b] = [digits[Math.floor(i / modulus)], digits[i % modulus]]
    return numberOf(a.map((digit, place) => digit + b[place]), factors)
  })
}

/** @param {number} a @param {number} b */
function leastCommonMultiple(a, b) {
  let [one, other] = [a, b]
  while (other) [one, other] = [other, one % other]
  return (a * b) / one
}
