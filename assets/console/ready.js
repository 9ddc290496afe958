// Networks that were made ready for the kernel, by the key that Python gives them; they outlive the console's own element.

import { unpacked } from "./bytes.js"
import { FUSED_KERNEL, KERNEL } from "./kernels.js"
import { Live } from "./live.js"

/** @import { Header } from "./types.js" */

export const ready = (globalThis.clockworkLive ??= new Map())
const MOST_READY = 4
/** @type {WebAssembly.Module | undefined} */
let compiled

/** @param {string} key @param {Header} header @param {string} bytes as base64 */
export async function makeReady(key, header, bytes) {
  compiled ??= await WebAssembly.compile(fittingKernel())
  if (ready.size >= MOST_READY) ready.delete([...ready.keys()][0])
  ready.set(key, new Live(compiled, header, unpacked(bytes).buffer))
}

/** The kernel that multiplies and adds in one step, where the browser knows such steps. */
export function fittingKernel() {
  const fused = unpacked(FUSED_KERNEL)
  return WebAssembly.validate(fused) ? fused : unpacked(KERNEL)
}
