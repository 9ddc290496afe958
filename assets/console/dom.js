// Elements: those that are there, and those of pictures.

/** @typedef {HTMLElement | ShadowRoot} Root what Streamlit puts the console into */

/**
 * The first element of a kind at a selector. Throws where console.html has none: then nothing would work.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector)
  if (!(found instanceof kind)) throw new Error(`Expected ${kind.name} at ${selector}, found ${found?.nodeName ?? "nothing"}.`)
  return found
}

/**
 * All elements of a kind at a selector.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind[]}
 */
export function findAll(root, selector, kind) {
  return [...root.querySelectorAll(selector)].flatMap((element) => (element instanceof kind ? [element] : []))
}

/** @param {ParentNode} root @param {string} selector @param {string} text */
export function write(root, selector, text) {
  say(find(root, selector, HTMLElement), text)
}

/** The same text again would be laid out again. @param {HTMLElement} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean>} attributes
 */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}

/**
 * A new element of a picture.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number>} [attributes]
 * @param {string | number} [text]
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name)
  setAttributes(element, attributes)
  if (text !== undefined) element.textContent = String(text)
  return element
}

/** @param {Element} element */
export function hasFocus(element) {
  return /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement === element
}

/** What draws on a canvas. @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d")
  if (!context) throw new Error("Expected a canvas that can be drawn on, found none; close other pages that draw much.")
  return context
}
