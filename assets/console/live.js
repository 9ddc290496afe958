// The whole network in the browser: settings of the dials → states of all pairs, by the kernel (assets/kernel).

const FIELDS = ["kind", "activation", "waves", "neurons", "directions", "key_width", "has_bias"]
const POINTERS = ["from_a", "from_a_waves", "from_b", "from_b_waves", "own", "own_waves", "key_a", "key_a_waves",
  "key_b", "key_b_waves", "query", "query_waves"]
const HEADS = 4
const MOST_LAYERS = 4
const MOST_NUMBERS = 256 // of a modulus
const UNSEEN = 3
const WHOLE_MILLISECONDS = 26 // a count that should take no longer is made in one frame
const PART_MILLISECONDS = 8 // else a frame counts a sample for so long, and is drawn at 60 Hz; the rest waits

class Live {
  // `compiled` is a WebAssembly.Module, `header` what Python says of the arrays in `bytes`.
  constructor(compiled, header, bytes) {
    this.header = header
    this.kernel = new WebAssembly.Instance(compiled, {}).exports
    const numbers = new Float32Array(bytes)
    const place = (name) => {
      const [start, count] = header.arrays[name] ?? [0, 0]
      const at = this.kernel.reserve(4 * count)
      if (!at) throw new Error("no memory for this network")
      new Float32Array(this.kernel.memory.buffer, at, count).set(numbers.subarray(start, start + count))
      return at
    }
    const layers = [...Array(MOST_LAYERS).keys()]
    const named = (kind) => layers.map((n) => (n < header.layers.length ? place(`${kind} ${n}`) : 0))
    const addresses = [...POINTERS.map(place), ...named("layer_weights"), ...named("layer_bias"), place("out"), place("bias_waves")]
    const whole = [...FIELDS.map((name) => header[name]), header.layers.length, ...layers.map((n) => header.layers[n] ?? 0)]
    const figures = [header.coefficient, ...[...Array(HEADS).keys()].map((h) => header.score_equals[h] ?? 0)]
    const at = this.kernel.network()
    new Int32Array(this.kernel.memory.buffer, at, whole.length).set(whole)
    new Float32Array(this.kernel.memory.buffer, at + 4 * whole.length, figures.length).set(figures)
    new Int32Array(this.kernel.memory.buffer, at + 4 * (whole.length + figures.length), addresses.length).set(addresses)
    if (!this.kernel.make_room()) throw new Error("no memory for this network")
  }

  // Make a recipe's tables; false where the kernel leaves this setting to Python.
  set({ modulus, dials }) {
    const { waves, directions, partials } = this.header
    const known = new Set(partials.map(([frequency]) => frequency))
    if (modulus > MOST_NUMBERS || dials.some(({ frequency }) => !known.has(frequency))) return false
    const named = new Map(dials.map((dial) => [dial.frequency, dial]))
    const silent = { target: 0, amplitude: 0, phase: 0, on: false, weight: 1, linked: true }
    const buffer = this.kernel.memory.buffer
    const ofA = new Float32Array(buffer, this.kernel.settings_a_at(), modulus * waves)
    const ofB = new Float32Array(buffer, this.kernel.settings_b_at(), modulus * waves)
    const places = new Float32Array(buffer, this.kernel.places_at(), modulus * directions)
    places.fill(0)
    partials.forEach(([frequency, harmonic], k) => {
      const dial = named.get(frequency) ?? silent
      const wave = { harmonic, modulus, cosines: k, sines: partials.length + k }
      writeWave(ofA, waves, dial, wave)
      writeWave(ofB, waves, dial.b ?? dial, wave)
      writeWave(places, directions, readoutOf(dial), wave)
    })
    this.modulus = modulus
    this.done = 0
    if (!this.kernel.set_modulus(modulus)) return false
    this.kernel.begin()
    // Rows in an order that spreads: whatever has been counted when time is up lies evenly over the grid.
    this.order = spread(modulus)
    return true
  }

