// The surgery console: turns what the visitor does into a recipe, and shows what Python counted for it.

const consoles = new WeakMap()

class Console {
  constructor(root) {
    this.root = root
    this.frame = root.querySelector(".console")
    this.dials = []
    this.pair = null
    this.edit = 0
    const changing = () => this.stale()
    const changed = () => this.send()
    this.dialEvents = { changing, changed }
    this.wheel = new Wheel(root.querySelector(".wheel"), {
      turning: (q) => { if (this.recipe && q !== this.recipe.modulus) this.stale() },
      turned: (q) => this.take({ ...this.recipe, modulus: q }),
    })
    const picked = (pair) => this.choose(pair)
    this.grid = new Grid(root.querySelector(".grid"), { picked })
    this.waves = new Waves(root.querySelector(".waves"), { picked })
    this.reach = new Reach(root.querySelector(".reach"), { chosen: (q) => this.act("visit", { modulus: q }) })
    for (const button of root.querySelectorAll("[data-action]")) button.addEventListener("click", () => this.act(button.dataset.action))
    root.querySelector(".prompt-action").addEventListener("click", () => {
      const { recipe, action } = this.data.prompt
      if (recipe) this.take(recipe)
      else this.act(action)
    })
  }

  // Data from Python: the authoritative count of the last recipe. While a hand is on a dial, the recipe stays ours.
  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { data, setStateValue, setTriggerValue })
    const ours = this.edit > data.edit
    this.frame.classList.toggle("stale", ours)
    if (ours) return
    this.edit = data.edit
    this.recipe = structuredClone(data.recipe)
    this.states = Uint8Array.from(atob(data.states), (letter) => letter.charCodeAt(0))
    const q = this.recipe.modulus
    if (!this.pair || this.pair.a >= q || this.pair.b >= q) this.pair = { a: Math.round(0.62 * (q - 1)), b: Math.round(0.71 * (q - 1)) }
    this.wheel.draw(data.trained)
    this.wheel.value = q
    this.wheel.place()
    this.arrangeDials()
    this.grid.show(this.states, q, data.outcome.spoken)
    this.reach.show(data.reach, data.trained, q)
    this.tell()
    this.showPair()
  }

  arrangeDials() {
    const faces = this.root.querySelector(".faces")
    while (this.dials.length > this.recipe.dials.length) this.dials.pop().host.remove()
    while (this.dials.length < this.recipe.dials.length) this.dials.push(new Dial(faces, this.dialEvents))
    const dark = luminance(getComputedStyle(this.frame).getPropertyValue("--paper")) < 0.4
    this.dials.forEach((dial, i) => { dial.hue = this.data.palette[i][dark ? 1 : 0] })
  }

  tell() {
    const { outcome, prompt } = this.data
    const write = (selector, text) => { this.root.querySelector(selector).textContent = text }
    write(".share", outcome.share)
    write(".counted", outcome.counted)
    write(".split", outcome.split)
    write(".prompt-text", prompt.text)
    const action = this.root.querySelector(".prompt-action")
    action.hidden = !prompt.label
    action.textContent = prompt.label ?? ""
  }

  showPair() {
    const q = this.recipe.modulus
    this.recipe.dials.forEach((setting, i) => this.dials[i].show(setting, q, this.pair))
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, this.states[this.pair.a * q + this.pair.b])
    this.grid.mark(this.pair)
  }

  choose(pair) {
    if (this.frame.classList.contains("stale")) return
    this.pair = pair
    this.showPair()
  }

  // Something is being turned: waves and hands follow at once, the count waits for the release.
  stale() {
    this.frame.classList.add("stale")
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, undefined)
  }

  take(recipe) {
    this.recipe = structuredClone(recipe)
    this.send()
  }

  send() {
    this.edit += 1
    this.frame.classList.add("stale")
    this.setStateValue("recipe", { ...this.recipe, edit: this.edit })
  }

  act(name, more = {}) {
    this.setTriggerValue("action", { name, ...more })
  }
}

function luminance(colour) {
  const [r, g, b] = rgb(colour) ?? [255, 255, 255]
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
}

export default function (component) {
  const root = component.parentElement
  if (!consoles.has(root)) consoles.set(root, new Console(root))
  consoles.get(root).receive(component)
}
