// The surgery console: turns what the visitor does into a recipe, and shows what Python counted for it.

const consoles = new WeakMap()

class Console {
  constructor(root) {
    this.root = root
    this.frame = root.querySelector(".console")
    this.dials = []
    this.pair = looked.pair
    this.chosen = this.pair !== null // by the visitor, or by the link that was opened
    this.answers = new Map() // what the server says of a pair that is not right, by the pair
    this.edit = 0
    this.counting = new Counting((states, whole) => this.showLive(states, whole))
    const changing = () => this.stale()
    const changed = () => this.send()
    this.dialEvents = { changing, changed }
    this.wheel = new Wheel(root.querySelector(".wheel"), {
      turning: (q) => { if (this.recipe) this.stale({ ...this.recipe, modulus: q }) },
      turned: (q) => this.take({ ...this.recipe, modulus: q }),
      refused: (sentence) => this.bar.refuse(sentence),
    })
    const lookAtPair = afterQuiet(400, (pair) => lookAt({ pair }))
    const picked = (pair) => {
      this.choose(pair)
      lookAtPair(this.pair)
    }
    this.askForAnswer = afterQuiet(ANSWER_MILLISECONDS, () => this.setStateValue("pair", this.pair))
    this.grid = new Grid(root.querySelector(".grid"), {
      picked: (pair) => { if (!this.isStale) picked(pair) }, // the map may be of another modulus then
      turned: (view) => lookAt({ view }),
    })
    this.grid.turn(looked.view)
    this.bar = new Bar(root, {
      act: (name, more) => this.act(name, more),
      tried: ({ recipe, pair }) => {
        if (pair) [this.pair, this.chosen] = [{ a: pair[0], b: pair[1] }, true]
        this.take(recipe)
      },
    })
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
    Object.assign(this, { setStateValue, setTriggerValue })
    const ours = this.edit > data.edit
    this.frame.classList.toggle("stale", ours)
    this.takeWeights(data.live)
    this.bar.showSearch(data.bar.search)
    if (ours || this.touched) return
    const another = this.isAnother(data)
    if (data.answer) this.answers.set(keyOf(data.answer.pair), data.answer.said)
    if (this.isSearching(data)) return this.showPair()
    writeAddress(data.bar.query)
    this.bar.show(data.bar)
    const before = this.dials.map(({ setting, q }) => ({ ...setting, q }))
    this.show(data)
    this.turnFrom(before)
    if (another) this.check()
  }

  // Whether this is another count than the one that is shown; else the sweep has moved on, or an answer has come.
  isAnother({ network, recipe, edit }) {
    const counted = JSON.stringify([network, recipe, edit])
    const another = counted !== this.counted
    this.counted = counted
    if (another) this.answers.clear()
    return another
  }

  show(data) {
    this.data = data // only now: what is not shown yet may be of another network
    this.edit = data.edit
    this.turned = undefined
    this.recipe = structuredClone(data.recipe)
    this.states = Uint8Array.from(atob(data.states), (letter) => letter.charCodeAt(0))
    const q = this.recipe.modulus
    this.pair = this.pairWithin(q)
    this.wheel.draw(data.trained)
    this.wheel.value = q
    this.wheel.place()
    this.arrangeDials()
    this.grid.show(this.states, q, data.outcome.spoken)
    this.reach.show(data.reach, data.trained, q)
    this.tell()
  }

  // The pair that was chosen, each number as its remainder, or one that wraps.
  pairWithin(q) {
    const { pair } = this
    if (pair && pair.a < q && pair.b < q) return pair
    if (!this.chosen) return { a: Math.round(0.62 * (q - 1)), b: Math.round(0.71 * (q - 1)) }
    for (const name of ["a", "b"]) this.waves.equation.reduce(name, pair[name], q)
    return { a: pair.a % q, b: pair.b % q }
  }

  get isStale() {
    return this.frame.classList.contains("stale")
  }

