// Operations on circles: where elements lie, how dials are set, and pairs among those of the group.

import assert from "node:assert/strict"
import { test } from "node:test"
import { RIGHT, UNDECIDED, UNSEEN, WRONG } from "../../assets/console/kernel_layout.js"
import { sumsOf } from "../../assets/console/pure/group.js"
import { heightOf, nearest, placeOf, shapeOf } from "../../assets/circles/pure/lattice.js"
import { answersOf, latticeWords, pairWords, placesOf, statesOf, tonesOf } from "../../assets/circles/pure/pairs.js"
import { turned, waysOf } from "../../assets/circles/pure/ways.js"
import { sumsAsked } from "../../assets/places/pure/sums.js"
import { askedWords } from "../../assets/places/pure/words.js"

test("two circles are rows and columns, more are as near to a square as they can be", () => {
  assert.deepEqual(shapeOf([7, 24]), { rows: 7, columns: 24 })
  assert.deepEqual(shapeOf([2, 2, 2]), { rows: 2, columns: 4 })
  assert.deepEqual(shapeOf([2, 2, 2, 2, 2, 2]), { rows: 8, columns: 8 })
  assert.deepEqual(placeOf(25, [7, 24]), { x: (100 / 24) * 1.5, y: (100 / 24) * 1.5 })
  assert.equal(heightOf([4, 8]), 50)
  assert.equal(heightOf([12]), 100)
})

test("elements of one circle lie around it, and the nearest free one is taken", () => {
  assert.deepEqual(placeOf(0, [12]), { x: 50, y: 4 })
  const { x, y } = placeOf(3, [12])
  assert.deepEqual([Math.round(x), Math.round(y)], [96, 50])
  assert.equal(nearest({ x: 95, y: 52 }, [12], [0, 2, 3, 7]), 3)
  assert.equal(nearest({ x: 95, y: 52 }, [12], [0, 7]), 0)
})

test("dials are set by a step for each circle, the shorter way round, and back", () => {
  const dial = { amplitude: 1, phase: 0, on: true, weight: 1, linked: true, b: null, readout: null }
  const recipe = {
    modulus: 168, factors: [7, 24], harmonics: 2, readout_harmonics: null, single_frequency: false, norm_gain: false,
    dials: [{ ...dial, frequency: 5, target: 6 * 24 + 23 }, { ...dial, frequency: 9, target: -(2 * 24 + 3) }],
  }
  const ways = waysOf(recipe, [7, 24])
  assert.deepEqual(ways, [{ frequency: 5, steps: [-1, -1] }, { frequency: 9, steps: [-2, -3] }])
  assert.deepEqual(turned(recipe, ways, [7, 24]).dials.map(({ target }) => target), [6 * 24 + 23, 5 * 24 + 21])
  const one = { ...recipe, modulus: 12, factors: undefined, dials: [{ ...dial, frequency: 5, target: -7 }] }
  assert.deepEqual(waysOf(one, [12]), [{ frequency: 5, steps: [5] }])
})

// 2·3 = 6 mod 7 and the like, with 0 left out: 1, 3, 2, 6, 4, 5 are the powers of 3.
const LOGARITHMS = [-1, 0, 2, 1, 4, 5, 3]
const PRODUCTS = { of_a: LOGARITHMS, of_b: LOGARITHMS, numbers: [1, 3, 2, 6, 4, 5], left_out: "0 has no logarithm" }

test("pairs stand among those of the group, and the rest is not seen", () => {
  const places = placesOf(PRODUCTS)
  assert.equal(places[0], -1)
  assert.equal(places[2 * 7 + 3], 2 * 6 + 1)
  const states = new Uint8Array(36).fill(RIGHT)
  states[2 * 6 + 1] = WRONG
  const own = statesOf(places, states)
  assert.deepEqual([own[0], own[2 * 7 + 3], own[3 * 7 + 2]], [UNSEEN, WRONG, RIGHT])
  const answers = answersOf(sumsOf({ modulus: 6 }), PRODUCTS.numbers)
  assert.equal(answers[places[2 * 7 + 3]], 6)
  const colours = { tones: Uint32Array.from({ length: 64 }, (_, i) => i), flat: 99, wrong: 98, hatch: 0, undecided: 0, check: 0 }
  const known = { margins: new Float32Array(36).fill(1), most: 2 }
  assert.equal(tonesOf("answer", places, answers, known, colours).right(2 * 7 + 3), 54) // 6 of 7, in 64 levels
  assert.equal(tonesOf("margin", places, answers, known, colours).right(9), 32)
  assert.equal(tonesOf("margin", places, answers, { margins: undefined, most: 0 }, colours).right(9), 99)
  assert.equal(tonesOf("answer", places, answers, known, colours).wrong(9), 98)
})

test("a map of fewer b than a is as wide as high, and empty beyond", () => {
  const places = placesOf({ of_a: [0, 1, 0], of_b: [1, 0], numbers: [0, 1], left_out: "" })
  assert.deepEqual([...places], [1, 0, -1, 3, 2, -1, 1, 0, -1])
})

test("what the network makes of a pair", () => {
  const words = (/** @type {number | undefined} */ state, more = {}) => pairWords({ a: 2, b: 3 }, { state, right: 6, left_out: "", ...more })
  assert.equal(words(RIGHT), "a = 2 and b = 3: the network answers 6. Right.")
  assert.equal(words(UNDECIDED), "a = 2 and b = 3: the network cannot decide; right is 6.")
  assert.equal(words(WRONG, { answer: 5 }), "a = 2 and b = 3: the network answers 5; right is 6.")
  assert.equal(words(WRONG), "a = 2 and b = 3: the network answers something else; right is 6.")
  assert.equal(words(UNSEEN), "a = 2 and b = 3: right is 6.")
  const none = pairWords({ a: 0, b: 3 }, { state: undefined, right: undefined, left_out: "0 has no logarithm" })
  assert.equal(none, "a = 0 and b = 3: 0 has no logarithm, so it is not asked.")
})

test("what lies where", () => {
  assert.equal(latticeWords([12]), "all elements, around one circle; drag a or b")
  assert.equal(latticeWords([7, 24]), "all elements, 7 rows for circle 1, 24 columns for circle 2; drag a or b")
  assert.equal(latticeWords([2, 2, 2]), "all elements, in rows and columns; drag a or b")
})

test("a long difference asks for sums with remainders", () => {
  const asked = sumsAsked({ places: [[5, 7, 0, 18, 18, 8, 1], [8, 1, 1, 7, 6, 6, 0]], modulus: 20, sign: "−" })
  assert.deepEqual(asked, [
    { a: 5, b: 13, answer: 18 }, { a: 18, b: 0, answer: 18 }, { a: 8, b: 19, answer: 7 }, { a: 7, b: 19, answer: 6 },
  ])
  assert.match(askedWords(64, 8192, 0), /64 of 8,192/)
  assert.match(askedWords(4, 4, 0), /same 4 sums, and got the same answers/)
})
