// The surgery console: turns what the visitor does into a recipe, and shows what Python counted for it.

import { looked, lookAt, writeAddress } from "../address/address.js"
import { Bar } from "./bar.js"
import { luminance } from "./colours.js"
import { Dial } from "./dial.js"
import { find, findAll, write } from "./dom.js"
import { afterQuiet } from "./gestures.js"
import { Grid } from "./grid.js"
import { RIGHT } from "./kernel_layout.js"
import { lag } from "./pure/clock.js"
import { pairWords } from "./pure/counts.js"
import { halvesOf, WHOLE } from "./pure/halves.js"
import { turningWords } from "./pure/narration.js"
import { keyOf, wrappingPair } from "./pure/pairs.js"
import { countKey } from "./pure/recipes.js"
import { spokenCount } from "./pure/words.js"
import { QuickCount } from "./quick_count.js"
import { Reach } from "./reach.js"
import { unpacked } from "./ready.js"
import { Waves } from "./waves.js"
import { Wheel } from "./wheel.js"

/** @import { Root } from "./dom.js" */
/** @import { Counts } from "./pure/counts.js" */
/** @import { Component, ConsoleData, Pair, Preset, Recipe } from "./types.js" */

const ANSWER_MILLISECONDS = 150 // that a pair is looked at before the server is asked for its answer
const TURNING_MILLISECONDS = 700
const ADDRESS_MILLISECONDS = 400

export class Console {
  /**
   * @param {Root} root
   * @param {Component<ConsoleData>} component what Streamlit gave at first
   */
  constructor(root, { data, setStateValue, setTriggerValue }) {
    this.root = root
    this.frame = find(root, ".console", HTMLElement)
    this.setStateValue = setStateValue
    this.setTriggerValue = setTriggerValue
    this.data = data
    this.recipe = structuredClone(data.recipe)
    this.states = new Uint8Array()
    /** @type {Dial[]} */
    this.dials = []
    this.chosen = looked.pair !== null // by the visitor, or by the link that was opened
    this.pair = looked.pair ?? wrappingPair(data.recipe.modulus)
    /** @type {Map<string, string>} */
    this.answers = new Map() // what the server says of a pair that is not right, by the pair
    this.edit = 0
    this.counted = ""
    this.searching = ""
    this.turningHands = 0
    this.touched = false
    this.turning = data.recipe // what is set at the moment, as the narration tells it
    this.halves = WHOLE // which operands the server's recipe has half a step ahead
    this.askForAnswer = afterQuiet(ANSWER_MILLISECONDS, () => this.setStateValue("pair", this.pair))
    this.quick = new QuickCount(root, {
      shown: (states, modulus, counts) => {
        this.grid.show(states, modulus)
        this.narrate(counts)
      },
      // A state and no action: of several actions in a moment the server hears the last, which should be the visitor's.
      askForWeights: () => this.setStateValue("weights", Date.now()),
    })
    const part = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    const picked = this.picking()
    this.wheel = this.wheelIn(part(".wheel"))
    this.grid = new Grid(part(".grid"), {
      picked: (pair) => { if (!this.isStale) picked(pair) }, // the map may be of another modulus then
      turned: (view) => lookAt({ view }),
    })
    this.grid.turn(looked.view)
    this.bar = new Bar(root, { act: (name, more) => this.act(name, more), tried: (preset) => this.try(preset) })
    this.waves = new Waves(part(".waves"), { picked })
    this.reach = new Reach(part(".reach"), { chosen: (q) => this.act("visit", { modulus: q }) })
    for (const button of findAll(root, "[data-action]", HTMLElement)) {
      button.addEventListener("click", () => this.act(button.dataset.action ?? ""))
    }
    part(".prompt-action").addEventListener("click", () => this.followPrompt())
  }

  /** @param {HTMLElement} element */
  wheelIn(element) {
    return new Wheel(element, {
      turning: (q) => this.stale({ ...this.recipe, modulus: q }),
      turned: (q) => this.take({ ...this.recipe, modulus: q }),
      refused: (sentence) => this.bar.refuse(sentence),
    })
  }

  /** What happens when a pair is picked: it is shown at once, and in the address once the hand rests. */
  picking() {
    const lookAtPair = afterQuiet(ADDRESS_MILLISECONDS, (/** @type {Pair} */ pair) => lookAt({ pair }))
    return (/** @type {Pair} */ pair) => {
      this.choose(pair)
      lookAtPair(this.pair)
    }
  }

