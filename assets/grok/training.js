// A run in a thread of its own: its steps as they come, and an end of it where another begins.

import { unpacked } from "../console/bytes.js"
import { FUSED_LEARN, LEARN, WORKER } from "./kernels.js"

/** @import { Frame, Settings } from "./types.js" */

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled
/** @type {string | undefined} */
let address // of the worker's script, for as long as the page is open

function fittingKernel() {
  const fused = unpacked(FUSED_LEARN)
  return WebAssembly.compile(WebAssembly.validate(fused) ? fused : unpacked(LEARN))
}

export class Training {
  /** @param {{ came: (frame: Frame) => void, failed: (reason: string) => void }} heard */
  constructor({ came, failed }) {
    this.came = came
    this.failed = failed
    this.runs = 0
    /** @type {Worker | undefined} */
    this.worker = undefined
  }

  /** @param {Settings} settings @param {number} steps */
  async start(settings, steps) {
    this.stop()
    const run = this.runs
    try {
      const kernel = await (compiled ??= fittingKernel())
      if (run !== this.runs) return
      address ??= URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }))
      const worker = this.worker = new Worker(address)
      worker.addEventListener("message", ({ data }) => {
        if (run === this.runs) this.came(data)
      })
      worker.addEventListener("error", (event) => {
        event.preventDefault() // it is told on the page
        this.fail(run, event.message)
      })
      worker.postMessage({ compiled: kernel, settings, steps })
    } catch (error) {
      this.fail(run, String(error))
    }
  }

  /** @param {number} run @param {string} reason */
  fail(run, reason) {
    if (run !== this.runs) return
    this.stop()
    this.failed(`This browser could not train the network (${reason || "its thread did not start"}); try another browser.`)
  }

  stop() {
    this.runs++
    this.worker?.terminate()
    this.worker = undefined
  }
}
