// The query of an address.

import assert from "node:assert/strict"
import { test } from "node:test"

import { lookedAt, searchOf } from "../../assets/address/query.js"

/** @type {import("../../assets/address/query.js").Looked} */
const SQUARE = { view: "square", pair: null, query: {} }

for (const [asked, pair] of /** @type {const} */ ([
  ["?pair=3.12", { a: 3, b: 12 }], ["?amp;pair=3.12", { a: 3, b: 12 }], ["?amp;amp;pair=3.12", { a: 3, b: 12 }],
  ["?pair=3.12x", null], ["?pair=x3.12", null], ["?pair=3", null], ["?pair=1234.1", null], ["?pair=-3.1", null], ["", null],
])) test(`the pair of “${asked}”`, () => assert.deepEqual(lookedAt(asked).pair, pair))

test("the map is square unless the link says that it is turned", () => {
  assert.deepEqual(["", "?view=other", "?view=diamond"].map((search) => lookedAt(search).view), ["square", "square", "diamond"])
})

test("what is looked at is added to what Python names, and only where it is not the usual", () => {
  const query = { network: "mine", mod: "17" }
  assert.equal(searchOf("", { ...SQUARE, query }), "?network=mine&mod=17")
  assert.equal(searchOf("", { view: "diamond", pair: { a: 3, b: 12 }, query }), "?network=mine&mod=17&view=diamond&pair=3.12")
})

test("others' names stay, ours are replaced, and letters with a meaning are written so that they have none", () => {
  assert.equal(searchOf("?embed=true&mod=old&amp;view=diamond&pair=1.1", { ...SQUARE, query: { mod: "17" } }), "?embed=true&mod=17")
  assert.equal(searchOf("?x=a%26b", SQUARE), "?x=a%26b")
  assert.equal(searchOf("?pair=1.1&dials=old", SQUARE), "")
})
