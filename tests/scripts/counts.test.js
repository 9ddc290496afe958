// What is said of a count.

import assert from "node:assert/strict"
import { test } from "node:test"

import { agreement, counted, differences, pairWords, quickWords } from "../../assets/console/pure/counts.js"
import { searchWords, spokenCount } from "../../assets/console/pure/words.js"

test("states are counted by name", () => {
  assert.deepEqual(counted(Uint8Array.of(0, 1, 1, 2, 2, 2, 3, 3, 3, 3)), { wrong: 1, undecided: 2, right: 3, unseen: 4 })
})

test("a quick count of all pairs says so", () => {
  assert.deepEqual(quickWords({ right: 12000, undecided: 69, wrong: 700, unseen: 0 }), {
    share: "93.98%",
    counted: "12,000 of all 12,769 pairs right; 69 undecided, 700 wrong",
  })
})

test("a quick count of some pairs is a sample, and about", () => {
  assert.deepEqual(quickWords({ right: 1000, undecided: 24, wrong: 0, unseen: 15360 }), {
    share: "≈ 97.66%",
    counted: "1,000 of 1,024 sampled of all 16,384 pairs right; 24 undecided, 0 wrong",
  })
})

test("browser and server are compared pair by pair, near ties apart", () => {
  assert.deepEqual(differences(Uint8Array.of(2, 1, 1, 0, 2), Uint8Array.of(2, 2, 1, 2, 0)), { near: 1, other: 2 })
})

for (const [near, other, said] of /** @type {const} */ ([
  [0, 0, "Browser and server agree on every pair."],
  [1, 0, "Browser and server agree on every pair, 1 near tie left to the server."],
  [2, 0, "Browser and server agree on every pair, 2 near ties left to the server."],
  [2, 3, "Browser and server differ on 3 pairs: the server's count is shown."],
])) test(`${near} near ties and ${other} others`, () => assert.equal(agreement({ near, other }), said))

test("of a pair its state is told, unless the server has said more or nothing is known", () => {
  assert.deepEqual([0, 1, 2].map((state) => pairWords(state, undefined)), ["wrong", "undecided", "right"])
  assert.equal(pairWords(0, "says 5"), "says 5")
  assert.equal(pairWords(undefined, "says 5"), "")
})

test("how far a search is", () => {
  assert.deepEqual([null, [0, 600], [37, 600]].map((search) => searchWords(/** @type {any} */ (search))),
    ["", "Searching …", "37 of at most 600"])
})

test("the server's count is spoken with its modulus", () => {
  assert.equal(spokenCount(127, { share: "99.99%", counted: "16,128 of all 16,129 pairs right" }),
    "Modulo 127: 99.99% right. 16,128 of all 16,129 pairs right.")
})
