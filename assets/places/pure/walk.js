// Which places are in sight, and how fast a walk through all of them is.

const IN_SIGHT = { digits: 12, numbers: 7 } // columns; numbers of several digits are wide
const LONGEST = 14 // seconds for all places, however many
const SLOWEST = 1.1 // seconds for a place

/** From which place on, and to which (not included), lowest first: the place at work stays in sight. @param {number} at @param {number} places @param {boolean} wide */
export function inSight(at, places, wide) {
  const most = wide ? IN_SIGHT.numbers : IN_SIGHT.digits
  const first = Math.max(0, Math.min(at - Math.floor(most / 2), places - most))
  return [first, Math.min(places, first + most)]
}

/** Places done after so many seconds more. @param {number} done @param {number} seconds @param {number} places */
export const walked = (done, seconds, places) => Math.min(places, done + seconds / Math.min(SLOWEST, LONGEST / places))
