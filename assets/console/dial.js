// One key frequency as a clock face: hands at a, b and a + b, and a ring to drag where the number 1 points.

const CENTRE = 60
const RIM = 48
const STRONGEST = 2 // of the sliders
const HALF_TURN = 180 + 1e-9 // degrees, which come from radians
const GRIP = 16 // around the knob: as far as a finger takes hold of it

class Dial {
  constructor(host, { changing, changed }) {
    this.changing = changing
    this.changed = changed
    this.lag = 0 // steps that the hand still has to go until it stands where it is set
    this.host = document.createElement("div")
    this.host.className = "dial"
    host.append(this.host)
    this.face = svg("svg", { viewBox: "0 0 120 120" })
    const add = (name, attributes) => this.face.appendChild(svg(name, attributes))
    add("circle", { class: "face", cx: CENTRE, cy: CENTRE, r: RIM })
    this.stops = add("path", { class: "stops" })
    this.rim = add("circle", { class: "rim", cx: CENTRE, cy: CENTRE, r: RIM })
    this.hands = ["a", "b", "sum"].map((name) => [name, add("line", { class: `hand ${name}`, x1: CENTRE, y1: CENTRE }), add("text", { class: `tip ${name}` })])
    add("circle", { class: "hub", cx: CENTRE, cy: CENTRE, r: 3 })
    this.knob = add("circle", { class: "knob", r: 6.5, tabindex: 0, role: "slider" })
    this.host.append(this.face)
    this.host.insertAdjacentHTML("beforeend", `
      <div class="dial-name"><label class="tap"><input type="checkbox" class="on" title="on or off" /></label><b></b><span>→</span><input type="number" step="any" /></div>
      <div class="apart" hidden><span></span><button type="button">Same on all tables</button></div>
      <details><summary>strength, phase</summary>
        <label class="range"><span>amplitude</span><output class="amplitude-read"></output>
          <input type="range" class="amplitude" min="0" max="2" step="0.05" /></label>
        <label class="range"><span>phase</span><output class="phase-read"></output>
          <input type="range" class="phase" min="-180" max="180" step="1" /></label>
        <label class="range"><span>weight in the readout</span><output class="weight-read"></output>
          <input type="range" class="weight" min="0" max="2" step="0.05" /></label>
        <label class="switch"><input type="checkbox" class="linked" />readout follows</label>
      </details>`)
    const find = (selector) => this.host.querySelector(selector)
    this.name = find("b")
    this.number = find(".dial-name input[type=number]")
    this.target = new NumberField(this.number, { done: (target) => {
      if (target === null) return
      this.set({ target })
      this.changed()
    } })
    this.on = find(".on")
    this.amplitude = find(".amplitude")
    this.phase = find(".phase")
    this.weight = find(".weight")
    this.linked = find(".linked")
    this.apart = find(".apart")
    this.listen()
  }

