// One sum on a watch and on dials: where the animation stands, what the dials vote for, what is said of it.

import assert from "node:assert/strict"
import { test } from "node:test"

import { RIGHT, UNDECIDED, WRONG } from "../../assets/console/kernel_layout.js"
import { END, later, momentAt, nextStop, PARTS } from "../../assets/watch/pure/moments.js"
import { leadOf, votesOf, votesTogether } from "../../assets/watch/pure/votes.js"
import { leadWords, networkWords, onFace, partWords, stepsWords } from "../../assets/watch/pure/words.js"

const DIALS = [{ frequency: 5, target: 2, strength: 0.5 }, { frequency: 6, target: 5, strength: 0.3 }, { frequency: 7, target: -3, strength: 0.2 }]
const SCENE = { modulus: 12, trained: false, dials: DIALS, states: "", counted: "Counted." }

test("each part moves what is its own, the parts before it are through and those behind it have not begun", () => {
  const still = { part: "a", hand: { a: 0, b: 0 }, dials: { a: 0, b: 0 }, votes: 0 }
  assert.deepEqual(momentAt(0, 3), still)
  const [a, b, dials, votes] = [0.4, 1.4, 2.4, 3.4].map((position) => momentAt(position, 3))
  assert.deepEqual([a, b, dials, votes].map(({ part }) => part), PARTS)
  assert.ok(a.hand.a > 0.3 && a.hand.a < 0.7 && a.hand.b === 0)
  assert.ok(b.hand.a === 1 && b.hand.b > 0.3 && b.hand.b < 0.7 && b.dials.a === 0)
  assert.ok(dials.hand.b === 1 && dials.dials.a > 0.9 && dials.dials.b === 0 && dials.votes === 0)
  assert.ok(momentAt(2.7, 3).dials.b > 0.5)
  assert.ok(votes.dials.b === 1 && votes.votes > 1 && votes.votes < 2)
  assert.deepEqual([1, 2, 3].map((position) => momentAt(position, 3).part), ["a", "b", "dials"]) // where one ends it is told of
  assert.deepEqual(momentAt(END, 3), { part: "votes", hand: { a: 1, b: 1 }, dials: { a: 1, b: 1 }, votes: 3 })
})

test("it plays to its end, a part after the other, and stops there", () => {
  const seen = [later(0, 1), later(0, 2), later(0, 3.25), later(1.5, 1.25), later(3, 3), later(0, 14), later(0, 99), later(END, 1)]
  assert.deepEqual(seen, [0.5, 1, 1.5, 2, 3.5, END, END, END])
  assert.deepEqual([0, 0.2, 1, 3.9, END].map(nextStop), [1, 1, 2, END, END])
})

test("a dial votes most for the answers that its hand stands at", () => {
  const votes = votesOf(DIALS[0], 14, 12)
  assert.ok(Math.abs(votes[2] - 0.5) < 1e-12 && Math.abs(votes[8] - 0.5) < 1e-12) // two steps a number: 2 and 8 look the same
  assert.ok(Math.abs(votes[5] + 0.5) < 1e-12)
})

test("votes add up, and one answer alone is ahead", () => {
  const one = leadOf(votesTogether(DIALS, 1, 14, 12), 1)
  assert.deepEqual([one.first, one.ties], [2, [8]])
  const all = votesTogether(DIALS, 3, 14, 12)
  assert.ok(Math.abs(all[2] - 1) < 1e-12)
  const lead = leadOf(all, 1)
  assert.deepEqual([lead.first, lead.ties], [2, []])
  const best = Math.max(...[...all].filter((_, c) => c !== 2))
  assert.ok(lead.second !== null && all[lead.second] === best && Math.abs(lead.by - (1 - best)) < 1e-12)
  const half = votesTogether(DIALS, 1.5, 14, 12)
  assert.ok(Math.abs(half[2] - 0.65) < 1e-12)
  assert.deepEqual(leadOf(new Float64Array(3), 1), { first: 0, ties: [1, 2], second: null, by: 0 })
})

test("the face of a watch has no 0", () => {
  assert.deepEqual([onFace(0, 12), onFace(3, 12), onFace(0, 113)], ["12", "3", "0"])
})

test("each part is said with the numbers of the sum", () => {
  const said = (/** @type {typeof PARTS[number]} */ part, a = 9, b = 5) => partWords(part, { a, b }, SCENE, DIALS)
  assert.match(said("a"), /goes 9 hours from the top/)
  assert.match(said("a", 1), /goes 1 hour from/)
  assert.match(said("b"), /goes 5 hours further\. Past the top it starts again: it stands at 2\. That is adding mod 12/)
  assert.match(said("b", 3, 4), /further\. It stands at 7/)
  assert.match(said("dials"), /has 3 dials .* 2, 5 or −3 steps of 12/)
  assert.match(said("votes", 7, 5), /tells 12 from others/)
  assert.match(partWords("a", { a: 9, b: 5 }, { ...SCENE, modulus: 113 }, DIALS), /goes 9 steps/)
})

test("who is ahead is said once a dial has voted", () => {
  const lead = { first: 2, ties: [], second: 0, by: 0.134 }
  assert.equal(leadWords(lead, 0, 12), "none yet")
  assert.equal(leadWords(lead, 1, 12), "after 1 dial 2 is ahead of 12 by 13% of all votes")
  assert.equal(leadWords({ ...lead, by: 0.001 }, 2, 113), "after 2 dials 2 is ahead of 0 by less than 1% of all votes")
  assert.equal(leadWords({ ...lead, ties: [8] }, 1, 12), "after 1 dial 2 and 8 have the same votes")
  assert.equal(leadWords({ ...lead, ties: [5, 8, 11] }, 1, 12), "after 1 dial 2 and 3 others have the same votes")
  assert.deepEqual([stepsWords(-1), stepsWords(3)], ["−1 step", "3 steps"])
})

test("what the network answers is said of all of it, as it was counted", () => {
  const said = (/** @type {number} */ state) => networkWords({ a: 9, b: 5 }, SCENE, state)
  assert.equal(said(RIGHT), "The network, its tables re-cut to mod 12, answers 2 ✓. Counted.")
  assert.match(said(WRONG), /gets this sum wrong\./)
  assert.match(said(UNDECIDED), /cannot decide this sum\./)
  assert.match(networkWords({ a: 9, b: 5 }, { ...SCENE, trained: true }, RIGHT), /^The network, as it was trained, answers/)
})
