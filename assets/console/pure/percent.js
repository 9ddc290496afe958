// Shares as people read them: the same rule, and the same cases of it, as models/evaluation/percent.py.

/**
 * 100% only where nothing is missing, 0% only where nothing is there.
 * @param {number} part
 * @param {number} whole
 */
export function percentage(part, whole) {
  if (part === 0 || part === whole) return part ? "100%" : "0%"
  const shown = hundredths(100 * (part / whole))
  if (Number(shown) === 100) return "99.99%"
  if (Number(shown) === 0) return "< 0.01%"
  return `${shown}%`
}

/**
 * To two digits; of two that are as near, the even one, as Python writes it. The only such numbers that can be held
 * exactly end in an odd eighth, and toFixed takes the larger of the two.
 * @param {number} value
 */
function hundredths(value) {
  const isBelowEven = value % 0.5 === 0.125
  return (isBelowEven ? value - 0.005 : value).toFixed(2)
}
