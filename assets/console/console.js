// The surgery console: turns what the visitor does into a recipe, and shows what Python counted for it.

import { looked, lookAt, writeAddress } from "../address/address.js"
import { Answer } from "./answer.js"
import { Answers } from "./answers.js"
import { Bar } from "./bar.js"
import { shadesOf, unpacked } from "./bytes.js"
import { cardOf, downloadCard } from "./card.js"
import { luminance } from "./colours.js"
import { Dial } from "./dial.js"
import { find, findAll } from "./dom.js"
import { Equation } from "./equation.js"
import { Gauge } from "./gauge.js"
import { afterQuiet } from "./gestures.js"
import { Grid } from "./grid.js"
import { Hands } from "./hands.js"
import { RIGHT } from "./kernel_layout.js"
import { counted, pairWords, shareRight } from "./pure/counts.js"
import { halvesOf, WHOLE } from "./pure/halves.js"
import { isTelling, remainders, wrappingPair } from "./pure/pairs.js"
import { QuickCount } from "./quick_count.js"
import { Reach } from "./reach.js"
import { showSealed } from "./sealed.js"
import { Seen } from "./seen.js"
import { addSkipButton } from "./skip.js"
import { Strip } from "./strip.js"
import { narrate, tell } from "./telling.js"
import { Waves } from "./waves.js"
import { Wheel } from "./wheel.js"

/** @import { Root } from "./dom.js" */
/** @import { Counts } from "./pure/counts.js" */
/** @import { Component, ConsoleData, Pair, Preset, Recipe } from "./types.js" */

