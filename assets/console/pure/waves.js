// The waves of one pair: each dial's cosine over the classes c, and the line through a wave.

import { signed, TURN } from "./clock.js"
import { readoutOf } from "./recipes.js"

/** @import { Setting, Turn } from "../types.js" */

/**
 * How loud a dial's wave is, and by which turn the readout reads it; null for a dial that is off on one of the tables.
 * @param {Setting} setting
 * @param {number} weight of its frequency
 * @returns {{ read: Turn, weight: number } | null}
 */
export function soundOf(setting, weight) {
  const read = readoutOf(setting)
  return setting.on && read.on ? { read, weight: weight * setting.amplitude * read.amplitude } : null
}

/**
 * A wave over the classes 0 … q − 1, at points + 1 places between them.
 * @param {{ input: number, read: Turn, weight: number, lag: number }} sound `input` is where the hands add up, in steps,
 *   and `lag` the steps that the dial's hand still has to go
 * @param {number} q
 * @param {number} points
 */
export function waveOf({ input, read, weight, lag }, q, points) {
  const shift = (read.phase * q) / TURN
  const slowest = signed(read.target + lag, q) // the same at every whole number, and the smoothest between them
  return Array.from({ length: points + 1 }, (_, i) => {
    const c = (i / points) * (q - 1)
    return weight * Math.cos((TURN * (input - slowest * c - shift)) / q)
  })
}

const SAME = 1e-9 // of the waves' strengths together: heights that are no further apart are the same
const MOST_RIVALS = 3

/**
 * The classes at which the stacked waves stand as high as at the right one, or higher: the highest first, a few.
 * @param {Parameters<typeof waveOf>[0][]} sounds
 * @param {number} q
 * @param {number} answer
 */
export function rivalsOf(sounds, q, answer) {
  const total = sounds.reduce((sum, { weight }) => sum + Math.abs(weight), 0)
  if (!total) return []
  const heights = new Float64Array(q)
  for (const sound of sounds) waveOf(sound, q, q - 1).forEach((height, c) => { heights[c] += height })
  return Array.from(heights, (height, c) => ({ height, c }))
    .filter(({ height, c }) => c !== answer && height >= heights[answer] - SAME * total)
    .sort((one, other) => other.height - one.height || one.c - other.c)
    .slice(0, MOST_RIVALS).map(({ c }) => c)
}

/**
 * A path through values over the classes, to tenths of a pixel.
 * @param {ArrayLike<number>} values
 * @param {number} q
 * @param {(c: number) => number} x
 * @param {(value: number) => number} y
 */
export function pathOf(values, q, x, y) {
  const tenths = (/** @type {number} */ value) => Math.round(10 * value) / 10
  const points = values.length - 1
  let path = ""
  for (let i = 0; i <= points; i++) path += `${i ? "L" : "M"}${tenths(x((i / points) * (q - 1)))} ${tenths(y(values[i]))}`
  return path
}
