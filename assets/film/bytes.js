// Bytes that are sent compressed.

import { unpacked } from "../console/bytes.js"

/** @param {string} text base64 @returns {Promise<Uint8Array>} */
export async function inflated(text) {
  const stream = new Blob([unpacked(text)]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
