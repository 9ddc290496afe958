// On every page: the address, once for each run of the page, and what lets the page scroll.

import { looked, writeAddress } from "./address.js"
import { letScroll } from "./scroll.js"

/** @import { Pair } from "../console/types.js" */

/** @type {number | undefined} */
let lastRun
let lastPair = "null"

letScroll()

/**
 * `pair` is the last that was chosen in Python, as in the lab; the browser may have chosen another since, which stays.
 * @param {{ data: { run: number, query: Record<string, string> | null, pair?: Pair | null } }} component
 */
export default function ({ data }) {
  if (data.run === lastRun) return // drawn again, perhaps for another theme: the console may have written since
  lastRun = data.run
  const pair = JSON.stringify(data.pair ?? null)
  if (data.pair && pair !== lastPair) looked.pair = data.pair
  lastPair = pair
  writeAddress(data.query)
}
