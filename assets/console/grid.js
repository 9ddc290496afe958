// The q × q map of all pairs in three states, square in (a, b) or turned so that a + b runs across and a − b down.

import { DARK_INK, inkAndPaper, LIGHT_PAPER } from "./colours.js"
import { contextOf, find, findAll, setAttributes } from "./dom.js"
import { mixed, packedColours } from "./pure/colours.js"
import { LEVELS, spanOf } from "./pure/margins.js"
import { pairAt, pairByKey, placeOf } from "./pure/map.js"
import { spokenPair } from "./pure/pairs.js"
import { paint, tonesBy } from "./pure/picture.js"
import { drawRing } from "./ring.js"

/** @import { Span } from "./pure/margins.js" */
/** @import { Pair, Shade, Shades, View } from "./types.js" */

const SIZE = 760 // pixels of the canvas

export class Grid {
  /**
   * @param {HTMLElement} root
   * @param {{ picked: (pair: Pair) => void, turned: (view: View) => void, shaded: (shade: Shade) => void }} heard
   */
  constructor(root, { picked, turned, shaded }) {
    this.canvas = find(root, "canvas", HTMLCanvasElement)
    this.caption = find(root, ".axes", HTMLElement)
    this.told = find(root, ".pair-told", HTMLElement)
    this.toggles = findAll(root, "[data-view]", HTMLButtonElement)
    this.switches = findAll(root, "[data-shade]", HTMLButtonElement)
    this.scale = find(root, ".legend .scale", HTMLElement)
    this.picked = picked
    this.picture = document.createElement("canvas")
    /** @type {View} */
    this.view = "square"
    /** @type {Uint8Array | undefined} */
    this.states = undefined
    /** @type {Shade} */
    this.shade = "margin"
    /** @type {Shades} */
    this.shades = {}
    /** @type {Span | null} */
    this.span = null
    /** @type {Pair | undefined} */
    this.pair = undefined
    this.q = 1
    this.said = ""
    this.seam = ""
    this.inks = { ink: DARK_INK, paper: LIGHT_PAPER }
    for (const button of this.toggles) button.addEventListener("click", () => {
      this.turn(button.dataset.view === "diamond" ? "diamond" : "square")
      turned(this.view)
    })
    for (const button of this.switches) button.addEventListener("click", () => {
      this.shade = button.dataset.shade === "answer" ? "answer" : "margin"
      for (const each of this.switches) setAttributes(each, { "aria-pressed": each === button })
      this.scale.textContent = this.shade === "answer" ? "class 0 to q − 1" : "barely to surely right"
      this.draw()
      shaded(this.shade)
    })
    this.listen()
  }

  listen() {
    const pick = (/** @type {PointerEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect()
      const pair = pairAt(this.view, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, this.q)
      this.byKeys = false
      if (pair) this.picked(pair)
    }
    this.canvas.addEventListener("pointermove", pick)
    this.canvas.addEventListener("pointerdown", pick)
    this.canvas.addEventListener("keydown", (event) => {
      const pair = this.pair && pairByKey(event.key, this.pair, this.q)
      if (!pair) return
      event.preventDefault()
      this.byKeys = true
      this.picked(pair)
    })
  }

  /** @param {View} view */
  turn(view) {
    this.view = view
    for (const button of this.toggles) setAttributes(button, { "aria-pressed": button.dataset.view === view })
    this.draw()
  }

  /**
   * @param {Uint8Array} states
   * @param {number} q
   * @param {{ label?: string, shades?: Shades }} [more] what is said of the map, and what else is known; else as before
   */
  show(states, q, { label, shades } = {}) {
    if (shades || q !== this.q) this.shades = shades ?? {}
    this.states = states
    this.q = q
    this.span = this.shades.margins ? spanOf(this.shades.margins, states) : null
    if (label) this.packed = undefined // the page may have other colours now; not looked up in every frame
    if (label) setAttributes(this.canvas, { "aria-label": `${label} Arrow keys go from pair to pair.` })
    this.draw()
  }

  /** Two by two pixels a pair, so that undecided ones can be checked, drawn large and straight or turned. */
  draw() {
    if (!this.states) return
    this.caption.textContent = this.view === "square" ? "a ↓ b →" : "a + b → a − b ↑"
    this.picture.width = this.picture.height = 2 * this.q
    const context = contextOf(this.picture)
    const image = context.createImageData(2 * this.q, 2 * this.q)
    const colours = this.colours()
    const tones = tonesBy(this.shade, this.shades, this.span?.most ?? 0, this.q, colours)
    paint(new Uint32Array(image.data.buffer), this.states, this.q, colours, tones)
    context.putImageData(image, 0, 0)
    this.mark()
  }

  /** The colours of pairs, packed. */
  colours() {
    if (this.packed) return this.packed
    this.inks = inkAndPaper(this.canvas)
    const { ink, paper } = this.inks
    this.seam = `rgb(${mixed(ink, paper, 0.6)})`
    this.packed = packedColours(ink, paper, LEVELS)
    return this.packed
  }

  /** The map with its seam, and a ring around one pair, of which `said` is what the network makes. */
  mark(pair = this.pair, said = this.said) {
    const another = this.pair !== pair || this.said !== said
    this.pair = pair
    this.said = said
    if (another && pair && this.byKeys) this.told.textContent = spokenPair(pair, this.q, said) // only while keys move it
    if (!this.states) return
    if (this.canvas.width !== SIZE) this.canvas.width = this.canvas.height = SIZE
    const context = contextOf(this.canvas)
    context.clearRect(0, 0, SIZE, SIZE)
    context.imageSmoothingEnabled = false
    if (this.view === "square") context.setTransform(SIZE, 0, 0, SIZE, 0, 0)
    else context.setTransform(SIZE / 2, SIZE / 2, SIZE / 2, -SIZE / 2, 0, SIZE / 2)
    context.drawImage(this.picture, 0, 0, 1, 1)
    context.resetTransform()
    this.drawSeam(context)
    if (!pair) return
    const [x, y] = placeOf(this.view, pair, this.q)
    drawRing(context, x * SIZE, y * SIZE, this.inks)
  }

  /** @param {CanvasRenderingContext2D} context */
  drawSeam(context) {
    context.strokeStyle = this.seam
    context.setLineDash([8, 6])
    context.lineWidth = 2
    context.beginPath()
    const corners = this.view === "square" ? [[1, 0], [0, 1]] : [[0.5, 0], [0.5, 1]]
    for (const [x, y] of corners) context.lineTo(x * SIZE, y * SIZE)
    context.stroke()
  }
}
