// A number field: what is shown is written into it, but not while someone types.

class NumberField {
  // `typing` hears every number on its way, `done` the one that is there in the end; null for what is none.
  constructor(input, { typing = () => {}, done }) {
    this.input = input
    const read = () => (Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null)
    input.addEventListener("input", () => {
      this.typed = true
      typing(read())
    })
    const leave = () => {
      if (!this.typed) return
      const number = read()
      this.typed = false
      this.write(this.value) // whoever hears the number says what is shown; where it is none, all stays
      done(number)
    }
    for (const end of ["change", "blur"]) input.addEventListener(end, leave)
    // Where a number field has the focus, browsers let the wheel change it; whoever scrolls does not mean that.
    input.addEventListener("wheel", () => input.blur(), { passive: true })
  }

  write(value) {
    this.value = value
    if (!this.typed) this.input.value = value
  }
}
