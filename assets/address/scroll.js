// On every page: what a finger or the wheel only passes over lets the page scroll.

// Plotly takes every touch of a figure for a drag: the page stood still, and the figure zoomed unasked. One finger is the
// browser's instead, which scrolls, and makes a mouse's click of a tap.
const FIGURE = ".js-plotly-plot .draglayer"
const NUMBER_FIELD = "[data-testid=stNumberInputField]" // swallows the wheel, with the focus or without

/** Once for a page, however often it is called. */
export function letScroll() {
  globalThis.clockworkLetsScroll ??= listen()
}

function listen() {
  const passed = { capture: true, passive: true }
  document.addEventListener("touchstart", (event) => {
    if (event.touches.length === 1 && isWithin(event, FIGURE)) event.stopPropagation()
  }, passed)
  document.addEventListener("wheel", (event) => {
    if (event.target !== document.activeElement && isWithin(event, NUMBER_FIELD)) event.stopPropagation()
  }, passed)
  return /** @type {const} */ (true)
}

/** @param {Event} event @param {string} selector */
function isWithin({ target }, selector) {
  return target instanceof Element && target.closest(selector) !== null
}
