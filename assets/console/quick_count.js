// The browser's own count: quick while something is turned, and a check of the server's once that has counted.

import { Counting } from "./counting.js"
import { find, write } from "./dom.js"
import { agreement, counted, differences, quickWords } from "./pure/counts.js"
import { LEFT_TO_SERVER, QUICK } from "./pure/words.js"
import { makeReady, ready } from "./ready.js"

/** @import { Root } from "./dom.js" */
/** @import { Counts } from "./pure/counts.js" */
/** @import { LiveData, Pair, Recipe, Shades } from "./types.js" */

export class QuickCount {
  /**
   * @param {Root} root
   * @param {{
   *   shown: (states: Uint8Array, modulus: number, shades: Shades, counts: Counts) => void,
   *   shaded: (shades: Shades) => void,
   *   askForWeights: () => void,
   * }} heard `shown` hears a quick count, `shaded` what the browser knows besides of the server's
   */
  constructor(root, { shown, shaded, askForWeights }) {
    this.root = root
    this.frame = find(root, ".console", HTMLElement)
    this.shown = shown
    this.shaded = shaded
    this.naming = false
    this.askForWeights = askForWeights
    this.counting = new Counting((states, whole) => this.show(states, whole))
    this.modulus = 0
    this.isCounted = false // what was set last, at least in part
    /** @type {string | undefined} */
    this.key = undefined
    /** @type {{ recipe: Recipe, states: Uint8Array } | undefined} */
    this.server = undefined // what it counted last
    /** @type {Uint8Array | undefined} */
    this.checked = undefined // the server's states, while the browser counts the same
  }

  get live() {
    return this.key === undefined ? undefined : ready.get(this.key)
  }

  /** Whether answers are wanted of every pair; what is shown is counted again. @param {boolean} wanted */
  nameAnswers(wanted) {
    this.naming = wanted
    this.check()
  }

  /** What the network answers to a pair as it was counted last; undefined where the browser does not know. @param {Pair} pair */
  answerTo(pair) {
    return this.isCounted ? this.live?.answerOf(pair) : undefined
  }

  /** The network for the kernel: sent once, when it is asked for. @param {LiveData | null} live */
  take(live) {
    this.key = live?.key
    this.frame.classList.toggle("live", this.live !== undefined)
    if (!live || ready.has(live.key)) return
    const { key, header, bytes } = live
    if (!header || !bytes) return this.askForWeights()
    makeReady(key, header, bytes).then(() => {
      this.take(live)
      this.check()
    })
  }

  /** Once the server has counted, the browser counts the same recipe; both must agree on every pair. */
  check(server = this.server) {
    this.server = server
    this.tell("")
    this.counting.stop()
    this.checked = server?.states
    if (this.live && server) this.start(server.recipe)
    else if (this.key === undefined) this.tell(LEFT_TO_SERVER.body)
  }

  /** A quick count, until the server has counted. @param {Recipe} recipe */
  count(recipe) {
    this.checked = undefined
    this.tell("")
    if (this.live) this.start(recipe)
  }

  /** @param {Recipe} recipe */
  start(recipe) {
    this.modulus = recipe.modulus
    this.isCounted = false
    this.live?.nameAnswers(this.naming)
    if (this.live) this.counting.start(this.live, structuredClone(recipe))
  }

  /** @param {Uint8Array | null} states @param {boolean} [whole] */
  show(states, whole) {
    if (states === null) {
      this.frame.classList.remove("live") // until the server has counted, the old count is dimmed
      return this.tell(LEFT_TO_SERVER.setting)
    }
    this.isCounted = true
    const shades = this.shades()
    if (this.checked) {
      if (whole) this.compare(states, this.checked)
      if (whole) this.shaded(shades)
      return
    }
    const counts = counted(states)
    const words = quickWords(counts)
    write(this.root, ".share", words.share)
    write(this.root, ".counted", words.counted)
    write(this.root, ".split", QUICK)
    this.shown(states.slice(), this.modulus, shades, counts)
    this.frame.dataset.updates = String(Number(this.frame.dataset.updates ?? 0) + 1)
  }

  /** @returns {Shades} */
  shades() {
    return { margins: this.live?.margins().slice(), answers: this.naming ? this.live?.answers().slice() : undefined }
  }

  /** @param {Uint8Array} browser @param {Uint8Array} server */
  compare(browser, server) {
    const found = differences(browser, server)
    this.frame.dataset.differs = String(found.other)
    this.frame.dataset.near = String(found.near)
    this.tell(agreement(found))
  }

  /** @param {string} text */
  tell(text) {
    write(this.root, ".truth", text)
  }
}
