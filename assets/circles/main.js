// What Streamlit calls with new data: one operation for each place on the page.

import { Circles } from "./circles.js"

/** @import { Component } from "../console/types.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { CirclesData } from "./types.js" */

/** @type {WeakMap<Root, Circles>} */
const shown = new WeakMap()

/** @param {Component<CirclesData>} component */
export default function (component) {
  const circles = shown.get(component.parentElement) ?? new Circles(component.parentElement, component)
  shown.set(component.parentElement, circles)
  circles.show(component.data)
}
