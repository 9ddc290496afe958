// A network as the kernel reads it: its figures, and the addresses of its arrays, by the layout's fields.

import { NETWORK, NETWORK_BYTES } from "../kernel_layout.js"

/** @import { Header } from "../types.js" */

/**
 * The bytes of the kernel's network. Fields that a body does not have are 0.
 * @param {Header} header
 * @param {(name: string) => number} addressOf where the array of that name lies; 0 where there is none
 */
export function networkBytes(header, addressOf) {
  /** @type {Record<string, unknown>} */
  const figures = { ...header, layers: header.layers.length, layer_neurons: header.layers }
  const bytes = new DataView(new ArrayBuffer(NETWORK_BYTES))
  for (const { name, type, at, count } of NETWORK) {
    if (type !== "address" && !(name in figures)) throw new Error(`Expected ${name} among the network's figures, found none.`)
    const values = type === "address" ? addresses(name, count, addressOf) : [figures[name]].flat()
    values.slice(0, count).forEach((value, i) => {
      if (type === "float") bytes.setFloat32(at + 4 * i, Number(value), true)
      else bytes.setInt32(at + 4 * i, Number(value), true)
    })
  }
  return new Uint8Array(bytes.buffer)
}

/** @param {string} name @param {number} count @param {(name: string) => number} addressOf */
function addresses(name, count, addressOf) {
  return count === 1 ? [addressOf(name)] : Array.from({ length: count }, (_, i) => addressOf(`${name} ${i}`))
}
