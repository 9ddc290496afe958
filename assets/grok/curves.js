// Two small charts, one over the other: pairs that are right, and the loss, of what is shown and of what is not.

import { svg } from "../console/dom.js"
import { shareRight } from "./pure/measures.js"

/** @import { Frame, Part } from "./types.js" */

const WIDTH = 400
const HEIGHT = 300
const LEFT = 38
const RIGHT = 6
const CHARTS = { accuracy: { top: 16, bottom: 150 }, loss: { top: 180, bottom: 282 } }
const PARTS = /** @type {const} */ (["shown", "unseen"])

export class Curves {
  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" })
    holder.prepend(this.picture)
  }

  /**
   * @param {Frame[]} frames that are there
   * @param {number} at the step that is looked at
   * @param {number} steps of the whole run
   * @param {string} label for people who listen
   */
  show(frames, at, steps, label) {
    const highest = Math.max(1, ...frames.flatMap(({ shown, unseen }) => [shown.loss, unseen.loss]))
    const x = (/** @type {number} */ step) => LEFT + ((WIDTH - LEFT - RIGHT) * step) / steps
    const charts = [
      { ...CHARTS.accuracy, name: "right", most: 1, ends: ["0%", "100%"], of: shareRight },
      { ...CHARTS.loss, name: "loss", most: highest, ends: ["0", highest.toFixed(1)], of: (/** @type {Part} */ { loss }) => loss },
    ]
    this.picture.replaceChildren(...charts.flatMap(({ top, bottom, name, most, ends, of }) => {
      const y = (/** @type {number} */ value) => bottom - ((bottom - top) * value) / most
      return [
        svg("path", { class: "axis", d: `M${LEFT} ${top}V${bottom}H${WIDTH - RIGHT}` }),
        svg("text", { class: "end", x: LEFT - 4, y: top + 4 }, ends[1]), svg("text", { class: "end", x: LEFT - 4, y: bottom }, ends[0]),
        svg("text", { class: "name", x: WIDTH - RIGHT, y: top - 4 }, name),
        ...PARTS.flatMap((part) => drawn(frames, part, (frame) => x(frame.step), (frame) => y(of(frame[part])), at)),
      ]
    }), svg("line", { class: "now", x1: x(at), x2: x(at), y1: CHARTS.accuracy.top, y2: CHARTS.loss.bottom }),
    svg("text", { class: "end", x: LEFT + 6, y: HEIGHT - 4 }, "0"), svg("text", { class: "end", x: WIDTH - RIGHT, y: HEIGHT - 4 }, `step ${steps}`))
    this.picture.setAttribute("aria-label", label)
  }
}

/**
 * A line as far as the step that is looked at, with what is known beyond it fainter.
 * @param {Frame[]} frames @param {"shown" | "unseen"} part @param {(frame: Frame) => number} x @param {(frame: Frame) => number} y @param {number} at
 */
function drawn(frames, part, x, y, at) {
  const path = (/** @type {Frame[]} */ some) => some.map((frame, i) => `${i ? "L" : "M"}${x(frame).toFixed(1)} ${y(frame).toFixed(1)}`).join("")
  const here = frames[at]
  return [
    svg("path", { class: `curve later ${part}`, d: path(frames.slice(at)) }),
    svg("path", { class: `curve ${part}`, d: path(frames.slice(0, at + 1)) }),
    ...(here ? [svg("circle", { class: `dot ${part}`, cx: x(here), cy: y(here), r: 3.5 })] : []),
  ]
}
