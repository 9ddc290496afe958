// The power of every frequency in the embedding; key frequencies in their colours.

import { emptied } from "./canvas.js"
import { mixed } from "./pure/moments.js"

/** @import { Inks } from "./canvas.js" */
/** @import { Between } from "./pure/moments.js" */

const FOOT = 18
const HEAD = 14
const LABEL = 14 // CSS pixels that two digits take

export class Spectrum {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas
    this.most = 1
    /** @type {number[][]} */
    this.shares = []
  }

  /** @param {number[][]} shares of every moment, at k = 1, 2 … */
  give(shares) {
    this.shares = shares
    this.most = Math.max(...shares.flat())
  }

  /** @param {Between} place @param {Map<number, string>} hues of the key frequencies @param {Inks} inks */
  show(place, hues, inks) {
    const { context, width, height } = emptied(this.canvas)
    const count = this.shares[0].length
    const slot = width / count
    const ground = height - FOOT
    context.font = "12px sans-serif"
    const heights = this.shares[0].map((_, i) => mixed([this.shares[place.at][i], this.shares[place.next][i]], { at: 0, next: 1, share: place.share }))
    heights.forEach((share, i) => {
      const hue = hues.get(i + 1)
      const tall = (share / this.most) * (ground - HEAD)
      context.fillStyle = hue ?? inks.soft
      context.fillRect(i * slot + slot * 0.15, ground - tall, slot * 0.7, Math.max(tall, 0.5))
      if (!hue) return
      const near = (/** @type {number} */ side) => Array.from({ length: Math.ceil(LABEL / slot) }, (_, away) => i + 1 + side * (away + 1)).some((k) => hues.has(k))
      context.textAlign = near(1) ? "right" : near(-1) ? "left" : "center" // two that are close stand back to back
      context.fillText(String(i + 1), (i + 0.5) * slot + (near(1) ? 2 : near(-1) ? -2 : 0), height - 4)
    })
    const keys = [...hues.keys()]
    const together = keys.reduce((sum, k) => sum + heights[k - 1], 0)
    this.canvas.setAttribute("aria-label", `Frequencies ${keys.join(", ")} have ${Math.round(100 * together)}% of the embedding's power`)
  }
}
