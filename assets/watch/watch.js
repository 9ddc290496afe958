// One sum on a watch, and the same sum on the dials of a network: one animation, at mod 12 and at the trained modulus.

import { looked, lookAt } from "../address/address.js"
import { luminance } from "../console/colours.js"
import { find, findAll, say, setAttributes } from "../console/dom.js"
import { NumberField, numberIn } from "../console/field.js"
import { frontOf } from "../console/pure/front.js"
import { modulo } from "../console/pure/numbers.js"
import { reducedWords, remainders, wanted, wrappingPair } from "../console/pure/pairs.js"
import { Chart } from "./chart.js"
import { Face } from "./face.js"
import { END, momentAt } from "./pure/moments.js"
import { leadOf, votesOf, votesTogether } from "./pure/votes.js"
import { leadWords, networkWords, onFace, partWords, stepsWords, WATCH } from "./pure/words.js"
import { Timeline } from "./timeline.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Pair } from "../console/types.js" */
/** @import { Moment } from "./pure/moments.js" */
/** @import { WatchData, WatchDial } from "./types.js" */

const HOURS = { a: 9, b: 5 } // where no pair was chosen: one that goes past twelve
const FEWEST = 4 // dials in a row: fewer would be drawn as large as the watch
const OPERANDS = /** @type {const} */ (["a", "b"])

