// Every pair as a small square: empty where it is wrong, the darker the surer where it is right.

import { contextOf } from "../console/dom.js"
import { rgb } from "../console/colours.js"
import { inkOf, levelsOf, rightOf } from "./pure/moments.js"
import { percentWords } from "./pure/words.js"

/** @import { Inks } from "./canvas.js" */

export class PairMap {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas
    /** @type {Uint8Array} */
    this.packed = new Uint8Array()
    this.modulus = 0
    this.drawn = ""
  }

  /** @param {Uint8Array} packed levels of all moments @param {number} modulus */
  give(packed, modulus) {
    this.packed = packed
    this.modulus = modulus
    this.drawn = ""
  }

  /** @param {number} moment @param {Inks} inks @param {string} which pairs, for people who listen */
  show(moment, inks, which) {
    const q = this.modulus
    if (!this.packed.length) return
    const drawn = `${moment} ${q} ${inks.ink}`
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.canvas.width = this.canvas.height = q
    const context = contextOf(this.canvas)
    const levels = levelsOf(this.packed, moment, q)
    const picture = context.createImageData(q, q)
    const ink = rgb(inks.ink) ?? [0, 0, 0]
    levels.forEach((level, i) => picture.data.set([...ink, Math.round(255 * inkOf(level))], 4 * i))
    context.putImageData(picture, 0, 0)
    this.canvas.setAttribute("aria-label", `${which}: ${percentWords(rightOf(levels) / levels.length)} right`)
  }
}
