// What is said of oscillators on their way.

import { at } from "./motion.js"

/** @import { SteamData } from "../types.js" */

const LOCKED = 0.9

/** The whole way in one line. @param {SteamData} data @param {number} position */
export function wayWords({ order, answers, pair, modulus, answers: { length } }, position) {
  const step = Math.floor(position)
  const right = (pair.a + pair.b) % modulus
  const answer = answers[step]
  const told = answer === right ? `${answer} ✓` : `${answer}, and ${right} is right`
  return `${step ? `After step ${step} of ${length - 1}` : "Before the first step"}: order ${at(order, step).toFixed(2)}. Read now, the answer is ${told}.`
}

/** @param {SteamData} data */
export function kindWords({ harmonic, communities, all }) {
  const shown = communities.length < all ? `The ${communities.length} frequencies that pull most, of ${all}. ` : ""
  const rule = harmonic === 2
    ? "Both drives pull a phase (dot) to half their sum or opposite; its double (ring) is read."
    : "The product of both drives pulls a phase (dot) to their sum, where it is read."
  return shown + rule
}

/** One circle for people who listen. @param {SteamData["communities"][number]} community @param {number} position */
export function circleWords({ frequency, members, order, pulls, dead }, position) {
  const pulled = dead ? "nothing pulls" : `pulled by up to ${Math.max(...pulls).toPrecision(2)}`
  const now = at(order, position)
  return `frequency ${frequency}: ${members.length} oscillator${members.length === 1 ? "" : "s"}, ${pulled}, order ${now.toFixed(2)}${now > LOCKED ? ", locked" : ""}`
}
