// Small things that every part of the console needs.

const TURN = 2 * Math.PI

function svg(name, attributes = {}, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  if (text !== undefined) element.textContent = text
  return element
}

// The letter of a key: what it writes or, on a keyboard that writes none of a to z, what stands there on others.
function letterOf({ key, code }) {
  return (/^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "")).toLowerCase()
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value))
const modulo = (value, q) => ((value % q) + q) % q
const tidy = (value) => Number(value.toFixed(2))
const withMinus = (value) => String(value).replace("-", "−")
const readable = (value) => Number(value.toPrecision(6)) // six digits, so that what is small does not read 0

// Steps of a clock with q numbers, written with a sign: −q/2 < steps ≤ q/2.
function signed(steps, q) {
  const rest = modulo(steps, q)
  return tidy(rest > q / 2 ? rest - q : rest)
}

// How the readout reads a dial: linked, by the same turn at its weight with both operands' phases; else by its own turn,
// or by one without a phase.
function readoutOf({ target, amplitude, phase, on, weight, linked, b, readout }) {
  if (!linked) return readout ?? { target, amplitude: amplitude * weight, phase: 0, on }
  return { target, amplitude: amplitude * weight, phase: phase + (b ?? { phase }).phase, on }
}

// Where a hand that has gone `steps` of q points: 0 is up, clockwise is forward.
function point(centre, radius, steps, q) {
  const angle = (TURN * steps) / q
  return [centre + radius * Math.sin(angle), centre - radius * Math.cos(angle)]
}

function afterQuiet(milliseconds, act) {
  let timer
  return (...values) => {
    clearTimeout(timer)
    timer = setTimeout(() => act(...values), milliseconds)
  }
}

// The wheel turns what has the focus and was not just dragged: whoever lets go of it scrolls the page next.
function onWheel(area, holder, turn) {
  let dragged = false
  area.addEventListener("pointermove", ({ buttons }) => { dragged ||= buttons > 0 })
  for (const begin of ["pointerdown", "keydown"]) area.addEventListener(begin, () => { dragged = false })
  area.addEventListener("wheel", (event) => {
    if (dragged || !hasFocus(holder)) return
    event.preventDefault()
    turn(event)
  }, { passive: false })
}

function hasFocus(element) {
  return element.getRootNode().activeElement === element
}

// Follow one pointer from press to release: `move` hears every position, `done` whether it was a drag.
function onDrag(element, { start, move, done }) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || start(event) === false) return
    let moved = false
    const follow = (next) => {
      if (next.pointerId !== event.pointerId) return
      moved = true
      move(next)
    }
    const finish = (last) => {
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
