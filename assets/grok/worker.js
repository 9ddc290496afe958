// The thread that trains: it sends every step as soon as it is there, and is ended from outside.

import { Learner } from "./learner.js"

/** @import { Order } from "./types.js" */

addEventListener("message", (/** @type {MessageEvent<Order>} */ { data: { compiled, settings, steps } }) => {
  const learner = new Learner(compiled, settings)
  for (let step = 0; step <= steps; step++) {
    if (step) learner.move()
    const frame = learner.frame()
    postMessage(frame, { transfer: [frame.states, frame.powers, frame.table, frame.unembedding].map(({ buffer }) => buffer) })
  }
})
