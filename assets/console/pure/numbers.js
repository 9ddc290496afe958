// Numbers, and how they are written.

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value))

/** @param {number} value @param {number} q */
export const modulo = (value, q) => ((value % q) + q) % q

/** @param {number} value */
export const tidy = (value) => Number(value.toFixed(2))

/** @param {number} value */
export const withMinus = (value) => String(value).replace("-", "−")

/** @param {number} value */
export const readable = (value) => Number(value.toPrecision(6)) // six digits, so that what is small does not read 0

/** With a comma between thousands. @param {number} value */
export const grouped = (value) => value.toLocaleString("en")
