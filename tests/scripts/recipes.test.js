// What a dial does on each table, what the kernel is told of it, and the wave it sends.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { TURN } from "../../assets/console/pure/clock.js"
import { apartWords, countKey, readoutOf } from "../../assets/console/pure/recipes.js"
import { writeSettings } from "../../assets/console/pure/settings.js"
import { pathOf, rivalsOf, soundOf, waveOf } from "../../assets/console/pure/waves.js"

const DIAL = { frequency: 3, target: 5, amplitude: 1.5, phase: 0.25, on: true, weight: 0.5, linked: true, b: null, readout: null }
const TURNED = { target: 6, amplitude: 2, phase: 1, on: false }

/** @param {ArrayLike<number>} found @param {number[]} expected */
function near(found, expected) {
  assert.equal(found.length, expected.length)
  expected.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-6, `${found[i]} is not ${value} at ${i}`))
}

// As tests/dashboard/test_console.py gives them to Python.
/** @type {{ about: string, dial: import("../../assets/console/types.js").Setting, readout: object }[]} */
const CASES = JSON.parse(readFileSync(new URL("../readout_cases.json", import.meta.url), "utf-8"))

for (const { about, dial, readout } of CASES) {
  test(`the readout of a dial: ${about}`, () => assert.deepEqual(readoutOf(dial), readout))
}

test("what is set apart is told by its target, or as off", () => {
  assert.equal(apartWords({ b: null, readout: null }), "")
  assert.equal(apartWords({ b: { ...TURNED, on: true }, readout: null }), "b: 6")
  assert.equal(apartWords({ b: { ...TURNED, on: true }, readout: TURNED }), "b: 6, readout: off")
})

test("two counts differ by network, recipe or edit, and by nothing else", () => {
  const recipe = { modulus: 17, harmonics: 2, readout_harmonics: null, single_frequency: false, norm_gain: false, dials: [DIAL] }
  const data = { network: "digest", recipe, edit: 3 }
  const answered = { ...structuredClone(data), answer: "another" }
  assert.equal(countKey(data), countKey(answered))
  for (const change of [{ network: "other" }, { edit: 4 }, { recipe: { ...recipe, dials: [{ ...DIAL, target: 6 }] } }]) {
    assert.notEqual(countKey(data), countKey({ ...data, ...change }))
  }
})

test("the kernel is told cosines, then sines, of each wave on each table; silence of dials that are not named", () => {
  const q = 5
  const dial = { ...DIAL, target: 2, phase: 0.3, b: { target: 1, amplitude: 2, phase: 0, on: true } }
  const tables = { a: new Float32Array(4 * q), b: new Float32Array(4 * q), readout: new Float32Array(8 * q) }
  writeSettings({ modulus: q, dials: [dial] }, [[3, 2], [7, 1]], tables, { waves: 4, directions: 8 })
  for (let n = 0; n < q; n++) {
    const [onA, onB, onReadout] = [2 * ((TURN * 2 * n) / q + 0.3), (2 * TURN * n) / q, 2 * ((TURN * 2 * n) / q + 0.3)]
    near(tables.a.subarray(4 * n, 4 * n + 4), [1.5 * Math.cos(onA), 0, 1.5 * Math.sin(onA), 0])
    near(tables.b.subarray(4 * n, 4 * n + 4), [2 * Math.cos(onB), 0, 2 * Math.sin(onB), 0])
    near(tables.readout.subarray(8 * n, 8 * n + 4), [0.75 * Math.cos(onReadout), 0, 0.75 * Math.sin(onReadout), 0])
    near(tables.readout.subarray(8 * n + 4, 8 * n + 8), [0, 0, 0, 0])
  }
})

test("a dial that is off is told as silence", () => {
  const tables = { a: new Float32Array(6), b: new Float32Array(6), readout: new Float32Array(6) }
  writeSettings({ modulus: 3, dials: [{ ...DIAL, on: false }] }, [[3, 1]], tables, { waves: 2, directions: 2 })
  for (const table of Object.values(tables)) near(table, [0, 0, 0, 0, 0, 0])
})

test("a dial sounds by its weight and both amplitudes, unless it is off on a table", () => {
  assert.deepEqual(soundOf(DIAL, 0.4), { read: readoutOf(DIAL), weight: 0.4 * 1.5 * 0.75 })
  assert.equal(soundOf({ ...DIAL, on: false }, 0.4), null)
  assert.equal(soundOf({ ...DIAL, linked: false, readout: TURNED }, 0.4), null)
})

test("a wave is highest at the class whose hand stands where those of the pair add up", () => {
  const q = 17
  const wave = waveOf({ input: 5 * 9, read: { ...TURNED, target: 5, phase: 0 }, weight: 0.5, lag: 0 }, q, q - 1)
  assert.equal(wave.indexOf(Math.max(...wave)), 9)
  near([wave[9]], [0.5])
  const shifted = waveOf({ input: 5 * 9, read: { ...TURNED, target: 5, phase: TURN / 17 }, weight: 0.5, lag: 0 }, q, q - 1)
  near([shifted[9]], [0.5 * Math.cos(TURN / 17)])
})

test("a target past half of the clock is drawn as the slower wave that says the same at whole numbers", () => {
  const read = { ...TURNED, phase: 0 }
  const fast = waveOf({ input: 0, read: { ...read, target: 16 }, weight: 1, lag: 0 }, 17, 160)
  near(fast, waveOf({ input: 0, read: { ...read, target: -1 }, weight: 1, lag: 0 }, 17, 160))
  near(fast, waveOf({ input: 0, read: { ...read, target: -4 }, weight: 1, lag: 3 }, 17, 160))
})

test("the rivals of the right class are those at which the stacked waves stand as high, the highest first", () => {
  const sound = (/** @type {number} */ target, phase = 0) => ({ input: target * 9, read: { ...TURNED, target, phase }, weight: 1, lag: 0 })
  assert.deepEqual(rivalsOf([sound(2), sound(6)], 16, 9), [1]) // even steps: c and c + 8 look the same
  assert.deepEqual(rivalsOf([sound(2), sound(5)], 16, 9), [])
  assert.deepEqual(rivalsOf([sound(4)], 16, 9), [1, 5, 13])
  assert.deepEqual(rivalsOf([sound(1, TURN / 16)], 16, 9), [8, 7]) // turned by one class: 8 is higher, 7 as high
  assert.deepEqual(rivalsOf([], 16, 9), [])
})

test("a path goes through the values at places between the first class and the last", () => {
  assert.equal(pathOf([1, 2.04, 3.06], 5, (c) => 10 * c, (value) => 100 - value), "M0 99L20 98L40 96.9")
})
