"""How a count goes on over several frames, and how light the page is."""

import pytest

from tests.browser.scripts.mounted import Mounted

COUNTING = """async (expected, parts) => {
  const shown = [], asked = []
  const live = {
    set: () => true, expected, states: () => Uint8Array.from([asked.length]),
    count: (milliseconds) => { asked.push(milliseconds); return asked.length >= parts },
  }
  await new Promise((done) => {
    const counting = new Counting((states, whole) => { shown.push([states[0], whole]); if (whole) done() })
    counting.start(live, {})
    counting.start(live, {})
  })
  return { shown, asked }
}"""


def test_a_count_that_fits_a_frame_is_made_in_one(console: Mounted):
    assert console.on(COUNTING, 26, 1) == {"shown": [[1, True]], "asked": [26]}


def test_a_longer_count_begins_with_a_sample_and_goes_on_over_the_next_frames(console: Mounted):
    assert console.on(COUNTING, 27, 3) == {"shown": [[1, False], [2, False], [3, True]], "asked": [8, 26, 26]}


def test_a_setting_that_the_kernel_does_not_take_is_told_as_such(console: Mounted):
    refused = """async () => {
      const shown = await new Promise((done) => new Counting((...said) => done(said)).start({ set: () => false }, {}))
      return shown
    }"""
    assert console.on(refused) == [None]


def test_a_count_that_is_stopped_shows_nothing_more(console: Mounted):
    stopped = """async () => {
      const shown = []
      const counting = new Counting((...said) => shown.push(said))
      counting.start({ set: () => true, expected: 0, count: () => true, states: () => [] }, {})
      counting.stop()
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      return shown
    }"""
    assert console.on(stopped) == []


@pytest.mark.parametrize(
    ("colour", "light"), [("#000", 0), ("#fff", 1), ("#f00", 0.2126), ("#0f0", 0.7152), ("#00f", 0.0722), ("", 1)]
)
def test_how_light_a_colour_is(console: Mounted, colour: str, light: float):
    assert console.on("luminance", colour) == pytest.approx(light)


# A clock that goes on by 10 milliseconds whenever somebody looks at it.
COUNTED = """(modulus, milliseconds, done) => {
  const rows = [], clock = performance.now
  let now = 0
  performance.now = () => (now += 10)
  const order = Int32Array.from({ length: modulus }, (_, i) => (5 * i) % modulus)
  const live = { modulus, done, order, kernel: { count_rows: (...row) => rows.push(row) } }
  const whole = Live.prototype.count.call(live, milliseconds)
  performance.now = clock
  const expected = Object.getOwnPropertyDescriptor(Live.prototype, "expected").get.call(live)
  return { whole, rows, done: live.done, pace: live.pace ?? null, expected }
}"""


@pytest.mark.parametrize(
    ("milliseconds", "done", "until", "whole"),
    [(5, 0, 8, False), (15, 0, 16, False), (1e9, 0, 21, True), (5, 8, 8, False)],
)
def test_rows_are_counted_eight_at_a_time_until_time_is_up(console: Mounted, milliseconds, done, until, whole):
    found = console.on(COUNTED, 21, milliseconds, done)
    order = [5 * i % 21 for i in range(done, until)]
    assert found["rows"] == [[row, 1, row + 1] for row in order]
    assert (found["whole"], found["done"]) == (whole, until)


def test_what_a_count_should_take_is_told_by_how_long_the_last_rows_took(console: Mounted):
    found = console.on(COUNTED, 21, 15, 0)
    assert found["pace"] == pytest.approx(30 / (16 * 21))  # looked at twice while it went on, and once at the end
    assert found["expected"] == pytest.approx(30 / 16 * 21)
    assert console.on(COUNTED, 21, 5, 21)["expected"] == 0
