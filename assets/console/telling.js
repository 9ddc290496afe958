// The count in words, and the one line that says what to try next or what happens while something is turned.

import { find, write } from "./dom.js"
import { turningWords } from "./pure/narration.js"
import { spokenCount } from "./pure/words.js"

/** @import { Root } from "./dom.js" */
/** @import { Counts } from "./pure/counts.js" */
/** @import { ConsoleData, Recipe } from "./types.js" */

/** The server's count, and its line. @param {Root} root @param {ConsoleData} data */
export function tell(root, { outcome, prompt, recipe }) {
  write(root, ".share", outcome.share)
  write(root, ".counted", outcome.counted)
  write(root, ".split", outcome.split)
  write(root, ".told", spokenCount(recipe.modulus, outcome)) // once a count, not in every frame
  write(root, ".prompt-text", prompt.text)
  write(root, ".prompt-action", prompt.label ?? "")
  find(root, ".prompt-action", HTMLElement).hidden = !prompt.label
  write(root, ".prompt-turning", "")
}

/**
 * The line while something is turned; the server's own takes its place.
 * @param {Root} root
 * @param {Recipe} before
 * @param {Recipe} turning
 * @param {Counts | null} counts
 */
export function narrate(root, before, turning, counts) {
  write(root, ".prompt-turning", turningWords(before, turning, counts))
}
