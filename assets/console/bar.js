// The bar: settings to try, steps back and forth, the link, a recipe file, and how far a search is.

class Bar {
  constructor(root, { act, tried }) {
    this.root = root
    this.act = act
    this.tried = tried
    const find = (selector) => root.querySelector(selector)
    this.presets = find(".presets")
    this.sentence = find(".preset-sentence")
    this.refused = find(".refused")
    this.copy = find(".copy")
    this.toCopy = find(".to-copy")
    this.heard = find(".heard")
    this.searched = find(".searched")
    this.copy.addEventListener("click", () => this.copyLink())
    find(".open").addEventListener("click", () => this.openFile())
    const keyed = (event) => {
      if (!root.isConnected) return document.removeEventListener("keydown", keyed)
      if (!(event.ctrlKey || event.metaKey) || event.altKey || letterOf(event) !== "z") return
      if (writesElsewhere(root)) return
      event.preventDefault()
      this.step(event.shiftKey ? "redo" : "undo")
    }
    document.addEventListener("keydown", keyed)
  }

  step(name) {
    if (!this.root.querySelector(`[data-action=${name}]`).disabled) this.act(name)
  }

  show({ undo, redo, query, search, presets, refused, balanced, longestFile }) {
    this.longestFile = longestFile // bytes
    this.refuse(refused)
    for (const [name, steps] of [["undo", undo], ["redo", redo]]) this.root.querySelector(`[data-action=${name}]`).disabled = !steps
    this.root.querySelector("[data-action=balance]").setAttribute("aria-pressed", balanced)
    this.copy.disabled = !query
    this.copy.title = query ? "" : "These settings are too many for a link; save them as a recipe file"
    this.showPresets(presets)
    this.showSearch(search)
  }

  refuse(sentence) {
    this.refused.textContent = sentence
  }

  // Asked for by a field that is never on the page: the one place to drop files is Your network.
  openFile() {
    this.file = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" })
    const read = (file) => file.slice(0, this.longestFile + 1).text() // one letter too many is refused in words
    this.file.addEventListener("change", async ({ target }) => this.act("open", { text: await read(target.files[0]) }))
    this.file.click()
  }

  showPresets(presets) {
    while (this.presets.children.length > presets.length) this.presets.lastChild.remove()
    while (this.presets.children.length < presets.length) this.presets.append(this.presetButton())
    presets.forEach((preset, i) => {
      const button = this.presets.children[i]
      button.preset = preset
      button.textContent = preset.label
      button.setAttribute("aria-pressed", preset.here)
      button.setAttribute("aria-disabled", !preset.recipe)
      button.title = preset.recipe ? "" : preset.sentence
    })
    this.sentence.textContent = presets.find(({ here }) => here)?.sentence ?? ""
  }

  presetButton() {
    const button = document.createElement("button")
    button.type = "button"
    button.addEventListener("click", () => {
      if (button.preset.recipe) this.tried(button.preset)
      else this.sentence.textContent = button.preset.sentence
    })
    return button
  }

  showSearch(search) {
    this.root.querySelector("[data-action=find]").hidden = search !== null
    this.root.querySelector("[data-action=halt]").hidden = search === null
    const [done, most] = search ?? []
    this.searched.textContent = search ? (done ? `${done} of at most ${most}` : "Searching …") : ""
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
      }, 4000)
    } catch { // no right to, or not a secure address: to copy by hand
      const field = document.createElement("input")
      Object.assign(field, { type: "text", readOnly: true, value: location.href })
      field.setAttribute("aria-label", "Link to copy")
      this.toCopy.append("This browser does not let a page copy; the link: ", field)
      field.select()
    }
  }
}

// Whether the keys go to a field outside of the console, which undoes its own letters.
function writesElsewhere(root) {
  const active = document.activeElement
  return active && active !== root.getRootNode().host && active.matches("input, textarea, [contenteditable]")
}
