// Where the film stands: it plays, is stopped, is dragged, or is sent to where a phase begins.

import { find, say } from "../console/dom.js"
import { Frames } from "../watch/frames.js"
import { later, nextStop, phaseOf, phasesThatCame } from "./pure/moments.js"
import { phaseName } from "./pure/words.js"

/** @import { FilmPhases } from "./types.js" */

export class Timeline {
  /** @param {ParentNode} root @param {(position: number) => void} moved */
  constructor(root, moved) {
    this.moved = moved
    this.position = 0
    this.moments = 1
    /** @type {FilmPhases | null} */
    this.phases = null
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.button = find(root, ".play", HTMLButtonElement)
    this.slider = find(root, ".position", HTMLInputElement)
    this.list = find(root, ".phases", HTMLElement)
    this.frames = new Frames(this.slider, (seconds) => this.advance(seconds), () => this.tell())
    this.button.addEventListener("click", () => (this.frames.moving ? this.frames.stop() : this.play()))
    this.slider.addEventListener("input", () => {
      this.frames.stop()
      this.go(this.slider.valueAsNumber)
    })
  }

  get last() {
    return this.moments - 1
  }

  /** @param {number} moments @param {FilmPhases | null} phases */
  give(moments, phases) {
    this.moments = moments
    this.phases = phases
    this.slider.max = String(this.last)
    this.list.replaceChildren(...(phases ? phasesThatCame(phases) : []).map(({ name, from }, place) => {
      const [item, button] = [document.createElement("li"), document.createElement("button")]
      button.type = "button"
      button.textContent = `${place + 1} ${phaseName(name)}`
      button.dataset.phase = name
      button.addEventListener("click", () => {
        this.frames.stop()
        this.go(from)
      })
      item.append(button)
      return item
    }))
  }

  /** From here, or from the start where it has ended; without motion to the next phase at once. */
  play() {
    const from = this.position < this.last ? this.position : 0
    if (this.still.matches) return this.go(nextStop(from, this.phases, this.moments))
    this.go(from)
    this.frames.start()
  }

  /** @param {number} seconds */
  advance(seconds) {
    this.go(later(this.position, seconds, this.moments))
    return this.position < this.last
  }

  /** @param {number} position */
  go(position) {
    this.position = position
    this.slider.value = String(Math.floor(position))
    const here = this.phases && phaseOf(Math.floor(position), this.phases)
    for (const button of this.list.querySelectorAll("button")) button.toggleAttribute("data-here", button.dataset.phase === here)
    this.moved(position)
    this.tell()
  }

  tell() {
    say(this.button, this.frames.moving ? "Stop" : this.position >= this.last ? "Again" : this.still.matches ? "Next" : "Play")
  }
}
