// Numbers, and the clock's arithmetic.

import assert from "node:assert/strict"
import { test } from "node:test"

import { lag, point, radians, signed, spread, stepsAt } from "../../assets/console/pure/clock.js"
import { clamp, grouped, modulo, readable, tidy, withMinus } from "../../assets/console/pure/numbers.js"

/** @param {number} found @param {number} expected */
const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-9, `${found} is not ${expected}`)

test("a number is kept between two bounds", () => {
  assert.deepEqual([1, 5, 9].map((value) => clamp(value, 2, 7)), [2, 5, 7])
})

test("remainders are never negative", () => {
  assert.deepEqual([-1, 0, 12, 13, -26.5].map((value) => modulo(value, 13)), [12, 0, 12, 0, 12.5])
})

test("numbers are written with two digits, six digits, a true minus, commas", () => {
  assert.equal(tidy(1.006), 1.01)
  assert.equal(readable(0.000123456789), 0.000123457)
  assert.equal(withMinus(-3.5), "−3.5")
  assert.equal(grouped(1234567), "1,234,567")
})

for (const [steps, q, said] of [
  [9, 17, -8], [8, 17, 8], [-8, 17, -8], [8, 16, 8], [-8, 16, 8], [9, 16, -7], [34, 17, 0], [0.126, 17, 0.13], [-0.5, 17, -0.5],
]) test(`${steps} steps of ${q} are written ${said}`, () => near(signed(steps, q), said))

test("a hand that has gone a quarter of the clock points right, and half of it down", () => {
  for (const [steps, x, y] of [[0, 60, 10], [5, 110, 60], [10, 60, 110], [15, 10, 60]]) {
    const [foundX, foundY] = point(60, 50, steps, 20)
    near(foundX, x)
    near(foundY, y)
  }
})

test("where a hand points is read back as its steps", () => {
  for (const steps of [-7.5, -1, 0, 0.25, 3, 8]) {
    const [x, y] = point(0, 1, steps, 17)
    near(stepsAt(x, y, 17), steps)
  }
})

for (const [target, q, before, beforeQ, steps] of [[7, 17, 3, 17, -4], [16, 17, 1, 17, 2], [5, 20, 5, 10, 5], [1, 17, 16, 17, -2]]) {
  test(`from ${before} of ${beforeQ} to ${target} of ${q} a hand has ${steps} steps to go`, () => {
    near(lag({ target: before, q: beforeQ }, target, q), steps)
  })
}

test("whole turns make no difference to radians, not even a rounding", () => {
  assert.equal(radians(5 + 113 * 1e6, 113), radians(5, 113))
  near(radians(-1, 4), 1.5 * Math.PI)
})

for (const q of [2, 3, 5, 12, 113, 256]) {
  test(`the ${q} rows are counted in an order that spreads and leaves none out`, () => {
    const order = [...spread(q)]
    assert.deepEqual([...order].sort((one, other) => one - other), [...Array(q).keys()])
    for (const few of q > 100 ? [8, 16, 32] : []) {
      const taken = order.slice(0, few).sort((one, other) => one - other)
      const gaps = taken.map((place, i) => (taken[i + 1] ?? taken[0] + q) - place)
      assert.ok(Math.max(...gaps) <= (4 * q) / few, `${gaps}`)
    }
  })
}
