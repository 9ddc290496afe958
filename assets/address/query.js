// The query of an address, as text: what Python names, what the browser adds, and what others have put there.

/** @import { Pair, View } from "../console/types.js" */
/** @typedef {{ view: View, pair: Pair | null, query: Record<string, string> }} Looked */

export const FROM_PYTHON = ["network", "file", "moment", "read", "roles", "mod", "harmonics", "neurons", "norms", "dials"]
const OURS = [...FROM_PYTHON, "view", "pair"]

/**
 * Names and values of the query; a link that went through HTML may have &amp; for &.
 * @param {string} search of an address, from its question mark on
 * @returns {[string, string][]}
 */
export function namesAndValues(search) {
  return [...new URLSearchParams(search)].map(([name, value]) => [name.replace(/^(amp;)+/, ""), value])
}

/** What a link asks to look at; the square and no pair where it does not say. @param {string} search @returns {Looked} */
export function lookedAt(search) {
  const asked = new URLSearchParams(namesAndValues(search))
  const pair = /^(\d{1,3})\.(\d{1,3})$/.exec(asked.get("pair") ?? "")
  return {
    view: asked.get("view") === "diamond" ? "diamond" : "square",
    pair: pair ? { a: Number(pair[1]), b: Number(pair[2]) } : null,
    query: {},
  }
}

/**
 * The query that says what is looked at. Others' names in the one that is there stay.
 * @param {string} search that is there
 * @param {Looked} looked
 */
export function searchOf(search, { view, pair, query }) {
  const ours = { ...query }
  if (view !== "square") ours.view = view
  if (pair) ours.pair = `${pair.a}.${pair.b}`
  const others = namesAndValues(search).filter(([name]) => !OURS.includes(name))
  const parts = [...others, ...Object.entries(ours)].map((part) => part.map(encodeURIComponent).join("="))
  return parts.length ? `?${parts.join("&")}` : ""
}
