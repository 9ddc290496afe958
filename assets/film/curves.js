// Curves over the moments, above the slider and as wide as its way; a line stands at the moment that is shown.

import { emptied } from "./canvas.js"

/** @import { Inks } from "./canvas.js" */
/** @import { FilmCurve } from "./types.js" */

const EDGE = 8 // half a slider's thumb: its way begins and ends so far inside
const ROOM = 5
const TO_COME = 0.35 // of the ink
const DASHES = [[], [6, 3], [1.5, 2.5], [9, 3, 2, 3]]
const WIDTHS = [1.5, 1.5, 2, 1.5]

/** How the curve of a place in its picture is drawn. @param {CanvasRenderingContext2D} context @param {number} place @param {Inks} inks */
export function penOf(context, place, inks) {
  context.setLineDash(DASHES[place % DASHES.length])
  context.lineWidth = WIDTHS[place % WIDTHS.length]
  context.strokeStyle = inks.ink
}

export class Curves {
  /** @param {HTMLCanvasElement} canvas @param {boolean} logarithmic */
  constructor(canvas, logarithmic) {
    this.canvas = canvas
    this.scaled = logarithmic ? (/** @type {number} */ value) => Math.log10(Math.max(value, 1e-9)) : (/** @type {number} */ value) => value
    this.isNumbered = logarithmic // one of two pictures says which phase begins where
    /** @type {FilmCurve[]} */
    this.curves = []
    this.lowest = 0
    this.highest = 1
  }

  /** @param {FilmCurve[]} curves */
  give(curves) {
    this.curves = curves
    const all = curves.flatMap(({ values }) => values.map(this.scaled))
    this.lowest = Math.min(...all)
    this.highest = Math.max(...all)
  }

  /**
   * What is still to come is pale; before the phases are told it is not drawn, since a guess is asked for.
   * @param {number} position
   * @param {number[]} begins of phases, moments; none before they are told
   * @param {Inks} inks
   * @param {string} label for people who listen
   */
  show(position, begins, inks, label) {
    const { context, width, height } = emptied(this.canvas)
    const last = this.curves[0].values.length - 1
    const x = (/** @type {number} */ moment) => EDGE + (moment / last) * (width - 2 * EDGE)
    const y = (/** @type {number} */ value) => height - ROOM - ((this.scaled(value) - this.lowest) / (this.highest - this.lowest || 1)) * (height - 2 * ROOM)
    const upright = (/** @type {number} */ at) => {
      context.beginPath()
      context.moveTo(at, 0)
      context.lineTo(at, height)
      context.stroke()
    }
    context.strokeStyle = inks.line
    context.strokeRect(EDGE, 0.5, width - 2 * EDGE, height - 1)
    context.font = "12px sans-serif"
    context.fillStyle = inks.soft
    begins.forEach((moment, place) => {
      upright(x(moment))
      if (this.isNumbered) context.fillText(String(place + 1), Math.min(x(moment) + 4, width - EDGE - 9), 12)
    })
    const draw = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ strength) => {
      context.save()
      context.beginPath()
      context.rect(from, 0, to - from, height)
      context.clip()
      context.globalAlpha = strength
      this.curves.forEach(({ values }, place) => {
        penOf(context, place, inks)
        context.beginPath()
        values.forEach((value, moment) => context.lineTo(x(moment), y(value)))
        context.stroke()
      })
      context.restore()
    }
    draw(0, x(position), 1)
    if (begins.length) draw(x(position), width, TO_COME)
    context.strokeStyle = inks.ink
    context.lineWidth = 2
    context.globalAlpha = 0.5
    upright(x(position))
    context.globalAlpha = 1
    this.canvas.setAttribute("aria-label", label)
  }
}
