// Circles of oscillators and the curve of their energy, on a canvas.

import { contextOf } from "../console/dom.js"
import { TURN } from "../console/pure/clock.js"
import { at, standing } from "./pure/motion.js"

/** @import { Community } from "./types.js" */
/** @typedef {{ ink: string, soft: string, line: string, paper: string }} Ink */

const DOT = 4.5
const INSIDE = 12 // pixels from the rim to the first member
const SPREAD = 3 // pixels between members, so that those at one place are seen

/** A canvas in the pixels of the screen, emptied. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
export function cleared(canvas, width, height) {
  const scale = window.devicePixelRatio || 1
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const pen = contextOf(canvas)
  pen.setTransform(scale, 0, 0, scale, 0, 0)
  return pen
}

/**
 * One community: the drives as arrows, the sum as a mark on the rim, members as dots, their doubles as rings.
 * @param {CanvasRenderingContext2D} pen
 * @param {{ x: number, y: number, radius: number }} place
 * @param {Community} community
 * @param {number} position
 * @param {{ harmonic: number, hue: string, ink: Ink }} look
 */
export function drawCircle(pen, { x, y, radius }, community, position, { harmonic, hue, ink }) {
  const point = (/** @type {number} */ turns, /** @type {number} */ far) => /** @type {[number, number]} */ ([x + far * Math.sin(turns * TURN), y - far * Math.cos(turns * TURN)])
  const { dead } = community
  pen.lineWidth = 1.5
  pen.strokeStyle = ink.line
  ring(pen, [x, y], radius)
  for (const turns of [community.a, community.b]) arrow(pen, [x, y], point(turns, radius * 0.62), dead ? ink.line : ink.soft)
  pen.strokeStyle = ink.ink
  pen.lineWidth = 3
  line(pen, point(community.sum, radius - 6), point(community.sum, radius + 6))
  standing(community, position, harmonic).forEach(({ turns, read }, i) => {
    const far = radius - INSIDE - SPREAD * (i % 4)
    pen.fillStyle = pen.strokeStyle = hue
    pen.globalAlpha = dead ? 0.45 : 1
    dot(pen, point(turns, far), DOT)
    if (harmonic > 1) {
      pen.lineWidth = 2
      ring(pen, point(read, radius), DOT + 1)
    }
    pen.globalAlpha = 1
  })
}

/**
 * The energy along the way as a curve, with a mark where it is now.
 * @param {CanvasRenderingContext2D} pen
 * @param {{ width: number, height: number }} size
 * @param {number[]} along
 * @param {number} position
 * @param {Ink} ink
 */
export function drawCurve(pen, { width, height }, along, position, ink) {
  const [lowest, highest] = [Math.min(...along), Math.max(...along)]
  const edge = DOT + 2
  const place = (/** @type {number} */ step) => /** @type {[number, number]} */ ([
    edge + (step / (along.length - 1)) * (width - 2 * edge),
    edge + ((highest - at(along, step)) / (highest - lowest || 1)) * (height - 2 * edge),
  ])
  pen.strokeStyle = ink.soft
  pen.lineWidth = 1.5
  along.slice(1).forEach((_, step) => line(pen, place(step), place(step + 1)))
  pen.fillStyle = ink.ink
  dot(pen, place(position), DOT)
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number]} from @param {[number, number]} to */
function line(pen, from, to) {
  pen.beginPath()
  pen.moveTo(...from)
  pen.lineTo(...to)
  pen.stroke()
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number]} middle @param {number} radius */
function ring(pen, middle, radius) {
  pen.beginPath()
  pen.arc(...middle, radius, 0, TURN)
  pen.stroke()
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number]} middle @param {number} radius */
function dot(pen, middle, radius) {
  pen.beginPath()
  pen.arc(...middle, radius, 0, TURN)
  pen.fill()
}

/** @param {CanvasRenderingContext2D} pen @param {[number, number]} from @param {[number, number]} to @param {string} colour */
function arrow(pen, from, to, colour) {
  pen.strokeStyle = colour
  pen.lineWidth = 2
  line(pen, from, to)
  const along = Math.atan2(to[1] - from[1], to[0] - from[0])
  for (const side of [-0.5, 0.5]) line(pen, to, [to[0] - 8 * Math.cos(along + side), to[1] - 8 * Math.sin(along + side)])
}
