// What is said of each moment.

import { grouped } from "../../console/pure/numbers.js"

/** @import { Phase } from "./moments.js" */

const NAMES = { memorises: "memorising", forms: "a circuit forms", cleanup: "cleanup", done: "all right" }

/** @param {Phase} phase */
export const phaseName = (phase) => NAMES[phase]

/** @param {number} share */
export function percentWords(share) {
  const tenths = Math.round(share * 1000) / 10
  if (share < 1 && tenths === 100) return "99.9%"
  if (share > 0 && tenths === 0) return "< 0.1%"
  return `${tenths}%`
}

/** @param {number} nats */
export const lossWords = (nats) => (nats >= 0.01 ? nats.toFixed(2) : nats.toExponential(0).replace("-", "−"))

/**
 * What is seen at a moment.
 * @param {{ step: number, phase: Phase | null, train: number, test: number, carried: number, recut: number }} seen shares of pairs: trained on, the others, and of all pairs after the re-cut
 */
export function momentWords({ step, phase, train, test, carried, recut }) {
  const first = `Step ${grouped(step)}${phase ? `, ${phaseName(phase)}` : ""}: it gets ${percentWords(train)} of the pairs it is shown right, and ${percentWords(test)} of the others.`
  const surgery = `Re-cut to mod ${recut}, the same weights get ${percentWords(carried)} right`
  if (carried > test + 0.05) return `${first} ${surgery}: its clocks carry more than it answers yet.`
  return `${first} ${surgery}.`
}

/** @param {Phase} phase what the rule saw where it begins */
export function ruleWords(phase) {
  const words = {
    memorises: "Memorising: until the excluded loss is lowest.",
    forms: "A circuit forms: without its frequencies the pairs it is shown get worse again.",
    cleanup: "Cleanup: the key frequencies alone now answer all pairs better than the rest answers the pairs it is shown.",
    done: "Every pair is right, and stays so.",
  }
  return words[phase]
}
