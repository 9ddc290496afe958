// Whether data from Python says something new.

import { countKey } from "./pure/recipes.js"

/** @import { ConsoleData } from "./types.js" */

export class Seen {
  counted = ""
  searching = ""

  /** Whether this is another count than the last; else the sweep has moved on, or an answer has come. @param {ConsoleData} data */
  isAnother(data) {
    const key = countKey(data)
    const another = key !== this.counted
    this.counted = key
    return another
  }

  /** Only the search has moved on: what it is shown beside stays. @param {ConsoleData} data */
  isSearching({ bar, recipe }) {
    const searched = bar.search ? JSON.stringify(recipe) : ""
    const again = searched !== "" && this.searching === searched
    this.searching = searched
    return again
  }
}
