// The q × q map of all pairs in three states, square in (a, b) or turned so that a + b runs across and a − b down.

const WRONG = 0
const UNDECIDED = 1

class Grid {
  constructor(root, { picked }) {
    this.canvas = root.querySelector("canvas")
    this.caption = root.querySelector("h3 small")
    this.view = "square"
    this.picked = picked
    for (const button of root.querySelectorAll(".toggle button")) button.addEventListener("click", () => {
      this.view = button.dataset.view
      for (const other of root.querySelectorAll(".toggle button")) other.setAttribute("aria-pressed", other === button)
      this.draw()
    })
    const pick = (event) => {
      const box = this.canvas.getBoundingClientRect()
      const pair = this.pairAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
      if (pair) this.picked(pair)
    }
    this.canvas.addEventListener("pointermove", pick)
    this.canvas.addEventListener("pointerdown", pick)
  }

  show(states, q, label) {
    this.states = states
    this.q = q
    this.canvas.setAttribute("aria-label", label)
    this.draw()
  }

  // The pair under a point of the unit square; null where the turned view has none.
  pairAt(x, y) {
    if (this.view === "square") return { a: clamp(Math.floor(y * this.q), 0, this.q - 1), b: clamp(Math.floor(x * this.q), 0, this.q - 1) }
    const sum = x * 2 * this.q - 1
    const difference = (0.5 - y) * 2 * this.q
    const a = Math.round((sum + difference) / 2)
    const b = Math.round((sum - difference) / 2)
    return a >= 0 && b >= 0 && a < this.q && b < this.q ? { a, b } : null
  }

  // The middle of a pair's place, in the unit square.
  placeOf({ a, b }) {
    if (this.view === "square") return [(b + 0.5) / this.q, (a + 0.5) / this.q]
    return [(a + b + 1) / (2 * this.q), 0.5 - (a - b) / (2 * this.q)]
  }

  draw() {
    if (!this.states) return
    const size = 760
    this.canvas.width = this.canvas.height = size
    this.caption.textContent = this.view === "square" ? "a down, b across" : "a + b across, a − b upward"
    const style = getComputedStyle(this.canvas)
    const ink = rgb(style.getPropertyValue("--ink")) ?? [29, 27, 24]
    const paper = rgb(style.getPropertyValue("--paper")) ?? [250, 248, 243]
    const mix = (share) => ink.map((value, i) => value * share + paper[i] * (1 - share))
    const right = mix(0.09)
    const checks = [mix(0.62), mix(0.12)]
    const context = this.canvas.getContext("2d")
    const image = context.createImageData(size, size)
    const pixels = new Uint32Array(image.data.buffer)
    const packed = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r
    const colours = { right: packed(right), wrong: packed(ink), check0: packed(checks[0]), check1: packed(checks[1]) }
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i++) {
        const pair = this.pairAt((x + 0.5) / size, (y + 0.5) / size)
        if (!pair) continue
        const state = this.states[pair.a * this.q + pair.b]
        if (state === WRONG) pixels[i] = colours.wrong
        else if (state === UNDECIDED) pixels[i] = ((x >> 2) + (y >> 2)) % 2 ? colours.check0 : colours.check1
        else pixels[i] = colours.right
      }
    }
    context.putImageData(image, 0, 0)
    context.strokeStyle = `rgb(${mix(0.6)})`
    context.setLineDash([8, 6])
    context.lineWidth = 2
    context.beginPath()
    const corners = this.view === "square" ? [[1, 0], [0, 1]] : [[0.5, 0], [0.5, 1]]
    for (const [x, y] of corners) context.lineTo(x * size, y * size)
    context.stroke()
    this.clean = context.getImageData(0, 0, size, size)
    this.mark(this.pair)
  }

  mark(pair) {
    this.pair = pair
    if (!this.clean || !pair) return
    const context = this.canvas.getContext("2d")
    const size = this.canvas.width
    context.putImageData(this.clean, 0, 0)
    const [x, y] = this.placeOf(pair)
    const style = getComputedStyle(this.canvas)
    context.setLineDash([])
    for (const [colour, width] of [["--paper", 7], ["--ink", 3]]) {
      context.strokeStyle = style.getPropertyValue(colour)
      context.lineWidth = width
      context.beginPath()
      context.arc(x * size, y * size, 11, 0, TURN)
      context.stroke()
    }
  }
}

// A CSS colour as three bytes; the browser does the reading.
function rgb(colour) {
  const context = document.createElement("canvas").getContext("2d")
  context.fillStyle = colour.trim()
  context.fillRect(0, 0, 1, 1)
  return colour.trim() ? [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] : null
}
