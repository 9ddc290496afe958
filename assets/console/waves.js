// The waves of one pair: each dial's cosine over the classes c, and their sum.

const WAVE_HEIGHT = 240
const MIDDLE = WAVE_HEIGHT / 2 - 8

class Waves {
  constructor(root, { picked }) {
    this.holder = root.querySelector(".wave-holder")
    this.equation = new Equation(root, { picked })
    new ResizeObserver(() => {
      this.width = Math.max(300, this.holder.clientWidth) // read here, so that no turn waits for a layout
      if (this.shown) this.show(...this.shown)
    }).observe(this.holder)
  }

  // `said` is what the network makes of the pair; empty where that is not known yet.
  show(recipe, dials, weights, pair, said) {
    this.shown = [recipe, dials, weights, pair, said]
    this.q = recipe.modulus
    this.width ??= Math.max(300, this.holder.clientWidth)
    const answer = (pair.a + pair.b) % this.q
    this.equation.show(pair, this.q, said)
    const sounding = dials.map((dial, i) => ({ dial, read: readoutOf(dial.setting), weight: weights[i] * dial.setting.amplitude * readoutOf(dial.setting).amplitude }))
      .filter(({ dial, read }) => dial.setting.on && read.on)
    this.drawFrame(answer, sounding.map(({ dial }) => dial.hue))
    const x = (c) => this.x(c)
    const total = sounding.reduce((sum, { weight }) => sum + Math.abs(weight), 0) || 1
    const y = (value) => MIDDLE - (value / total) * (WAVE_HEIGHT / 2 - 32)
    const points = Math.max(240, this.q * 4)
    const sum = new Float64Array(points + 1)
    sounding.forEach(({ dial, read, weight }, k) => {
      const input = dial.sum(pair)
      const shift = (read.phase * this.q) / TURN
      const slowest = signed(read.target + dial.lag, this.q) // the same at every whole number, and the smoothest between them
      const key = [slowest, shift, weight, total, input].join(" ")
      const drawn = this.lines[k]
      if (drawn.key !== key) { // most hands rest while one is turned
        drawn.wave = Array.from(sum, (_, i) => {
          const c = (i / points) * (this.q - 1)
          return weight * Math.cos((TURN * (input - slowest * c - shift)) / this.q)
        })
        drawn.path.setAttribute("d", line(drawn.wave, points, x, y, this.q))
        drawn.key = key
      }
      for (let i = 0; i <= points; i++) sum[i] += drawn.wave[i]
    })
    this.sum.setAttribute("d", sounding.length ? line(sum, points, x, y, this.q) : "")
    this.picture.setAttribute("aria-label", `Waves over the classes for ${pair.a} + ${pair.b}; the right class is ${answer}`)
  }

  // Where a class lies across.
  x(c) {
    return 6 + (c / (this.q - 1 || 1)) * (this.width - 12)
  }

  // All that stays while a hand turns, and a path for every wave.
  drawFrame(answer, hues) {
    const { width } = this
    const frame = [width, this.q, answer, ...hues].join(" ")
    if (this.frame === frame) return
    this.frame = frame
    const x = (c) => this.x(c)
    this.picture = svg("svg", { viewBox: `0 0 ${width} ${WAVE_HEIGHT}`, height: WAVE_HEIGHT, role: "img" })
    const add = (name, attributes, text) => this.picture.appendChild(svg(name, attributes, text))
    add("line", { class: "axis", x1: x(0), x2: x(this.q - 1), y1: MIDDLE, y2: MIDDLE })
    this.lines = hues.map((stroke) => ({ path: add("path", { class: "wave", stroke }) }))
    this.sum = add("path", { class: "wave-sum" })
    add("line", { class: "peak", x1: x(answer), x2: x(answer), y1: 16, y2: WAVE_HEIGHT - 24 })
    add("text", { class: "peak-text", x: clamp(x(answer), 24, width - 24), y: 11 }, `c = ${answer}`)
    for (const c of [0, Math.round((this.q - 1) / 2), this.q - 1]) {
      const anchor = c === 0 ? "start" : c === this.q - 1 ? "end" : "middle"
      add("text", { class: "axis-text", x: x(c), y: WAVE_HEIGHT - 6, "text-anchor": anchor }, c === 0 ? "class c = 0" : c)
    }
    this.holder.replaceChildren(this.picture)
  }
}

function line(values, points, x, y, q) {
  const tenths = (value) => Math.round(10 * value) / 10
  let path = ""
  for (let i = 0; i <= points; i++) path += `${i ? "L" : "M"}${tenths(x((i / points) * (q - 1)))} ${tenths(y(values[i]))}`
  return path
}
