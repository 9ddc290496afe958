// The browser asks the network for the same sums as the server, some in each frame, in float32.

import { makeReady, ready } from "../console/ready.js"
import { sumsAsked } from "./pure/sums.js"
import { askedWords } from "./pure/words.js"

/** @import { Live } from "../console/live.js" */
/** @import { PlacesData } from "./types.js" */
/** @typedef {{ calculation: string, sums: ReturnType<typeof sumsAsked> }} Asked */

const AT_ONCE = 64 // sums in a frame
const OWN = " digits" // a network of its own: what counts all pairs elsewhere on the page is not disturbed

export class Asking {
  /** @param {{ told: (words: string) => void, askForWeights: () => void }} heard */
  constructor({ told, askForWeights }) {
    this.told = told
    this.askForWeights = askForWeights
    this.calculation = ""
  }

  /** @param {PlacesData} data */
  take(data) {
    const { live, recipe, calculation } = data
    this.calculation = calculation
    if (!live) return this.told("")
    const key = `${live.key}${OWN}`
    const network = ready.get(key)
    if (network) return network.set(recipe) ? this.ask(network, { calculation, sums: sumsAsked(data) }, 0, 0) : this.told("")
    const { header, bytes } = live
    if (!header || !bytes) return this.askForWeights()
    makeReady(key, header, bytes).then(() => { if (this.calculation === calculation) this.take(data) })
  }

  /** @param {Live} network @param {Asked} asked @param {number} done sums @param {number} other answers */
  ask(network, asked, done, other) {
    if (this.calculation !== asked.calculation) return
    const { sums } = asked
    const some = sums.slice(done, done + AT_ONCE)
    const differing = other + some.filter(({ a, b, answer }) => network.answerOf({ a, b }) !== answer).length
    const through = done + some.length
    this.told(askedWords(through, sums.length, differing))
    if (through < sums.length) requestAnimationFrame(() => this.ask(network, asked, through, differing))
  }
}
