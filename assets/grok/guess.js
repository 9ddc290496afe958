// A guess before a run, and what became of it.

import { find, say, setAttributes } from "../console/dom.js"
import { GUESSES, rightGuess } from "./pure/measures.js"
import { guessWords } from "./pure/words.js"

export class Guess {
  /** @param {HTMLElement} root @param {() => void} guessed */
  constructor(root, guessed) {
    /** @type {number | undefined} */
    this.chosen = undefined
    this.told = find(root, ".told", HTMLElement)
    this.chips = GUESSES.map(({ name }, i) => {
      const chip = document.createElement("button")
      chip.type = "button"
      chip.textContent = name
      chip.addEventListener("click", () => {
        this.chosen = i
        this.show(undefined)
        guessed()
      })
      return chip
    })
    find(root, ".chips", HTMLElement).replaceChildren(...this.chips)
    this.show(undefined)
  }

  forget() {
    this.chosen = undefined
    this.show(undefined)
  }

  /** @param {number | null | undefined} first the step at which all pairs were right; null where they never were, undefined where that is not known yet */
  show(first) {
    const found = first === undefined ? -1 : rightGuess(first)
    this.chips.forEach((chip, i) => {
      setAttributes(chip, { "aria-pressed": i === this.chosen })
      chip.toggleAttribute("data-right", i === found)
      chip.disabled = first !== undefined
      say(chip, `${GUESSES[i].name}${i === found ? " ✓" : ""}`)
    })
    say(this.told, first === undefined || this.chosen === undefined ? "" : guessWords(this.chosen === found, first))
  }
}
