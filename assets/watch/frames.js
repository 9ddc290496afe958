// What moves by itself: frame by frame, until it is through or stopped.

export class Frames {
  /**
   * @param {Element} element that is on the page as long as anything moves
   * @param {(seconds: number) => boolean} advance since the frame before; says whether it goes on
   * @param {() => void} changed called when it begins and when it ends
   */
  constructor(element, advance, changed) {
    this.element = element
    this.advance = advance
    this.changed = changed
    this.frame = 0
  }

  get moving() {
    return this.frame !== 0
  }

  start() {
    this.stop()
    let before = performance.now()
    const step = (/** @type {number} */ now) => {
      const seconds = Math.max(0, now - before) / 1000
      before = now
      if (this.element.isConnected && this.advance(seconds)) this.frame = requestAnimationFrame(step)
      else this.stop()
    }
    this.frame = requestAnimationFrame(step)
    this.changed()
  }

  stop() {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.changed()
  }
}
