// The hands' way from where they stood to where they are set.

import { lag } from "./pure/clock.js"

/** @import { Dial } from "./dial.js" */
/** @import { Recipe } from "./types.js" */
/** @typedef {{ frequency: number, target: number, q: number }} Stood */

const MILLISECONDS = 700

export class Hands {
  /** @param {() => void} drawn draws them where they stand */
  constructor(drawn) {
    this.drawn = drawn
    this.frame = 0
    /** @type {Dial[]} */
    this.dials = []
  }

  /**
   * Where motion is not wanted, they jump.
   * @param {Dial[]} dials
   * @param {Stood[]} before
   * @param {Recipe} recipe
   */
  turnFrom(dials, before, { modulus: q, dials: settings }) {
    this.dials = dials
    const lags = settings.map(({ frequency, target }, i) => (before[i]?.frequency === frequency ? lag(before[i], target, q) : 0))
    cancelAnimationFrame(this.frame)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || lags.every((steps) => Math.abs(steps) < 0.01)
    const start = performance.now()
    const draw = () => {
      const left = still ? 0 : Math.max(0, 1 - (performance.now() - start) / MILLISECONDS) ** 3
      dials.forEach((dial, i) => { dial.lag = lags[i] * left })
      this.drawn()
      if (left) this.frame = requestAnimationFrame(draw)
    }
    draw()
  }

  /** Whoever takes hold of a hand finds it where it is set. */
  stop() {
    cancelAnimationFrame(this.frame)
    for (const dial of this.dials) dial.lag = 0
  }
}
