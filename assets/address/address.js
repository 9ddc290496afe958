// The address says what is shown: Python names network and dials, the browser adds the map's view and the pair.

const FROM_PYTHON = ["network", "file", "moment", "read", "mod", "harmonics", "neurons", "dials"]
const looked = (globalThis.clockworkLooked ??= lookedFirst()) // outlives a change of pages, which drops the query

function lookedFirst() {
  const asked = new URLSearchParams(queryHere())
  const pair = /^(\d{1,3})\.(\d{1,3})$/.exec(asked.get("pair") ?? "")
  return {
    view: asked.get("view") === "diamond" ? "diamond" : "square",
    pair: pair ? { a: Number(pair[1]), b: Number(pair[2]) } : null,
    query: {},
  }
}

// Names and values of the query; a link that went through HTML may have &amp; for &.
function queryHere() {
  return [...new URLSearchParams(location.search)].map(([name, value]) => [name.replace(/^(amp;)+/, ""), value])
}

function lookAt(seen) {
  Object.assign(looked, seen)
  writeAddress(looked.query)
}

// In place: neither a page is loaded nor is there more to go back through. Others' names in the query stay.
function writeAddress(query) {
  looked.query = query ?? {}
  const ours = { ...looked.query }
  if (looked.view !== "square") ours.view = looked.view
  if (looked.pair) ours.pair = `${looked.pair.a}.${looked.pair.b}`
  const others = queryHere().filter(([name]) => ![...FROM_PYTHON, "view", "pair"].includes(name))
  const search = [...others, ...Object.entries(ours)].map((part) => part.map(encodeURIComponent).join("=")).join("&")
  const address = `${location.pathname}${search ? `?${search}` : ""}${location.hash}`
  if (address !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", address)
}
