// Colours of CSS, which the browser reads.

import { contextOf } from "./dom.js"
import { lightness } from "./pure/colours.js"

const WHITE = [255, 255, 255]
export const DARK_INK = [29, 27, 24]
export const LIGHT_PAPER = [250, 248, 243]

/** A CSS colour as three bytes; null for none. @param {string} colour */
export function rgb(colour) {
  const context = contextOf(document.createElement("canvas"))
  context.fillStyle = colour.trim()
  context.fillRect(0, 0, 1, 1)
  return colour.trim() ? [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] : null
}

/** How light a CSS colour is, from 0 to 1; white where there is none. @param {string} colour */
export function luminance(colour) {
  return lightness(rgb(colour) ?? WHITE)
}

/** What a picture is drawn in and on, where it stands. @param {Element} element */
export function inkAndPaper(element) {
  const style = getComputedStyle(element)
  return { ink: rgb(style.getPropertyValue("--ink")) ?? DARK_INK, paper: rgb(style.getPropertyValue("--paper")) ?? LIGHT_PAPER }
}
