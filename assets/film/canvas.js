// A canvas as sharp as the screen, with the colours of the page.

import { contextOf } from "../console/dom.js"

/** @typedef {{ ink: string, soft: string, line: string, paper: string }} Inks */
/** @typedef {{ context: CanvasRenderingContext2D, width: number, height: number }} Sheet in CSS pixels */

/** Emptied, of the size it has on the page. @param {HTMLCanvasElement} canvas @returns {Sheet} */
export function emptied(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  const sharp = Math.min(3, devicePixelRatio || 1)
  if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
    canvas.width = Math.round(width * sharp)
    canvas.height = Math.round(height * sharp)
  }
  const context = contextOf(canvas)
  context.setTransform(sharp, 0, 0, sharp, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

/** The page's colours now. @param {Element} element @returns {Inks} */
export function inksOf(element) {
  const style = getComputedStyle(element)
  const probe = /** @type {HTMLElement} */ (element)
  const read = (/** @type {string} */ name) => {
    probe.style.setProperty("outline-color", `var(${name})`) // color-mix is resolved only in a property that is a colour
    return style.outlineColor
  }
  const inks = { ink: read("--ink"), soft: read("--soft"), line: read("--line"), paper: read("--paper") }
  probe.style.removeProperty("outline-color")
  return inks
}
