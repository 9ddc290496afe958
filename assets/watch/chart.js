// The votes for every answer: a thin line for each dial, and a bar for what all together give.

import { svg } from "../console/dom.js"
import { clamp } from "../console/pure/numbers.js"
import { onFace } from "./pure/words.js"

const HEIGHT = 172
const NARROW = 420 // of a phone, where all of it stands on one screen:
const LOW = 124
const TOP = 28
const FOOT = 20
const NARROWEST = 240
const MOST_WRITTEN = 16 // answers under the bars

export class Chart {
  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder
    this.width = NARROWEST
    this.picture = svg("svg", { role: "img" })
    holder.append(this.picture)
    /** @type {Parameters<Chart["show"]> | undefined} */
    this.shown = undefined
    new ResizeObserver(([{ contentRect }]) => {
      this.width = Math.max(NARROWEST, contentRect.width)
      if (this.shown) this.show(...this.shown)
    }).observe(holder)
  }

  /**
   * @param {{ votes: ArrayLike<number>, hue: string }[]} lines of the dials that have voted, each as far as it has
   * @param {ArrayLike<number>} together
   * @param {{ most: number, answer: number, first: number | null }} told the votes that one answer could have, the right answer, and the one that is ahead alone
   * @param {string} label for people who listen
   */
  show(lines, together, { most, answer, first }, label) {
    this.shown = [lines, together, { most, answer, first }, label]
    const { width } = this
    const q = together.length
    const slot = (width - 2) / q
    const height = heightAt(width)
    const middle = TOP + (height - TOP - FOOT) / 2
    const y = (/** @type {number} */ votes) => middle - (votes / (most || 1)) * (middle - TOP)
    const x = (/** @type {number} */ c) => 1 + slot * (c + 0.5)
    const bars = Array.from(together, (votes, c) => svg("rect", {
      x: x(c) - slot * 0.36, width: slot * 0.72, y: Math.min(y(votes), middle), height: Math.abs(y(votes) - middle), class: c === first ? "bar first" : "bar",
    }))
    const paths = lines.map(({ votes, hue }) => svg("path", {
      d: Array.from(votes, (vote, c) => `${c ? "L" : "M"}${x(c).toFixed(1)} ${y(vote).toFixed(1)}`).join(""), stroke: hue, class: q > MOST_WRITTEN ? "vote many" : "vote",
    }))
    this.picture.replaceChildren(
      svg("line", { class: "axis", x1: 0, x2: width, y1: middle, y2: middle }), ...bars, ...paths, ...written(q, x, answer, height),
      ...(first === null ? [] : [svg("text", { class: "ahead", x: clamp(x(first), 14, width - 14), y: Math.max(14, y(together[first]) - 6) }, onFace(first, q))]),
    )
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`)
    this.picture.setAttribute("height", String(height))
    this.picture.setAttribute("aria-label", label)
  }
}

/** @param {number} width */
const heightAt = (width) => (width < NARROW ? LOW : HEIGHT)

/** Answers under the bars; of many a few, and always the right one. @param {number} q @param {(c: number) => number} x @param {number} answer @param {number} height */
function written(q, x, answer, height) {
  const apart = Math.ceil(q / MOST_WRITTEN)
  const shown = Array.from({ length: q }, (_, c) => c).filter((c) => c === answer || (c % apart === 0 && (apart === 1 || Math.abs(c - answer) > apart * 0.7)))
  return shown.map((c) => svg("text", { class: c === answer ? "answer-text right" : "answer-text", x: x(c), y: height - 5 }, onFace(c, q)))
}
