// What Streamlit calls with new data: one watch for each place on the page.

import { Watch } from "./watch.js"

/** @import { Component } from "../console/types.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { WatchData } from "./types.js" */

/** @type {WeakMap<Root, Watch>} */
const watches = new WeakMap()

/** @param {Component<WatchData>} component */
export default function ({ parentElement, data }) {
  const watch = watches.get(parentElement) ?? new Watch(parentElement, data)
  watches.set(parentElement, watch)
  watch.show(data)
}
