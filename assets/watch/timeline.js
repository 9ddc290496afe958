// Where the animation stands: it plays, is stopped, is dragged, or is sent to one of its parts.

import { find, findAll, say } from "../console/dom.js"
import { Frames } from "./frames.js"
import { END, later, nextStop, placeOf } from "./pure/moments.js"

export class Timeline {
  /** @param {HTMLElement} root @param {(position: number) => void} moved */
  constructor(root, moved) {
    this.moved = moved
    this.position = 0
    this.until = /** @type {number} */ (END)
    this.still = matchMedia("(prefers-reduced-motion: reduce)")
    this.button = find(root, ".play", HTMLButtonElement)
    this.slider = find(root, ".position", HTMLInputElement)
    this.parts = findAll(root, "[data-part]", HTMLButtonElement)
    this.frames = new Frames(this.slider, (seconds) => this.advance(seconds), () => this.tell())
    this.button.addEventListener("click", () => (this.frames.moving ? this.frames.stop() : this.play()))
    this.slider.addEventListener("input", () => {
      this.frames.stop()
      this.go(this.slider.valueAsNumber)
    })
    for (const part of this.parts) part.addEventListener("click", () => this.play(Number(part.dataset.part), Number(part.dataset.part) + 1))
  }

  /** From here, or from the start where it has ended; without motion to the next stop at once. */
  play(from = this.position < END ? this.position : 0, until = /** @type {number} */ (END)) {
    this.frames.stop()
    if (this.still.matches) return this.go(nextStop(from))
    this.until = until
    this.go(from)
    this.frames.start()
  }

  /** @param {number} seconds */
  advance(seconds) {
    this.go(Math.min(this.until, later(this.position, seconds)))
    return this.position < this.until
  }

  /** @param {number} position */
  go(position) {
    this.position = position
    this.slider.value = String(position)
    const part = placeOf(position)
    this.parts.forEach((button, i) => button.toggleAttribute("data-here", i === part))
    this.moved(position)
    this.tell()
  }

  tell() {
    say(this.button, this.frames.moving ? "Stop" : this.position >= END ? "Again" : this.still.matches ? "Next" : "Play")
  }
}
