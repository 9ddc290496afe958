// The modulus wheel: a tape of numbers to drag, step, type or move by keys.

const LOWEST = 2
const HIGHEST = 256
const SPACING = 13

class Wheel {
  constructor(root, { turning, turned, refused }) {
    this.tape = root.querySelector(".tape")
    const input = root.querySelector(".wheel-number input")
    this.number = new NumberField(input, { done: (typed) => {
      if (typed === null) return
      if (!isOnWheel(typed)) return refused(`Expected a whole modulus from ${LOWEST} to ${HIGHEST}, found ${typed}; it stays ${Math.round(this.value)}.`)
      this.move(typed)
      this.turned(typed)
    } })
    this.caption = root.querySelector(".tape-caption")
    this.turning = turning
    this.turned = turned
    this.value = LOWEST
    input.min = LOWEST
    input.max = HIGHEST
    this.tape.setAttribute("aria-valuemin", LOWEST)
    this.tape.setAttribute("aria-valuemax", HIGHEST)
    const settle = afterQuiet(250, () => this.turned(this.value))
    const nudge = (by) => {
      this.move(Math.round(this.value) + by)
      settle()
    }
    for (const step of root.querySelectorAll(".step")) step.addEventListener("click", () => nudge(Number(step.dataset.step)))
    this.tape.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key]
      const to = { Home: LOWEST, End: HIGHEST }[event.key]
      if (by === undefined && to === undefined) return
      event.preventDefault()
      nudge(by ?? to - this.value)
    })
    onWheel(this.tape, this.tape, ({ deltaX, deltaY }) => nudge(Math.sign(deltaY || deltaX)))
    let from, at, changed
    onDrag(this.tape, {
      start: (event) => {
        from = event.clientX
        at = this.value
        changed = false
      },
      move: (event) => { changed = this.move(at - (event.clientX - from) / SPACING) || changed },
      done: (moved, event) => {
        if (event.type === "pointercancel") { // the finger scrolled the page instead: what it had turned by then goes back
          this.move(at)
          return changed && this.turned(at)
        }
        const box = this.tape.getBoundingClientRect()
        const still = Math.abs(event.clientX - from) < 4
        if (still) this.move(at + (event.clientX - box.left - box.width / 2) / SPACING)
        this.move(Math.round(this.value))
        this.turned(this.value)
      },
    })
  }

  draw(trained) {
    if (this.trained === trained) return
    this.trained = trained
    const picture = svg("svg", { "aria-hidden": "true" })
    this.strip = svg("g")
    const x = (n) => n * SPACING
    this.strip.append(svg("rect", { class: "beyond", x: x(trained + 0.5), y: 0, width: x(HIGHEST - trained), height: 62 }))
    for (let n = LOWEST; n <= HIGHEST; n++) {
      const major = n % 10 === 0
      const kind = n === trained ? "trained" : major ? "major" : "minor"
      this.strip.append(svg("line", { class: kind, x1: x(n), x2: x(n), y1: 16, y2: n === trained ? 42 : major ? 36 : 27 }))
      if (n === trained) this.strip.append(svg("text", { class: "trained-label", x: x(n), y: 56 }, `trained: ${n}`))
      else if (major && Math.abs(n - trained) > 4) this.strip.append(svg("text", { x: x(n), y: 53 }, n))
    }
    this.caret = svg("path", { class: "caret" })
    picture.append(this.strip, this.caret)
    this.tape.replaceChildren(picture)
    new ResizeObserver(() => this.place()).observe(this.tape)
  }

  // Whether another modulus is on the wheel now.
  move(value) {
    const before = Math.round(this.value)
    this.value = clamp(value, LOWEST, HIGHEST)
    this.place()
    const turned = Math.round(this.value) !== before
    if (turned) this.turning(Math.round(this.value))
    return turned
  }

  place() {
    const middle = this.tape.clientWidth / 2
    const shown = Math.round(this.value)
    this.strip?.setAttribute("transform", `translate(${middle - this.value * SPACING} 0)`)
    this.caret?.setAttribute("d", `M${middle - 8} 0h16l-8 13z`)
    this.number.write(shown)
    const side = shown === this.trained ? "the modulus it was trained on"
      : shown > this.trained ? `above ${this.trained}: without surgery there are no tokens to feed`
      : `below ${this.trained}: without surgery only sums that stay below ${shown} come out right`
    this.caption.textContent = side
    this.tape.setAttribute("aria-valuenow", shown)
    this.tape.setAttribute("aria-valuetext", `modulus ${shown}, ${side}`)
  }
}

function isOnWheel(modulus) {
  return Number.isInteger(modulus) && modulus >= LOWEST && modulus <= HIGHEST
}
