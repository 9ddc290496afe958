// Sentences of the console that more than one instrument needs, or that depend on numbers.

export const LEFT_TO_SERVER = {
  body: "This body is counted on the server, when you let go.",
  setting: "This setting is counted on the server, when you let go.",
}
export const QUICK = "in your browser, float32: what is near a tie counts as undecided until the server has counted"

/** How far a search is: settings tried, and how many there are at most; empty where none runs. @param {[number, number] | null} search */
export function searchWords(search) {
  if (!search) return ""
  const [done, most] = search
  return done ? `${done} of at most ${most}` : "Searching …"
}

/**
 * The server's count for people who listen.
 * @param {number} modulus
 * @param {{ share: string, counted: string }} outcome
 */
export function spokenCount(modulus, { share, counted }) {
  return `Modulo ${modulus}: ${share} right. ${counted}.`
}
