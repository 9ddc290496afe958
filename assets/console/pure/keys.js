// Keys of the keyboard.

/**
 * The letter of a key: what it writes or, on a keyboard that writes none of a to z, what stands there on others.
 * @param {{ key: string, code: string }} event
 */
export function letterOf({ key, code }) {
  return (/^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "")).toLowerCase()
}
