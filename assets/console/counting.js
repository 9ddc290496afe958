// Keeps counting a recipe, a part in each frame, and shows what there is after each.

/** @import { Live } from "./live.js" */
/** @import { Recipe } from "./types.js" */

const WHOLE_MILLISECONDS = 26 // a count that should take no longer is made in one frame
const PART_MILLISECONDS = 8 // else a frame counts a sample for so long, and is drawn at 60 Hz; the rest waits

export class Counting {
  /** @param {(states: Uint8Array | null, whole?: boolean) => void} show hears null of a setting that the kernel does not take */
  constructor(show) {
    this.show = show
    this.fresh = false
    /** @type {number | undefined} */
    this.frame = undefined
    /** @type {{ live: Live, recipe: Recipe } | undefined} */
    this.counted = undefined
  }

  /** @param {Live} live @param {Recipe} recipe */
  start(live, recipe) {
    this.counted = { live, recipe }
    this.fresh = true
    this.frame ??= requestAnimationFrame(() => this.next())
  }

  stop() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame)
    this.frame = this.counted = undefined
  }

  next() {
    this.frame = undefined
    if (!this.counted) return
    const { live, recipe } = this.counted
    if (this.fresh && !live.set(recipe)) return this.show(null)
    const turning = this.fresh && live.expected > WHOLE_MILLISECONDS
    this.fresh = false
    const whole = live.count(turning ? PART_MILLISECONDS : WHOLE_MILLISECONDS)
    if (!whole) this.frame = requestAnimationFrame(() => this.next())
    this.show(live.states(), whole)
  }
}
