// A number field: what is shown is written into it, but not while someone types.

/** What a field holds; null for what is no number. @param {{ valueAsNumber: number }} input */
export function numberIn({ valueAsNumber }) {
  return Number.isFinite(valueAsNumber) ? valueAsNumber : null
}

export class NumberField {
  /**
   * `typing` hears every number on its way, `done` the one that is there in the end; null for what is none.
   * @param {HTMLInputElement} input
   * @param {{ typing?: (number: number | null) => void, done: (number: number | null) => void }} heard
   */
  constructor(input, { typing = () => {}, done }) {
    this.input = input
    this.typed = false
    /** @type {number | undefined} */
    this.value = undefined
    input.addEventListener("input", () => {
      this.typed = true
      typing(numberIn(input))
    })
    const leave = () => {
      if (!this.typed) return
      const number = numberIn(input)
      this.typed = false
      this.write(this.value) // whoever hears the number says what is shown; where it is none, all stays
      done(number)
    }
    for (const end of ["change", "blur"]) input.addEventListener(end, leave)
    // Where a number field has the focus, browsers let the wheel change it; whoever scrolls does not mean that.
    input.addEventListener("wheel", () => input.blur(), { passive: true })
  }

  /** @param {number | undefined} value */
  write(value) {
    this.value = value
    if (!this.typed) this.input.value = String(value)
  }
}
