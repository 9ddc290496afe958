// The waves of one pair: each dial's cosine over the classes c in a lane of its own, and below them their sum.

import { find, svg } from "./dom.js"
import { labelOf, WHOLE, withHalf } from "./pure/halves.js"
import { clamp } from "./pure/numbers.js"
import { pathOf, rivalsOf, soundOf, waveOf } from "./pure/waves.js"

/** @import { Dial } from "./dial.js" */
/** @import { Pair, Recipe } from "./types.js" */
/** @import { Equation, Said } from "./equation.js" */
/** @typedef {{ path: SVGPathElement | null, key: string, wave: number[] }} Line without a path where only the sum has it */

const TOP = 18
const LANES = 176 // pixels for all lanes
const WIDEST_LANE = 34
const SUM = 108 // pixels for the sum
const FOOT = 20
const NARROWEST = 180
const LABEL_ROOM = 52 // pixels between two labels of classes

export class Waves {
  /**
   * @param {HTMLElement} root
   * @param {Equation} equation of the same pair
   */
  constructor(root, equation) {
    this.holder = find(root, ".wave-holder", HTMLElement)
    this.equation = equation
    this.width = 0
    this.q = 1
    this.halves = WHOLE
    this.frame = ""
    this.lane = WIDEST_LANE
    this.middle = 0
    this.picture = svg("svg")
    this.sum = svg("path")
    this.rivals = svg("g")
    /** @type {Line[]} */
    this.lines = []
    /** @type {[Recipe, Dial[], number[], Pair, Said] | undefined} */
    this.shown = undefined
    new ResizeObserver(() => {
      this.width = this.widthNow() // read here, so that no turn waits for a layout
      if (this.shown) this.show(...this.shown)
    }).observe(this.holder)
  }

  widthNow() {
    return Math.max(NARROWEST, this.holder.clientWidth)
  }

  /**
   * @param {Recipe} recipe
   * @param {Dial[]} dials
   * @param {number[]} weights of their frequencies
   * @param {Pair} pair
   * @param {Said} told of the pair
   */
  show(recipe, dials, weights, pair, told) {
    this.shown = [recipe, dials, weights, pair, told]
    this.q = recipe.modulus
    this.halves = told.halves
    this.width ||= this.widthNow()
    const answer = (pair.a + pair.b) % this.q
    this.equation.show(pair, this.q, told)
    const sounding = dials.flatMap((dial, i) => {
      const sound = soundOf(dial.setting, weights[i])
      return sound ? [{ ...sound, hue: dial.inFront ? dial.hue : "", input: dial.sum(pair), lag: dial.lag }] : []
    })
    this.drawFrame(answer, sounding.map(({ hue }) => hue))
    this.drawWaves(sounding)
    this.drawRivals(rivalsOf(sounding, this.q, answer), answer)
    const [a, b, c] = [withHalf(pair.a, this.halves.a), withHalf(pair.b, this.halves.b), this.label(answer)]
    this.picture.setAttribute("aria-label", `Waves over the classes for ${a} + ${b}; the right class is ${c}`)
  }

  /** @param {(Parameters<typeof waveOf>[0])[]} sounding */
  drawWaves(sounding) {
    const total = sounding.reduce((sum, { weight }) => sum + Math.abs(weight), 0) || 1
    const loudest = Math.max(...sounding.map(({ weight }) => Math.abs(weight))) || 1
    const x = (/** @type {number} */ c) => this.x(c)
    const points = Math.max(240, this.q * 4)
    const sum = new Float64Array(points + 1)
    let lane = 0
    sounding.forEach((sound, k) => {
      const drawn = this.lines[k]
      const key = JSON.stringify([sound, loudest])
      if (drawn.key !== key) { // most hands rest while one is turned
        drawn.wave = waveOf(sound, this.q, points)
        const middle = this.laneMiddle(lane)
        const room = this.lane * 0.44
        drawn.path?.setAttribute("d", pathOf(drawn.wave, this.q, x, (value) => middle - (value / loudest) * room))
        drawn.key = key
      }
      if (drawn.path) lane += 1
      for (let i = 0; i <= points; i++) sum[i] += drawn.wave[i]
    })
    const y = (/** @type {number} */ value) => this.middle - (value / total) * (SUM / 2 - 4)
    this.sum.setAttribute("d", sounding.length ? pathOf(sum, this.q, x, y) : "")
  }

  /** Where the stacked waves stand as high as at the right class, or higher. @param {number[]} rivals @param {number} answer */
  drawRivals(rivals, answer) {
    const written = [answer]
    this.rivals.replaceChildren(...rivals.flatMap((c) => {
      const x = this.x(c)
      const line = svg("line", { class: "missed", x1: x, x2: x, y1: 15, y2: this.middle + SUM / 2 })
      if (written.some((other) => Math.abs(this.x(other) - x) < LABEL_ROOM)) return [line]
      written.push(c)
      return [line, svg("text", { class: "peak-text rival", x: clamp(x, 24, this.width - 24), y: 11 }, `c = ${this.label(c)}`)]
    }))
  }

  /** Where the wave of a lane lies. @param {number} lane */
  laneMiddle(lane) {
    return TOP + this.lane * (lane + 0.5)
  }

  /** The number that a class stands for. @param {number} c */
  label(c) {
    return labelOf(c, this.halves, this.q)
  }

  /** Where a class lies across. @param {number} c */
  x(c) {
    return 6 + (c / (this.q - 1 || 1)) * (this.width - 12)
  }

  /**
   * All that stays while a hand turns, and a path for every wave.
   * @param {number} answer
   * @param {string[]} hues
   */
  drawFrame(answer, hues) {
    const { width } = this
    const frame = [width, this.q, this.label(answer), ...hues].join(" ")
    if (this.frame === frame) return
    this.frame = frame
    const lanes = hues.filter(Boolean).length
    this.lane = Math.min(WIDEST_LANE, LANES / Math.max(lanes, 1))
    const height = TOP + this.lane * lanes + SUM + FOOT
    this.middle = height - FOOT - SUM / 2
    this.picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img" })
    const x = (/** @type {number} */ c) => this.x(c)
    this.lines = hues.map((stroke) => ({ path: stroke ? svg("path", { class: "wave", stroke }) : null, key: "", wave: [] }))
    this.sum = svg("path", { class: "wave-sum" })
    this.rivals = svg("g")
    this.picture.append(
      this.rivals,
      svg("line", { class: "peak", x1: x(answer), x2: x(answer), y1: 15, y2: height - FOOT }),
      svg("line", { class: "axis", x1: x(0), x2: x(this.q - 1), y1: this.middle, y2: this.middle }),
      ...this.lines.flatMap(({ path }) => path ?? []),
      this.sum,
      svg("text", { class: "peak-text", x: clamp(x(answer), 24, width - 24), y: 11 }, `c = ${this.label(answer)}`),
    )
    for (const c of [0, Math.round((this.q - 1) / 2), this.q - 1]) {
      const anchor = c === 0 ? "start" : c === this.q - 1 ? "end" : "middle"
      this.picture.append(svg("text", { class: "axis-text", x: x(c), y: height - 4, "text-anchor": anchor }, c === 0 ? `class c = ${this.label(0)}` : this.label(c)))
    }
    this.holder.replaceChildren(this.picture)
  }
}
