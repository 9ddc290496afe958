// What Streamlit calls with new data: one set of oscillators for each place on the page.

import { Steam } from "./steam.js"

/** @import { Component } from "../console/types.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { SteamData } from "./types.js" */

/** @type {WeakMap<Root, Steam>} */
const places = new WeakMap()

/** @param {Component<SteamData>} component */
export default function (component) {
  const steam = places.get(component.parentElement) ?? new Steam(component.parentElement, component)
  places.set(component.parentElement, steam)
  steam.receive(component)
}
