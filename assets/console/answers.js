// What the server has said of pairs that are not right, until another count comes.

import { keyOf } from "./pure/pairs.js"

/** @import { ConsoleData, Pair } from "./types.js" */

export class Answers {
  constructor() {
    /** @type {Map<string, NonNullable<ConsoleData["answer"]>>} */
    this.known = new Map()
  }

  /** @param {ConsoleData["answer"]} answer */
  take(answer) {
    if (answer) this.known.set(keyOf(answer.pair), answer)
  }

  forget() {
    this.known.clear()
  }

  /** In words; undefined where it is not known. @param {Pair} pair */
  words(pair) {
    return this.known.get(keyOf(pair))?.said
  }

  /** The class that is answered first. @param {Pair} pair */
  classOf(pair) {
    return this.known.get(keyOf(pair))?.classes[0]
  }
}
