// The face of a watch with q numbers, or of a dial: marks where numbers stand, and a hand.

import { setAttributes, svg } from "../console/dom.js"
import { point } from "../console/pure/clock.js"
import { onFace } from "./pure/words.js"

const SIZE = 240
const CENTRE = SIZE / 2
const RIM = 96
const NUMBERS_AT = 110
const WAY = 50
const MOST_NUMBERS = 16 // that are written around a face

export class Face {
  /** @param {{ hue?: string, numbers?: boolean }} looks */
  constructor({ hue = "", numbers = false }) {
    this.numbers = numbers
    this.q = 0
    this.picture = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "face", role: "img" })
    if (hue) this.picture.style.setProperty("--hue", hue)
    this.marks = svg("path", { class: "marks" })
    this.written = svg("g", { class: "written" })
    this.way = svg("path", { class: "way" })
    this.before = svg("line", { class: "hand before", x1: CENTRE, y1: CENTRE })
    this.hand = svg("line", { class: "hand", x1: CENTRE, y1: CENTRE })
    this.picture.append(
      svg("circle", { class: "rim", cx: CENTRE, cy: CENTRE, r: RIM }), this.marks, this.written, this.way, this.before, this.hand,
      svg("circle", { class: "hub", cx: CENTRE, cy: CENTRE, r: 5 }),
    )
  }

  /** @param {number} q */
  mark(q) {
    if (this.q === q) return
    this.q = q
    let path = ""
    for (let n = 0; n < q; n++) {
      const [[x1, y1], [x2, y2]] = [point(CENTRE, RIM, n, q), point(CENTRE, RIM - (q > MOST_NUMBERS ? 5 : 8), n, q)]
      path += `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`
    }
    this.marks.setAttribute("d", path)
    const apart = Math.ceil(q / MOST_NUMBERS)
    const shown = this.numbers ? Array.from({ length: q }, (_, n) => n).filter((n) => n % apart === 0 && (n === 0 || q - n >= apart)) : []
    this.written.replaceChildren(...shown.map((n) => {
      const [x, y] = point(CENTRE, NUMBERS_AT, n, q)
      return svg("text", { x, y, "data-number": n }, onFace(n, q))
    }))
  }

  /**
   * Both in steps of q from the top: where the hand stood after a, and the way that it has gone since.
   * @param {number} first
   * @param {number} more
   * @param {number} q
   * @param {string} label for people who listen
   */
  show(first, more, q, label) {
    this.mark(q)
    const [x2, y2] = point(CENTRE, RIM - 14, first + more, q)
    setAttributes(this.hand, { x2, y2 })
    const [x, y] = point(CENTRE, RIM - 14, first, q)
    setAttributes(this.before, { x2: x, y2: y, visibility: more ? "visible" : "hidden" })
    if (this.numbers) this.way.setAttribute("d", more ? arc(first, more, q) : "")
    this.picture.setAttribute("aria-label", label)
  }

  /** Written larger: where the hand stands, once it does. @param {number | null} number */
  point(number) {
    for (const text of this.written.children) text.classList.toggle("here", text.getAttribute("data-number") === String(number))
  }
}

/** The way that a hand has gone, less than one turn. @param {number} first @param {number} more @param {number} q */
function arc(first, more, q) {
  const points = Math.max(2, Math.ceil((more / q) * 90))
  return Array.from({ length: points + 1 }, (_, i) => {
    const [x, y] = point(CENTRE, WAY, first + (more * i) / points, q)
    return `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`
  }).join("")
}