  listen() {
    const settle = afterQuiet(250, () => this.changed())
    const turn = (event) => {
      const box = this.face.getBoundingClientRect()
      const angle = Math.atan2(event.clientX - box.left - box.width / 2, -(event.clientY - box.top - box.height / 2))
      const steps = (angle / TURN) * this.q
      this.set({ target: signed(event.altKey ? steps : Math.round(steps), this.q) })
    }
    let held = false
    const start = (event) => {
      held = this.isMeant(event)
      return held && turn(event)
    }
    for (const handle of [this.knob, this.rim]) {
      onDrag(handle, { start, move: turn, done: () => this.changed() })
      handle.addEventListener("click", () => this.knob.focus({ preventScroll: true }))
      // Inside an SVG, touch-action does not keep the page from scrolling; what is not held still scrolls it.
      handle.addEventListener("touchstart", (event) => held && event.preventDefault(), { passive: false })
    }
    const step = (by) => {
      this.set({ target: signed(this.setting.target + by, this.q) })
      settle()
    }
    this.knob.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key]
      if (by === undefined) return
      event.preventDefault()
      step(event.altKey ? by / 10 : by)
    })
    onWheel(this.face, this.knob, (event) => step(-Math.sign(event.deltaY) * (event.altKey ? 0.1 : 1)))
    const range = (input, name, scale) => {
      input.addEventListener("input", () => this.set({ [name]: input.valueAsNumber * scale }))
      input.addEventListener("change", () => this.changed())
    }
    range(this.amplitude, "amplitude", 1)
    range(this.weight, "weight", 1)
    range(this.phase, "phase", Math.PI / 180)
    this.apart.querySelector("button").addEventListener("click", () => {
      this.set({ b: null, readout: null, linked: true })
      this.changed()
    })
    this.linked.addEventListener("change", () => { this.setting.readout = null })
    this.on.addEventListener("change", () => { // on every table, those that are set apart too
      for (const turn of [this.setting.b, this.setting.readout]) if (turn) turn.on = this.on.checked
    })
    for (const name of ["on", "linked"]) this[name].addEventListener("change", () => {
      this.set({ [name]: this[name].checked })
      this.changed()
    })
  }

  // A finger on the ring may only want to scroll: it turns the dial by its knob, or anywhere once a tap gave it the focus.
  isMeant({ pointerType, clientX, clientY }) {
    if (pointerType !== "touch" || hasFocus(this.knob)) return true
    const [scale, knob] = [this.face.getScreenCTM().a, this.knob.getBoundingClientRect()]
    return Math.hypot(clientX - knob.x - knob.width / 2, clientY - knob.y - knob.height / 2) < GRIP * scale
  }

  set(changes) {
    Object.assign(this.setting, changes)
    this.show(this.setting, this.q, this.pair)
    this.changing()
  }

  // The angle of number n in steps, phase included; on operand a's table unless another turn is given.
  steps(n, { target, phase } = this.setting) {
    return (target + this.lag) * n + (phase / TURN) * this.q
  }

  // The angle at which the hands of a pair add up.
  sum({ a, b }) {
    return this.steps(a) + this.steps(b, this.setting.b ?? this.setting)
  }

  // What is set apart from operand a's table.
  tellApart({ b, readout }) {
    const said = [["b", b], ["readout", readout]].filter(([, turn]) => turn).map(([name, turn]) => `${name}: ${turn.on ? turn.target : "off"}`)
    this.apart.hidden = !said.length
    this.apart.querySelector("span").textContent = said.join(", ")
  }

  show(setting, q, pair) {
    this.setting = setting
    this.q = q
    this.pair = pair
    const { target, on, linked } = setting
    this.host.classList.toggle("off", !on)
    this.host.style.setProperty("--hue", this.hue)
    this.name.textContent = setting.frequency
    this.target.write(target)
    this.number.setAttribute("aria-label", `Target of frequency ${setting.frequency}`)
    this.on.checked = on
    this.on.setAttribute("aria-label", `Frequency ${setting.frequency} on`)
    this.linked.checked = linked
    this.host.querySelector("summary").setAttribute("aria-label", `strength, phase of frequency ${setting.frequency}`)
    for (const name of ["amplitude", "phase"]) this[name].setAttribute("aria-label", `${name} of frequency ${setting.frequency}`)
    this.weight.setAttribute("aria-label", `weight in the readout of frequency ${setting.frequency}`)
    this.weight.disabled = setting.readout !== null // a readout of its own has its own amplitude
    this.showStrength("weight", setting.weight)
    this.showStrength("amplitude", setting.amplitude)
    this.showPhase((setting.phase * 180) / Math.PI)
    this.drawStops()
    this.tellApart(setting)
    const along = { a: this.steps(pair.a), b: this.steps(pair.b, setting.b ?? setting), sum: this.sum(pair) }
    for (const [name, hand, tip] of this.hands) {
      const [x, y] = point(CENTRE, name === "sum" ? 38 : 27, along[name], q)
      hand.setAttribute("x2", x)
      hand.setAttribute("y2", y)
      const [tipX, tipY] = point(CENTRE, 34, along[name], q)
      tip.setAttribute("x", tipX)
      tip.setAttribute("y", tipY)
      tip.textContent = name === "sum" ? "" : name
    }
    const [x, y] = point(CENTRE, RIM, this.steps(1), q)
    this.knob.setAttribute("cx", x)
    this.knob.setAttribute("cy", y)
    this.knob.setAttribute("aria-label", `Dial of frequency ${setting.frequency}`)
    this.knob.setAttribute("aria-valuemin", Math.floor(-q / 2))
    this.knob.setAttribute("aria-valuemax", Math.ceil(q / 2))
    this.knob.setAttribute("aria-valuenow", target)
    this.knob.setAttribute("aria-valuetext", `${target} steps of ${q} per number`)
  }

  // A recipe may set more than the slider offers; then it reaches that far.
  showStrength(name, value) {
    const slider = this[name]
    const most = String(Math.max(STRONGEST, value))
    if (slider.max !== most) slider.max = most
    slider.value = value
    this.host.querySelector(`.${name}-read`).textContent = `× ${readable(value)}`
  }

  // Degrees; those past half a turn are brought within it, and said to be.
  showPhase(degrees) {
    const past = Math.abs(degrees) > HALF_TURN
    const within = past ? signed(degrees, 360) : tidy(degrees)
    this.phase.value = within
    this.host.querySelector(".phase-read").textContent = `${withMinus(within)}°${past ? " (mod 360°)" : ""}`
    this.phase.setAttribute("aria-valuetext", `${within} degrees`)
  }

  // A mark for every place where a number can stand: fewer than q of them when steps share a factor with q.
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
