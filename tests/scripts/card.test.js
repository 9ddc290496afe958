// The picture to share.

import assert from "node:assert/strict"
import { test } from "node:test"

import { cardLines, cardName } from "../../assets/console/pure/card.js"

const FACTS = { title: "my net.pt", trained: 113, modulus: 127, share: "99.99%", counted: "9 of all 10 pairs right; 1 wrong", link: "http://x/?mod=127" }

test("it says modulus, share, count, network and link, each in its place", () => {
  const lines = cardLines(FACTS)
  assert.deepEqual(lines.map(({ text }) => text), [
    "mod 127", "99.99%", "9 of all 10 pairs right", "1 wrong", "my net.pt", "trained on mod 113 alone; no weight of its body was changed",
    "each pair shaded by its margin", "Clockwork", "http://x/?mod=127",
  ])
  for (let i = 1; i < lines.length; i++) assert.ok(lines[i].top >= lines[i - 1].top + lines[i - 1].size, lines[i].text)
  assert.equal(cardLines({ ...FACTS, modulus: 113 })[5].text, "as it was trained")
  assert.equal(cardLines({ ...FACTS, link: "x".repeat(200) })[8].text.length, 92)
})

test("its file has a name that every system takes", () => {
  assert.equal(cardName(FACTS), "my-net-pt-mod-127.png")
  assert.equal(cardName({ ...FACTS, title: "∞" }), "network-mod-127.png")
})
