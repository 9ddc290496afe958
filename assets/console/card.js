// A picture to share: the map, the figure, which network at which modulus, and the link.

import { contextOf } from "./dom.js"
import { cardLines, cardName } from "./pure/card.js"

/** @import { CardFacts } from "./pure/card.js" */

const [WIDTH, HEIGHT] = [1200, 630]
const EDGE = 45
const MAP = HEIGHT - 2 * EDGE
const LEFT = 2 * EDGE + MAP

/**
 * The picture, as it is drawn in the page's colours.
 * @param {HTMLCanvasElement} map
 * @param {CardFacts} facts
 * @param {Element} page of which colours and fonts are taken
 */
export function cardOf(map, facts, page) {
  const style = getComputedStyle(page)
  const [ink, paper, serif, sans] = ["--ink", "--paper", "--st-heading-font", "--st-font"].map((name) => style.getPropertyValue(name))
  const card = document.createElement("canvas")
  card.width = WIDTH
  card.height = HEIGHT
  const context = contextOf(card)
  context.fillStyle = paper
  context.fillRect(0, 0, WIDTH, HEIGHT)
  context.imageSmoothingEnabled = false
  context.drawImage(map, EDGE, EDGE, MAP, MAP)
  context.fillStyle = ink
  context.textBaseline = "top"
  for (const { text, size, top, serifed } of cardLines(facts)) {
    context.font = `${serifed ? "600 " : ""}${size}px ${serifed ? serif || "serif" : sans || "sans-serif"}`
    context.fillText(text, LEFT, EDGE + top, WIDTH - LEFT - EDGE)
  }
  return card
}

/** @param {HTMLCanvasElement} card @param {CardFacts} facts */
export function downloadCard(card, facts) {
  card.toBlob((blob) => {
    if (!blob) return
    const link = document.createElement("a")
    link.href = URL.createObjectURL(blob)
    link.download = cardName(facts)
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  }, "image/png")
}
