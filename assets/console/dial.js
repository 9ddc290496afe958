// One key frequency as a clock face: hands at a, b and a + b, and a ring to drag where the number 1 points.

import { find, hasFocus, say, setAttributes, svg } from "./dom.js"
import { NumberField } from "./field.js"
import { afterQuiet, onDrag, onWheel } from "./gestures.js"
import { point, signed, stepsAt, TURN } from "./pure/clock.js"
import { stepOf } from "./pure/modulus.js"
import { modulo, readable, tidy, withMinus } from "./pure/numbers.js"
import { apartWords } from "./pure/recipes.js"

/** @import { Pair, Setting, Turn } from "./types.js" */

const CENTRE = 60
const RIM = 48
const STRONGEST = 2 // of the sliders
const HALF_TURN = 180 + 1e-9 // degrees, which come from radians
const GRIP = 16 // around the knob: as far as a finger takes hold of it
const HANDS = /** @type {const} */ (["a", "b", "sum"])
export class Dial {
  /**
   * @param {HTMLElement} host
   * @param {{ changing: () => void, changed: () => void }} heard
   * @param {Setting} setting
   */
  constructor(host, { changing, changed }, setting) {
    this.changing = changing
    this.changed = changed
    this.setting = setting
    this.q = 1
    this.pair = { a: 0, b: 0 }
    this.hue = ""
    this.inFront = true // drawn as a dial; else it is one of the strip
    this.marks = "" // of the stops that are drawn
    this.lag = 0 // steps that the hand still has to go until it stands where it is set
    this.host = document.createElement("div")
    this.host.className = "dial"
    host.append(this.host)
    const parts = clockFace()
    this.face = parts.face
    this.stops = parts.stops
    this.rim = parts.rim
    this.hands = parts.hands
    this.knob = parts.knob
    this.host.append(this.face)
    addControls(this.host)
    const input = (/** @type {string} */ selector) => find(this.host, selector, HTMLInputElement)
    this.name = find(this.host, "b", HTMLElement)
    this.number = input(".dial-name input[type=number]")
    this.target = new NumberField(this.number, { done: (target) => {
      if (target === null) return
      this.set({ target })
      this.changed()
    } })
    this.on = input(".on")
    this.amplitude = input(".amplitude")
    this.phase = input(".phase")
    this.weight = input(".weight")
    this.linked = input(".linked")
    this.apart = find(this.host, ".apart", HTMLElement)
    this.listenToHands()
    this.listenToControls()
  }

  listenToHands() {
    const turn = (/** @type {PointerEvent} */ event) => {
      const box = this.face.getBoundingClientRect()
      const steps = stepsAt(event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2, this.q)
      this.set({ target: signed(event.altKey ? steps : Math.round(steps), this.q) })
    }
    let held = false
    const start = (/** @type {PointerEvent} */ event) => {
      held = this.isMeant(event)
      if (held) turn(event)
      return held
    }
    for (const handle of [this.knob, this.rim]) {
      onDrag(handle, { start, move: turn, done: () => this.changed() })
      handle.addEventListener("click", () => this.knob.focus({ preventScroll: true }))
      // Inside an SVG, touch-action does not keep the page from scrolling; what is not held still scrolls it.
      handle.addEventListener("touchstart", (event) => held && event.preventDefault(), { passive: false })
    }
    const settle = afterQuiet(250, () => this.changed())
    const step = (/** @type {number} */ by) => {
      this.set({ target: signed(this.setting.target + by, this.q) })
      settle()
    }
    this.knob.addEventListener("keydown", (event) => {
      const by = stepOf(event.key)
      if (by === undefined) return
      event.preventDefault()
      step(event.altKey ? by / 10 : by)
    })
    onWheel(this.face, this.knob, (event) => step(-Math.sign(event.deltaY) * (event.altKey ? 0.1 : 1)))
  }

