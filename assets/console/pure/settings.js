// What the kernel is told of a recipe: how much of each wave there is at each number, on each table.

import { radians, TURN } from "./clock.js"
import { stepsOf, turnOf } from "./group.js"
import { readoutOf } from "./recipes.js"

/** @import { Setting, Turn } from "../types.js" */
/** @import { Group } from "./group.js" */
/** @typedef {{ harmonic: number, group: Group, turn: number, cosines: number, sines: number }} Wave */

/** @type {Setting} */
const SILENT = { frequency: 0, target: 0, amplitude: 0, phase: 0, on: false, weight: 1, linked: true, b: null, readout: null }

/**
 * Writes the settings of all waves into the kernel's tables; a dial that the recipe does not name is silent.
 * @param {Group & { dials: Setting[] }} recipe
 * @param {[number, number][]} partials frequency and harmonic of each wave
 * @param {{ a: Float32Array, b: Float32Array, readout: Float32Array }} tables
 * @param {{ waves: number, directions: number }} rows how many numbers a row of these tables has
 */
export function writeSettings(recipe, partials, tables, { waves, directions }) {
  const named = new Map(recipe.dials.map((dial) => [dial.frequency, dial]))
  const turn = turnOf(recipe)
  partials.forEach(([frequency, harmonic], k) => {
    const dial = named.get(frequency) ?? SILENT
    const wave = { harmonic, group: recipe, turn, cosines: k, sines: partials.length + k }
    writeWave(tables.a, waves, dial, wave)
    writeWave(tables.b, waves, dial.b ?? dial, wave)
    writeWave(tables.readout, directions, readoutOf(dial), wave)
  })
}

/**
 * How much of a wave there is at each number, by one turn: into its two columns of a table with so many in a row.
 * @param {Float32Array} table
 * @param {number} row
 * @param {Turn} turn
 * @param {Wave} wave
 */
function writeWave(table, row, { target, amplitude, phase, on }, { harmonic, group, turn, cosines, sines }) {
  const strength = on ? amplitude : 0
  const shift = (phase * turn) / TURN
  for (let n = 0; n < group.modulus; n++) {
    const angle = radians(harmonic * (stepsOf(target, n, group) + shift), turn)
    table[n * row + cosines] = strength * Math.cos(angle)
    table[n * row + sines] = strength * Math.sin(angle)
  }
}
