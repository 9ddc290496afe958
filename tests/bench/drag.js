// Turn a dial that the mouse holds, one pointer event after every painted frame, and note each new count.
// Pressed is the real mouse, so that the dial may capture it; only the moves are made here.

(seconds) => new Promise((resolve) => {
  const find = (selector) => {
    for (const host of document.querySelectorAll("*")) {
      const found = host.shadowRoot?.querySelector(selector)
      if (found) return found
    }
    throw new Error(`expected the console of Turn it with ${selector}, found none; open Turn it first`)
  }
  const [frame, knob, face, said] = [".console", ".knob", ".dial svg", ".counted"].map(find)
  const box = face.getBoundingClientRect()
  const updates = []
  const began = performance.now()
  let frames = 0
  let turned = 0
  let event

  const turn = () => {
    turned += 0.05
    const clientX = box.left + (box.width / 2) * (1 + 0.8 * Math.sin(turned))
    const clientY = box.top + (box.height / 2) * (1 - 0.8 * Math.cos(turned))
    event = new PointerEvent("pointermove", { pointerId: 1, pointerType: "mouse", buttons: 1, bubbles: true, clientX, clientY })
    knob.dispatchEvent(event)
  }

  // The attribute changes inside a frame; what is posted then runs after that frame's layout and paint.
  const observer = new MutationObserver(() => {
    if (!event) return // the count of the press itself
    const [since, text] = [event.timeStamp, said.textContent]
    afterPaint(() => updates.push({ delay: performance.now() - since, text }))
  })
  observer.observe(frame, { attributes: true, attributeFilter: ["data-updates"] })

  const next = () => {
    frames += 1
    afterPaint(() => {
      const gone = performance.now() - began
      if (gone < 1000 * seconds) {
        turn()
        requestAnimationFrame(next)
      } else {
        observer.disconnect()
        resolve({ updates, frames, seconds: gone / 1000 })
      }
    })
  }

  function afterPaint(act) {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = act
    port2.postMessage(0)
  }

  requestAnimationFrame(next)
})
