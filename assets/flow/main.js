// What Streamlit calls with new data: one diagram for each place on the page.

import { Flow } from "./flow.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Component } from "../console/types.js" */
/** @import { FlowData } from "./types.js" */

/** @type {WeakMap<Root, Flow>} */
const flows = new WeakMap()

/** @param {Component<FlowData>} component */
export default function (component) {
  const flow = flows.get(component.parentElement) ?? new Flow(component.parentElement, component)
  flows.set(component.parentElement, flow)
  flow.receive(component)
}
