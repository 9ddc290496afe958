// The kernel's network: both builds read it where the layout says.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { MLP, NETWORK, NETWORK_BYTES, RELU } from "../../assets/console/kernel_layout.js"
import { Live } from "../../assets/console/live.js"
import { networkBytes } from "../../assets/console/pure/network_memory.js"

const HEADER = {
  kind: MLP, activation: RELU, waves: 2, neurons: 4, directions: 4, key_width: 0, has_bias: 1, layers: [8, 12], coefficient: 0.75,
  score_equals: [0.5, -1], partials: /** @type {[number, number][]} */ ([[1, 1]]), near: 1e-5,
  arrays: /** @type {Record<string, [number, number]>} */ ({ "from_a": [0, 2], "layer_bias 1": [2, 1] }),
}
// (module (func (export "network_bytes") (result i32) i32.const 1))
const OTHER_KERNEL = [
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 17, 1, 13,
  ...new TextEncoder().encode("network_bytes"), 0, 0, 10, 6, 1, 4, 0, 0x41, 1, 0x0b,
]

/** @param {string} name */
const compiled = (name) => new WebAssembly.Module(readFileSync(new URL(`../../assets/kernel/${name}.wasm`, import.meta.url)))

/** The numbers of a field. @param {Uint8Array} bytes @param {string} name */
function field(bytes, name) {
  const found = NETWORK.find((each) => each.name === name)
  assert.ok(found, name)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Array.from({ length: found.count }, (_, i) => {
    const at = found.at + 4 * i
    return found.type === "float" ? view.getFloat32(at, true) : view.getUint32(at, true)
  })
}

test("fields lie one behind the other and fill the network", () => {
  let at = 0
  for (const each of NETWORK) {
    assert.equal(each.at, at, each.name)
    at += 4 * each.count
  }
  assert.equal(at, NETWORK_BYTES)
})

test("figures and addresses are written into their fields, and what a body lacks is 0", () => {
  const bytes = networkBytes(HEADER, (name) => ({ from_a: 1024, "layer_bias 1": 2048 })[name] ?? 0)
  assert.equal(bytes.length, NETWORK_BYTES)
  for (const [name, expected] of /** @type {const} */ ([
    ["kind", [MLP]], ["neurons", [4]], ["has_bias", [1]], ["layers", [2]], ["layer_neurons", [8, 12, 0, 0]],
    ["coefficient", [0.75]], ["score_equals", [0.5, -1, 0, 0]], ["from_a", [1024]], ["from_b", [0]], ["layer_bias", [0, 2048, 0, 0]],
  ])) assert.deepEqual(field(bytes, name), expected, name)
})

test("a figure that is missing is named", () => {
  const without = Object.fromEntries(Object.entries(HEADER).filter(([name]) => name !== "waves"))
  assert.throws(() => networkBytes(/** @type {any} */ (without), () => 0), /Expected waves among the network's figures/)
})

for (const name of ["kernel", "kernel-fused"]) {
  test(`${name}.wasm takes a network, and its arrays lie where its fields say`, () => {
    const live = new Live(compiled(name), HEADER, Float32Array.of(1.5, -2, 7).buffer)
    const memory = live.kernel.memory.buffer
    const bytes = new Uint8Array(memory, live.kernel.network(), NETWORK_BYTES)
    assert.equal(live.kernel.network_bytes(), NETWORK_BYTES)
    assert.deepEqual([...new Float32Array(memory, field(bytes, "from_a")[0], 2)], [1.5, -2])
    assert.deepEqual([...new Float32Array(memory, field(bytes, "layer_bias")[1], 1)], [7])
  })
}

test("a kernel that was built for another layout is refused", () => {
  const other = new WebAssembly.Module(Uint8Array.from(OTHER_KERNEL))
  assert.throws(() => new Live(other, HEADER, new ArrayBuffer(0)), /Expected a kernel with a network of 156 bytes, found 1: run make kernel/)
})
