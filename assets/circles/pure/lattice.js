// Where elements lie: those of one circle around it, those of several in rows and columns, the last digit fastest.

import { point } from "../../console/pure/clock.js"

/** @import { Place } from "../types.js" */
/** @typedef {{ rows: number, columns: number }} Shape */

const RADIUS = 46 // of one circle, in a picture of 100 by 100

/**
 * Rows and columns for several circles: as near to a square as their order allows, no taller than wide if it can be.
 * @param {number[]} circles
 * @returns {Shape}
 */
export function shapeOf(circles) {
  const all = circles.reduce((one, other) => one * other, 1)
  let [best, rows] = [1, 1]
  for (const circle of circles.slice(0, -1)) {
    rows *= circle
    if (Math.abs(rows - all / rows) < Math.abs(best - all / best) || best === 1) best = rows
  }
  return { rows: best, columns: all / best }
}

/**
 * The middle of an element's place, in a picture 100 wide.
 * @param {number} element
 * @param {number[]} circles
 * @returns {Place}
 */
export function placeOf(element, circles) {
  if (circles.length === 1) {
    const [x, y] = point(50, RADIUS, element, circles[0])
    return { x, y }
  }
  const unit = unitOf(circles)
  const { columns } = shapeOf(circles)
  return { x: unit * ((element % columns) + 0.5), y: unit * (Math.floor(element / columns) + 0.5) }
}

/** How wide an element's place is in that picture. @param {number[]} circles */
export function unitOf(circles) {
  if (circles.length === 1) return Math.min(7, (2 * Math.PI * RADIUS) / circles[0])
  return 100 / shapeOf(circles).columns
}

/** How high the picture is. @param {number[]} circles */
export function heightOf(circles) {
  return circles.length === 1 ? 100 : unitOf(circles) * shapeOf(circles).rows
}

/**
 * The element whose place is nearest.
 * @param {Place} at
 * @param {number[]} circles
 * @param {number[]} elements those that may be
 */
export function nearest({ x, y }, circles, elements) {
  const far = (/** @type {number} */ element) => {
    const place = placeOf(element, circles)
    return Math.hypot(place.x - x, place.y - y)
  }
  return elements.reduce((best, element) => (far(element) < far(best) ? element : best))
}
