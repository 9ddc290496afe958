// On every page: the address, once for each run of the page, and what lets the page scroll.

import { writeAddress } from "./address.js"
import { letScroll } from "./scroll.js"

/** @type {number | undefined} */
let lastRun

letScroll()

/** @param {{ data: { run: number, query: Record<string, string> | null } }} component */
export default function ({ data }) {
  if (data.run === lastRun) return // drawn again, perhaps for another theme: the console may have written since
  lastRun = data.run
  writeAddress(data.query)
}
