// The small pictures of the diagram: what each part holds of the pair, as the network computed it.

import { svg } from "../console/dom.js"

/** @import { FlowData, FlowDial } from "./types.js" */

const WIDTH = 170
const HEIGHT = 190
const EDGE = 18 // for words above a picture

/** @param {string} label @param {SVGElement[]} parts */
function picture(label, ...parts) {
  const drawn = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label })
  drawn.append(...parts)
  return drawn
}

/**
 * Each dial's circle with the places of a's row and of b's: 0 at the top and on clockwise, as on a watch.
 * @param {(FlowDial & { hue: string })[]} dials
 */
export function circles(dials) {
  const across = 2
  const [slot, row] = [WIDTH / across, HEIGHT / Math.max(2, Math.ceil(dials.length / across))]
  const radius = Math.min(slot, row) * 0.32
  return picture("Where the rows of a and b lie on the circle of each dial", ...dials.flatMap(({ frequency, a, b, hue }, i) => {
    const [x, y] = [slot * ((i % across) + 0.5), row * (Math.floor(i / across) + 0.5)]
    const place = (/** @type {[number, number]} cosine and sine of its angle */ [up, right], /** @type {string} */ name) => [
      svg("line", { x1: x, y1: y, x2: x + right * radius, y2: y - up * radius, stroke: hue, class: `hand ${name}` }),
      svg("circle", { cx: x + right * radius, cy: y - up * radius, r: 3, fill: hue }),
      svg("text", { x: x + right * radius * 1.42, y: y - up * radius * 1.42 }, name),
    ]
    const dial = svg("g")
    dial.append(svg("title", {}, `dial ${frequency}`), svg("circle", { cx: x, cy: y, r: radius, class: "rim" }), ...place(a, "a"), ...place(b, "b"))
    return [dial]
  }))
}

/** How much each head reads of a; the rest is of b and of the other tokens. @param {number[]} shares of the heads */
export function heads(shares) {
  const row = Math.min(34, (HEIGHT - EDGE) / shares.length)
  const top = EDGE + (HEIGHT - EDGE - row * shares.length) / 2
  return picture("How much each head reads of a", ...["a", "b"].map((name, i) => svg("text", { x: 6 + i * (WIDTH - 12), y: top - 8 }, name)), ...shares.flatMap((share, i) => [
    svg("rect", { x: 0, y: top + row * i + 2, width: WIDTH, height: Math.max(1, row - 5), class: "bar" }),
    svg("rect", { x: 0, y: top + row * i + 2, width: WIDTH * share, height: Math.max(1, row - 5), class: "bar full" }),
  ]))
}

/** Every neuron as a bar, as tall as its answer. @param {number[]} answers */
export function neurons(answers) {
  const largest = Math.max(...answers.map(Math.abs)) || 1
  const lowest = Math.min(0, ...answers)
  const zero = HEIGHT * (1 + lowest / (largest - lowest))
  const slot = WIDTH / answers.length
  const path = answers.map((answer, i) => `M${((i + 0.5) * slot).toFixed(2)} ${zero.toFixed(1)}V${(zero - (answer / (largest - lowest)) * HEIGHT).toFixed(1)}`).join("")
  return picture("What every neuron answers", svg("path", { d: path, class: "spikes", "stroke-width": Math.max(0.4, slot * 0.7) }))
}

/** The logit of every answer, the largest in ink. @param {FlowData} data */
export function logits({ logits: values, first }) {
  const [largest, lowest] = [Math.max(...values), Math.min(...values)]
  const scale = (HEIGHT - EDGE) / (largest - lowest || 1)
  const y = (/** @type {number} */ value) => 16 + (largest - value) * scale
  const slot = WIDTH / values.length
  return picture("The logit of every answer", ...values.map((value, c) => svg("rect", {
    x: (c + 0.15) * slot, width: slot * 0.7, y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)), class: c === first ? "bar full" : "bar",
  })), svg("text", { class: "peak", x: Math.min(WIDTH - 12, Math.max(12, (first + 0.5) * slot)), y: 12 }, first))
}
