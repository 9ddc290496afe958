// The numbers in the plane of one frequency, with a thread through them in the order of its clock.

import { emptied } from "./canvas.js"
import { visited } from "./pure/moments.js"

/** @import { Inks } from "./canvas.js" */
/** @import { Between } from "./pure/moments.js" */

const FURTHEST = 127 // of a coordinate
const EDGE = 12 // CSS pixels

export class Plane {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas
    this.points = new Int8Array()
    this.modulus = 0
    this.frequencies = /** @type {number[]} */ ([])
    this.order = /** @type {number[]} */ ([])
    this.chosen = 0
  }

  /** @param {Int8Array} points of all moments @param {number} modulus @param {number[]} frequencies */
  give(points, modulus, frequencies) {
    Object.assign(this, { points, modulus, frequencies })
    this.choose(Math.min(this.chosen, frequencies.length - 1))
  }

  /** @param {number} chosen which of the frequencies */
  choose(chosen) {
    this.chosen = chosen
    this.order = visited(this.frequencies[chosen], this.modulus)
  }

  /** Both coordinates of a number, from −1 to 1. @param {number} n @param {Between} place */
  at(n, { at, next, share }) {
    const where = (/** @type {number} */ moment) => 2 * ((moment * this.frequencies.length + this.chosen) * this.modulus + n)
    const [here, there] = [where(at), where(next)]
    return [0, 1].map((i) => (this.points[here + i] * (1 - share) + this.points[there + i] * share) / FURTHEST)
  }

  /** @param {Between} place @param {string} hue @param {Inks} inks @param {string} label for people who listen */
  show(place, hue, inks, label) {
    const { context, width, height } = emptied(this.canvas)
    const [middle, scale] = [[width / 2, height / 2], Math.min(width, height) / 2 - EDGE]
    const points = this.order.map((n) => this.at(n, place).map((value, i) => middle[i] + (i ? -1 : 1) * value * scale))
    context.strokeStyle = inks.line
    context.strokeRect(0.5, 0.5, width - 1, height - 1)
    context.beginPath()
    for (const [x, y] of [...points, points[0]]) context.lineTo(x, y)
    context.strokeStyle = hue
    context.globalAlpha = 0.35
    context.stroke()
    context.globalAlpha = 1
    context.fillStyle = hue
    for (const [x, y] of points) {
      context.beginPath()
      context.arc(x, y, 2.4, 0, 2 * Math.PI)
      context.fill()
    }
    this.canvas.setAttribute("aria-label", label)
  }
}
