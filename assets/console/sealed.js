// The sealed box: what surgery never touches.

import { find } from "./dom.js"
import { grouped } from "./pure/numbers.js"

/** @import { Frozen } from "./types.js" */

/** @param {HTMLElement} root @param {Frozen} frozen */
export function showSealed(root, { weights, parts }) {
  find(root, ".weights", HTMLElement).textContent = weights ? grouped(weights) : "0"
  find(root, ".weights-words", HTMLElement).textContent = weights ? "weights, as trained" : "weights: neurons alone"
  find(root, ".inside", HTMLElement).replaceChildren(...parts.map(([name, shape]) => {
    const line = document.createElement("li")
    const [what, size] = [document.createElement("b"), document.createElement("span")]
    what.textContent = name
    size.textContent = shape
    line.append(what, size)
    return line
  }))
}
