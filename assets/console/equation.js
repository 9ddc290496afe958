// The pair that is looked at, as an equation that is true at every moment: a + b ≡ c (mod q), and what the network answers.

class Equation {
  constructor(root, { picked }) {
    this.picked = picked
    this.sum = root.querySelector(".equals")
    this.state = root.querySelector(".pair-state")
    this.remark = root.querySelector(".remark")
    this.reduced = {} // operand → the number outside of 0 … q − 1 that was asked for
    this.fields = {}
    for (const input of root.querySelectorAll(".operand")) {
      const name = input.dataset.operand
      const typing = (number) => this.type(name, number)
      this.fields[name] = new NumberField(input, { typing, done: () => this.write() })
    }
  }

  show(pair, q, said) {
    if (q !== this.q) for (const field of Object.values(this.fields)) field.typed = false // it was typed for another modulus
    Object.assign(this, { pair, q, said })
    for (const [name, number] of Object.entries(this.reduced)) if (modulo(number, q) !== pair[name]) delete this.reduced[name]
    this.write()
  }

  // The network has a number for each of 0 … q − 1; any other whole number is asked as its remainder, and the page says so.
  type(name, number) {
    if (!Number.isSafeInteger(number)) return this.write()
    this.reduce(name, number)
    this.picked({ ...this.pair, [name]: modulo(number, this.q) })
  }

  reduce(name, number, q = this.q) {
    delete this.reduced[name]
    if (number !== modulo(number, q)) this.reduced[name] = number
  }

  write() {
    const { pair, q, said } = this
    for (const [name, field] of Object.entries(this.fields)) field.write(pair[name])
    const unread = Object.values(this.fields).map(({ input }) => input).find((input) => !isSame(input, pair[input.dataset.operand], q))
    const reduced = Object.entries(this.reduced).map(([name, number]) => `${withMinus(number)} ≡ ${pair[name]} (mod ${q})`)
    const shown = JSON.stringify([pair, q, said, unread?.value, reduced])
    if (this.shown === shown) return // nothing of it changes while a dial turns
    this.shown = shown
    for (const { input } of Object.values(this.fields)) input.max = q - 1
    this.sum.textContent = `≡ ${unread ? "…" : (pair.a + pair.b) % q} (mod ${q})`
    this.state.textContent = said && !unread ? `the network: ${said}` : ""
    this.remark.textContent = unread ? wanted(unread.value) : reduced.join(", ")
  }
}

// Whether a field holds the number, or one that leaves it as remainder.
function isSame({ valueAsNumber }, number, q) {
  return Number.isSafeInteger(valueAsNumber) && modulo(valueAsNumber, q) === number
}

function wanted(found) {
  return found === "" ? "Type a whole number." : `Expected a whole number of at most 15 digits, found ${found}.`
}