  // The hands go from where they stood to where they are set; where motion is not wanted, they jump.
  turnFrom(before) {
    const { modulus: q, dials } = this.recipe
    const lags = dials.map(({ frequency, target }, i) => (before[i]?.frequency === frequency ? lag(before[i], target, q) : 0))
    cancelAnimationFrame(this.turningHands)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || lags.every((steps) => Math.abs(steps) < 0.01)
    const start = performance.now()
    const draw = () => {
      const left = still ? 0 : Math.max(0, 1 - (performance.now() - start) / TURNING_MILLISECONDS) ** 3
      this.dials.forEach((dial, i) => { dial.lag = lags[i] * left })
      this.showPair()
      if (left) this.turningHands = requestAnimationFrame(draw)
    }
    draw()
  }

  // Whoever takes hold of a hand finds it where it is set.
  stopTurning() {
    cancelAnimationFrame(this.turningHands)
    for (const dial of this.dials) dial.lag = 0
  }

  // Only the search has moved on: what it is shown beside stays.
  isSearching({ bar, recipe }) {
    const again = bar.search && this.searching === JSON.stringify(recipe)
    this.searching = bar.search && JSON.stringify(recipe)
    return again
  }

  // The network for the kernel: sent once, when it is asked for.
  takeWeights(live) {
    this.liveKey = live?.key
    this.frame.classList.toggle("live", ready.has(this.liveKey))
    if (!live || ready.has(live.key)) return
    if (!live.bytes) return this.askForWeights()
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
    if (states === null) {
      this.frame.classList.remove("live") // until the server has counted, the old count is dimmed
      return this.tellTruth("This setting is counted on the server, when you let go.")
    }
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
    write(".split", "in your browser, float32: what is near a tie counts as undecided until the server has counted")
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
    const state = this.isStale ? undefined : this.states[this.pair.a * q + this.pair.b]
    const answer = this.answers.get(keyOf(this.pair))
    const said = state === undefined ? "" : answer ?? ["wrong", "undecided", "right"][state]
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, said)
    this.grid.mark(this.pair, said)
    if (state < RIGHT && answer === undefined) this.askForAnswer()
  }

  choose(pair) {
    this.pair = pair
    this.chosen = true
    this.showPair()
  }

  // Something is being turned: waves, hands and, where the kernel knows the body, all pairs follow in the same frame.
  stale(recipe = this.recipe) {
    this.stopTurning()
    this.touched = true
    this.frame.classList.add("stale")
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, "")
    this.count(recipe)
  }

  // A quick count, until the server has counted.
  count(recipe) {
    this.turned = recipe
    this.checking = false
    this.tellTruth("")
    if (this.live) this.counting.start(this.live, structuredClone(recipe))
  }

  take(recipe) {
    this.recipe = structuredClone(recipe)
    this.count(this.recipe)
    this.send()
  }

  send() {
    this.edit += 1
    this.touched = false
    this.frame.classList.add("stale")
    this.setStateValue("recipe", { ...this.recipe, edit: this.edit, network: this.data.network })
  }

  // A state and no action: of several actions in a moment the server hears the last, which should be the visitor's.
  askForWeights() {
    this.setStateValue("weights", Date.now())
  }

  act(name, more = {}) {
    this.setTriggerValue("action", { name, ...more })
  }
}

const [UNDECIDED, RIGHT] = [1, 2]
const ANSWER_MILLISECONDS = 150 // that a pair is looked at before the server is asked for its answer
const TURNING_MILLISECONDS = 700

// Steps of a clock with q numbers from a target back to where its hand stood, the shorter way round.
function lag(before, target, q) {
  const turns = (before.target / before.q - target / q) % 1
  return (turns - Math.round(turns)) * q
}

const keyOf = ({ a, b }) => `${a} ${b}`

// As models say it: 100% only where nothing is missing, 0% only where nothing is there.
function percentage(part, whole) {
  if (part === 0 || part === whole) return part ? "100%" : "0%"
  const shown = (100 * part) / whole
  return shown < 0.005 ? "< 0.01%" : `${Math.min(shown, 99.99).toFixed(2)}%` // as models/evaluation/percent.py
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
