// Which dials of many are drawn.

export const MOST_IN_FRONT = 6 // what fits beside everything else; each has a colour of its own

/** The places of the strongest, in their own order. @param {number[]} weights of the dials */
export function frontOf(weights) {
  const byStrength = weights.map((_, i) => i).sort((one, other) => Math.abs(weights[other]) - Math.abs(weights[one]))
  return byStrength.slice(0, MOST_IN_FRONT).sort((one, other) => one - other)
}
