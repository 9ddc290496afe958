// The film of a training run: where it stands, which pairs a byte holds, what is said of a moment.

import assert from "node:assert/strict"
import { test } from "node:test"

import { between, inkOf, later, levelsOf, mixed, nextStop, phaseOf, phasesThatCame, rightOf, visited } from "../../assets/film/pure/moments.js"
import { lossWords, momentWords, percentWords, phaseName, ruleWords } from "../../assets/film/pure/words.js"

const PHASES = { forms: 3, cleanup: 6, done: 8 }

test("a position stands between two moments, and at the last one it stays", () => {
  assert.deepEqual(between(2.25, 5), { at: 2, next: 3, share: 0.25 })
  assert.deepEqual(between(4, 5), { at: 4, next: 4, share: 0 })
  assert.deepEqual(between(0, 1), { at: 0, next: 0, share: 0 })
  assert.equal(mixed([0, 0, 8, 4], between(2.25, 4)), 7)
  assert.equal(mixed([1, 2, 3], between(2, 3)), 3)
})

test("it plays as long however many moments there are, and ends", () => {
  assert.equal(later(0, 6, 101), 25)
  assert.equal(later(0, 6, 5), 1)
  assert.equal(later(99, 6, 101), 100)
})

test("a phase lasts until the next one that came begins", () => {
  assert.deepEqual([0, 2, 3, 5, 6, 7, 8, 9].map((moment) => phaseOf(moment, PHASES)), ["memorises", "memorises", "forms", "forms", "cleanup", "cleanup", "done", "done"])
  const unfinished = { forms: 3, cleanup: null, done: null }
  assert.equal(phaseOf(9, unfinished), "forms")
  assert.deepEqual(phasesThatCame(unfinished), [{ name: "memorises", from: 0 }, { name: "forms", from: 3 }])
  assert.deepEqual(phasesThatCame(PHASES).map(({ from }) => from), [0, 3, 6, 8])
})

test("without motion it goes to where the next phase begins, else to the end", () => {
  assert.deepEqual([0, 2.5, 3, 7, 8, 9].map((position) => nextStop(position, PHASES, 11)), [3, 3, 6, 8, 10, 10])
  assert.equal(nextStop(0, null, 11), 10)
})

test("two pairs share a byte, the first in its upper half, and moments begin at whole bytes", () => {
  const packed = new Uint8Array([0x12, 0x34, 0x56, 0x78, 0x90, 0xf1, 0x22, 0x33, 0x44, 0x50])
  assert.deepEqual([...levelsOf(packed, 0, 3)], [1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual([...levelsOf(packed, 1, 3)], [15, 1, 2, 2, 3, 3, 4, 4, 5])
  assert.equal(rightOf(levelsOf(packed, 1, 3)), 8)
})

test("a wrong pair has no ink, an undecided one little, and a right one the more the surer it is", () => {
  assert.equal(inkOf(0), 0)
  assert.ok(inkOf(1) > 0 && inkOf(1) < inkOf(2))
  assert.ok(inkOf(2) < inkOf(9) && inkOf(9) < inkOf(15))
  assert.equal(inkOf(15), 1)
})

test("a clock of frequency k comes to n after n / k numbers", () => {
  assert.deepEqual(visited(1, 5), [0, 1, 2, 3, 4])
  assert.deepEqual(visited(2, 5), [0, 3, 1, 4, 2])
})

test("shares are never rounded to all or to nothing", () => {
  assert.deepEqual([0, 0.0001, 0.1234, 0.9999, 1].map(percentWords), ["0%", "< 0.1%", "12.3%", "99.9%", "100%"])
})

test("losses are written with two digits, small ones by their power of ten", () => {
  assert.deepEqual([4.727, 0.012, 0.00034, 2e-7].map(lossWords), ["4.73", "0.01", "3e−4", "2e−7"])
})

test("a moment says what is right, and that clocks carry more than is answered only where they do", () => {
  const seen = { step: 4269, phase: /** @type {"forms"} */ ("forms"), train: 1, test: 0.178, carried: 0.351, recut: 127 }
  assert.equal(momentWords(seen), "Step 4,269, a circuit forms: it gets 100% of the pairs it is shown right, and 17.8% of the others. Re-cut to mod 127, the same weights get 35.1% right: its clocks carry more than it answers yet.")
  assert.ok(momentWords({ ...seen, carried: 0.2 }).endsWith("get 20% right."))
  assert.ok(momentWords({ ...seen, phase: null }).startsWith("Step 4,269: it gets 100% of"))
})

test("every phase has a name and says its rule", () => {
  for (const phase of /** @type {const} */ (["memorises", "forms", "cleanup", "done"])) {
    assert.ok(phaseName(phase).length > 3)
    assert.match(ruleWords(phase), /\.$/)
  }
  assert.match(ruleWords("memorises"), /excluded loss is lowest/)
})