  listenToControls() {
    const range = (/** @type {"amplitude" | "weight" | "phase"} */ name, /** @type {number} */ scale) => {
      this[name].addEventListener("input", () => this.set({ [name]: this[name].valueAsNumber * scale }))
      this[name].addEventListener("change", () => this.changed())
    }
    range("amplitude", 1)
    range("weight", 1)
    range("phase", Math.PI / 180)
    find(this.apart, "button", HTMLButtonElement).addEventListener("click", () => {
      this.set({ b: null, readout: null, linked: true })
      this.changed()
    })
    this.linked.addEventListener("change", () => { this.setting.readout = null })
    this.on.addEventListener("change", () => { // on every table, those that are set apart too
      for (const turn of [this.setting.b, this.setting.readout]) if (turn) turn.on = this.on.checked
    })
    for (const name of /** @type {const} */ (["on", "linked"])) this[name].addEventListener("change", () => {
      this.set({ [name]: this[name].checked })
      this.changed()
    })
  }

  /**
   * A finger on the ring may only want to scroll: it turns the dial by its knob, or anywhere once a tap gave it the focus.
   * @param {PointerEvent} event
   */
  isMeant({ pointerType, clientX, clientY }) {
    if (pointerType !== "touch" || hasFocus(this.knob)) return true
    const [scale, knob] = [this.face.getScreenCTM()?.a ?? 1, this.knob.getBoundingClientRect()]
    return Math.hypot(clientX - knob.x - knob.width / 2, clientY - knob.y - knob.height / 2) < GRIP * scale
  }

  /** @param {Partial<Setting>} changes */
  set(changes) {
    Object.assign(this.setting, changes)
    this.show(this.setting, this.q, this.pair)
    this.changing()
  }

  /**
   * The angle of number n in steps, phase included; on operand a's table unless another turn is given.
   * @param {number} n
   * @param {Pick<Turn, "target" | "phase">} turn
   */
  steps(n, { target, phase } = this.setting) {
    return (target + this.lag) * n + (phase / TURN) * this.q
  }

  /** The angle at which the hands of a pair add up. @param {Pair} pair */
  sum({ a, b }) {
    return this.steps(a) + this.steps(b, this.setting.b ?? this.setting)
  }

  /** @param {Setting} setting @param {number} q @param {Pair} pair */
  show(setting, q, pair) {
    this.setting = setting
    this.q = q
    this.pair = pair
    this.host.hidden = !this.inFront
    if (!this.inFront) return
    this.host.classList.toggle("off", !setting.on)
    this.host.style.setProperty("--hue", this.hue)
    this.showControls(setting)
    this.drawStops()
    this.drawHands(pair)
  }

  /** @param {Setting} setting */
  showControls({ frequency, target, on, linked, weight, amplitude, phase, b, readout }) {
    const label = (/** @type {Element} */ element, /** @type {string} */ text) => element.setAttribute("aria-label", text)
    say(this.name, String(frequency))
    this.target.write(target)
    label(this.number, `Target of frequency ${frequency}`)
    this.on.checked = on
    label(this.on, `Frequency ${frequency} on`)
    this.linked.checked = linked
    label(find(this.host, "summary", HTMLElement), `strength, phase of frequency ${frequency}`)
    for (const name of /** @type {const} */ (["amplitude", "phase"])) label(this[name], `${name} of frequency ${frequency}`)
    label(this.weight, `weight in the readout of frequency ${frequency}`)
    this.weight.disabled = readout !== null // a readout of its own has its own amplitude
    this.showStrength("weight", weight)
    this.showStrength("amplitude", amplitude)
    this.showPhase((phase * 180) / Math.PI)
    const apart = apartWords({ b, readout })
    this.apart.hidden = !apart
    say(find(this.apart, "span", HTMLElement), apart)
  }

  /** @param {Pair} pair */
  drawHands(pair) {
    const { setting, q } = this
    const along = { a: this.steps(pair.a), b: this.steps(pair.b, setting.b ?? setting), sum: this.sum(pair) }
    for (const { name, hand, tip } of this.hands) {
      const [x2, y2] = point(CENTRE, name === "sum" ? 38 : 27, along[name], q)
      setAttributes(hand, { x2, y2 })
      const [x, y] = point(CENTRE, 34, along[name], q)
      setAttributes(tip, { x, y })
    }
    const [cx, cy] = point(CENTRE, RIM, this.steps(1), q)
    setAttributes(this.knob, { cx, cy })
    setAttributes(this.knob, {
      "aria-label": `Dial of frequency ${setting.frequency}`,
      "aria-valuemin": Math.floor(-q / 2),
      "aria-valuemax": Math.ceil(q / 2),
      "aria-valuenow": setting.target,
      "aria-valuetext": `${setting.target} steps of ${q} per number`,
    })
  }

