// A button before everything else on the page that leads the keyboard to the dials.

/** @import { Root } from "./dom.js" */

const STYLE = {
  position: "fixed", left: "12px", top: "-60px", zIndex: "1000001", padding: "8px 16px", border: "0", background: "#1d1b18", color: "#faf8f3",
  borderRadius: "8px", font: "15px sans-serif",
}

/** There is one for each page that has dials; it goes with them. @param {Root} root */
export function addSkipButton(root) {
  const part = document.createElement("nav")
  part.setAttribute("aria-label", "Skip")
  part.className = "skip-to-dials"
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "Skip to the dials"
  Object.assign(button.style, STYLE)
  button.addEventListener("focus", () => {
    if (root.isConnected) button.style.top = "12px"
    else part.remove()
  })
  button.addEventListener("blur", () => { button.style.top = "-60px" })
  button.addEventListener("click", () => {
    const knob = root.querySelector(".dial:not([hidden]) .knob")
    if (knob instanceof SVGElement) knob.focus()
  })
  part.append(button)
  for (const old of document.querySelectorAll(".skip-to-dials")) old.remove()
  document.body.prepend(part)
}
