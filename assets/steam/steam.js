// Oscillators on their circles, turning and locking for one pair: played, stopped, dragged.

import { looked, lookAt } from "../address/address.js"
import { luminance } from "../console/colours.js"
import { find, findAll, say, setAttributes } from "../console/dom.js"
import { afterQuiet } from "../console/gestures.js"
import { withMinus } from "../console/pure/numbers.js"
import { remainders } from "../console/pure/pairs.js"
import { PairBoxes } from "../sum/pair_boxes.js"
import { Frames } from "../watch/frames.js"
import { cleared, drawCircle, drawCurve } from "./drawing.js"
import { later, nextStep } from "./pure/motion.js"
import { circleWords, kindWords, wayWords } from "./pure/words.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Component, Pair } from "../console/types.js" */
/** @import { SteamData } from "./types.js" */

const MILLISECONDS = 120 // that a pair is typed before the server is asked for it
const SIDE = 112 // pixels of a circle's picture
const RADIUS = 46
const CURVE = 64 // pixels, its height

export class Steam {
  /** @param {Root} root @param {Component<SteamData>} component */
  constructor(root, { data, setStateValue }) {
    this.root = root
    this.data = data
    /** @type {Pair} */
    this.pair = data.pair
    /** @type {Pair | null} */
    this.awaited = null // a pair that the server was asked for
    this.setStateValue = setStateValue
    this.position = 0
    this.run = ""
    this.asked = false
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.button = find(root, ".play", HTMLButtonElement)
    this.slider = find(root, ".position", HTMLInputElement)
    this.curve = find(root, ".energy canvas", HTMLCanvasElement)
    this.ask = afterQuiet(MILLISECONDS, () => this.setStateValue("pair", this.pair))
    this.boxes = new PairBoxes(root, {
      shown: () => ({ pair: this.pair, modulus: this.data.modulus }),
      take: (pair) => this.take(pair),
      write: () => this.write()
    })
    this.frames = new Frames(this.slider, (seconds) => this.advance(seconds), () => this.tell())
    this.button.addEventListener("click", () => (this.frames.moving ? this.frames.stop() : this.play()))
    this.slider.addEventListener("input", () => {
      this.frames.stop()
      this.go(this.slider.valueAsNumber)
    })
    new ResizeObserver(() => this.draw()).observe(this.curve)
  }

  get steps() {
    return this.data.answers.length - 1
  }

  /** @param {Component<SteamData>} component */
  receive({ data, setStateValue }) {
    Object.assign(this, { data, setStateValue })
    if (!this.asked && looked.pair) this.take(remainders(looked.pair, data.modulus)) // the pair of the other pages
    this.asked = true
    if (!this.isBehind) this.follow(data.pair)
    this.slider.max = String(this.steps)
    this.arrange()
    this.write()
    if (data.run === this.run) return this.go(Math.min(this.position, this.steps))
    this.run = data.run
    this.begin()
  }

  /** The way from its start; where nothing may move, its end. */
  begin() {
    this.frames.stop()
    if (this.still.matches) return this.go(this.steps)
    this.go(0)
    this.frames.start()
  }

  /** The server's oscillators are of another pair than the one that is asked for. */
  get isBehind() {
    const { awaited, data: { pair, modulus } } = this
    if (!awaited) return false
    const { a, b } = remainders(awaited, modulus)
    return a !== pair.a || b !== pair.b
  }

  /** The pair that the server has, which a button beside may have chosen. @param {Pair} pair */
  follow(pair) {
    if (pair.a !== this.pair.a || pair.b !== this.pair.b) lookAt({ pair })
    this.pair = pair
    this.awaited = null
  }

  /** @param {Pair} pair */
  take(pair) {
    this.pair = this.awaited = pair
    if (this.isBehind) this.ask()
  }

  write() {
    this.boxes.write()
    find(this.root, ".steam", HTMLElement).classList.toggle("behind", this.isBehind)
  }

  /** A picture for each community. */
  arrange() {
    const { communities, energy } = this.data
    const holder = find(this.root, ".circles", HTMLElement)
    if (holder.children.length !== communities.length) holder.replaceChildren(...communities.map(circle))
    findAll(holder, "span", HTMLElement).forEach((name, i) => say(name, `frequency ${communities[i].frequency}`))
    find(this.root, ".energy", HTMLElement).toggleAttribute("hidden", !energy)
    say(find(this.root, ".kind", HTMLElement), kindWords(this.data))
  }

  play() {
    if (this.still.matches) return this.go(nextStep(this.position, this.steps))
    if (this.position >= this.steps) this.go(0)
    this.frames.start()
  }

  /** @param {number} seconds */
  advance(seconds) {
    this.go(later(this.position, seconds, this.steps))
    return this.position < this.steps
  }

  /** @param {number} position */
  go(position) {
    this.position = position
    this.slider.value = String(position)
    this.draw()
    this.tell()
  }

  tell() {
    say(this.button, this.frames.moving ? "Stop" : this.position >= this.steps ? "Again" : this.still.matches ? "Next" : "Play")
  }

  draw() {
    const { data, position } = this
    const ink = this.ink()
    const dark = luminance(ink.paper) < 0.4
    findAll(this.root, ".circles canvas", HTMLCanvasElement).forEach((canvas, i) => {
      const look = { harmonic: data.harmonic, hue: data.palette[i][dark ? 1 : 0], ink }
      drawCircle(cleared(canvas, SIDE, SIDE), { x: SIDE / 2, y: SIDE / 2, radius: RADIUS }, data.communities[i], position, look)
      setAttributes(canvas, { "aria-label": circleWords(data.communities[i], Math.floor(position)) })
    })
    const told = wayWords(data, position)
    say(find(this.root, ".caption", HTMLElement), told)
    setAttributes(this.slider, { "aria-valuetext": told })
    if (data.energy) this.drawEnergy(data.energy, ink)
  }

  /** @param {number[]} energy @param {import("./drawing.js").Ink} ink */
  drawEnergy(energy, ink) {
    const width = this.curve.clientWidth
    if (!width) return
    drawCurve(cleared(this.curve, width, CURVE), { width, height: CURVE }, energy, this.position, ink)
    setAttributes(this.curve, { "aria-label": `Energy, from ${withMinus(tenths(energy[0]))} to ${withMinus(tenths(energy[energy.length - 1]))}` })
    say(find(this.root, ".energy figcaption", HTMLElement), `energy ${withMinus(tenths(energy[Math.floor(this.position)]))}`)
  }

  /** Colours as the page has them now. */
  ink() {
    const style = getComputedStyle(find(this.root, ".steam", HTMLElement))
    const [ink, soft, line, paper] = ["--ink", "--soft", "--line", "--paper"].map((name) => style.getPropertyValue(name).trim())
    return { ink, soft, line, paper }
  }
}

/** A place for one community. */
function circle() {
  const [item, canvas, name] = [document.createElement("li"), document.createElement("canvas"), document.createElement("span")]
  canvas.setAttribute("role", "img")
  item.append(canvas, name)
  return item
}

/** @param {number} value */
const tenths = (value) => Number(value.toFixed(1))
