// What Streamlit calls with new data: one console for each place on the page.

import { Console } from "./console.js"

/** @import { Root } from "./dom.js" */
/** @import { Component, ConsoleData } from "./types.js" */

/** @type {WeakMap<Root, Console>} */
const consoles = new WeakMap()

/** @param {Component<ConsoleData>} component */
export function mounted(component) {
  const root = component.parentElement
  const console = consoles.get(root) ?? new Console(root, component)
  consoles.set(root, console)
  console.receive(component)
}
