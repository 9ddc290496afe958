// The modulus wheel: a tape of numbers to drag, step, type or move by keys.

import { find, findAll, setAttributes, svg } from "./dom.js"
import { NumberField } from "./field.js"
import { afterQuiet, onDrag, onWheel } from "./gestures.js"
import { captionOf, HIGHEST, isOnWheel, LOWEST, refusal, SPACING, wheelStepOf } from "./pure/modulus.js"
import { clamp } from "./pure/numbers.js"

const STILL = 4 // pixels that a press may move and yet be none

export class Wheel {
  /**
   * @param {HTMLElement} root
   * @param {{
   *   turning: (modulus: number) => void,
   *   turned: (modulus: number) => void,
   *   refused: (sentence: string) => void,
   * }} heard
   */
  constructor(root, { turning, turned, refused }) {
    this.tape = find(root, ".tape", HTMLElement)
    this.caption = find(root, ".tape-caption", HTMLElement)
    const input = find(root, ".wheel-number input", HTMLInputElement)
    this.number = new NumberField(input, { done: (typed) => {
      if (typed === null) return
      if (!isOnWheel(typed)) return refused(refusal(typed, this.value))
      this.move(typed)
      this.turned(typed)
    } })
    this.turning = turning
    this.turned = turned
    this.value = LOWEST
    /** @type {number | undefined} */
    this.trained = undefined
    setAttributes(input, { min: LOWEST, max: HIGHEST })
    setAttributes(this.tape, { "aria-valuemin": LOWEST, "aria-valuemax": HIGHEST })
    this.listenToSteps(root)
    this.listenToDrags()
  }

  /** @param {HTMLElement} root */
  listenToSteps(root) {
    const settle = afterQuiet(250, () => this.turned(this.value))
    const nudge = (/** @type {number} */ by) => {
      this.move(Math.round(this.value) + by)
      settle()
    }
    for (const step of findAll(root, ".step", HTMLElement)) step.addEventListener("click", () => nudge(Number(step.dataset.step)))
    this.tape.addEventListener("keydown", (event) => {
      const by = wheelStepOf(event.key, Math.round(this.value))
      if (by === undefined) return
      event.preventDefault()
      nudge(by)
    })
    onWheel(this.tape, this.tape, ({ deltaX, deltaY }) => nudge(Math.sign(deltaY || deltaX)))
  }

  listenToDrags() {
    let from = 0
    let at = 0
    let changed = false
    onDrag(this.tape, {
      start: (event) => {
        from = event.clientX
        at = this.value
        changed = false
      },
      move: (event) => { changed = this.move(at - (event.clientX - from) / SPACING) || changed },
      done: (_, event) => {
        if (event.type === "pointercancel") { // the finger scrolled the page instead: what it had turned by then goes back
          this.move(at)
          if (changed) this.turned(at)
          return
        }
        const box = this.tape.getBoundingClientRect()
        const still = Math.abs(event.clientX - from) < STILL
        if (still) this.move(at + (event.clientX - box.left - box.width / 2) / SPACING)
        this.move(Math.round(this.value))
        this.turned(this.value)
      },
    })
  }

  /** @param {number} trained the modulus that the network was trained on */
  draw(trained) {
    if (this.trained === trained) return
    this.trained = trained
    const picture = svg("svg", { "aria-hidden": "true" })
    this.strip = svg("g")
    const x = (/** @type {number} */ n) => n * SPACING
    this.strip.append(svg("rect", { class: "beyond", x: x(trained + 0.5), y: 0, width: x(HIGHEST - trained), height: 46 }))
    for (let n = LOWEST; n <= HIGHEST; n++) {
      const major = n % 10 === 0
      const kind = n === trained ? "trained" : major ? "major" : "minor"
      this.strip.append(svg("line", { class: kind, x1: x(n), x2: x(n), y1: 13, y2: n === trained ? 30 : major ? 27 : 20 }))
      if (n === trained) this.strip.append(svg("text", { class: "trained-label", x: x(n), y: 42 }, `trained: ${n}`))
      else if (major && Math.abs(n - trained) > 4) this.strip.append(svg("text", { x: x(n), y: 42 }, n))
    }
    this.caret = svg("path", { class: "caret" })
    picture.append(this.strip, this.caret)
    this.tape.replaceChildren(picture)
    new ResizeObserver(() => this.place()).observe(this.tape)
  }

  /** Whether another modulus is on the wheel now. @param {number} value */
  move(value) {
    const before = Math.round(this.value)
    this.value = clamp(value, LOWEST, HIGHEST)
    this.place()
    const turned = Math.round(this.value) !== before
    if (turned) this.turning(Math.round(this.value))
    return turned
  }

  place() {
    const middle = this.tape.clientWidth / 2
    const shown = Math.round(this.value)
    this.strip?.setAttribute("transform", `translate(${middle - this.value * SPACING} 0)`)
    this.caret?.setAttribute("d", `M${middle - 8} 0h16l-8 11z`)
    this.number.write(shown)
    const caption = this.trained === undefined ? "" : captionOf(shown, this.trained)
    this.caption.textContent = caption
    setAttributes(this.tape, { "aria-valuenow": shown, "aria-valuetext": `modulus ${shown}, ${caption}` })
  }
}
