// The bar: settings to try, steps back and forth, the link, a recipe file, and how far a search is.

import { find, setAttributes } from "./dom.js"
import { letterOf } from "./pure/keys.js"
import { searchWords } from "./pure/words.js"

/** @import { Root } from "./dom.js" */
/** @import { BarData, Preset } from "./types.js" */

const COPIED_MILLISECONDS = 4000 // that a copied link is told

export class Bar {
  /**
   * @param {Root} root
   * @param {{ act: (name: string, more?: object) => void, tried: (preset: Preset) => void }} heard
   */
  constructor(root, { act, tried }) {
    this.root = root
    this.act = act
    this.tried = tried
    this.longestFile = 0 // bytes
    this.refusedThere = "" // by the server
    this.challenges = find(root, ".challenges", HTMLElement)
    this.others = find(root, ".presets.others", HTMLElement)
    this.more = find(root, ".more", HTMLDetailsElement)
    /** @type {Map<HTMLElement, Preset[]>} */
    this.offered = new Map() // which stand in which group
    this.sentence = find(root, ".preset-sentence", HTMLElement)
    this.refused = find(root, ".refused", HTMLElement)
    this.copy = find(root, ".copy", HTMLButtonElement)
    this.toCopy = find(root, ".to-copy", HTMLElement)
    this.heard = find(root, ".heard", HTMLElement)
    this.searched = find(root, ".searched", HTMLElement)
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.forgetting = undefined
    this.copy.addEventListener("click", () => this.copyLink())
    find(root, ".open", HTMLElement).addEventListener("click", () => this.openFile())
    const keyed = (/** @type {KeyboardEvent} */ event) => {
      if (!root.isConnected) return document.removeEventListener("keydown", keyed)
      if (!(event.ctrlKey || event.metaKey) || event.altKey || letterOf(event) !== "z") return
      if (writesElsewhere(root)) return
      event.preventDefault()
      this.step(event.shiftKey ? "redo" : "undo")
    }
    document.addEventListener("keydown", keyed)
  }

  /** @param {string} action */
  button(action) {
    return find(this.root, `[data-action=${action}]`, HTMLButtonElement)
  }

  /** @param {"undo" | "redo"} name */
  step(name) {
    if (!this.button(name).disabled) this.act(name)
  }

  /** @param {BarData} data */
  show({ undo, redo, query, search, presets, refused, balanced, longestFile }) {
    this.longestFile = longestFile
    if (refused !== this.refusedThere) this.refuse(refused) // else what was refused here stands until something is done
    this.refusedThere = refused
    this.button("undo").disabled = !undo
    this.button("redo").disabled = !redo
    setAttributes(this.button("balance"), { "aria-pressed": balanced })
    this.copy.disabled = !query
    this.copy.title = query ? "" : "These settings are too many for a link; save them as a recipe file"
    this.showPresets(presets)
    this.showSearch(search)
  }

  /** @param {string} sentence */
  refuse(sentence) {
    this.refused.textContent = sentence
  }

  /** Asked for by a field that is never on the page: the one place to drop files is Your network. */
  openFile() {
    const field = document.createElement("input")
    this.file = Object.assign(field, { type: "file", accept: ".json,application/json" })
    const read = (/** @type {File} */ file) => file.slice(0, this.longestFile + 1).text() // one letter too many is refused in words
    field.addEventListener("change", async () => {
      const [file] = field.files ?? []
      if (file) this.act("open", { text: await read(file) })
    })
    field.click()
  }

  /** @param {Preset[]} presets */
  showPresets(presets) {
    this.showIn(this.challenges, presets.filter(({ challenge }) => challenge))
    this.showIn(this.others, presets.filter(({ challenge }) => !challenge))
    this.more.hidden = presets.every(({ challenge }) => challenge)
    this.sentence.textContent = presets.find(({ here }) => here)?.sentence ?? ""
  }

  /** The buttons are made where there are none yet: whoever has one's focus keeps it. @param {HTMLElement} group @param {Preset[]} presets */
  showIn(group, presets) {
    this.offered.set(group, presets)
    while (group.children.length > presets.length) group.lastChild?.remove()
    presets.forEach((preset, place) => {
      const there = group.children[place]
      const button = there instanceof HTMLButtonElement ? there : this.newPresetButton(group, place)
      button.textContent = preset.label
      button.classList.toggle("met", preset.met)
      setAttributes(button, { "aria-pressed": preset.here, "aria-disabled": !preset.recipe })
      button.title = preset.met ? "done" : preset.recipe ? "" : preset.sentence
    })
  }

  /** @param {HTMLElement} group @param {number} place */
  newPresetButton(group, place) {
    const button = document.createElement("button")
    button.type = "button"
    button.addEventListener("click", () => {
      this.more.open = false
      const preset = this.offered.get(group)?.[place]
      if (preset?.recipe) this.tried(preset)
      else if (preset) this.sentence.textContent = preset.sentence
    })
    group.append(button)
    return button
  }

  /** @param {BarData["search"]} search */
  showSearch(search) {
    this.button("find").hidden = search !== null
    this.button("halt").hidden = search === null
    this.searched.textContent = searchWords(search)
  }

  async copyLink() {
    this.toCopy.replaceChildren()
    try {
      await navigator.clipboard.writeText(location.href)
      this.copy.textContent = this.heard.textContent = "Link copied"
      clearTimeout(this.forgetting)
      this.forgetting = setTimeout(() => {
        this.copy.textContent = "Copy link"
        this.heard.textContent = ""
      }, COPIED_MILLISECONDS)
    } catch { // no right to, or not a secure address: to copy by hand
      const field = document.createElement("input")
      Object.assign(field, { type: "text", readOnly: true, value: location.href })
      field.setAttribute("aria-label", "Link to copy")
      this.toCopy.append("This browser does not let a page copy; the link: ", field)
      field.select()
    }
  }
}

/** Whether the keys go to a field outside of the console, which undoes its own letters. @param {Root} root */
function writesElsewhere(root) {
  const active = document.activeElement
  const host = /** @type {ShadowRoot} */ (root.getRootNode()).host
  return active !== null && active !== host && active.matches("input, textarea, [contenteditable]")
}