  // How long all pairs should take, by what the last ones took.
  get expected() {
    return (this.pace ?? 0) * this.modulus ** 2
  }

  // Count rows until all are counted or `milliseconds` are over; true when all are.
  count(milliseconds) {
    const [began, before] = [performance.now(), this.done]
    const end = began + milliseconds
    while (this.done < this.modulus && (this.done === 0 || performance.now() < end)) {
      const few = Math.min(8, this.modulus - this.done)
      for (let i = 0; i < few; i++) this.kernel.count_rows(this.order[this.done + i], 1, this.order[this.done + i] + 1)
      this.done += few
    }
    if (this.done > before) this.pace = (performance.now() - began) / ((this.done - before) * this.modulus)
    return this.done === this.modulus
  }

  // Uint8Array [q · q] of wrong, undecided (near ties too), right; 3 where a pair was not looked at.
  states() {
    for (let i = 0; i < this.done; i++) this.kernel.decide_rows(this.order[i], 1, this.order[i] + 1, this.header.near)
    return new Uint8Array(this.kernel.memory.buffer, this.kernel.states_at(), this.modulus ** 2)
  }
}

// How much of a wave there is at each number, by one turn: into its two columns of a table with so many in a row.
function writeWave(table, row, { target, amplitude, phase, on }, { harmonic, modulus, cosines, sines }) {
  const strength = on ? amplitude : 0
  const shift = (phase * modulus) / TURN
  for (let n = 0; n < modulus; n++) {
    const angle = turned(harmonic * (target * n + shift), modulus)
    table[n * row + cosines] = strength * Math.cos(angle)
    table[n * row + sines] = strength * Math.sin(angle)
  }
}

// Radians of so many steps of a clock with q numbers; whole steps are reduced first, so that they are exact.
function turned(steps, q) {
  return (TURN * modulo(steps, q)) / q
}

function spread(q) {
  const stride = Math.max(1, Math.round(q * 0.6180339887))
  let step = stride
  while (gcd(step, q) !== 1) step += 1
  return Int32Array.from({ length: q }, (_, i) => (i * step) % q)
}

function gcd(a, b) {
  return b ? gcd(b, a % b) : a
}

function counted(states) {
  const found = [0, 0, 0, 0]
  for (let i = 0; i < states.length; i++) found[states[i]] += 1 // for … of takes a millisecond
  return { wrong: found[0], undecided: found[1], right: found[2], unseen: found[UNSEEN] }
}

// Networks that were made ready, by the key that Python gives them; they outlive the console's own element.
const ready = (globalThis.clockworkLive ??= new Map())
const MOST_READY = 4
let compiled

async function makeReady({ key, header, bytes }) {
  compiled ??= await WebAssembly.compile(fittingKernel())
  if (ready.size >= MOST_READY) ready.delete(ready.keys().next().value)
  ready.set(key, new Live(compiled, header, unpacked(bytes).buffer))
}

// The kernel that multiplies and adds in one step, where the browser knows such steps.
function fittingKernel() {
  const fused = unpacked(FUSED_KERNEL)
  return WebAssembly.validate(fused) ? fused : unpacked(KERNEL)
}

function unpacked(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

// Keeps counting a recipe, a part in each frame, and shows what there is after each.
class Counting {
  constructor(show) {
    this.show = show
  }

  start(live, recipe) {
    this.live = live
    this.recipe = recipe
    this.fresh = true
    this.frame ??= requestAnimationFrame(() => this.next())
  }

  stop() {
    cancelAnimationFrame(this.frame)
    this.frame = this.live = undefined
  }

  next() {
    this.frame = undefined
    if (this.fresh && !this.live.set(this.recipe)) return this.show(null)
    const turning = this.fresh && this.live.expected > WHOLE_MILLISECONDS
    this.fresh = false
    const whole = this.live.count(turning ? PART_MILLISECONDS : WHOLE_MILLISECONDS)
    if (!whole) this.frame = requestAnimationFrame(() => this.next())
    this.show(this.live.states(), whole)
  }
}
