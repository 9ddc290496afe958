// A long sum or difference, place by place: digits go through the dials from the right, and what is carried goes on.

import { luminance } from "../console/colours.js"
import { find, say } from "../console/dom.js"
import { frontOf } from "../console/pure/front.js"
import { modulo, withMinus } from "../console/pure/numbers.js"
import { Face } from "../watch/face.js"
import { Frames } from "../watch/frames.js"
import { Asking } from "./asking.js"
import { inSight, walked } from "./pure/walk.js"
import { placeWords } from "./pure/words.js"

/** @import { Root } from "../console/dom.js" */
/** @import { PlacesData } from "./types.js" */
/** @import { WatchDial } from "../watch/types.js" */

const ROWS = [
  { name: "handed", label: { "+": "carried", "−": "borrowed" } },
  { name: "first", label: { "+": "", "−": "" } }, // with the number's name
  { name: "second", label: { "+": "+ ", "−": "− " } },
  { name: "written", label: { "+": "=", "−": "=" } },
]
const FEWEST = 3 // dials in a row: fewer would be drawn too large

export class Places {
  /** @param {Root} root @param {() => void} askForWeights */
  constructor(root, askForWeights) {
    this.root = root
    const asked = find(root, ".asked-here", HTMLElement)
    this.asking = new Asking({ told: (words) => say(asked, words), askForWeights })
    /** @type {PlacesData | null} */
    this.data = null
    this.done = 0 // places; a fraction while it walks
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.caption = find(root, ".caption", HTMLElement)
    this.table = find(root, ".columns", HTMLElement)
    this.button = find(root, ".play", HTMLButtonElement)
    this.slider = find(root, ".position", HTMLInputElement)
    this.told = find(root, ".done", HTMLElement)
    /** @type {(WatchDial & { face: Face })[]} */
    this.dials = []
    this.frames = new Frames(this.slider, (seconds) => this.advance(seconds), () => this.tell())
    this.button.addEventListener("click", () => (this.frames.moving ? this.frames.stop() : this.walk()))
    this.slider.addEventListener("input", () => {
      this.frames.stop()
      this.go(this.slider.valueAsNumber)
    })
  }

  /** @param {PlacesData} data */
  show(data) {
    const another = data.calculation !== this.data?.calculation
    this.data = data
    this.slider.max = String(data.places.length)
    this.arrange(data)
    this.asking.take(data)
    if (!another) return this.redraw() // the faces are new ones
    this.frames.stop()
    this.go(this.still.matches ? data.places.length : 0)
    if (!this.still.matches) this.walk()
  }

  /** Faces for the strongest dials. @param {PlacesData} data */
  arrange({ dials, palette }) {
    const dark = luminance(getComputedStyle(find(this.root, ".places", HTMLElement)).getPropertyValue("--paper")) < 0.4
    const front = frontOf(dials.map(({ strength }) => strength))
    this.dials = front.map((i, place) => ({ ...dials[i], face: new Face({ hue: palette[place][dark ? 1 : 0] }) }))
    const holder = find(this.root, ".small-faces", HTMLElement)
    holder.style.setProperty("--dials", String(Math.max(FEWEST, Math.min(5, this.dials.length))))
    holder.replaceChildren(...this.dials.map(({ face, frequency }) => {
      const held = document.createElement("div")
      const name = document.createElement("span")
      name.textContent = `dial ${frequency}`
      held.append(face.picture, name)
      return held
    }))
  }

  /** From here, or from the start where it has ended; without motion one place at a time. */
  walk() {
    if (!this.data) return
    const { length } = this.data.places
    if (this.done >= length) this.go(0)
    if (this.still.matches) return this.go(Math.floor(this.done) + 1)
    this.frames.start()
  }

  /** @param {number} seconds */
  advance(seconds) {
    const places = this.data?.places.length ?? 0
    this.go(walked(this.done, seconds, places))
    return this.done < places
  }

  redraw() {
    this.draw()
    this.tell()
  }

  /** @param {number} done */
  go(done) {
    const changed = Math.floor(done) !== Math.floor(this.done) || !this.table.querySelector("td")
    this.done = done
    this.slider.value = String(Math.floor(done))
    if (changed) this.draw()
    this.tell()
  }

  draw() {
    if (!this.data) return
    const { data, dials } = this
    const whole = Math.floor(this.done)
    say(this.caption, placeWords(whole, data))
    this.drawColumns(data, whole)
    const [x, y, handed, , then] = whole ? data.places[whole - 1] : [0, 0, 0, 0, 0, 0, 0]
    const more = data.sign === "+" ? y + handed : -(y + handed)
    for (const { face, target } of dials) {
      const q = data.modulus
      face.show(x * target, more * target, q, `Hand at ${withMinus(modulo(then * target, q))} of ${q}`)
    }
  }

  /** @param {PlacesData} data @param {number} whole places that are done */
  drawColumns({ places, digits, names, sign, base }, whole) {
    const wide = base > 16
    const [from, to] = inSight(Math.max(0, whole - 1), places.length, wide)
    this.table.classList.toggle("wide", wide)
    const shown = places.slice(from, to).map((place, i) => ({ place, at: from + i })).reverse()
    const cellOf = (/** @type {string} */ row, /** @type {typeof shown[0]} */ { place: [x, y, handed, , , digit], at }) => {
      if (row === "first") return digits[x]
      if (row === "second") return digits[y]
      if (at >= whole && row === "written") return "·"
      if (row === "written") return digits[digit]
      return handed && at <= whole ? "1" : ""
    }
    const rows = ROWS.map(({ name, label }) => {
      const row = document.createElement("tr")
      row.className = name
      const head = document.createElement("th")
      head.scope = "row"
      head.textContent = label[sign] + (name === "first" ? names[0] : name === "second" ? names[1] : "")
      row.append(head, ...shown.map((column) => {
        const cell = document.createElement("td")
        cell.textContent = cellOf(name, column)
        cell.toggleAttribute("data-here", column.at === whole - 1)
        cell.toggleAttribute("data-later", column.at >= whole)
        return cell
      }))
      return row
    })
    find(this.table, "tbody", HTMLElement).replaceChildren(...rows)
  }

  tell() {
    if (!this.data) return
    const { length } = this.data.places
    say(this.button, this.frames.moving ? "Stop" : this.done >= length ? "Again" : this.still.matches ? "Next" : "Play")
    say(this.told, `${Math.floor(this.done)} of ${length} places`)
  }
}
