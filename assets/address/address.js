// The address says what is shown: Python names network and dials, the browser adds the map's view and the pair.

import { lookedAt, searchOf } from "./query.js"

/** @import { Looked } from "./query.js" */

export const looked = (globalThis.clockworkLooked ??= lookedAt(location.search)) // outlives a change of pages, which drops the query

/** @param {Partial<Looked>} seen */
export function lookAt(seen) {
  Object.assign(looked, seen)
  writeAddress(looked.query)
}

/** In place: neither a page is loaded nor is there more to go back through. @param {Record<string, string> | null} query from Python */
export function writeAddress(query) {
  looked.query = query ?? {}
  const address = location.pathname + searchOf(location.search, looked) + location.hash
  if (address !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", address)
}