  /**
   * A recipe may set more than the slider offers; then it reaches that far.
   * @param {"amplitude" | "weight"} name
   * @param {number} value
   */
  showStrength(name, value) {
    const slider = this[name]
    const most = String(Math.max(STRONGEST, value))
    if (slider.max !== most) slider.max = most
    slider.value = String(value)
    say(find(this.host, `.${name}-read`, HTMLElement), `× ${readable(value)}`)
  }

  /** Degrees; those past half a turn are brought within it, and said to be. @param {number} degrees */
  showPhase(degrees) {
    const past = Math.abs(degrees) > HALF_TURN
    const within = past ? signed(degrees, 360) : tidy(degrees)
    this.phase.value = String(within)
    say(find(this.host, ".phase-read", HTMLElement), `${withMinus(within)}°${past ? " (mod 360°)" : ""}`)
    this.phase.setAttribute("aria-valuetext", `${within} degrees`)
  }

  /** A mark for every place where a number can stand: fewer than q of them when steps share a factor with q. */
  drawStops() {
    const places = new Set()
    for (let n = 0; n < this.q; n++) places.add(modulo(Math.round(this.steps(n) * 100), this.q * 100))
    const marks = [...places].sort((one, other) => one - other).join(" ")
    if (this.marks === marks) return // where steps share no factor with q, every target has the same
    this.marks = marks
    let path = ""
    for (const place of places) {
      const [x1, y1] = point(CENTRE, RIM, place / 100, this.q)
      const [x2, y2] = point(CENTRE, RIM - 4, place / 100, this.q)
      path += `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`
    }
    this.stops.setAttribute("d", path)
  }
}

function clockFace() {
  const face = svg("svg", { viewBox: "0 0 120 120" })
  const stops = svg("path", { class: "stops" })
  const rim = svg("circle", { class: "rim", cx: CENTRE, cy: CENTRE, r: RIM })
  const hands = HANDS.map((name) => ({
    name,
    hand: svg("line", { class: `hand ${name}`, x1: CENTRE, y1: CENTRE }),
    tip: svg("text", { class: `tip ${name}` }, name === "sum" ? "" : name),
  }))
  const knob = svg("circle", { class: "knob", r: 6.5, tabindex: 0, role: "slider" })
  face.append(
    svg("circle", { class: "face", cx: CENTRE, cy: CENTRE, r: RIM }),
    stops,
    rim,
    ...hands.flatMap(({ hand, tip }) => [hand, tip]),
    svg("circle", { class: "hub", cx: CENTRE, cy: CENTRE, r: 3 }),
    knob,
  )
  return { face, stops, rim, hands, knob }
}

/** @param {HTMLElement} host */
function addControls(host) {
  host.insertAdjacentHTML("beforeend", `
    <div class="dial-name"><label class="tap"><input type="checkbox" class="on" title="on or off" /></label><b></b><span>→</span><input type="number" step="any" /></div>
    <div class="apart" hidden><span></span><button type="button">Same on all tables</button></div>
    <details><summary>strength</summary><div class="ranges">
      <label class="range"><span>amplitude</span><output class="amplitude-read"></output>
        <input type="range" class="amplitude" min="0" max="2" step="0.05" /></label>
      <label class="range"><span>phase</span><output class="phase-read"></output>
        <input type="range" class="phase" min="-180" max="180" step="1" /></label>
      <label class="range"><span>weight in the readout</span><output class="weight-read"></output>
        <input type="range" class="weight" min="0" max="2" step="0.05" /></label>
      <label class="switch"><input type="checkbox" class="linked" />readout follows</label>
    </div></details>`)
}
