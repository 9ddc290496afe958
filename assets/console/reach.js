// Accuracy against modulus: the untouched network two ways, the operated one with dials found for each modulus, and the
// dials that are set now as a ring.

import { find, setAttributes, svg } from "./dom.js"
import { onDrag } from "./gestures.js"
import { HIGHEST, LOWEST, modulusAt, progressOf } from "./pure/modulus.js"

/** @import { ReachData } from "./types.js" */

const HEIGHT = 96
const LEFT = 40
const RIGHT_EDGE = 10
const STILL = 4 // pixels that a press may move and yet be a click
const LABELS = [2, 50, 150, 200, 256]
const LABEL_WIDTH = 56

export class Reach {
  /**
   * @param {HTMLElement} root
   * @param {{ chosen: (modulus: number) => void, turning: (modulus: number) => void, turned: () => void }} heard
   *   `chosen` hears a click, the others a drag
   */
  constructor(root, { chosen, turning, turned }) {
    this.chosen = chosen
    this.turning = turning
    this.turned = turned
    this.sweep = find(root, "[data-action=sweep]", HTMLElement)
    this.stop = find(root, "[data-action=stop]", HTMLElement)
    this.holder = find(root, ".reach-holder", HTMLElement)
    this.progress = find(root, ".progress", HTMLElement)
    this.dots = find(root, ".counted-now", HTMLElement)
    this.width = 0
    this.trained = 0
    this.modulus = 0
    this.share = 0 // of the pairs that are right with the dials that are set
    /** @type {ReachData | undefined} */
    this.reach = undefined
    this.listen()
    new ResizeObserver(() => this.draw()).observe(this.holder)
  }

  listen() {
    let from = 0
    const modulusOf = (/** @type {PointerEvent} */ event) => {
      const box = find(this.holder, "svg", SVGSVGElement).getBoundingClientRect()
      return modulusAt(((event.clientX - box.left) / box.width) * this.width, LEFT, this.width - RIGHT_EDGE)
    }
    const isDrag = (/** @type {PointerEvent} */ event) => Math.abs(event.clientX - from) >= STILL
    onDrag(this.holder, {
      start: (event) => { from = event.clientX },
      move: (event) => {
        const modulus = modulusOf(event)
        if (isDrag(event) && modulus !== null) this.turning(modulus)
      },
      done: (_, event) => {
        const modulus = modulusOf(event)
        if (event.type === "pointercancel" || isDrag(event)) this.turned()
        else if (modulus !== null) this.chosen(modulus)
      },
    })
  }

  /** The mark goes where the wheel stands. @param {number} modulus */
  place(modulus) {
    const x = this.x(modulus)
    if (this.mark) setAttributes(this.mark, { x1: x, x2: x })
    if (this.ring) setAttributes(this.ring, { cx: x })
  }

  /** What is right with the dials that are turned. @param {number} share */
  lift(share) {
    this.share = share
    if (this.ring) setAttributes(this.ring, { cy: this.y(share) })
  }

  /** @param {ReachData} reach @param {number} trained @param {number} modulus @param {number} share right with the dials that are set */
  show(reach, trained, modulus, share) {
    this.reach = reach
    this.trained = trained
    this.modulus = modulus
    this.share = share
    this.dots.hidden = !reach.operated.length
    this.sweep.hidden = reach.running || reach.operated.length >= reach.total
    this.stop.hidden = !reach.running
    this.progress.textContent = progressOf(reach)
    this.draw()
  }

  /** @param {number} q */
  x(q) {
    return LEFT + ((q - LOWEST) / (HIGHEST - LOWEST)) * (this.width - LEFT - RIGHT_EDGE)
  }

  /** @param {number} share */
  y(share) {
    return 16 + (1 - share) * (HEIGHT - 38)
  }

  draw() {
    if (!this.reach) return
    this.width = Math.max(320, this.holder.clientWidth || 620)
    const picture = svg("svg", { viewBox: `0 0 ${this.width} ${HEIGHT}`, height: HEIGHT, role: "img" })
    picture.setAttribute("aria-label", "Accuracy against modulus from 2 to 256")
    const here = { x1: this.x(this.modulus), x2: this.x(this.modulus), y1: this.y(1) - 4, y2: this.y(0) + 4 }
    this.mark = svg("line", { class: "here", ...here })
    this.ring = svg("circle", { class: "ring", cx: this.x(this.modulus), cy: this.y(this.share), r: 5 })
    picture.append(...this.frame(), ...this.figures(this.reach), this.mark, this.ring)
    this.holder.replaceChildren(picture)
  }

  /** Axes, and where the network knows no tokens. */
  frame() {
    const x = (/** @type {number} */ q) => this.x(q)
    const y = (/** @type {number} */ share) => this.y(share)
    const text = (/** @type {Record<string, string | number>} */ place, /** @type {string | number} */ said) =>
      svg("text", { class: "axis-text", ...place }, said)
    const beyond = x(this.trained + 0.5)
    /** @type {SVGElement[]} */
    const found = [svg("rect", { class: "beyond", x: beyond, y: y(1), width: x(HIGHEST) - beyond, height: y(0) - y(1) })]
    for (const share of [0, 0.5, 1]) {
      found.push(svg("line", { class: "axis", x1: x(LOWEST), x2: x(HIGHEST), y1: y(share), y2: y(share) }))
      found.push(text({ x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, `${share * 100}%`))
    }
    for (const q of [...LABELS.slice(0, 2), this.trained, ...LABELS.slice(2)]) {
      if (q !== this.trained && Math.abs(x(q) - x(this.trained)) < LABEL_WIDTH) continue // it would lie on the trained one's
      found.push(text({ x: x(q), y: HEIGHT - 6, "text-anchor": "middle" }, q === this.trained ? `trained ${q}` : q))
    }
    const remark = this.width > 500 ? "only surgery can be right here: untouched, it has no such numbers" : "only by surgery"
    found.push(text({ x: x(this.trained) + 8, y: 11 }, remark))
    return found
  }

  /** Three lines and the dots. @param {ReachData} reach */
  figures(reach) {
    const lines = /** @type {const} */ (["raw", "reduced", "shipped"]).map((name) => {
      const path = reach[name].filter(([q]) => name === "shipped" || q !== this.trained)
        .map(([q, share], i) => `${i ? "L" : "M"}${this.x(q).toFixed(1)} ${this.y(share).toFixed(1)}`).join("")
      return svg("path", { class: name, d: path })
    })
    const alone = reach.raw.filter(([q]) => q === this.trained) // no line leads there: it is another operation beside it
      .map(([q, share]) => svg("circle", { class: "alone", cx: this.x(q), cy: this.y(share), r: 3 }))
    const dots = reach.operated.map(([q, share, label]) => {
      const dot = svg("circle", { class: "operated", cx: this.x(q), cy: this.y(share), r: 2.6 })
      dot.append(svg("title", {}, label))
      return dot
    })
    return [...lines, ...alone, ...dots]
  }
}
