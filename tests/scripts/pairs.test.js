// The pair that is looked at: in its two fields, on the map, by keys.

import assert from "node:assert/strict"
import { test } from "node:test"

import { numberIn } from "../../assets/console/field.js"
import { letterOf } from "../../assets/console/pure/keys.js"
import { pairAt, pairByKey, placeOf } from "../../assets/console/pure/map.js"
import { isSame, isTelling, keyOf, reducedWords, spokenPair, toldOfNetwork, wanted, wrappingPair } from "../../assets/console/pure/pairs.js"

test("a field holds a number or none", () => {
  assert.deepEqual([3, -2.5, NaN, Infinity].map((valueAsNumber) => numberIn({ valueAsNumber })), [3, -2.5, null, null])
})

test("a field stands for a number if it is that, or leaves it as remainder", () => {
  assert.deepEqual([5, 22, -12, 6, 5.5, NaN, 2 ** 53].map((typed) => isSame(typed, 5, 17)), [true, true, true, false, false, false, false])
})

test("what a field wants, and what it made of a number, is said", () => {
  assert.equal(wanted(""), "Type a whole number.")
  assert.equal(wanted("1.5"), "Expected a whole number of at most 15 digits, found 1.5.")
  assert.equal(reducedWords(-3, 14, 17), "−3 ≡ 14 (mod 17)")
})

test("pairs are told apart, and spoken with their sum", () => {
  assert.notEqual(keyOf({ a: 1, b: 12 }), keyOf({ a: 11, b: 2 }))
  assert.equal(spokenPair({ a: 10, b: 11 }, 17, "right"), "10 + 11 is 4, modulo 17: right")
  assert.equal(spokenPair({ a: 10, b: 11 }, 17, ""), "10 + 11 is 4, modulo 17: not counted yet")
})

test("where no pair was chosen, one that wraps is shown", () => {
  assert.deepEqual(wrappingPair(17, 17), { a: 10, b: 11 })
  assert.deepEqual(wrappingPair(127, 113), { a: 78, b: 113 }) // the untouched network has no 113
  for (const q of [5, 17, 113, 114, 256]) {
    const { a, b } = wrappingPair(q, 113)
    assert.ok(a + b >= q && a < q && b < q)
    assert.ok(isTelling({ a, b }, q, 113))
  }
  assert.deepEqual([[69, 80, 127], [69, 80, 113], [3, 4, 113], [78, 113, 113]].map(([a, b, q]) => isTelling({ a, b }, q, 113)), [false, true, false, false])
})

for (const view of /** @type {const} */ (["square", "diamond"])) {
  test(`in the ${view} the middle of a pair's place is that pair's`, () => {
    for (let a = 0; a < 5; a++) for (let b = 0; b < 5; b++) {
      const [x, y] = placeOf(view, { a, b }, 5)
      const found = pairAt(view, x, y, 5)
      assert.equal(found && keyOf(found), keyOf({ a, b }))
    }
  })
}

test("a goes down and b across; turned, the sum goes across and the difference up", () => {
  assert.deepEqual(placeOf("square", { a: 1, b: 3 }, 4), [0.875, 0.375])
  assert.deepEqual(placeOf("diamond", { a: 1, b: 3 }, 4), [0.625, 0.75])
  assert.equal(pairAt("diamond", 0.01, 0.01, 5), null)
  assert.deepEqual(pairAt("square", 1, -0.1, 5), { a: 0, b: 4 })
})

test("keys go from pair to pair and stop at the edge", () => {
  const from = { a: 3, b: 12 }
  const to = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"].map((key) => pairByKey(key, from, 17))
  assert.deepEqual(to.map((pair) => [pair?.a, pair?.b]), [[2, 12], [4, 12], [3, 11], [3, 13], [0, 12], [13, 12], [3, 0], [3, 16]])
  assert.equal(pairByKey("x", from, 17), null)
})

for (const [key, code, letter] of [["z", "KeyZ", "z"], ["Z", "KeyY", "z"], ["я", "KeyZ", "z"], ["y", "KeyZ", "y"], ["1", "Digit1", "digit1"]]) {
  test(`${key} on ${code} is ${letter}`, () => assert.equal(letterOf({ key, code }), letter))
}

test("whose answer it is goes unsaid where the line has no room for it", () => {
  assert.deepEqual(["", "right", "undecided between 127 and 63"].map(toldOfNetwork), ["", "the network: right", "undecided between 127 and 63"])
})
