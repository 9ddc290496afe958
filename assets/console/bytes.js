// Bytes as text, and back.

/** @import { Shades } from "./types.js" */

const PIECE = 0x8000 // bytes at a time: a call takes only so many values

/** @param {string} text base64 */
export const unpacked = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** @param {Float32Array} numbers */
export function packed({ buffer, byteOffset, byteLength }) {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  let text = ""
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return btoa(text)
}

/**
 * Margins as the server sends them, where the browser does not count: bytes, of which 255 is the largest.
 * @param {{ levels: string, most: number } | null} sent
 * @returns {Shades | undefined}
 */
export function shadesOf(sent) {
  return sent ? { margins: Float32Array.from(unpacked(sent.levels), (level) => (level * sent.most) / 255) } : undefined
}
