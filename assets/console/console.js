// The surgery console: turns what the visitor does into a recipe, and shows what Python counted for it.

const consoles = new WeakMap()

class Console {
  constructor(root) {
    this.root = root
    this.frame = root.querySelector(".console")
    this.dials = []
    this.pair = null
    this.edit = 0
    this.counting = new Counting((states, whole) => this.showLive(states, whole))
    const changing = () => this.stale()
    const changed = () => this.send()
    this.dialEvents = { changing, changed }
    this.wheel = new Wheel(root.querySelector(".wheel"), {
      turning: (q) => { if (this.recipe && q !== this.turned?.modulus) this.stale({ ...this.recipe, modulus: q }) },
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
    this.takeWeights(data.live)
    if (ours) return
    this.edit = data.edit
    this.turned = undefined
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
    this.check()
  }

  // The network for the kernel: sent once, when it is asked for.
  takeWeights(live) {
    this.liveKey = live?.key
    this.frame.classList.toggle("live", ready.has(this.liveKey))
    if (!live || ready.has(live.key)) return
    if (!live.bytes) return this.act("weights")
    makeReady(live).then(() => this.takeWeights(live) ?? this.check())
  }

  get live() {
    return ready.get(this.liveKey)
  }

  // Once the server has counted, the browser counts the same recipe; both must agree on every pair.
  check() {
    this.tellTruth("")
    this.counting.stop()
    this.checking = true
    if (this.live) this.counting.start(this.live, structuredClone(this.recipe))
    else if (this.liveKey === undefined) this.tellTruth("This body is counted on the server, when you let go.")
  }

  showLive(states, whole) {
    if (states === null) return this.tellTruth("This setting is counted on the server, when you let go.")
    if (this.checking) {
      if (whole) this.compare(states)
      return
    }
    const { right, undecided, wrong, unseen } = counted(states)
    const seen = right + undecided + wrong
    const write = (selector, text) => { this.root.querySelector(selector).textContent = text }
    const of = unseen ? `of ${seen.toLocaleString("en")} sampled of all ${states.length.toLocaleString("en")} pairs` : `of all ${seen.toLocaleString("en")} pairs`
    write(".share", `${unseen ? "≈ " : ""}${percentage(right, seen)}`)
    write(".counted", `${right.toLocaleString("en")} ${of} right; ${undecided.toLocaleString("en")} undecided, ${wrong.toLocaleString("en")} wrong`)
    write(".split", "counted in your browser while you turn")
    this.grid.show(states.slice(), this.turned.modulus)
    this.frame.dataset.updates = Number(this.frame.dataset.updates ?? 0) + 1
  }

  compare(states) {
    let near = 0
    let other = 0
    states.forEach((state, i) => {
      if (state === this.states[i]) return
      if (state === UNDECIDED) near += 1
      else other += 1
    })
    this.frame.dataset.differs = other
    this.frame.dataset.near = near
    const ties = near ? `, ${near} near ${near === 1 ? "tie" : "ties"} left to the server` : ""
    this.tellTruth(other ? `Browser and server differ on ${other} pairs: the server's count is shown.` : `Browser and server agree on every pair${ties}.`)
  }

  tellTruth(text) {
    this.root.querySelector(".truth").textContent = text
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
    write(".told", `Modulo ${this.recipe.modulus}: ${outcome.share} right. ${outcome.counted}.`) // once a count, not in every frame
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

  // Something is being turned: waves, hands and, where the kernel knows the body, all pairs follow in the same frame.
  stale(recipe = this.recipe) {
    this.frame.classList.add("stale")
    this.turned = recipe
    this.checking = false
    this.tellTruth("")
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, undefined)
    if (this.live) this.counting.start(this.live, structuredClone(recipe))
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

const UNDECIDED = 1

// As models say it: 100% only where nothing is missing, 0% only where nothing is there.
function percentage(part, whole) {
  if (part === 0 || part === whole) return part ? "100%" : "0%"
  return `${clamp((100 * part) / whole, 0.01, 99.99).toFixed(2)}%`
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
