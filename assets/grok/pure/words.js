// What is said of a step, of a guess, and of settings that cannot be used.

import { grouped } from "../../console/pure/numbers.js"
import { phaseOf, shareRight } from "./measures.js"

/** @import { Bounds, Frame, Part, Settings } from "../types.js" */
/** @import { Milestones } from "./measures.js" */

/** A share in whole percent, of which 0 and 100 are only what they are. @param {Part} part */
function known(part) {
  const share = 100 * shareRight(part)
  if (share > 0 && share < 1) return "under 1%"
  return share > 99 && share < 100 ? "over 99%" : `${Math.round(share)}%`
}

/**
 * One or two sentences on a step.
 * @param {Frame} frame
 * @param {Settings} settings
 * @param {{ opposites: number, isLast: boolean }} seen
 */
export function stepWords(frame, settings, { opposites, isLast }) {
  const { step, shown, unseen, right } = frame
  const [p, pairs] = [settings.modulus, settings.modulus ** 2]
  const what = settings.shuffled ? "shuffled answers" : "sums"
  const others = unseen.pairs ? `, ${known(unseen)} of those never shown` : ""
  const phases = {
    noise: `Noise: ${grouped(right)} of ${grouped(pairs)} ${what} right, and guessing gives one in ${p}.`,
    learning: `It knows ${known(shown)} of the ${what} that it is shown${others}.`,
    memorising: `It memorises: it knows ${known(shown)} of the ${what} that it is shown${others}.`,
    finding: `It finds the rule: it knows ${known(shown)} of the ${what} that it is shown${others}.`,
    whole: `All ${grouped(pairs)} ${what} are right, those never shown too.`,
  }
  const wrong = opposites && isLast ? ` Of the ${grouped(pairs - right)} wrong pairs ${grouped(opposites)} lie half the modulus apart (b = a ± ${p / 2}), where waves of odd frequencies cancel.` : ""
  const failed = settings.shuffled && isLast && shareRight(unseen) < 0.5 ? " There is no rule to find." : ""
  return `Step ${step}. ${phases[phaseOf(frame, p)]}${failed}${wrong}`
}

/**
 * How far the neurons have come to one frequency each.
 * @param {number} sharpness
 */
export const neuronsWords = (sharpness) => `Frequencies down, 256 neurons across: a neuron has ${Math.round(100 * sharpness)}% of its power in one frequency.`

/**
 * What a whole run came to.
 * @param {Milestones} found
 * @param {number} seconds
 * @param {Settings} settings
 */
export function runWords({ memorised, found, first, stays }, seconds, { modulus, shuffled }) {
  const hint = first === null && !shuffled && modulus % 2 ? " Show it more of the pairs, or set another decay." : ""
  const steps = [
    memorised === null ? "" : `95% of what is shown known at step ${memorised}`,
    found === null ? "" : `half of the rest at step ${found}`,
    first === null ? "never all right" : `all right at step ${first}${stays === first ? "" : stays === null ? ", and lost again" : `, for good from step ${stays}`}`,
  ]
  return `${steps.filter(Boolean).join(", ")}. Computed here in ${seconds.toFixed(1)} s.${hint}`.replace(/^./, (letter) => letter.toUpperCase())
}

/** What became of a guess. @param {boolean} isRight @param {number | null} first */
export function guessWords(isRight, first) {
  const found = first === null ? "not within this run" : `at step ${first}`
  return `${isRight ? "You were right" : "Not quite"}: ${found}.`
}

/** Why a setting is not used. @param {string} name @param {Bounds[keyof Bounds]} bounds */
export const refusedWords = (name, [lowest, highest]) => `Expected ${name === "decay" ? "a number" : "a whole number"} from ${lowest} to ${grouped(highest)} for ${NAMES[name]}.`

/** @type {Record<string, string>} */
const NAMES = { modulus: "the modulus", seed: "the seed", share: "the share of pairs", decay: "the weight decay" }
