// What is drawn on canvases: the map of all pairs, the neurons' frequencies, and numbers in the planes of frequencies.

import { contextOf, setAttributes } from "../console/dom.js"
import { mixed } from "../console/pure/colours.js"
import { mapPixels } from "./pure/pairs.js"
import { pointsIn, powerLevels, NEURONS } from "./pure/neurons.js"

/** @import { Colour } from "../console/pure/colours.js" */
/** @import { Plane } from "./pure/neurons.js" */
/** @import { Frame } from "./types.js" */

/** @typedef {{ ink: Colour, paper: Colour }} Inks */

const SHOWN = 0.62 // shares of ink: a right pair that is shown; a right one that is not is ink, a wrong one nearly paper
const WRONG = 0.05
const CIRCLE = 150 // pixels
const RADIUS = 54 // of the circle where the numbers come to lie
const DOT = 2

/** @param {Colour} colour */
const bits = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0

/** @param {HTMLCanvasElement} canvas @param {Uint32Array} pixels @param {number} width */
function put(canvas, pixels, width) {
  setAttributes(canvas, { width, height: pixels.length / width })
  const bytes = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  contextOf(canvas).putImageData(new ImageData(/** @type {Uint8ClampedArray<ArrayBuffer>} */ (bytes), width), 0, 0)
}

/** @param {HTMLCanvasElement} canvas @param {Frame} frame @param {number} p @param {Inks} inks */
export function drawMap(canvas, { states }, p, { ink, paper }) {
  put(canvas, mapPixels(states, { shown: bits(mixed(ink, paper, SHOWN)), unseen: bits(ink), wrong: bits(mixed(ink, paper, WRONG)) }), p)
}

/**
 * Frequencies down, neurons across; the rows of the frequencies that are drawn as circles in their colours.
 * @param {HTMLCanvasElement} canvas
 * @param {Frame} frame
 * @param {number[]} order of the neurons
 * @param {Map<number, Colour>} hues
 * @param {Inks} inks
 */
export function drawNeurons(canvas, { powers }, order, hues, { ink, paper }) {
  const levels = powerLevels(powers, order)
  put(canvas, Uint32Array.from(levels, (level, i) => bits(mixed(hues.get(Math.floor(i / NEURONS) + 1) ?? ink, paper, Math.sqrt(level)))), NEURONS)
}

/**
 * The numbers in a plane, joined in the order in which its frequency goes through them.
 * @param {HTMLCanvasElement} canvas
 * @param {Frame} frame
 * @param {number} p
 * @param {Plane} plane
 * @param {{ hue: string, line: string }} colours
 */
export function drawCircle(canvas, { table }, p, plane, { hue, line }) {
  const scale = devicePixelRatio || 1
  setAttributes(canvas, { width: CIRCLE * scale, height: CIRCLE * scale })
  const context = contextOf(canvas)
  context.scale(scale, scale)
  context.translate(CIRCLE / 2, CIRCLE / 2)
  const found = pointsIn(table, p, plane)
  const radius = RADIUS / Math.max(1, Math.sqrt(found.reduce((sum, { x, y }) => sum + x * x + y * y, 0) / p)) // a cloud that is wider is drawn smaller, with the circle
  const points = found.map(({ x, y }) => ({ x: x * radius, y: -y * radius }))
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.strokeStyle = line
  context.stroke()
  context.beginPath()
  for (const { x, y } of [...points, points[0]]) context.lineTo(x, y)
  context.strokeStyle = hue
  context.globalAlpha = 0.35
  context.stroke()
  context.globalAlpha = 1
  context.fillStyle = hue
  for (const { x, y } of points) {
    context.beginPath()
    context.arc(x, y, DOT, 0, 2 * Math.PI)
    context.fill()
  }
}
