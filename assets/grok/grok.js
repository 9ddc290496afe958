// A network learns to add before one's eyes: settings, a guess, the run, and what is seen of each of its steps.

import { packed } from "../console/bytes.js"
import { luminance, rgb } from "../console/colours.js"
import { find, say, setAttributes } from "../console/dom.js"
import { NumberField } from "../console/field.js"
import { Curves } from "./curves.js"
import { Guess } from "./guess.js"
import { drawCircle, drawMap, drawNeurons } from "./pictures.js"
import { Playback } from "./playback.js"
import { milestones } from "./pure/measures.js"
import { wrongOpposites } from "./pure/pairs.js"
import { FIELDS, isUsable, withNextSeed } from "./pure/settings.js"
import { sharpness, strongestPlanes, tuned } from "./pure/neurons.js"
import { refusedWords, runWords, stepWords, neuronsWords } from "./pure/words.js"
import { Training } from "./training.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Component } from "../console/types.js" */
/** @import { Bounds, Frame, GrokData, Settings } from "./types.js" */

const PLANES = 3

export class Grok {
  /** @param {Root} root @param {Component<GrokData>} component */
  constructor(root, { data, setTriggerValue }) {
    this.root = root
    this.data = data
    this.settings = data.settings
    this.setTriggerValue = setTriggerValue
    this.whole = find(root, ".grok", HTMLElement)
    /** @type {Frame[]} */
    this.frames = []
    /** @type {{ last: Frame, order: number[], planes: ReturnType<typeof strongestPlanes> } | undefined} */
    this.known = undefined
    this.began = 0
    this.seconds = 0
    const text = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    this.texts = { caption: text(".caption"), remark: text(".remark"), result: text(".result"), neurons: text(".neurons figcaption"), planes: text(".planes figcaption") }
    this.canvases = { map: find(root, ".map canvas", HTMLCanvasElement), neurons: find(root, ".neurons canvas", HTMLCanvasElement) }
    this.curves = new Curves(text(".curves"))
    this.guess = new Guess(this.whole, () => this.start())
    this.playback = new Playback(this.whole, { moved: (step) => this.draw(step), asked: () => this.start() })
    this.training = new Training({ came: (frame) => this.take(frame), failed: (reason) => this.fail(reason) })
    this.takeButton = find(root, ".take", HTMLButtonElement)
    this.takeButton.addEventListener("click", () => this.send())
    this.listen()
    this.circles = this.madeCircles()
  }

  listen() {
    /** @type {[keyof Bounds, NumberField][]} */
    this.fields = FIELDS.map((name) => [name, new NumberField(find(this.root, `[data-field=${name}]`, HTMLInputElement), { done: (number) => this.set(name, number) })])
    for (const [name, { input }] of this.fields) setAttributes(input, { min: this.data.bounds[name][0], max: this.data.bounds[name][1] })
    const shuffled = find(this.root, "[data-field=shuffled]", HTMLInputElement)
    shuffled.addEventListener("change", () => this.change({ ...this.settings, shuffled: shuffled.checked }))
    find(this.root, ".next-seed", HTMLButtonElement).addEventListener("click", () => this.change(withNextSeed(this.settings, this.data.bounds)))
    this.write()
  }

  madeCircles() {
    const holders = Array.from({ length: PLANES }, () => {
      const holder = document.createElement("div")
      const canvas = document.createElement("canvas")
      const [name, word] = ["b", "span"].map((tag) => document.createElement(tag))
      word.className = "word"
      word.textContent = "frequency "
      canvas.setAttribute("role", "img")
      holder.append(canvas, word, name)
      return { holder, canvas, name }
    })
    find(this.root, ".circles", HTMLElement).replaceChildren(...holders.map(({ holder }) => holder))
    return holders
  }

  /** @param {Component<GrokData>} component */
  receive({ data, setTriggerValue }) {
    Object.assign(this, { data, setTriggerValue })
    if (data.refused) say(this.texts.result, data.refused)
    this.takeButton.disabled = !this.isThrough
    if (this.frames.length) this.draw(this.playback.step) // the theme may be another
    else this.prepare()
  }

  /** The noise alone, so that there is something to see before the first press. */
  prepare() {
    this.training.start(this.settings, 0)
    this.playback.begin(0)
    this.playback.frames.stop()
  }

  get isThrough() {
    return this.playback.steps > 0 && this.frames.length > this.data.steps
  }

  start() {
    this.frames = []
    this.began = performance.now()
    say(this.texts.result, "")
    this.guess.show(undefined)
    this.takeButton.disabled = true
    this.playback.begin(this.data.steps)
    this.training.start(this.settings, this.data.steps)
  }

