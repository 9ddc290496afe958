// The dials of an operation: a face each, and how far one more on each circle turns it.

import { setAttributes, svg } from "../console/dom.js"
import { NumberField } from "../console/field.js"
import { onDrag } from "../console/gestures.js"
import { point, signed, stepsAt } from "../console/pure/clock.js"
import { stepsOf, turnOf } from "../console/pure/group.js"
import { Face } from "../watch/face.js"

/** @import { Recipe } from "../console/types.js" */
/** @import { Ways } from "./types.js" */
/** @typedef {{ changing: () => void, changed: () => void }} Heard */

const CENTRE = 120 // of a face
const RIM = 96
const KNOB = 13
const APART = 22 // each circle's knob a little further inside, so that none hides another
const MOST_KNOBS = 3 // circles; with more there is no telling knobs apart

export class Dials {
  /** @param {HTMLElement} root @param {Heard} heard while a dial turns, and once it rests */
  constructor(root, heard) {
    this.root = root
    this.heard = heard
    /** @type {Dial[]} */
    this.dials = []
    this.circles = [1]
  }

  /** @param {Ways[]} ways @param {number[]} circles @param {string[]} hues */
  arrange(ways, circles, hues) {
    const same = String(circles) === String(this.circles) && ways.length === this.dials.length
    this.circles = circles
    if (!same) {
      this.dials = ways.map(() => new Dial(circles, this.heard))
      this.root.replaceChildren(...this.dials.map(({ host }) => host))
    }
    this.dials.forEach((dial, i) => dial.set(ways[i], hues[i]))
  }

  /** As they are set. @returns {Ways[]} */
  get ways() {
    return this.dials.map(({ ways }) => ways)
  }

  /** The hands of a pair of elements; without one, at rest. @param {Recipe} recipe @param {number} a @param {number} b */
  show(recipe, a, b) {
    const turn = turnOf(recipe)
    this.dials.forEach((dial, i) => {
      const { target } = recipe.dials[i]
      const [first, more] = a < 0 || b < 0 ? [0, 0] : [stepsOf(target, a, recipe), stepsOf(target, b, recipe)]
      dial.face.show(first, more, turn, `Dial ${dial.ways.frequency}`)
    })
  }
}

class Dial {
  /** @param {number[]} circles @param {Heard} heard */
  constructor(circles, heard) {
    this.circles = circles
    this.heard = heard
    /** @type {Ways} */
    this.ways = { frequency: 0, steps: circles.map(() => 0) }
    this.host = document.createElement("div")
    this.host.className = "turned"
    this.face = new Face({})
    this.face.picture.setAttribute("role", "group") // its knobs are reached one by one, which a picture's parts are not
    this.name = document.createElement("span")
    this.fields = circles.map((_, i) => this.field(i))
    this.knobs = circles.length > MOST_KNOBS ? [] : circles.map((_, i) => this.knob(i))
    const row = document.createElement("div")
    row.className = "steps"
    row.append(...this.fields.map(({ label }) => label))
    this.host.append(this.face.picture, this.name, row)
  }

  /** A number field for one circle. @param {number} place */
  field(place) {
    const label = document.createElement("label")
    const input = document.createElement("input")
    setAttributes(input, { type: "number", step: 1 })
    const of = document.createElement("small")
    of.textContent = `/${this.circles[place]}`
    label.append(input, of)
    const number = new NumberField(input, { done: (steps) => {
      if (steps === null || !Number.isInteger(steps)) return number.write(this.ways.steps[place])
      this.turn(place, steps)
      this.heard.changed()
    } })
    return { label, input, number }
  }

  /** A grip on the rim, where one more on a circle points. @param {number} place */
  knob(place) {
    const group = svg("g", { class: "grip", tabindex: 0, role: "slider" })
    const [disc, text] = [svg("circle", { r: KNOB }), svg("text", {}, this.circles.length > 1 ? place + 1 : "")]
    group.append(disc, text)
    this.face.picture.append(group)
    const size = this.circles[place]
    const follow = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const box = this.face.picture.getBoundingClientRect()
      this.turn(place, Math.round(stepsAt(clientX - box.left - box.width / 2, clientY - box.top - box.height / 2, size)))
    }
    onDrag(group, { start: () => {}, move: follow, done: () => this.heard.changed() })
    group.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false })
    group.addEventListener("keydown", ({ key }) => {
      const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[key]
      if (!by) return
      this.turn(place, this.ways.steps[place] + by)
      this.heard.changed()
    })
    return group
  }

  /** @param {number} place @param {number} steps */
  turn(place, steps) {
    const around = signed(steps, this.circles[place])
    const changed = this.ways.steps[place] !== around
    this.ways.steps[place] = around
    this.draw()
    if (changed) this.heard.changing()
  }

  /** @param {Ways} ways @param {string} hue */
  set(ways, hue) {
    this.ways = structuredClone(ways)
    this.host.style.setProperty("--hue", hue)
    this.face.picture.style.setProperty("--hue", hue)
    this.draw()
  }

  draw() {
    const { frequency, steps } = this.ways
    this.name.textContent = `dial ${frequency}`
    this.fields.forEach(({ input, number }, i) => {
      number.write(steps[i])
      input.setAttribute("aria-label", this.about(i))
    })
    this.knobs.forEach((knob, i) => {
      const size = this.circles[i]
      const [x, y] = point(CENTRE, RIM - APART * i, steps[i], size)
      setAttributes(knob, {
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
        "aria-label": this.about(i),
        "aria-valuemin": Math.floor(-size / 2),
        "aria-valuemax": Math.ceil(size / 2),
        "aria-valuenow": steps[i],
        "aria-valuetext": `${steps[i]} of ${size}`,
      })
    })
  }

  /** @param {number} place */
  about(place) {
    const circle = this.circles.length > 1 ? `, circle ${place + 1}` : ""
    return `Steps of dial ${this.ways.frequency}${circle}`
  }
}
