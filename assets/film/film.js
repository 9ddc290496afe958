// A training run as a film: how its circuit comes to be, moment by moment.

import { unpacked } from "../console/bytes.js"
import { luminance } from "../console/colours.js"
import { find, say } from "../console/dom.js"
import { inflated } from "./bytes.js"
import { emptied, inksOf } from "./canvas.js"
import { Curves, penOf } from "./curves.js"
import { PairMap } from "./pair_map.js"
import { Plane } from "./plane.js"
import { between, phaseOf, phasesThatCame } from "./pure/moments.js"
import { lossWords, momentWords, percentWords, ruleWords } from "./pure/words.js"
import { Spectrum } from "./spectrum.js"
import { Timeline } from "./timeline.js"

/** @import { Root } from "../console/dom.js" */
/** @import { FilmData } from "./types.js" */

export class Film {
  /** @param {Root} root @param {FilmData} data */
  constructor(root, data) {
    this.data = data
    this.run = ""
    this.operated = false // which pairs the map shows
    /** @type {Uint8Array[]} */
    this.maps = [new Uint8Array(), new Uint8Array()]
    this.whole = find(root, ".film", HTMLElement)
    this.inks = inksOf(this.whole)
    /** @type {Map<number, string>} */
    this.hues = new Map()
    const part = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    const canvas = (/** @type {string} */ selector) => find(root, selector, HTMLCanvasElement)
    this.parts = { caption: part(".caption"), rule: part(".rule"), legend: part(".legend"), frequencies: part(".frequencies"), maps: part(".maps") }
    this.plane = new Plane(canvas(".plane"))
    this.map = new PairMap(canvas(".map"))
    this.spectrum = new Spectrum(canvas(".spectrum"))
    this.losses = new Curves(canvas(".losses"), true)
    this.accuracies = new Curves(canvas(".accuracies"), false)
    this.timeline = new Timeline(root, () => this.draw())
    new ResizeObserver(() => this.run && this.draw()).observe(this.whole)
  }

  /** @param {FilmData} data */
  show(data) {
    const another = data.run !== this.run
    const told = Boolean(data.phases) && !this.data.phases
    this.data = data
    this.run = data.run
    this.ink()
    if (another) this.take(data)
    this.timeline.give(data.steps.length, data.phases)
    this.offerPictures()
    this.timeline.go(another ? 0 : this.timeline.position)
    if (told && !this.timeline.still.matches) this.timeline.play()
  }

  /** Another run. @param {FilmData} data */
  take(data) {
    this.plane.give(new Int8Array(unpacked(data.points).buffer), data.modulus, data.frequencies)
    this.spectrum.give(data.spectrum)
    this.losses.give(data.curves.filter(({ of }) => of === "loss"))
    this.accuracies.give(data.curves.filter(({ of }) => of === "accuracy"))
    Promise.all([data.levels, data.recut_levels].map(inflated)).then((maps) => {
      this.maps = maps
      this.chooseMap(this.operated)
    })
  }

  /** The page's colours, and those of the key frequencies on this paper. */
  ink() {
    this.inks = inksOf(this.whole)
    const dark = luminance(this.inks.paper) < 0.4
    this.hues = new Map(this.data.frequencies.map((k, i) => [k, this.data.palette[i][dark ? 1 : 0]]))
  }

  /** Which frequency and which pairs are shown; and what the curves are. */
  offerPictures() {
    const { data } = this
    const hues = [...this.hues.values()]
    const choices = (/** @type {HTMLElement} */ holder, /** @type {string[]} */ words, /** @type {number} */ pressed, /** @type {(i: number) => void} */ choose) => {
      holder.replaceChildren(...words.map((word, i) => {
        const button = document.createElement("button")
        button.type = "button"
        button.textContent = word
        button.setAttribute("aria-pressed", String(i === pressed))
        button.addEventListener("click", () => {
          choose(i)
          for (const [place, each] of [...holder.children].entries()) each.setAttribute("aria-pressed", String(place === i))
        })
        return button
      }))
    }
    choices(this.parts.frequencies, data.frequencies.map(String), this.plane.chosen, (i) => {
      this.plane.choose(i)
      this.draw()
    })
    for (const [i, button] of [...this.parts.frequencies.children].entries()) /** @type {HTMLElement} */ (button).style.setProperty("--hue", hues[i])
    choices(this.parts.maps, [`mod ${data.modulus}`, `re-cut to mod ${data.recut}`], Number(this.operated), (i) => this.chooseMap(Boolean(i)))
    this.parts.legend.replaceChildren(...data.curves.map(({ name, words, of }, i) => {
      const heading = of === data.curves[i - 1]?.of ? "" : of === "loss" ? "Loss in nats, by powers of ten" : "Pairs right"
      const item = document.createElement("li")
      if (heading) item.append(Object.assign(document.createElement("p"), { textContent: heading }))
      item.append(...["canvas", "span", "output"].map((tag) => document.createElement(tag)))
      item.dataset.curve = name
      say(find(item, "span", HTMLElement), words)
      return item
    }))
  }

  /** @param {boolean} operated */
  chooseMap(operated) {
    this.operated = operated
    this.map.give(this.maps[Number(operated)], operated ? this.data.recut : this.data.modulus)
    this.draw()
  }

  draw() {
    const { data, inks, hues } = this
    if (!this.whole.clientWidth) return // not laid out yet, or in a tab that is hidden
    const { position } = this.timeline
    const place = between(position, data.steps.length)
    const at = (/** @type {string} */ name) => data.curves.find((curve) => curve.name === name)?.values[place.at] ?? 0
    const phase = data.phases && phaseOf(place.at, data.phases)
    const said = momentWords({ step: data.steps[place.at], phase, train: at("train_accuracy"), test: at("test_accuracy"), carried: at("recut_accuracy"), recut: data.recut })
    say(this.parts.caption, said)
    this.timeline.slider.setAttribute("aria-valuetext", said)
    say(this.parts.rule, phase ? ruleWords(phase) : "")
    const frequency = data.frequencies[this.plane.chosen]
    this.plane.show(place, hues.get(frequency) ?? inks.ink, inks, `The numbers in the plane of frequency ${frequency}, step ${data.steps[place.at]}`)
    this.map.show(place.at, inks, this.operated ? `Pairs re-cut to mod ${data.recut}` : `Pairs mod ${data.modulus}`)
    this.spectrum.show(place, hues, inks)
    const begins = data.phases ? phasesThatCame(data.phases).map(({ from }) => from) : []
    for (const curves of [this.losses, this.accuracies]) {
      const figures = curves.curves.map(({ words, values, of }) => `${words} ${of === "loss" ? lossWords(values[place.at]) : percentWords(values[place.at])}`)
      curves.show(position, begins, inks, figures.join(", "))
    }
    this.tellFigures(place.at)
  }

  /** Each curve's figure beside how it is drawn. @param {number} moment */
  tellFigures(moment) {
    const seen = { loss: 0, accuracy: 0 }
    this.data.curves.forEach(({ of, values }, i) => {
      const item = this.parts.legend.children[i]
      const { context, width } = emptied(find(item, "canvas", HTMLCanvasElement))
      penOf(context, seen[of]++, this.inks)
      context.beginPath()
      context.moveTo(0, 7)
      context.lineTo(width, 7)
      context.stroke()
      say(find(item, "output", HTMLElement), of === "loss" ? lossWords(values[moment]) : percentWords(values[moment]))
    })
  }
}
