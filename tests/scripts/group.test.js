// Sums in products of circles, and how far a dial has turned.

import assert from "node:assert/strict"
import { test } from "node:test"
import { circlesOf, digitsOf, numberOf, stepsOf, sumsOf, turnOf } from "../../assets/console/pure/group.js"

const WEEK = { modulus: 168, factors: [7, 24] }

test("digits are the last circle's fastest, and back", () => {
  assert.deepEqual(digitsOf(53, [7, 24]), [2, 5])
  assert.deepEqual(digitsOf(-53, [7, 24]), [2, 5])
  assert.equal(numberOf([2, 5], [7, 24]), 53)
  assert.equal(numberOf([-1, 29], [7, 24]), 6 * 24 + 5)
  assert.deepEqual(circlesOf({ modulus: 12 }), [12])
})

test("sums are digit by digit, and mod q where there is one circle", () => {
  const sums = sumsOf(WEEK)
  assert.equal(sums[(6 * 24 + 20) * 168 + 5], 6 * 24 + 1) // an hour past midnight, and the day is the same
  assert.deepEqual([...sumsOf({ modulus: 3, factors: [] })], [0, 1, 2, 1, 2, 0, 2, 0, 1])
})

test("a dial turns by a step for each circle", () => {
  assert.equal(turnOf(WEEK), 168)
  assert.equal(turnOf({ modulus: 32, factors: [4, 8] }), 8)
  assert.equal(stepsOf(53, 2 * 24 + 3, WEEK), 2 * 2 * 24 + 5 * 3 * 7 - 168) // 2·2/7 and 5·3/24 of a turn
  assert.equal(stepsOf(-53, 2 * 24 + 3, WEEK), -(2 * 2 * 24 + 5 * 3 * 7 - 168))
  assert.equal(stepsOf(2.5, 3, { modulus: 10 }), 7.5)
})
