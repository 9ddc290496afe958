// An operation on circles: its tokens, its dials and the map of all pairs; while a dial turns, the browser counts.

import { unpacked } from "../console/bytes.js"
import { luminance } from "../console/colours.js"
import { Counting } from "../console/counting.js"
import { find, say } from "../console/dom.js"
import { afterQuiet } from "../console/gestures.js"
import { RIGHT } from "../console/kernel_layout.js"
import { agreement, counted, differences, quickWords } from "../console/pure/counts.js"
import { sumsOf } from "../console/pure/group.js"
import { FIRST_PAIR } from "../console/pure/pairs.js"
import { LEFT_TO_SERVER } from "../console/pure/words.js"
import { makeReady, ready } from "../console/ready.js"
import { Dials } from "./dials.js"
import { PairMap } from "./pair_map.js"
import { answersOf, latticeWords, pairWords, placesOf, statesOf } from "./pure/pairs.js"
import { turned, waysOf } from "./pure/ways.js"
import { Tokens } from "./tokens.js"

/** @import { Component, Pair } from "../console/types.js" */
/** @import { Live } from "../console/live.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { CirclesData } from "./types.js" */

const QUIET = 400 // milliseconds until the server is told

export class Circles {
  /** @param {Root} root @param {Component<CirclesData>} component */
  constructor(root, { data, setStateValue }) {
    this.root = root
    this.data = data
    this.recipe = data.recipe
    this.setStateValue = setStateValue
    this.shown = "" // which operation on which network
    this.turns = 0 // the number of the last turn here
    this.sums = new Uint8Array()
    this.states = new Uint8Array()
    /** @type {Pair} */
    this.pair = { a: 0, b: 0 }
    const part = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    this.frame = part(".circles")
    this.caption = part(".caption")
    this.count = part(".counted")
    this.truth = part(".truth")
    this.back = find(root, ".back", HTMLButtonElement)
    this.under = part(".tokens figcaption")
    this.tokens = new Tokens(find(root, ".tokens svg", SVGSVGElement), (operand, element) => this.move(operand, element))
    this.dials = new Dials(part(".dials"), { changing: () => this.turn(), changed: () => this.tell() })
    this.map = new PairMap(part(".map"), (pair) => this.pick(pair))
    this.counting = new Counting((states, whole) => this.quick(states, whole))
    this.tell = afterQuiet(QUIET, () => this.send(Object.fromEntries(this.dials.ways.map(({ frequency, steps }) => [frequency, steps]))))
    this.back.addEventListener("click", () => this.send(null))
  }

  /** @returns {Live | undefined} */
  get live() {
    return this.data.live ? ready.get(this.data.live.key) : undefined
  }

  /** @param {CirclesData} data */
  show(data) {
    const key = `${data.network} ${data.group} ${data.operation}`
    const another = key !== this.shown
    if (!another && data.turn < this.turns) return // the server counts what was set before
    this.data = data
    this.shown = key
    this.turns = Math.max(this.turns, data.turn)
    this.recipe = data.recipe
    this.states = unpacked(data.states)
    const dark = luminance(getComputedStyle(this.frame).getPropertyValue("--paper")) < 0.4
    this.sums = sumsOf(data.recipe)
    this.map.arrange(data, answersOf(this.sums, data.numbers))
    this.dials.arrange(waysOf(data.recipe, data.circles), data.circles, data.palette.map((pair) => pair[dark ? 1 : 0]))
    const free = (/** @type {number[]} */ elements) => elements.filter((element) => element >= 0)
    this.tokens.arrange(data.circles, { a: free(data.of_a), b: free(data.of_b) }, (element) => String(data.numbers[element]))
    if (another) this.pair = this.first()
    this.back.hidden = data.is_found
    this.frame.classList.remove("stale")
    say(this.count, data.counted)
    say(this.truth, data.live ? "" : LEFT_TO_SERVER.body)
    this.map.show(this.states, undefined, data.counted)
    this.pick(this.pair)
    this.prepare()
  }

