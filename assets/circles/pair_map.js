// The map of all pairs of an operation, shaded by answer or by margin; a pair is picked on it.

import { DARK_INK, inkAndPaper, LIGHT_PAPER } from "../console/colours.js"
import { contextOf, find, findAll, setAttributes } from "../console/dom.js"
import { packedColours } from "../console/pure/colours.js"
import { LEVELS, spanOf } from "../console/pure/margins.js"
import { pairByKey } from "../console/pure/map.js"
import { clamp } from "../console/pure/numbers.js"
import { paint } from "../console/pure/picture.js"
import { drawRing } from "../console/ring.js"
import { placesOf, sideOf, statesOf, tonesOf } from "./pure/pairs.js"

/** @import { MapColours } from "../console/pure/colours.js" */
/** @import { Pair, Shade } from "../console/types.js" */
/** @import { CirclesData } from "./types.js" */

const SIZE = 640 // pixels of the longer side

export class PairMap {
  /** @param {HTMLElement} root @param {(pair: Pair) => void} picked */
  constructor(root, picked) {
    this.canvas = find(root, "canvas", HTMLCanvasElement)
    this.axes = find(root, ".axes", HTMLElement)
    this.switches = findAll(root, "[data-shade]", HTMLButtonElement)
    this.picture = document.createElement("canvas")
    /** @type {Shade} */
    this.shade = "answer"
    this.places = new Int32Array()
    /** @type {number[]} */
    this.answers = []
    /** @type {Uint8Array} */
    this.states = new Uint8Array()
    /** @type {Float32Array | undefined} */
    this.margins = undefined
    this.size = { a: 1, b: 1 }
    this.side = 1
    this.inks = { ink: DARK_INK, paper: LIGHT_PAPER }
    /** @type {MapColours | undefined} */
    this.colours = undefined
    /** @type {Pair} */
    this.pair = { a: 0, b: 0 }
    const pick = (/** @type {PointerEvent} */ { clientX, clientY, buttons, type }) => {
      if (type === "pointermove" && !buttons) return
      const box = this.canvas.getBoundingClientRect()
      const at = (/** @type {number} */ share, /** @type {number} */ most) => clamp(Math.floor(share * most), 0, most - 1)
      picked({ a: at((clientY - box.top) / box.height, this.size.a), b: at((clientX - box.left) / box.width, this.size.b) })
    }
    for (const type of /** @type {const} */ (["pointerdown", "pointermove"])) this.canvas.addEventListener(type, pick)
    this.canvas.addEventListener("keydown", (event) => {
      const pair = pairByKey(event.key, this.pair, this.side)
      if (!pair) return
      event.preventDefault()
      picked({ a: Math.min(pair.a, this.size.a - 1), b: Math.min(pair.b, this.size.b - 1) })
    })
    for (const button of this.switches) button.addEventListener("click", () => {
      this.shade = button.dataset.shade === "margin" ? "margin" : "answer"
      this.draw()
    })
  }

  /** @param {CirclesData} data @param {number[]} answers of the pairs of elements */
  arrange(data, answers) {
    this.places = placesOf(data)
    this.side = sideOf(data)
    this.size = { a: data.of_a.length, b: data.of_b.length }
    this.answers = answers
    const longest = Math.max(this.size.a, this.size.b)
    this.canvas.width = Math.round((SIZE * this.size.b) / longest)
    this.canvas.height = Math.round((SIZE * this.size.a) / longest)
    this.colours = undefined // the page may have other ones now
  }

  /** @param {Uint8Array} states of the pairs of elements @param {Float32Array | undefined} margins @param {string} [label] */
  show(states, margins, label) {
    this.states = states
    this.margins = margins
    if (label) this.canvas.setAttribute("aria-label", `Map of all pairs: ${label} Arrow keys go from pair to pair.`)
    this.draw()
  }

  /** @param {Pair} pair */
  mark(pair) {
    this.pair = pair
    this.ring()
  }

  draw() {
    for (const button of this.switches) {
      setAttributes(button, { "aria-pressed": button.dataset.shade === this.shade })
      button.disabled = button.dataset.shade === "margin" && !this.margins
    }
    const shade = this.margins ? this.shade : "answer"
    this.axes.textContent = shade === "answer" ? "a ↓ b →, dark: large answers" : "a ↓ b →, dark: surely right"
    const colours = this.packed()
    this.picture.width = this.picture.height = 2 * this.side
    const context = contextOf(this.picture)
    const image = context.createImageData(2 * this.side, 2 * this.side)
    const most = this.margins ? (spanOf(this.margins, this.states)?.most ?? 0) : 0
    const tones = tonesOf(shade, this.places, this.answers, { margins: this.margins, most }, colours)
    paint(new Uint32Array(image.data.buffer), statesOf(this.places, this.states), this.side, colours, tones)
    context.putImageData(image, 0, 0)
    this.ring()
  }

  /** The colours of pairs; looked up once an arrangement, not in every frame. */
  packed() {
    if (this.colours) return this.colours
    this.inks = inkAndPaper(this.canvas)
    this.colours = packedColours(this.inks.ink, this.inks.paper, LEVELS)
    return this.colours
  }

  /** The map, and a ring around the pair. */
  ring() {
    const { width, height } = this.canvas
    const context = contextOf(this.canvas)
    context.clearRect(0, 0, width, height)
    context.imageSmoothingEnabled = false
    context.drawImage(this.picture, 0, 0, 2 * this.size.b, 2 * this.size.a, 0, 0, width, height)
    const [x, y] = [((this.pair.b + 0.5) / this.size.b) * width, ((this.pair.a + 0.5) / this.size.a) * height]
    drawRing(context, x, y, this.inks)
  }
}