export class Watch {
  /** @param {Root} root @param {WatchData} data */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.chosen = 0 // which of the scenes
    /** @type {Pair} */
    this.pair = HOURS
    const part = (/** @type {string} */ selector) => find(root, selector, HTMLElement)
    this.texts = { sum: part(".sum"), caption: part(".caption"), lead: part(".lead"), remark: part(".remark"), said: part(".network-said") }
    this.face = new Face({ numbers: true })
    part(".face-holder").append(this.face.picture)
    this.chart = new Chart(part(".votes-holder"))
    /** @type {Face[]} */
    this.faces = []
    /** @type {(WatchDial & { hue: string })[]} */
    this.dials = []
    this.fields = { a: this.field("a"), b: this.field("b") }
    this.timeline = new Timeline(part(".timeline"), (position) => this.draw(position))
  }

  /** @param {"a" | "b"} name */
  field(name) {
    const input = find(this.root, `[data-operand=${name}]`, HTMLInputElement)
    return new NumberField(input, { typing: (number) => this.type(name, number), done: () => this.write() })
  }

  get scene() {
    return this.data.scenes[this.chosen]
  }

  /** @param {WatchData} data */
  show(data) {
    const another = data.network !== this.data.network || !this.dials.length
    this.data = data
    if (another) this.chosen = 0
    this.offerModuli()
    this.arrange()
    if (another) this.begin()
    else this.timeline.go(this.timeline.position)
  }

  /** The animation from its start; where nothing may move, its end. */
  begin() {
    if (this.timeline.still.matches) this.timeline.go(END)
    else this.timeline.play(0)
  }

  offerModuli() {
    const holder = find(this.root, ".moduli", HTMLElement)
    holder.replaceChildren(...this.data.scenes.map(({ modulus }, i) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = `mod ${modulus}`
      button.title = modulus === WATCH ? "a watch" : "what the network was trained on"
      button.addEventListener("click", () => {
        this.chosen = i
        this.arrange()
        this.begin()
      })
      return button
    }))
  }

  /** Faces for the dials of the scene that was chosen, and the pair within its numbers. */
  arrange() {
    const { modulus: q, dials } = this.scene
    findAll(this.root, ".moduli button", HTMLElement).forEach((button, i) => button.setAttribute("aria-pressed", String(i === this.chosen)))
    const dark = luminance(getComputedStyle(find(this.root, ".watch", HTMLElement)).getPropertyValue("--paper")) < 0.4
    const front = frontOf(dials.map(({ strength }) => strength))
    this.dials = front.map((i, place) => ({ ...dials[i], hue: this.data.palette[place][dark ? 1 : 0] }))
    this.faces = this.dials.map(({ hue }) => new Face({ hue }))
    const holder = find(this.root, ".small-faces", HTMLElement)
    holder.style.setProperty("--dials", String(Math.max(this.dials.length, FEWEST)))
    holder.replaceChildren(...this.faces.map((face, i) => labelled(face, this.dials[i])))
    const asked = looked.pair ?? (q === WATCH ? HOURS : wrappingPair(q, q))
    this.pair = remainders(asked, q)
    say(this.texts.remark, OPERANDS.filter((name) => asked[name] >= q).map((name) => reducedWords(asked[name], this.pair[name], q)).join(", "))
    for (const { input } of Object.values(this.fields)) input.max = String(q - 1)
    this.write()
  }

  /** @param {"a" | "b"} name @param {number | null} number */
  type(name, number) {
    const q = this.scene.modulus
    const isWhole = number !== null && Number.isSafeInteger(number)
    say(this.texts.remark, !isWhole ? wanted(String(numberIn(this.fields[name].input) ?? "")) : number === modulo(number, q) ? "" : reducedWords(number, modulo(number, q), q))
    if (!isWhole) return
    this.pair = { ...this.pair, [name]: modulo(number, q) }
    lookAt({ pair: this.pair })
    this.timeline.frames.stop()
    this.timeline.go(END)
    this.write()
  }

  write() {
    const { pair: { a, b }, scene: { modulus: q, states } } = this
    for (const name of OPERANDS) this.fields[name].write(this.pair[name])
    say(this.texts.sum, `≡ ${onFace((a + b) % q, q)} (mod ${q})`)
    say(this.texts.said, networkWords(this.pair, this.scene, atob(states).charCodeAt(a * q + b)))
  }

  /** @param {number} position */
  draw(position) {
    const moment = momentAt(position, this.dials.length)
    say(this.texts.caption, partWords(moment.part, this.pair, this.scene, this.dials))
    this.timelineWords(moment)
    this.drawHands(moment)
    this.drawVotes(moment)
  }

  /** @param {Moment} moment */
  timelineWords({ part }) {
    setAttributes(find(this.root, ".position", HTMLElement), { "aria-valuetext": partWords(part, this.pair, this.scene, this.dials) })
  }

  /** @param {Moment} moment */
  drawHands({ hand, dials, part }) {
    const { pair: { a, b }, scene: { modulus: q } } = this
    const sum = (a + b) % q
    this.face.show(a * hand.a, b * hand.b, q, `A face with ${q} numbers; the hand has gone ${a} and then ${b}: it stands at ${onFace(sum, q)}`)
    this.face.point(hand.b === 1 ? sum : part === "a" && hand.a === 1 ? a : null)
    this.faces.forEach((face, i) => {
      const { target, frequency } = this.dials[i]
      const [first, more] = [modulo(target * a, q), modulo(target * b, q)]
      face.show(first * dials.a, more * dials.b, q, `Dial ${frequency}: ${target} steps of ${q} for one number more; after a + b it stands at ${modulo(first + more, q)}`)
      face.picture.classList.toggle("waiting", part === "a" || part === "b")
    })
  }

  /** @param {Moment} moment */
  drawVotes({ votes }) {
    const { pair: { a, b }, scene: { modulus: q }, dials } = this
    const most = dials.reduce((sum, { strength }) => sum + Math.abs(strength), 0)
    const together = votesTogether(dials, votes, a + b, q)
    const lead = leadOf(together, most)
    const voted = Math.floor(votes) // those that are through with it are told of
    const told = votes && !voted ? "the first dial is voting" : leadWords(leadOf(votesTogether(dials, voted, a + b, q), most), voted, q)
    const lines = dials.slice(0, Math.ceil(votes)).map((dial, i) => ({ hue: dial.hue, votes: votesOf(dial, a + b, q).map((vote) => vote * Math.min(1, votes - i)) }))
    this.chart.show(lines, together, { most, answer: (a + b) % q, first: votes && !lead.ties.length ? lead.first : null }, `Votes for each answer: ${told}`)
    say(this.texts.lead, `Votes for each answer: ${told}`)
  }
}

/** A dial's face with its name. @param {Face} face @param {WatchDial} dial */
function labelled({ picture }, { frequency, target }) {
  const holder = document.createElement("div")
  const name = document.createElement("span")
  name.textContent = `dial ${frequency}`
  const steps = document.createElement("small")
  steps.textContent = stepsWords(target)
  holder.append(picture, name, steps)
  return holder
}
