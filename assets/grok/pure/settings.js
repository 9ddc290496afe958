// What can be set, within the bounds that Python gives.

/** @import { Bounds, Settings } from "../types.js" */

export const FIELDS = /** @type {const} */ (["modulus", "seed", "share", "decay"])

/**
 * Whether a number can be used for a setting.
 * @param {keyof Bounds} name
 * @param {number | null} number
 * @param {Bounds} bounds
 * @returns {number is number}
 */
export function isUsable(name, number, bounds) {
  const [lowest, highest] = bounds[name]
  return number !== null && number >= lowest && number <= highest && (name === "decay" || Number.isInteger(number))
}

/** The next seed, beginning again behind the highest. @param {Settings} settings @param {Bounds} bounds */
export const withNextSeed = (settings, { seed: [lowest, highest] }) => ({ ...settings, seed: settings.seed < highest ? settings.seed + 1 : lowest })