  /** A pair whose numbers both stand for something. @returns {Pair} */
  first() {
    const { of_a, of_b } = this.data
    const near = (/** @type {number[]} */ elements, /** @type {number} */ share) => {
      const at = Math.round(share * (elements.length - 1))
      return elements[at] < 0 ? elements.findIndex((element) => element >= 0) : at
    }
    return { a: near(of_a, FIRST_PAIR.a), b: near(of_b, FIRST_PAIR.b) }
  }

  /** The kernel gets the network once; then it counts what the server has counted, to compare. */
  prepare() {
    const { live } = this.data
    this.counting.stop()
    if (!live) return
    if (this.live) return this.counting.start(this.live, structuredClone(this.recipe))
    const { key, header, bytes } = live
    if (!header || !bytes) return this.setStateValue("weights", Date.now())
    makeReady(key, header, bytes).then(() => { if (this.data.live?.key === key) this.prepare() })
  }

  /** A dial has turned. */
  turn() {
    this.recipe = turned(this.recipe, this.dials.ways, this.data.circles)
    this.turns = Math.max(this.turns, this.data.turn) + 1
    this.frame.classList.add("stale")
    say(this.truth, this.live ? "Counted in your browser, until the server has." : LEFT_TO_SERVER.body)
    if (this.live) this.counting.start(this.live, structuredClone(this.recipe))
    this.pick(this.pair)
    this.tell()
  }

  /** @param {Record<string, number[]> | null} steps null: as they were found */
  send(steps) {
    if (!steps) this.turns = Math.max(this.turns, this.data.turn) + 1
    this.setStateValue("turned", { network: this.data.network, group: this.data.group, turn: this.turns, steps })
  }

  /** What the browser has counted, of what stands here. @param {Uint8Array | null} states @param {boolean} [whole] */
  quick(states, whole) {
    if (!states) return say(this.truth, LEFT_TO_SERVER.setting)
    const isServers = !this.frame.classList.contains("stale")
    if (isServers) {
      if (!whole) return
      const found = differences(states, this.states)
      this.frame.dataset.differs = String(found.other)
      say(this.truth, agreement(found))
      return this.map.show(this.states, this.live?.margins().slice())
    }
    this.states = states.slice()
    const words = quickWords(counted(this.ofOperation()))
    say(this.count, `${words.share}: ${words.counted}.`)
    this.frame.dataset.updates = String(Number(this.frame.dataset.updates ?? 0) + 1)
    this.map.show(this.states, this.live?.margins().slice())
    this.pick(this.pair)
  }

  /** States of the operation's own pairs. */
  ofOperation() {
    const places = placesOf(this.data)
    return statesOf(places, this.states).filter((_, i) => places[i] >= 0)
  }

  /** @param {"a" | "b"} operand @param {number} element */
  move(operand, element) {
    const elements = operand === "a" ? this.data.of_a : this.data.of_b
    this.pick({ ...this.pair, [operand]: elements.indexOf(element) })
  }

  /** @param {Pair} pair */
  pick(pair) {
    this.pair = pair
    const { of_a, of_b, numbers, left_out, recipe: { modulus } } = this.data
    const [a, b] = [of_a[pair.a], of_b[pair.b]]
    const place = a < 0 || b < 0 ? -1 : a * modulus + b
    const state = place < 0 ? undefined : this.states[place]
    const sum = place < 0 ? -1 : this.sums[place]
    const answer = place >= 0 && state !== RIGHT && this.live?.modulus === modulus ? numbers[this.live.answerOf({ a, b })] : undefined
    say(this.caption, pairWords(pair, { state, right: place < 0 ? undefined : numbers[sum], answer, left_out }))
    this.tokens.show({ a, b, sum }, state === RIGHT, `Elements of ${this.data.group}; a, b and their sum are marked`)
    say(this.under, latticeWords(this.data.circles))
    this.dials.show(this.recipe, a, b)
    this.map.mark(pair)
  }
}
