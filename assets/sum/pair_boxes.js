// The boxes for a and b, the sum beside them, and what is said of a number that cannot stand in one.

import { lookAt } from "../address/address.js"
import { find, say } from "../console/dom.js"
import { NumberField } from "../console/field.js"
import { modulo } from "../console/pure/numbers.js"
import { isSame, reducedWords, wanted } from "../console/pure/pairs.js"

/** @import { Root } from "../console/dom.js" */
/** @import { Pair } from "../console/types.js" */

const OPERANDS = /** @type {const} */ (["a", "b"])

export class PairBoxes {
  /**
   * `shown` says which pair of which modulus stands in the boxes, `take` hears the one that is typed, and `write` is
   * asked to have everything shown anew.
   * @param {Root} root
   * @param {{ shown: () => { pair: Pair, modulus: number }, take: (pair: Pair) => void, write: () => void }} owner
   */
  constructor(root, owner) {
    this.root = root
    this.owner = owner
    this.remark = find(root, ".remark", HTMLElement)
    this.fields = { a: this.field("a"), b: this.field("b") }
  }

  /** @param {"a" | "b"} name */
  field(name) {
    const input = find(this.root, `[data-operand=${name}]`, HTMLInputElement)
    return new NumberField(input, { typing: (number) => this.type(name, number), done: () => this.owner.write() })
  }

  /** @param {"a" | "b"} name @param {number | null} number */
  type(name, number) {
    const { pair, modulus: q } = this.owner.shown()
    if (number === null || !isSame(number, modulo(number, q), q)) return say(this.remark, wanted(number === null ? "" : String(number)))
    say(this.remark, number === modulo(number, q) ? "" : reducedWords(number, modulo(number, q), q))
    const typed = { ...pair, [name]: modulo(number, q) }
    this.owner.take(typed)
    lookAt({ pair: typed })
    this.owner.write()
  }

  write() {
    const { pair, modulus: q } = this.owner.shown()
    for (const name of OPERANDS) {
      this.fields[name].write(pair[name])
      this.fields[name].input.max = String(q - 1)
    }
    say(find(this.root, ".sum", HTMLElement), `≡ ${(pair.a + pair.b) % q} (mod ${q})`)
  }
}