  /** @param {keyof Bounds} name @param {number | null} number */
  set(name, number) {
    if (!isUsable(name, number, this.data.bounds)) {
      say(this.texts.remark, refusedWords(name, this.data.bounds[name]))
      return this.write()
    }
    this.change({ ...this.settings, [name]: number })
  }

  /** Other settings: another run, from its own noise. @param {Settings} settings */
  change(settings) {
    this.settings = settings
    say(this.texts.remark, "")
    this.guess.forget()
    this.write()
    this.start()
  }

  write() {
    for (const [name, field] of this.fields ?? []) field.write(this.settings[name])
    find(this.root, "[data-field=shuffled]", HTMLInputElement).checked = this.settings.shuffled
  }

  /** @param {Frame} frame */
  take(frame) {
    if (!this.whole.isConnected) return this.training.stop() // the page has gone
    this.frames.push(frame)
    this.playback.came(frame.step)
    if (this.isThrough) this.end()
  }

  /** @param {string} reason */
  fail(reason) {
    this.playback.frames.stop()
    say(this.texts.result, reason)
  }

  end() {
    this.seconds = (performance.now() - this.began) / 1000
    this.takeButton.disabled = false
    this.draw(this.playback.step)
  }

  /** What only the end of the run tells, once it has been looked at. */
  tellEnd() {
    const found = milestones(this.frames, this.settings.modulus)
    say(this.texts.result, runWords(found, this.seconds, this.settings))
    this.guess.show(found.first)
  }

  /** What is drawn of a step. @param {number} step */
  draw(step) {
    const frame = this.frames[step]
    if (!frame) return
    const p = this.settings.modulus
    const neurons = tuned(frame.powers)
    const isLast = step === this.data.steps
    const words = stepWords(frame, this.settings, { isLast, opposites: wrongOpposites(frame.states, p) })
    this.tell(words, step)
    this.curves.show(this.frames, step, this.data.steps, `Right pairs and loss at each step. ${words}`)
    this.drawPictures(frame)
    say(this.texts.neurons, neuronsWords(sharpness(neurons)))
    setAttributes(this.canvases.map, { "aria-label": `Map of all ${p} by ${p} pairs: ${frame.right} right.` })
    setAttributes(this.canvases.neurons, { "aria-label": `Frequencies of the neurons: ${neuronsWords(sharpness(neurons))}` })
    setAttributes(this.playback.slider, { "aria-valuetext": words })
    if (isLast && this.isThrough) this.tellEnd()
  }

  /** Words follow every step, and people who listen hear where it rests. @param {string} words @param {number} step */
  tell(words, step) {
    const { caption } = this.texts
    const moves = this.playback.frames.moving && step < this.data.steps
    setAttributes(caption, { "aria-live": moves ? "off" : "polite" })
    say(caption, words)
  }

  /** What the last step that is there says: the order of the neurons, and the planes that all steps are seen in. */
  get latest() {
    const last = /** @type {Frame} */ (this.frames.at(-1))
    if (this.known?.last !== last) this.known = { last, order: tuned(last.powers).order, planes: strongestPlanes(last, this.settings.modulus, PLANES) }
    return this.known
  }

  /** @param {Frame} frame */
  drawPictures(frame) {
    const { order, planes } = this.latest
    const style = getComputedStyle(this.whole)
    const [ink, paper] = ["--ink", "--paper"].map((name) => rgb(style.getPropertyValue(name)) ?? [0, 0, 0])
    const dark = luminance(style.getPropertyValue("--paper")) < 0.4
    const p = this.settings.modulus
    const hues = planes.map((_, i) => this.data.palette[i][dark ? 1 : 0])
    drawMap(this.canvases.map, frame, p, { ink, paper })
    drawNeurons(this.canvases.neurons, frame, order, new Map(planes.map(({ frequency }, i) => [frequency, rgb(hues[i]) ?? ink])), { ink, paper })
    this.circles.forEach(({ holder, canvas, name }, i) => {
      holder.hidden = !planes[i]
      if (!planes[i]) return
      const { frequency, neurons } = planes[i]
      drawCircle(canvas, frame, p, planes[i], { hue: hues[i], line: style.getPropertyValue("--line") })
      say(name, String(frequency))
      setAttributes(canvas, { "aria-label": `The ${p} numbers in the plane of frequency ${frequency}, of ${neurons.length} neurons.` })
    })
  }

  /** The network of the step that is looked at, to the server. */
  send() {
    const { step, right, table, unembedding } = this.frames[this.playback.step]
    this.takeButton.disabled = true
    say(this.texts.result, "Opening it …")
    this.setTriggerValue("network", { settings: this.settings, step, right, table: packed(table), unembedding: packed(unembedding) })
  }
}
