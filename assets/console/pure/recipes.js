// Recipes: what a dial does on each table, and whether two counts are of the same thing.

/** @import { ConsoleData, Setting, Turn } from "../types.js" */

/**
 * How the readout reads a dial: linked, by the same turn at its weight with both operands' phases; else by its own turn,
 * or by one without a phase.
 * @param {Omit<Setting, "frequency">} setting
 * @returns {Turn}
 */
export function readoutOf({ target, amplitude, phase, on, weight, linked, b, readout }) {
  if (!linked) return readout ?? { target, amplitude: amplitude * weight, phase: 0, on }
  return { target, amplitude: amplitude * weight, phase: phase + (b ?? { phase }).phase, on }
}

/**
 * What is set apart from operand a's table, in words; empty where nothing is.
 * @param {Pick<Setting, "b" | "readout">} setting
 */
export function apartWords({ b, readout }) {
  /** @type {[string, Turn | null][]} */
  const tables = [["b", b], ["readout", readout]]
  return tables.flatMap(([name, turn]) => (turn ? [`${name}: ${turn.on ? turn.target : "off"}`] : [])).join(", ")
}

/**
 * The same for two counts of the same recipe on the same network; another for any other.
 * @param {Pick<ConsoleData, "network" | "recipe" | "edit">} data
 */
export function countKey({ network, recipe, edit }) {
  return JSON.stringify([network, recipe, edit])
}