const ANSWER_MILLISECONDS = 150 // that a pair is looked at before the server is asked for its answer
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
    this.pair = looked.pair ?? wrappingPair(data.recipe.modulus, data.trained)
    this.answers = new Answers()
    this.edit = 0
    this.seen = new Seen()
    this.hands = new Hands(() => this.showPair())
    this.touched = false
    this.turning = data.recipe // what is set at the moment, as the narration tells it
    this.halves = WHOLE // which operands the server's recipe has half a step ahead
    this.askForAnswer = afterQuiet(ANSWER_MILLISECONDS, () => this.setStateValue("pair", this.pair))
    this.quick = this.quickIn(root)
    const part = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    const picked = this.picking()
    this.wheel = this.wheelIn(part(".wheel"))
    this.grid = new Grid(part(".grid"), {
      picked: (pair) => { if (!this.isStale) picked(pair) }, // the map may be of another modulus then
      turned: (view) => lookAt({ view }),
      shaded: (shade) => this.quick.nameAnswers(shade === "answer"),
    })
    this.gauge = new Gauge(part(".gauge"))
    this.grid.turn(looked.view)
    this.bar = new Bar(root, { act: (name, more) => this.act(name, more), tried: (preset) => this.try(preset) })
    this.waves = new Waves(part(".waves"), new Equation(root, { picked }))
    this.answer = new Answer(part(".answer"))
    this.strip = new Strip(part(".strip"), () => this.bringForward())
    this.reach = new Reach(part(".reach"), {
      chosen: (q) => this.act("visit", { modulus: q }),
      turning: (q) => this.wheel.move(q),
      turned: () => this.wheel.turned(this.wheel.value),
    })
    addSkipButton(root)
    for (const button of findAll(root, "[data-action]", HTMLElement)) {
      button.addEventListener("click", () => this.act(button.dataset.action ?? ""))
    }
    part(".picture").addEventListener("click", () => this.savePicture())
    part(".prompt-action").addEventListener("click", () => this.followPrompt())
  }

  /** @param {Root} root */
  quickIn(root) {
    return new QuickCount(root, {
      shown: (states, modulus, shades, counts) => {
        this.grid.show(states, modulus, { shades })
        this.gauge.show(this.grid.span)
        this.showAnswer(states, modulus)
        this.narrate(counts)
        this.reach.lift(shareRight(counts))
      },
      shaded: (shades) => {
        this.grid.show(this.states, this.recipe.modulus, { shades })
        this.gauge.show(this.grid.span, this.data.outcome.margin)
      },
      // A state and no action: of several actions in a moment the server hears the last, which should be the visitor's.
      askForWeights: () => this.setStateValue("weights", Date.now()),
    })
  }

  /** @param {HTMLElement} element */
  wheelIn(element) {
    return new Wheel(element, {
      turning: (q) => {
        this.reach.place(q)
        this.stale({ ...this.recipe, modulus: q })
      },
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
    const another = this.seen.isAnother(data)
    if (another) this.answers.forget()
    this.answers.take(data.answer)
    if (this.seen.isSearching(data)) return this.showPair()
    writeAddress(data.bar.query)
    this.bar.show(data.bar)
    const before = this.dials.map(({ setting, q }) => ({ ...setting, q }))
    this.show(data)
    this.hands.turnFrom(this.dials, before, this.recipe)
    if (another) this.quick.check({ recipe: structuredClone(this.recipe), states: this.states })
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
    this.grid.show(this.states, q, { label: data.outcome.spoken, shades: shadesOf(data.margins) })
    this.gauge.show(this.grid.span, data.outcome.margin)
    showSealed(find(this.root, ".sealed", HTMLElement), data.frozen)
    this.reach.show(data.reach, data.trained, q, shareRight(counted(this.states)))
    tell(this.root, data)
  }

  /** The pair that was chosen, each number as its remainder, or one that wraps. @param {number} q @returns {Pair} */
  pairWithin(q) {
    const { pair, data: { trained } } = this
    if (!this.chosen) return isTelling(pair, q, trained) ? pair : wrappingPair(q, trained)
    if (pair.a < q && pair.b < q) return pair
    for (const name of /** @type {const} */ (["a", "b"])) this.waves.equation.reduce(name, pair[name], q)
    return remainders(pair, q)
  }

  get isStale() {
    return this.frame.classList.contains("stale")
  }

  arrangeDials() {
    const faces = find(this.root, ".faces", HTMLElement)
    const { dials } = this.recipe
    for (const dial of this.dials.splice(dials.length)) dial.host.remove()
    const heard = { changing: () => this.stale(), changed: () => this.send() }
    for (const setting of dials.slice(this.dials.length)) this.dials.push(new Dial(faces, heard, setting))
    const dark = luminance(getComputedStyle(this.frame).getPropertyValue("--paper")) < 0.4
    const { network, weights, palette } = this.data
    this.strip.arrange(this.dials, { network, weights, palette, dark })
  }

  /** Another dial was chosen from the strip. */
  bringForward() {
    this.arrangeDials()
    this.showPair()
  }

  followPrompt() {
    const { recipe, action } = this.data.prompt
    if (recipe) this.take(recipe)
    else if (action) this.act(action)
  }

  showPair() {
    if (this.touched) return this.drawTurning(this.turning)
    const q = this.recipe.modulus
    this.recipe.dials.forEach((setting, i) => this.dials[i].show(setting, q, this.pair))
    const state = this.isStale ? undefined : this.states[this.pair.a * q + this.pair.b]
    const answer = this.answers.words(this.pair)
    const said = pairWords(state, answer)
    this.waves.show(this.recipe, this.dials, this.data.weights, this.pair, { said, halves: this.halves })
    this.grid.mark(this.pair, said)
    this.showAnswer(this.isStale ? undefined : this.states)
    if (state !== undefined && state < RIGHT && answer === undefined) this.askForAnswer()
  }

  /** @param {Uint8Array | undefined} states of all pairs, where they are counted */
  showAnswer(states, q = this.recipe.modulus) {
    const { halves } = this
    const pair = remainders(this.pair, q)
    const state = states?.[pair.a * q + pair.b]
    const answered = () => this.quick.answerTo(pair) ?? this.answers.classOf(pair)
    this.answer.show({ pair, q, halves, state, answered }, this.data.untouched)
  }

  /** @param {Pair} pair */
  choose(pair) {
    this.pair = pair
    this.chosen = true
    this.showPair()
  }

  /** Something is being turned: waves, hands and, where the kernel knows the body, all pairs follow in the same frame. */
  stale(recipe = this.recipe) {
    this.hands.stop()
    this.touched = true
    this.frame.classList.add("stale")
    this.drawTurning(recipe)
    this.count(recipe)
  }

  /** Dials and waves at what is turned, with the pair's remainders at another modulus. @param {Recipe} recipe */
  drawTurning(recipe) {
    const q = recipe.modulus
    const pair = remainders(this.pair, q)
    const shown = JSON.stringify([q, pair])
    this.dials.forEach((dial, i) => { if (JSON.stringify([dial.q, dial.pair]) !== shown) dial.show(recipe.dials[i], q, pair) })
    this.waves.show(recipe, this.dials, this.data.weights, pair, { said: "", halves: this.halves })
  }

  /** @param {Recipe} recipe */
  count(recipe) {
    this.turning = recipe
    if (!this.quick.live) this.narrate(null)
    this.quick.count(recipe)
  }

  /** @param {Counts | null} counts */
  narrate(counts) {
    narrate(this.root, this.data.recipe, this.turning, counts)
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
    this.bar.refuse("")
    this.frame.classList.add("stale")
    this.setStateValue("recipe", { ...this.recipe, edit: this.edit, network: this.data.network })
  }

  /** The map with its figure and its link, as a file. */
  savePicture() {
    const { title, trained, outcome, recipe } = this.data
    const facts = { title, trained, modulus: recipe.modulus, share: outcome.share, counted: outcome.counted, link: location.href }
    downloadCard(cardOf(this.grid.canvas, facts, this.frame), facts)
  }

  /** @param {string} name of a button @param {object} [more] */
  act(name, more = {}) { this.setTriggerValue("action", { name, ...more }) }
}
