// Where a run is looked at: it plays as it is computed or slowly, is stopped, stepped through and wound back.

import { find, say, setAttributes } from "../console/dom.js"
import { clamp } from "../console/pure/numbers.js"
import { Frames } from "../watch/frames.js"

const PACE = { full: 30, slow: 5 } // steps a second at most

export class Playback {
  /**
   * @param {HTMLElement} root
   * @param {{ moved: (step: number) => void, asked: () => void }} heard `asked`: to play where nothing has been computed
   */
  constructor(root, { moved, asked }) {
    this.moved = moved
    this.asked = asked
    this.there = -1 // the last step that has been computed
    this.steps = 0 // of a whole run
    this.position = 0
    this.isSlow = false
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.button = find(root, ".play", HTMLButtonElement)
    this.slider = find(root, ".position", HTMLInputElement)
    this.slow = find(root, ".slow", HTMLButtonElement)
    this.frames = new Frames(this.slider, (seconds) => this.advance(seconds), () => this.tell())
    this.button.addEventListener("click", () => (this.frames.moving ? this.frames.stop() : this.there < 0 || !this.steps ? this.asked() : this.play()))
    this.slow.addEventListener("click", () => this.playSlowly(!this.isSlow))
    this.slider.addEventListener("input", () => this.stopAt(this.slider.valueAsNumber))
    for (const [name, by] of /** @type {const} */ ([[".back", -1], [".forth", 1]])) find(root, name, HTMLButtonElement).addEventListener("click", () => this.stopAt(Math.floor(this.position) + by))
  }

  get step() {
    return Math.floor(this.position)
  }

  /** @param {number} steps of the run that begins */
  begin(steps) {
    Object.assign(this, { there: -1, steps, position: 0 })
    setAttributes(this.slider, { max: steps })
    if (!this.still.matches) this.frames.start()
    this.go(0)
  }

  /** Another step has been computed; where nothing may move it is shown once it is the last. @param {number} step */
  came(step) {
    this.there = step
    if (step === 0 || (this.still.matches && step === this.steps)) this.go(step)
    this.tell()
  }

  play() {
    if (this.still.matches) return this.stopAt(this.position < this.there ? this.step + 1 : 0)
    this.frames.start()
    if (this.position >= this.steps) this.go(0)
  }

  /** @param {boolean} isSlow */
  playSlowly(isSlow) {
    this.isSlow = isSlow
    setAttributes(this.slow, { "aria-pressed": isSlow })
    if (isSlow && this.there > 0 && !this.frames.moving) this.play()
  }

  /** @param {number} step */
  stopAt(step) {
    this.frames.stop()
    this.go(clamp(step, 0, Math.max(0, this.there)))
  }

  /** @param {number} seconds */
  advance(seconds) {
    const next = Math.min(this.position + seconds * PACE[this.isSlow ? "slow" : "full"], Math.max(0, this.there))
    const before = this.step
    this.position = next
    if (this.step !== before) this.go(next)
    return next < this.steps
  }

  /** @param {number} position */
  go(position) {
    this.position = position
    this.slider.value = String(this.step)
    this.moved(this.step)
    this.tell()
  }

  tell() {
    const word = this.frames.moving ? "Stop" : this.there < 0 || !this.steps ? "Train" : this.position >= this.steps ? "Again" : this.still.matches ? "Next" : "Play"
    say(this.button, word)
  }
}
