// What Streamlit calls with new data: one calculation for each place on the page.

import { Places } from "./places.js"

/** @import { Component } from "../console/types.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { PlacesData } from "./types.js" */

/** @type {WeakMap<Root, Places>} */
const calculations = new WeakMap()

/** @param {Component<PlacesData>} component */
export default function ({ parentElement, data, setStateValue }) {
  const places = calculations.get(parentElement) ?? new Places(parentElement, () => setStateValue("weights", Date.now()))
  calculations.set(parentElement, places)
  places.show(data)
}