  /**
   * Data from Python: the authoritative count of the last recipe. While a hand is on a dial, the recipe stays ours.
   * @param {Component<ConsoleData>} component
   */
  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { setStateValue, setTriggerValue })
    const ours = this.edit > data.edit
    this.frame.classList.toggle("stale", ours)
    this.quick.take(data.live)
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
    if (another) this.quick.check({ recipe: structuredClone(this.recipe), states: this.states })
  }

  /**
   * Whether this is another count than the one that is shown; else the sweep has moved on, or an answer has come.
   * @param {ConsoleData} data
   */
  isAnother(data) {
    const key = countKey(data)
    const another = key !== this.counted
    this.counted = key
    if (another) this.answers.clear()
    return another
  }

  /** @param {ConsoleData} data */
  show(data) {
    this.data = data // only now: what is not shown yet may be of another network
    this.edit = data.edit
    this.recipe = structuredClone(data.recipe)
    this.states = unpacked(data.states)
    this.halves = halvesOf(this.recipe)
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

  /** The pair that was chosen, each number as its remainder, or one that wraps. @param {number} q @returns {Pair} */
  pairWithin(q) {
    const { pair } = this
    if (pair.a < q && pair.b < q) return pair
    if (!this.chosen) return wrappingPair(q)
    for (const name of /** @type {const} */ (["a", "b"])) this.waves.equation.reduce(name, pair[name], q)
    return { a: pair.a % q, b: pair.b % q }
  }

  get isStale() {
    return this.frame.classList.contains("stale")
  }

  /**
   * The hands go from where they stood to where they are set; where motion is not wanted, they jump.
   * @param {{ frequency: number, target: number, q: number }[]} before
   */
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

  /** Whoever takes hold of a hand finds it where it is set. */
  stopTurning() {
    cancelAnimationFrame(this.turningHands)
    for (const dial of this.dials) dial.lag = 0
  }

  /** Only the search has moved on: what it is shown beside stays. @param {ConsoleData} data */
  isSearching({ bar, recipe }) {
    const searched = bar.search ? JSON.stringify(recipe) : ""
    const again = searched !== "" && this.searching === searched
    this.searching = searched
    return again
  }

  arrangeDials() {
    const faces = find(this.root, ".faces", HTMLElement)
    const { dials } = this.recipe
    for (const dial of this.dials.splice(dials.length)) dial.host.remove()
    const heard = { changing: () => this.stale(), changed: () => this.send() }
    for (const setting of dials.slice(this.dials.length)) this.dials.push(new Dial(faces, heard, setting))
    const dark = luminance(getComputedStyle(this.frame).getPropertyValue("--paper")) < 0.4
    this.dials.forEach((dial, i) => { dial.hue = this.data.palette[i][dark ? 1 : 0] })
  }

  tell() {
    const { outcome, prompt } = this.data
    write(this.root, ".share", outcome.share)
    write(this.root, ".counted", outcome.counted)
    write(this.root, ".split", outcome.split)
    write(this.root, ".told", spokenCount(this.recipe.modulus, outcome)) // once a count, not in every frame
    write(this.root, ".prompt-text", prompt.text)
    write(this.root, ".prompt-action", prompt.label ?? "")
    find(this.root, ".prompt-action", HTMLElement).hidden = !prompt.label
    write(this.root, ".prompt-turning", "")
  }

  followPrompt() {
    const { recipe, action } = this.data.prompt
    if (recipe) this.take(recipe)
    else if (action) this.act(action)
  }

  showPair() {
    const q = this.recipe.modulus
    this.recipe.dials.forEach((setting, i) => this.dials[i].show(setting, q, this.pair))
    const state = this.isStale ? undefined : this.states[this.pair.a * q + this.pair.b]
    const answer = this.answers.get(keyOf(this.pair))
    const said = pairWords(state, answer)
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, { said, halves: this.halves })
    this.grid.mark(this.pair, said)
    if (state !== undefined && state < RIGHT && answer === undefined) this.askForAnswer()
  }

  /** @param {Pair} pair */
  choose(pair) {
    this.pair = pair
    this.chosen = true
    this.showPair()
  }

  /** Something is being turned: waves, hands and, where the kernel knows the body, all pairs follow in the same frame. */
  stale(recipe = this.recipe) {
    this.stopTurning()
    this.touched = true
    this.frame.classList.add("stale")
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, { said: "", halves: this.halves })
    this.count(recipe)
  }

  /** @param {Recipe} recipe */
  count(recipe) {
    this.turning = recipe
    if (!this.quick.live) this.narrate(null)
    this.quick.count(recipe)
  }

  /** The one line that follows what is turned; the server's own takes its place. @param {Counts | null} counts */
  narrate(counts) {
    write(this.root, ".prompt-turning", turningWords(this.data.recipe, this.turning, counts))
  }

  /** @param {Preset} preset */
  try({ recipe, pair }) {
    if (pair) [this.pair, this.chosen] = [{ a: pair[0], b: pair[1] }, true]
    if (recipe) this.take(recipe)
  }

  /** @param {Recipe} recipe */
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

  /** @param {string} name of a button @param {object} [more] */
  act(name, more = {}) {
    this.setTriggerValue("action", { name, ...more })
  }
}
