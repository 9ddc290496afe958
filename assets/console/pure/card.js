// What stands on the picture to share.

/** @typedef {{ title: string, trained: number, modulus: number, share: string, counted: string, link: string }} CardFacts */
/** @typedef {{ text: string, size: number, top: number, serifed: boolean }} CardLine from the upper edge, in pixels */

const LONGEST = 90 // letters of a link

/** @param {CardFacts} facts @returns {CardLine[]} */
export function cardLines({ title, trained, modulus, share, counted, link }) {
  const [right, rest] = counted.split("; ")
  const untrained = modulus === trained ? "as it was trained" : `trained on mod ${trained} alone; no weight of its body was changed`
  return [
    { text: `mod ${modulus}`, size: 44, top: 0, serifed: true },
    { text: share, size: 120, top: 70, serifed: true },
    { text: right, size: 26, top: 220, serifed: false },
    { text: rest ?? "", size: 26, top: 256, serifed: false },
    { text: title, size: 30, top: 330, serifed: true },
    { text: untrained, size: 22, top: 372, serifed: false },
    { text: "each pair shaded by its margin", size: 22, top: 404, serifed: false },
    { text: "Clockwork", size: 26, top: 474, serifed: true },
    { text: link.length > LONGEST ? `${link.slice(0, LONGEST)} …` : link, size: 16, top: 514, serifed: false },
  ]
}

/** A name for the file, of letters that every system takes. @param {CardFacts} facts */
export function cardName({ title, modulus }) {
  return `${title.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "") || "network"}-mod-${modulus}.png`
}
