// What a hand does: the wheel, a drag, and the quiet after it.

import { hasFocus } from "./dom.js"

/**
 * Act once nobody has called for so many milliseconds, with what the last call said.
 * @template {unknown[]} Values
 * @param {number} milliseconds
 * @param {(...values: Values) => void} act
 */
export function afterQuiet(milliseconds, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  return (/** @type {Values} */ ...values) => {
    clearTimeout(timer)
    timer = setTimeout(() => act(...values), milliseconds)
  }
}

/**
 * The wheel turns what has the focus and was not just dragged: whoever lets go of it scrolls the page next.
 * @param {GlobalEventHandlers & Element} area
 * @param {Element} holder of the focus
 * @param {(event: WheelEvent) => void} turn
 */
export function onWheel(area, holder, turn) {
  let dragged = false
  area.addEventListener("pointermove", ({ buttons }) => { dragged ||= buttons > 0 })
  for (const begin of ["pointerdown", "keydown"]) area.addEventListener(begin, () => { dragged = false })
  area.addEventListener("wheel", (event) => {
    if (dragged || !hasFocus(holder)) return
    event.preventDefault()
    turn(event)
  }, { passive: false })
}

/**
 * Follow one pointer from press to release: `move` hears every position, `done` whether it was a drag. A `start` that
 * answers false is no press of this element.
 * @param {GlobalEventHandlers & Element} element
 * @param {{
 *   start: (event: PointerEvent) => boolean | void,
 *   move: (event: PointerEvent) => void,
 *   done: (moved: boolean, event: PointerEvent) => void,
 * }} heard
 */
export function onDrag(element, { start, move, done }) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || start(event) === false) return
    let moved = false
    const follow = (/** @type {PointerEvent} */ next) => {
      if (next.pointerId !== event.pointerId) return
      moved = true
      move(next)
    }
    const finish = (/** @type {PointerEvent} */ last) => {
      if (last.pointerId !== event.pointerId) return
      element.removeEventListener("pointermove", follow)
      element.removeEventListener("pointerup", finish)
      element.removeEventListener("pointercancel", finish)
      done(moved, last)
    }
    element.setPointerCapture(event.pointerId)
    element.addEventListener("pointermove", follow)
    element.addEventListener("pointerup", finish)
    element.addEventListener("pointercancel", finish)
  })
}
