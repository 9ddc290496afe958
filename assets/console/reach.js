// Accuracy against modulus: the untouched network two ways, and the operated one as dots.

const REACH_HEIGHT = 210
const NEAR_ENOUGH = 8 // pixels beside an end of the axis, for its modulus

class Reach {
  constructor(root, { chosen }) {
    this.root = root
    this.holder = root.querySelector(".reach-holder")
    this.progress = root.querySelector(".progress")
    this.holder.addEventListener("click", (event) => {
      const box = this.holder.querySelector("svg").getBoundingClientRect()
      const at = ((event.clientX - box.left) / box.width) * this.width
      if (at < this.left - NEAR_ENOUGH || at > this.width - 10 + NEAR_ENOUGH) return // beside the axis there is no modulus
      const modulus = LOWEST + ((at - this.left) / (this.width - this.left - 10)) * (HIGHEST - LOWEST)
      chosen(clamp(Math.round(modulus), LOWEST, HIGHEST))
    })
    new ResizeObserver(() => this.reach && this.draw()).observe(this.holder)
  }

  show(reach, trained, modulus) {
    Object.assign(this, { reach, trained, modulus })
    const running = reach.running
    this.root.querySelector("[data-action=sweep]").hidden = running || reach.operated.length >= reach.total
    this.root.querySelector("[data-action=stop]").hidden = !running
    const done = reach.operated.length
    this.progress.textContent = running ? `${done} of ${reach.total} moduli` : done ? `${done} of ${reach.total} moduli counted` : ""
    this.draw()
  }

  draw() {
    this.width = Math.max(320, this.holder.clientWidth || 620)
    this.left = 44
    const x = (q) => this.left + ((q - LOWEST) / (HIGHEST - LOWEST)) * (this.width - this.left - 10)
    const y = (share) => 22 + (1 - share) * (REACH_HEIGHT - 56)
    const picture = svg("svg", { viewBox: `0 0 ${this.width} ${REACH_HEIGHT}`, height: REACH_HEIGHT, role: "img" })
    picture.setAttribute("aria-label", "Accuracy against modulus from 2 to 256")
    picture.append(svg("rect", { class: "beyond", x: x(this.trained + 0.5), y: y(1), width: x(HIGHEST) - x(this.trained + 0.5), height: y(0) - y(1) }))
    for (const share of [0, 0.5, 1]) {
      picture.append(svg("line", { class: "axis", x1: x(LOWEST), x2: x(HIGHEST), y1: y(share), y2: y(share) }))
      picture.append(svg("text", { class: "axis-text", x: this.left - 6, y: y(share) + 4, "text-anchor": "end" }, `${share * 100}%`))
    }
    for (const q of [2, 50, this.trained, 150, 200, 256]) {
      if (q !== this.trained && Math.abs(x(q) - x(this.trained)) < 56) continue // its label would lie on the trained one's
      const label = q === this.trained ? `trained ${q}` : q
      picture.append(svg("text", { class: "axis-text", x: x(q), y: REACH_HEIGHT - 16, "text-anchor": "middle" }, label))
    }
    picture.append(svg("text", { class: "axis-text", x: x(HIGHEST), y: REACH_HEIGHT - 1, "text-anchor": "end" }, "modulus q"))
    picture.append(svg("text", { class: "axis-text", x: x(this.trained) + 8, y: 14 }, this.width > 500 ? "above the trained modulus: without surgery, nothing to feed" : "only by surgery"))
    for (const name of ["raw", "reduced"]) {
      const path = this.reach[name].map(([q, share], i) => `${i ? "L" : "M"}${x(q).toFixed(1)} ${y(share).toFixed(1)}`).join("")
      picture.append(svg("path", { class: name, d: path }))
    }
    for (const [q, share, label] of this.reach.operated) {
      const dot = svg("circle", { class: "operated", cx: x(q), cy: y(share), r: 2.6 })
      dot.append(svg("title", {}, label))
      picture.append(dot)
    }
    picture.append(svg("line", { class: "here", x1: x(this.modulus), x2: x(this.modulus), y1: y(1) - 4, y2: y(0) + 4 }))
    this.holder.replaceChildren(picture)
  }
}
