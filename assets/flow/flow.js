// One sum through the network: a diagram whose parts hold the numbers that the network computed for the pair.

import { looked } from "../address/address.js"
import { luminance } from "../console/colours.js"
import { find, findAll, say } from "../console/dom.js"
import { afterQuiet } from "../console/gestures.js"
import { grouped } from "../console/pure/numbers.js"
import { remainders } from "../console/pure/pairs.js"
import { PairBoxes } from "../sum/pair_boxes.js"
import { circles, heads, logits, neurons } from "./pictures.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Component } from "../console/types.js" */
/** @import { FlowData } from "./types.js" */

const MILLISECONDS = 120 // that a pair is typed before the server is asked for it

export class Flow {
  /** @param {Root} root @param {Component<FlowData>} component */
  constructor(root, { data, setStateValue, setTriggerValue }) {
    this.root = root
    this.data = data
    this.pair = data.pair
    this.setStateValue = setStateValue
    this.setTriggerValue = setTriggerValue
    this.ask = afterQuiet(MILLISECONDS, () => this.setStateValue("pair", this.pair))
    this.boxes = new PairBoxes(root, {
      shown: () => ({ pair: this.pair, modulus: this.data.modulus }),
      take: (pair) => this.take(pair),
      write: () => this.write()
    })
    for (const part of findAll(root, "[data-part]", HTMLElement)) part.addEventListener("click", () => this.setTriggerValue("part", part.dataset.part))
    this.asked = false
  }

  /** @param {Component<FlowData>} component */
  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { data, setStateValue, setTriggerValue })
    if (!this.asked && looked.pair) this.take(remainders(looked.pair, data.modulus)) // the pair of the other pages
    else if (!this.isBehind) this.pair = data.pair
    this.asked = true
    this.write()
    this.draw()
  }

  /** The server's numbers are of another pair than the one that is asked for. */
  get isBehind() {
    const { pair, data } = this
    return pair.a < data.modulus && pair.b < data.modulus && (pair.a !== data.pair.a || pair.b !== data.pair.b)
  }

  /** @param {import("../console/types.js").Pair} pair */
  take(pair) {
    this.pair = pair
    if (this.isBehind) this.ask()
  }

  write() {
    this.boxes.write()
    find(this.root, ".flow", HTMLElement).classList.toggle("behind", this.isBehind)
  }

  draw() {
    const { data } = this
    const { modulus: q, pair: { a, b } } = data
    const dark = luminance(getComputedStyle(find(this.root, ".flow", HTMLElement)).getPropertyValue("--paper")) < 0.4
    const dials = data.dials.map((dial, i) => ({ ...dial, hue: data.palette[i][dark ? 1 : 0] }))
    const seen = data.all > dials.length ? `the strongest ${dials.length} of ${data.all} dials` : dials.length === 1 ? "one dial" : `${dials.length} dials`
    this.part("Tables", circles(dials), `Rows ${a} and ${b}, ${grouped(data.width)} numbers each. On ${seen} they are angles.`)
    this.part("Attention", data.attention && heads(data.attention), data.attention ? `${data.attention.length} head${data.attention.length === 1 ? "" : "s"} mix the two rows: ${data.attention.map((share) => `${Math.round(100 * share)}%`).join(", ")} of a, the rest of the other tokens.` : "")
    this.part("Neurons", neurons(data.neurons), `${grouped(data.fired)} of ${grouped(data.neurons.length)} neurons answer above 0. Each adds a wave of a to a wave of b and bends the sum: what comes out holds the wave of a + b.`)
    this.part("Logits", logits(data), `Each of the ${q} answers gets a number, its logit. Each dial adds a wave to them; ${peaking(data)} peak at ${(a + b) % q}.`)
    say(find(this.root, ".digits", HTMLElement), `${data.first}${data.first === (a + b) % q ? " ✓" : ""}`)
    say(find(this.root, ".end .told", HTMLElement), `${data.said}. It leads ${data.second} by ${data.lead.toPrecision(3)}.`)
  }

  /** @param {string} name @param {SVGElement | null} picture none: the network has no such part @param {string} told */
  part(name, picture, told) {
    const part = find(this.root, `[data-part=${name}]`, HTMLElement)
    part.parentElement?.toggleAttribute("hidden", !picture)
    find(part, ".picture", HTMLElement).replaceChildren(...(picture ? [picture] : []))
    say(find(part, ".told", HTMLElement), told)
  }
}

/** Which waves are highest at the right answer: those that add to it, of the dials that are drawn. @param {FlowData} data */
function peaking({ dials, all }) {
  const peak = dials.filter(({ vote }) => vote > 0).length
  if (dials.length < all) return `${peak} of the ${dials.length} strongest waves`
  return peak === all ? "all waves" : `${peak} of ${all} waves`
}
