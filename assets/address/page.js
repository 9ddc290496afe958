// On every page: the address, once for each run of the page.

let lastRun

export default function ({ data }) {
  if (data.run === lastRun) return // drawn again, perhaps for another theme: the console may have written since
  lastRun = data.run
  writeAddress(data.query)
}
