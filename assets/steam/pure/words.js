// What is said of oscillators on their way.

import { at } from "./motion.js"

/** @import { SteamData } from "../types.js" */

const LOCKED = 0.9

/** The whole way in one line. @param {SteamData} data @param {number} position */
export function wayWords({ order, answers, pair, modulus, answers: { length } }, position) {
  const step = Math.floor(position)
  const right = (pair.a + pair.b) % modulus
  const answer = answers[step]
  const told = answer === right ? `${answer} ✓` : `${answer}; right is ${right}`
  const when = step ? `After step ${step} of ${length - 1} the network answers` : "Before the first step it would answer"
  return `${when} ${told}. Order ${at(order, step).toFixed(2)} (1: all at their marks).`
}

/** What is drawn, and which way it is pulled. @param {SteamData} data */
export function kindWords({ harmonic, communities, all, energy }) {
  const shown = communities.length < all
    ? `A circle for each of the ${communities.length} frequencies that pull most, of ${all}.`
    : "A circle for each frequency."
  const rule = harmonic === 2
    ? "The sum of both pulls draws each dot to half that angle, or opposite; its ring, at twice the dot's angle, comes to the mark."
    : "The product of both pulls draws each dot to the mark."
  const drawn = "Dots: oscillators. Arrows: the pulls of a and of b. Mark on the rim: the angle of a + b."
  return [shown, drawn, rule, ...(energy ? ["The curve is the energy of all oscillators, which the pull lowers."] : [])].join(" ")
}

/** One circle for people who listen. @param {SteamData["communities"][number]} community @param {number} position */
export function circleWords({ frequency, members, order, pulls, dead }, position) {
  const pulled = dead ? "nothing pulls" : `pulled by up to ${Math.max(...pulls).toPrecision(2)}`
  const now = at(order, position)
  return `frequency ${frequency}: ${members.length} oscillator${members.length === 1 ? "" : "s"}, ${pulled}, order ${now.toFixed(2)}${now > LOCKED ? ", locked" : ""}`
}
