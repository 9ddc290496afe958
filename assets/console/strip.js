// Networks with many dials: the strongest are drawn, the others stand in a strip, and one that is pressed comes to the front.

import { setAttributes } from "./dom.js"
import { frontOf, MOST_IN_FRONT } from "./pure/front.js"

/** @import { Dial } from "./dial.js" */

export class Strip {
  /** @param {HTMLElement} root @param {() => void} changed */
  constructor(root, changed) {
    this.root = root
    this.changed = changed
    /** @type {number[]} */
    this.front = []
    this.network = ""
  }

  /**
   * Says which dials are in front, and gives each its colour: no two that are shown have the same.
   * @param {Dial[]} dials
   * @param {{ network: string, weights: number[], palette: [string, string][], dark: boolean }} told
   */
  arrange(dials, { network, weights, palette, dark }) {
    if (this.network !== network || this.front.some((i) => i >= dials.length)) this.front = frontOf(weights)
    if (dials.length <= MOST_IN_FRONT) this.front = dials.map((_, i) => i)
    this.network = network
    dials.forEach((dial, i) => {
      const place = this.front.indexOf(i)
      dial.inFront = place >= 0
      dial.hue = dial.inFront ? palette[place][dark ? 1 : 0] : ""
    })
    const loudest = Math.max(...weights.map(Math.abs)) || 1
    this.root.replaceChildren(...dials.flatMap((dial, i) => (dial.inFront ? [] : [this.button(dial, i, weights[i] / loudest)])))
  }

  /** @param {Dial} dial @param {number} i @param {number} strength beside the strongest */
  button({ setting }, i, strength) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = String(setting.frequency)
    setAttributes(button, {
      "aria-label": `Dial ${setting.frequency}: bring it to the front`,
      title: `${Math.round(100 * Math.abs(strength))}% as strong as the strongest; ${setting.on ? `${setting.target} steps` : "off"}`,
    })
    button.addEventListener("click", () => {
      this.front = [...this.front.slice(0, -1), i]
      this.changed()
    })
    return button
  }
}
