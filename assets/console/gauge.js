// The smallest margin of all pairs: how far the network is from its first mistake.

import { find, say } from "./dom.js"
import { gaugeOf, marginWords } from "./pure/margins.js"

/** @import { Span } from "./pure/margins.js" */

export class Gauge {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.needle = find(root, ".needle", HTMLElement)
    this.read = find(root, ".least", HTMLElement)
  }

  /** @param {Span | null} span null where no margins are known @param {number | null} [least] as the server has it */
  show(span, least = span?.least ?? null) {
    say(this.read, least === null ? "…" : marginWords(least))
    this.root.classList.toggle("below", least !== null && least < 0)
    if (span) this.needle.style.setProperty("--at", gaugeOf({ most: span.most, least: least ?? span.least }).toFixed(3))
  }
}
