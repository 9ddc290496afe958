// The rule for shares, on the cases that tests/test_percent.py gives to Python.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { percentage } from "../../assets/console/pure/percent.js"

/** @type {{ part: number, whole: number, said: string }[]} */
const CASES = JSON.parse(readFileSync(new URL("../percent_cases.json", import.meta.url), "utf-8"))

for (const { part, whole, said } of CASES) {
  test(`${part} of ${whole} is ${said}`, () => assert.equal(percentage(part, whole), said))
}

test("of no pairs none is right", () => assert.equal(percentage(0, 0), "0%"))
