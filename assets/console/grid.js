// The q × q map of all pairs in three states, square in (a, b) or turned so that a + b runs across and a − b down.

// Keys on the map: how far a goes down and b across.
const STEPS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -HIGHEST], End: [0, HIGHEST],
}

class Grid {
  constructor(root, { picked, turned }) {
    this.root = root
    this.canvas = root.querySelector("canvas")
    this.caption = root.querySelector("header small")
    this.told = root.querySelector(".pair-told")
    this.view = "square"
    this.picked = picked
    for (const button of root.querySelectorAll(".toggle button")) button.addEventListener("click", () => {
      this.turn(button.dataset.view)
      turned(this.view)
    })
    const pick = (event) => {
      const box = this.canvas.getBoundingClientRect()
      const pair = this.pairAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
      this.byKeys = false
      if (pair) this.picked(pair)
    }
    this.canvas.addEventListener("pointermove", pick)
    this.canvas.addEventListener("pointerdown", pick)
    this.canvas.addEventListener("keydown", (event) => {
      const way = STEPS[event.key]
      if (!way || !this.pair) return
      event.preventDefault()
      this.byKeys = true
      const [a, b] = [this.pair.a + way[0], this.pair.b + way[1]].map((number) => clamp(number, 0, this.q - 1))
      this.picked({ a, b })
    })
  }

  // The pair, for people who listen; only while keys move it.
  tellPair() {
    if (!this.byKeys) return
    const { a, b } = this.pair
    this.told.textContent = `${a} + ${b} is ${(a + b) % this.q}, modulo ${this.q}: ${this.said || "not counted yet"}`
  }

  turn(view) {
    this.view = view
    for (const button of this.root.querySelectorAll(".toggle button")) button.setAttribute("aria-pressed", button.dataset.view === view)
    this.draw()
  }

  show(states, q, label) {
    this.states = states
    this.q = q
    if (label) this.canvas.setAttribute("aria-label", `${label} Arrow keys go from pair to pair.`)
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

  // Two by two pixels a pair, so that undecided ones can be checked, drawn large and straight or turned.
  draw() {
    if (!this.states) return
    this.caption.textContent = this.view === "square" ? "a down, b across" : "a + b across, a − b upward"
    this.picture = this.picture ?? document.createElement("canvas")
    this.picture.width = this.picture.height = 2 * this.q
    const context = this.picture.getContext("2d")
    const image = context.createImageData(2 * this.q, 2 * this.q)
    const pixels = new Uint32Array(image.data.buffer)
    const colours = this.colours()
    for (let a = 0, i = 0; a < this.q; a++) {
      for (let b = 0; b < this.q; b++, i++) {
        const [one, other] = colours[this.states[i]]
        const corner = 4 * a * this.q + 2 * b
        pixels[corner] = pixels[corner + 2 * this.q + 1] = one
        pixels[corner + 1] = pixels[corner + 2 * this.q] = other
      }
    }
    context.putImageData(image, 0, 0)
    this.mark()
  }

  // For each state the two colours of its pairs, packed; what was not looked at stays clear.
  colours() {
    const style = getComputedStyle(this.canvas)
    const look = style.getPropertyValue("--ink") + style.getPropertyValue("--paper")
    if (this.look === look) return this.packed
    this.look = look
    const ink = rgb(style.getPropertyValue("--ink")) ?? [29, 27, 24]
    const paper = rgb(style.getPropertyValue("--paper")) ?? [250, 248, 243]
    const mix = (share) => ink.map((value, i) => value * share + paper[i] * (1 - share))
    const pack = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r
    const [wrong, right] = [pack(ink), pack(mix(0.09))]
    this.seam = `rgb(${mix(0.6)})`
    this.ring = [[`rgb(${paper})`, 7], [`rgb(${ink})`, 3]]
    this.packed = [[wrong, wrong], [pack(mix(0.62)), pack(mix(0.12))], [right, right], [0, 0]]
    return this.packed
  }

  // The map with its seam, and a ring around one pair, of which `said` is what the network makes.
  mark(pair = this.pair, said = this.said) {
    const another = this.pair !== pair || this.said !== said
    Object.assign(this, { pair, said })
    if (another && pair) this.tellPair()
    if (!this.picture) return
    const size = 760
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size
    const context = this.canvas.getContext("2d")
    context.clearRect(0, 0, size, size)
    context.imageSmoothingEnabled = false
    if (this.view === "square") context.setTransform(size, 0, 0, size, 0, 0)
    else context.setTransform(size / 2, size / 2, size / 2, -size / 2, 0, size / 2)
    context.drawImage(this.picture, 0, 0, 1, 1)
    context.resetTransform()
    context.strokeStyle = this.seam
    context.setLineDash([8, 6])
    context.lineWidth = 2
    context.beginPath()
    const corners = this.view === "square" ? [[1, 0], [0, 1]] : [[0.5, 0], [0.5, 1]]
    for (const [x, y] of corners) context.lineTo(x * size, y * size)
    context.stroke()
    if (!pair) return
    const [x, y] = this.placeOf(pair)
    context.setLineDash([])
    for (const [colour, width] of this.ring) {
      context.strokeStyle = colour
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
