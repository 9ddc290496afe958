// Which frequency each neuron answers to, and the numbers as points in the plane of one frequency.

/** @import { Frame } from "../types.js" */

export const NEURONS = 256
const FEWEST_NEURONS = 2 // that span a plane
const FLATTEST = 0.02 // of what the two directions of a plane could be apart; below, they are as good as one

/** @typedef {{ best: Uint8Array, share: Float32Array, order: number[] }} Tuned each neuron's strongest frequency, that one's share of its power (0 … 1), and all neurons by that frequency, the surest first */

/**
 * @param {Float32Array} powers [p/2][neurons]
 * @returns {Tuned}
 */
export function tuned(powers) {
  const best = new Uint8Array(NEURONS)
  const share = new Float32Array(NEURONS)
  for (let j = 0; j < NEURONS; j++) {
    let [sum, most] = [0, -1]
    for (let k = 0; k < powers.length / NEURONS; k++) {
      const power = powers[k * NEURONS + j]
      sum += power
      if (power > most) [most, best[j]] = [power, k + 1]
    }
    share[j] = sum ? most / sum : 0
  }
  const order = Array.from({ length: NEURONS }, (_, j) => j).sort((one, other) => best[one] - best[other] || share[other] - share[one])
  return { best, share, order }
}

/** How much of its power a neuron keeps in one frequency, on average over the neurons. @param {Tuned} neurons */
export const sharpness = ({ share }) => share.reduce((sum, each) => sum + each, 0) / share.length

/**
 * Shares of the neurons' powers as levels 0 … 1: frequencies down, neurons across in an order.
 * @param {Float32Array} powers [p/2][neurons]
 * @param {number[]} order
 */
export function powerLevels(powers, order) {
  const rows = powers.length / NEURONS
  const sums = new Float32Array(NEURONS)
  powers.forEach((power, i) => { sums[i % NEURONS] += power })
  return Float32Array.from({ length: rows * NEURONS }, (_, i) => {
    const neuron = order[i % NEURONS]
    return sums[neuron] ? powers[Math.floor(i / NEURONS) * NEURONS + neuron] / sums[neuron] : 0
  })
}

/** @typedef {{ frequency: number, neurons: number[], cosine: Float64Array, sine: Float64Array }} Plane of one frequency among its neurons: a number's cosine and sine are its dot products with these */

/**
 * The planes of the strongest frequencies, each among the neurons that answer to it most.
 * @param {Frame} frame
 * @param {number} p
 * @param {number} most
 * @returns {Plane[]}
 */
export function strongestPlanes({ table, powers }, p, most) {
  const { best } = tuned(powers)
  const found = Array.from({ length: Math.floor(p / 2) }, (_, k) => {
    const neurons = Array.from(best.keys()).filter((j) => best[j] === k + 1)
    return { frequency: k + 1, neurons, power: neurons.reduce((sum, j) => sum + powers[k * NEURONS + j], 0) }
  })
  const inOrder = found.filter(({ neurons }) => neurons.length >= FEWEST_NEURONS).sort((one, other) => other.power - one.power)
  /** @type {Plane[]} */
  const planes = []
  for (const { frequency, neurons } of inOrder) {
    const plane = planes.length < most && planeOf(table, p, frequency, neurons)
    if (plane) planes.push(plane)
  }
  return planes
}

/** @param {Float32Array} table @param {number} p @param {number} frequency @param {number[]} neurons @returns {Plane | null} */
function planeOf(table, p, frequency, neurons) {
  const waves = neurons.map((j) => {
    let [even, odd] = [0, 0]
    for (let n = 0; n < p; n++) {
      const angle = (2 * Math.PI * ((frequency * n) % p)) / p
      even += table[n * NEURONS + j] * Math.cos(angle)
      odd += table[n * NEURONS + j] * Math.sin(angle)
    }
    return [(2 * even) / p, (2 * odd) / p]
  })
  const dot = (/** @type {0 | 1} */ one, /** @type {0 | 1} */ other) => waves.reduce((sum, wave) => sum + wave[one] * wave[other], 0)
  const [ee, eo, oo] = [dot(0, 0), dot(0, 1), dot(1, 1)]
  const apart = ee * oo - eo * eo
  if (4 * apart < FLATTEST * (ee + oo) ** 2) return null
  return {
    frequency,
    neurons,
    cosine: Float64Array.from(waves, ([even, odd]) => (oo * even - eo * odd) / apart),
    sine: Float64Array.from(waves, ([even, odd]) => (ee * odd - eo * even) / apart),
  }
}

/**
 * Where the numbers stand in a plane, in the order of a walk around its circle: x, y of each. In the step that the plane
 * is of they lie about the circle of radius 1.
 * @param {Float32Array} table
 * @param {number} p
 * @param {Plane} plane
 */
export function pointsIn(table, p, { frequency, neurons, cosine, sine }) {
  const walk = Array.from({ length: p }, (_, n) => n).sort((one, other) => ((frequency * one) % p) - ((frequency * other) % p) || one - other)
  return walk.map((n) => {
    const along = (/** @type {Float64Array} */ direction) => neurons.reduce((sum, j, i) => sum + table[n * NEURONS + j] * direction[i], 0)
    return { number: n, x: along(cosine), y: along(sine) }
  })
}
