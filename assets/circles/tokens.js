// All elements of a group in a picture, with a token each for a, b and their sum; a and b are dragged.

import { setAttributes, svg } from "../console/dom.js"
import { onDrag } from "../console/gestures.js"
import { heightOf, nearest, placeOf, unitOf } from "./pure/lattice.js"

/** @typedef {"a" | "b"} Operand */

const EDGE = 5 // around the picture
const LARGEST = 5 // of a token's letter
const FEWEST_PLACES = 40 // past which places are dots without numbers

export class Tokens {
  /** @param {SVGSVGElement} picture @param {(operand: Operand, element: number) => void} moved */
  constructor(picture, moved) {
    this.picture = picture
    this.moved = moved
    this.circles = [1]
    /** @type {{ a: number[], b: number[] }} elements to which each may go */
    this.free = { a: [], b: [] }
    /** @type {{ a: number, b: number }} */
    this.at = { a: -1, b: -1 }
    this.places = svg("g", { class: "places" })
    this.tokens = { sum: token("sum", "="), a: token("a", "a"), b: token("b", "b") }
    picture.append(this.places, ...Object.values(this.tokens).map(({ group }) => group))
    /** @type {Operand} */
    let held = "a"
    const follow = (/** @type {PointerEvent} */ event) => {
      const element = nearest(this.pointed(event), this.circles, this.free[held])
      if (element !== this.at[held]) this.moved(held, element)
    }
    onDrag(picture, { start: (event) => { held = this.closer(event); follow(event) }, move: follow, done: () => {} })
    picture.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false })
  }

  /** Where a pointer is in the picture. @param {PointerEvent} event */
  pointed({ clientX, clientY }) {
    const box = this.picture.getBoundingClientRect()
    const scale = (100 + 2 * EDGE) / box.width
    return { x: (clientX - box.left) * scale - EDGE, y: (clientY - box.top) * scale - EDGE }
  }

  /** The token nearer to a pointer. @param {PointerEvent} event @returns {Operand} */
  closer(event) {
    const { x, y } = this.pointed(event)
    const far = (/** @type {number} */ element) => {
      const place = placeOf(element, this.circles)
      return Math.hypot(place.x - x, place.y - y)
    }
    return far(this.at.b) < far(this.at.a) ? "b" : "a"
  }

  /** @param {number[]} circles @param {{ a: number[], b: number[] }} free @param {(element: number) => string} named */
  arrange(circles, free, named) {
    this.circles = circles
    this.free = free
    const height = heightOf(circles)
    setAttributes(this.picture, { viewBox: `${-EDGE} ${-EDGE} ${100 + 2 * EDGE} ${height + 2 * EDGE}` })
    const order = circles.reduce((one, other) => one * other, 1)
    const unit = unitOf(circles)
    const written = order <= FEWEST_PLACES
    this.places.replaceChildren(...Array.from({ length: order }, (_, element) => {
      const { x, y } = placeOf(element, circles)
      if (!written) return svg("circle", { cx: x, cy: y, r: Math.max(0.55, unit * 0.13) })
      return svg("text", { x, y, "font-size": Math.min(LARGEST, unit * 0.42) }, named(element))
    }))
    for (const { disc, letter } of Object.values(this.tokens)) {
      const radius = Math.min(LARGEST, Math.max(2.6, unit * 0.46))
      setAttributes(disc, { r: radius })
      setAttributes(letter, { "font-size": radius * 1.3 })
    }
  }

  /** @param {{ a: number, b: number, sum: number }} elements −1 for none @param {boolean} isRight @param {string} label */
  show(elements, isRight, label) {
    this.at = { a: elements.a, b: elements.b }
    for (const name of /** @type {const} */ (["a", "b", "sum"])) {
      const { group } = this.tokens[name]
      group.toggleAttribute("hidden", elements[name] < 0)
      if (elements[name] < 0) continue
      const { x, y } = placeOf(elements[name], this.circles)
      group.setAttribute("transform", `translate(${x} ${y})`)
    }
    this.tokens.sum.group.classList.toggle("not-right", !isRight)
    this.picture.setAttribute("aria-label", label)
  }
}

/** @param {string} name @param {string} text */
function token(name, text) {
  const group = svg("g", { class: `token ${name}` })
  const disc = svg("circle")
  const letter = svg("text", {}, text)
  group.append(disc, letter)
  return { group, disc, letter }
}
