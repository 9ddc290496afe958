// The ring around the pair that is looked at, on a map: in ink, on a wider one in paper, so that it is seen on any ground.

import { TURN } from "./pure/clock.js"

const RADIUS = 11 // pixels of the canvas

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {{ ink: number[], paper: number[] }} colours */
export function drawRing(context, x, y, { ink, paper }) {
  context.setLineDash([])
  for (const [colour, width] of /** @type {[number[], number][]} */ ([[paper, 7], [ink, 3]])) {
    context.strokeStyle = `rgb(${colour})`
    context.lineWidth = width
    context.beginPath()
    context.arc(x, y, RADIUS, 0, TURN)
    context.stroke()
  }
}
