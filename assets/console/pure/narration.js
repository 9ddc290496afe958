// What happens while something is turned, in one line.

import { tidy, withMinus } from "./numbers.js"
import { percentage } from "./percent.js"

/** @import { Recipe, Setting } from "../types.js" */
/** @import { Counts } from "./counts.js" */

const ANY_STEPS = "any whole number of steps closes the wave"
const LATER = "counted when you let go"

/**
 * Counts are null where the browser does not count.
 * @param {Recipe} before
 * @param {Recipe} now
 * @param {Counts | null} counts
 */
export function turningWords(before, now, counts) {
  const share = counts ? `${shareOf(counts)} of pairs right` : LATER
  if (now.modulus !== before.modulus) return `Mod ${now.modulus}: ${share}, with the same dials.`
  const dial = now.dials.find((each, i) => JSON.stringify(each) !== JSON.stringify(before.dials[i]))
  if (!dial) return `Mod ${now.modulus}: ${share}.`
  const said = settingWords(dial, before.dials.find(({ frequency }) => frequency === dial.frequency))
  if (!dial.on) return `${said}: ${share}.`
  if (!Number.isInteger(dial.target)) return `${said}: its wave does not close, ${share}.`
  const all = counts !== null && !counts.unseen && !counts.wrong && !counts.undecided
  return all ? `${said}: all pairs right, ${ANY_STEPS}.` : `${said}: ${share}.`
}

/** @param {Counts} counts */
function shareOf({ right, undecided, wrong, unseen }) {
  return `${unseen ? "≈ " : ""}${percentage(right, right + undecided + wrong)}`
}

/** @param {Setting} dial @param {Setting} [before] */
function settingWords(dial, before) {
  if (!dial.on) return `Dial ${dial.frequency} off`
  if (before && dial.target === before.target && dial.amplitude !== before.amplitude) return `Dial ${dial.frequency}, strength × ${tidy(dial.amplitude)}`
  return `Dial ${dial.frequency}, ${withMinus(tidy(dial.target))} steps a number`
}
