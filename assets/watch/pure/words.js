// What is said of each moment.

import { RIGHT, WRONG } from "../../console/kernel_layout.js"
import { withMinus } from "../../console/pure/numbers.js"

/** @import { Pair } from "../../console/types.js" */
/** @import { Part } from "./moments.js" */
/** @import { Lead } from "./votes.js" */
/** @import { Scene, WatchDial } from "../types.js" */

export const WATCH = 12 // hours; on the face of a watch 0 is written 12

/** The number at a place of the face. @param {number} number @param {number} q */
export const onFace = (number, q) => String(q === WATCH && number === 0 ? WATCH : number)

/**
 * @param {Part} part of the animation
 * @param {Pair} pair
 * @param {Scene} scene
 * @param {WatchDial[]} drawn
 */
export function partWords(part, { a, b }, { modulus: q, dials, trained }, drawn) {
  const [answer, wraps] = [onFace((a + b) % q, q), a + b >= q]
  const unit = (/** @type {number} */ number) => `${number} ${q === WATCH ? "hour" : "step"}${number === 1 ? "" : "s"}`
  const words = {
    a: `A number is a place on the face: for a the hand goes ${unit(a)} from the top.`,
    b: `To add b it goes ${unit(b)} further. ${wraps ? `Past the top it starts again: it` : "It"} stands at ${answer}. That is adding mod ${q}.`,
    dials: `The network has ${dials.length} dials instead of one watch. On these one number more is ${listed(drawn)} steps of ${q}. They add in the same way: a, then b.${trained ? "" : " Each is named by its steps as trained."}`,
    votes: `Each dial votes for the answers near its hand. One alone hardly tells ${answer} from others; together they do.`,
  }
  return words[part]
}

/** @param {number} target */
export const stepsWords = (target) => `${withMinus(target)} step${Math.abs(target) === 1 ? "" : "s"}`

/** @param {WatchDial[]} dials */
function listed(dials) {
  const steps = dials.map(({ target }) => withMinus(target))
  return steps.length > 1 ? `${steps.slice(0, -1).join(", ")} or ${steps.at(-1)}` : steps.join()
}

/**
 * Who is ahead once so many dials have voted.
 * @param {Lead} lead
 * @param {number} voted
 * @param {number} q
 */
export function leadWords({ first, ties, second, by }, voted, q) {
  if (!voted) return "none yet"
  const after = `after ${voted} dial${voted === 1 ? "" : "s"}`
  const face = (/** @type {number} */ c) => onFace(c, q)
  if (ties.length > 2) return `${after} ${face(first)} and ${ties.length} others have the same votes`
  if (ties.length) return `${after} ${[first, ...ties].map(face).join(" and ")} have the same votes`
  return second === null ? after : `${after} ${face(first)} is ahead of ${face(second)} by ${by < 0.005 ? "less than 1" : Math.round(100 * by)}% of all votes`
}

/**
 * What the network itself answers, with all of its weights.
 * @param {Pair} pair
 * @param {Scene} scene
 * @param {number} state of the pair
 */
export function networkWords({ a, b }, { modulus: q, trained, counted }, state) {
  const which = trained ? "The network, as it was trained," : `The network, its tables re-cut to mod ${q},`
  const answers = { [RIGHT]: `answers ${onFace((a + b) % q, q)} ✓`, [WRONG]: "gets this sum wrong" }[state] ?? "cannot decide this sum"
  return `${which} ${answers}. ${counted}`
}
