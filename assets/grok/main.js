// What Streamlit calls with new data: one run for each place on the page.

import { Grok } from "./grok.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Component } from "../console/types.js" */
/** @import { GrokData } from "./types.js" */

/** @type {WeakMap<Root, Grok>} */
const shown = new WeakMap()

/** @param {Component<GrokData>} component */
export default function (component) {
  const { parentElement } = component
  const grok = shown.get(parentElement) ?? new Grok(parentElement, component)
  shown.set(parentElement, grok)
  grok.receive(component)
}
