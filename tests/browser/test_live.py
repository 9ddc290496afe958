"""The kernel in the browser: the same three states as models/, on every pair; and every pair while a hand turns."""

import base64
import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Page

from dashboard.components.console import FUSED_KERNEL, KERNEL, console_script, recipe_to_console
from models import zoo
from models.browser.layout import MOST_LAYERS, unpacked
from models.browser.live import live_network
from models.circuits.spectra import key_frequencies
from models.evaluation import State, evaluate, plain_margins, predictions
from models.formats.config import read_config
from models.formats.registry import open_file
from models.groups import Product
from models.network import Network
from models.readings import read_network
from models.surgery.balance import balance_of
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.conftest import ROOT
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

KERNELS = ("KERNEL", "FUSED_KERNEL")
TRIED = """
import { Counting } from "./counting.js"
import { NETWORK, NETWORK_BYTES } from "./kernel_layout.js"
import { FUSED_KERNEL, KERNEL } from "./kernels.js"
import { Live } from "./live.js"
import { unpacked } from "./bytes.js"
import { fittingKernel } from "./ready.js"
const kernels = { KERNEL, FUSED_KERNEL }
Object.assign(window, { NETWORK, NETWORK_BYTES, Live, Counting, unpacked, fittingKernel, kernels })
"""
FEWEST_UPDATES = 3  # a second while a hand turns, on however slow a machine
SHARED = [
    "chughtai/C113_T_seed1.pt",
    "chughtai/C113_T_seed3.pt",
    "chughtai/C113_MLP_seed4.pt",
    "nanda/wd_10-1_mod_addition_loss_curve.pth",
    "nanda/mod_addition_no_wd.pth",
    "zhong/model_2k4ohj6bhd.pt",
    "zhong/model_p99zdpze5l.pt",
    "zhong/model_18c9ev5v5p.pt",
    "zhong/model_n9n7h3p965.pt",
    "zhong/model_7r4zst7evs.pt",
    "zhong/model_amw6ox6bzn.pt",
    "he/p23_quad.pth",
    "he/p97_relu.pth",
]


@pytest.fixture(scope="session")
def bench(chromium: Browser) -> Page:
    """An empty page with both kernels and their JavaScript, as the console ships them."""
    page = chromium.new_page()
    page.add_script_tag(type="module", content=console_script("console/tried.js", {"console/tried.js": TRIED}))
    page.evaluate(
        """() => { window.countAll = async (kernel, header, bytes, recipes) => {
          const live = new Live(await WebAssembly.compile(unpacked(kernels[kernel])), header, unpacked(bytes).buffer)
          return recipes.map((recipe) => {
            if (!live.set(recipe)) return null
            live.count(1e9)
            return btoa(String.fromCharCode(...live.states()))
          })
        }
        // The network's bytes in the kernel's memory, and of each array its first numbers, found by its address there.
        window.networkIn = async (kernel, header, bytes) => {
          const live = new Live(await WebAssembly.compile(unpacked(kernels[kernel])), header, unpacked(bytes).buffer)
          const { buffer } = live.kernel.memory
          const memory = new DataView(buffer, live.kernel.network(), NETWORK_BYTES)
          const begins = Object.fromEntries(NETWORK.filter(({ name }) => name in header.arrays).map(({ name, at }) => {
            const count = Math.min(3, header.arrays[name][1])
            return [name, [...new Float32Array(buffer, memory.getUint32(at, true), count)]]
          }))
          return [[...new Uint8Array(buffer, live.kernel.network(), NETWORK_BYTES)], begins]
        } }"""
    )
    return page


def in_the_browser(bench: Page, kernel: str, network: Network, recipes: list[Recipe]) -> list[torch.Tensor | None]:
    p = network.modulus
    own = own_recipe(p, key_frequencies(network).frequencies).dials
    live = live_network(network, replace(recipes[0], modulus=p, factors=(), dials=own))
    assert live is not None
    settings = [recipe_to_console(each) for each in recipes]
    sent = [kernel, live.to_json(), base64.b64encode(live.to_bytes()).decode(), settings]
    found = bench.evaluate("(sent) => countAll(...sent)", sent)
    return [
        None if states is None else torch.frombuffer(bytearray(base64.b64decode(states)), dtype=torch.uint8)
        for states in found
    ]


MARGINS = """async (kernel, header, bytes, recipe) => {
  const live = new Live(await WebAssembly.compile(unpacked(kernels[kernel])), header, unpacked(bytes).buffer)
  live.nameAnswers(true)
  live.set(recipe)
  live.count(1e9)
  const q = recipe.modulus
  const pairs = Array.from({ length: q * q }, (_, i) => ({ a: Math.floor(i / q), b: i % q }))
  return [[...live.margins()], [...live.answers()], pairs.map((pair) => live.answerOf(pair))]
}"""


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("name", ["transformer-113", "mlp-113"])
def test_margins_and_answers_are_those_of_plain_passes(bench: Page, kernel: str, name: str):
    network = zoo.load(name)
    keys, q = key_frequencies(network).frequencies, 43
    own = own_recipe(network.modulus, keys)
    live = live_network(network, own)
    between = (replace(dial, a=replace(dial.a, target=dial.a.target + 0.5)) for dial in own.dials)
    recipe = Recipe(q, tuple(between))  # no wave closes: sums that wrap are wrong
    sent = [kernel, live.to_json(), base64.b64encode(live.to_bytes()).decode(), recipe_to_console(recipe)]
    margins, answers, asked = bench.evaluate(f"(sent) => ({MARGINS})(...sent)", sent)
    operated = transplant(network, recipe)
    expected = plain_margins(operated, *operated.task.pairs())
    assert float((torch.tensor(margins).double() - expected).abs().max()) < 1e-3 * float(expected.abs().max())
    clear = expected.abs() > 1e-3 * float(expected.abs().max())  # nearer to a tie, float32 may take either
    best = predictions(operated).flatten()
    assert 0.1 < float((expected < 0).double().mean()) < 0.9
    for found in (answers, asked):
        wrong = (torch.tensor(found) != best) & clear
        by_little = [i for i in wrong.nonzero().flatten().tolist() if expected[i] > 0]
        assert by_little == []  # a right pair is answered with its class
        assert int(wrong.sum()) <= 2e-3 * len(found)  # of wrong ones two others may tie


@pytest.mark.parametrize("kernel", KERNELS)
def test_python_reads_the_network_where_the_browser_wrote_it(bench: Page, kernel: str):
    network = random_network(Shape(modulus=12, heads=1, equals=False, coefficient=0.3, separate_tables=True))
    live = live_network(network, own_recipe(12, (1, 3)))
    sent = [kernel, live.to_json(), base64.b64encode(live.to_bytes()).decode()]
    memory, begins = bench.evaluate("(sent) => networkIn(...sent)", sent)
    read = unpacked(bytes(memory))
    figures = {name: read[name] for name in live.figures.keys() & read.keys() - {"score_equals", "layers"}}
    assert figures == {name: [pytest.approx(live.figures[name])] for name in figures}
    assert len(figures) == 8
    assert read["layer_neurons"] == [0] * MOST_LAYERS
    assert {name: begins[name] for name in live.arrays} == {
        name: [pytest.approx(float(value)) for value in array.flatten()[:3]] for name, array in live.arrays.items()
    }


def settings_of(network: Network, modulus: int, seed: int) -> list[Recipe]:
    """The network's own dials, drawn ones, all even; one detuned, one with phase, strength and its own readout, one
    with a turn of its own on each table, one light in the readout, and one off.
    """
    generator = torch.Generator().manual_seed(seed)
    keys = key_frequencies(network).frequencies
    drawn = {k: int(torch.randint(1, modulus, (1,), generator=generator)) for k in keys}
    plain = linked_recipe(modulus, drawn)
    first, *rest = plain.dials
    detuned = replace(first, a=replace(first.a, target=first.a.target + 0.37))
    turned = Dial(first.frequency, Turn(first.a.target, 1.3, 0.7), readout=Turn(first.a.target, 1.3))
    apart = Dial(first.frequency, first.a, Turn(first.a.target + 2, 0.8, 0.4), Turn(first.a.target + 1, 1.2, 0.9))
    light = Dial(first.frequency, first.a, weight=0.4)
    off = Dial(first.frequency, replace(first.a, on=False))
    return [
        linked_recipe(modulus, {k: k for k in keys}),
        plain,
        linked_recipe(modulus, {k: 2 * target for k, target in drawn.items()}),
        *(Recipe(modulus, (changed, *rest)) for changed in (detuned, turned, apart, light, off)),
    ]


def assert_browser_and_models_agree(bench: Page, network: Network, moduli: list[int]) -> None:
    recipes = [recipe for q in moduli for recipe in settings_of(network, q, q)]
    expected = [evaluate(transplant(network, recipe)).states.flatten() for recipe in recipes]
    for kernel in KERNELS:
        near = pairs = 0
        found = in_the_browser(bench, kernel, network, recipes)
        for recipe, states, right in zip(recipes, found, expected, strict=True):
            assert states is not None
            other = states != right
            assert not bool((other & (states != State.UNDECIDED)).any()), (kernel, recipe)
            near += int(other.sum())
            pairs += len(states)
        assert near <= 2e-3 * pairs, kernel  # what float32 leaves open is little


def agree_as_carried(bench: Page, network: Network, recipes: list[Recipe]) -> None:
    """Recipes that are all carried in the same way, which the browser is told once."""
    for kernel in KERNELS:
        for recipe, states in zip(recipes, in_the_browser(bench, kernel, network, recipes), strict=True):
            expected = evaluate(transplant(network, recipe)).states.flatten()
            other = states != expected
            assert not bool((other & (states != State.UNDECIDED)).any()), (kernel, recipe)
            assert int(other.sum()) <= 2e-3 * len(states)


def test_the_browser_counts_balanced_dials_as_models_do(bench: Page):
    network = zoo.load("transformer-113")
    balance = balance_of(network, key_frequencies(network).frequencies)
    agree_as_carried(bench, network, [balance.of(recipe) for recipe in settings_of(network, 100, 1)])


def test_the_browser_counts_products_of_circles_as_models_do(bench: Page):
    network = zoo.load("transformer-113")
    keys = key_frequencies(network).frequencies
    recipes = [
        linked_recipe(Product((3, 8)), dict(zip(keys, (9, 4, -15, 1, 20), strict=True))),
        linked_recipe(24, dict(zip(keys, (1, 5, -7, 11, 3), strict=True))),  # other sums of as many numbers
        linked_recipe(Product((2, 3, 4)), dict(zip(keys, (17, 5, 22, 13, -9), strict=True))),
        linked_recipe(Product((2, 2, 2, 2)), dict(zip(keys, (1, 2, 4, 8, 15), strict=True))),
        linked_recipe(Product((4, 4)), dict.fromkeys(keys, 2)),  # tells nothing of the first circle
    ]
    states = [evaluate(transplant(network, recipe)).states for recipe in recipes]
    assert [bool((each == State.RIGHT).all()) for each in states[:4]] == [True, True, True, True]
    assert bool((states[4] == State.UNDECIDED).all())
    agree_as_carried(bench, network, recipes)


def test_the_browser_counts_single_frequency_neurons_as_models_do(bench: Page):
    network = zoo.load("one-hot-97")
    recipes = settings_of(network, 60, 1)
    agree_as_carried(bench, network, [replace(recipe, single_frequency=True) for recipe in recipes])


NOT_IN_THE_KERNEL = ("kuramoto-113", "layernorm-97")


def test_networks_that_the_kernel_does_not_compute_are_left_to_the_server():
    for name in NOT_IN_THE_KERNEL:
        assert live_network(zoo.load(name), own_recipe(7, (1,))) is None


@pytest.mark.parametrize("name", [name for name in zoo.names() if name not in NOT_IN_THE_KERNEL])
def test_the_browser_counts_the_zoo_as_models_do(bench: Page, name: str):
    network = zoo.load(name)
    assert_browser_and_models_agree(bench, network, [network.modulus, 40, 128])


@pytest.mark.parametrize("file", SHARED)
def test_the_browser_counts_published_networks_as_models_do(bench: Page, shared: Path, file: str):
    path = shared / file
    beside = path.with_name(path.name.replace("model_", "config_")).with_suffix(".json")
    config = read_config(beside.read_bytes(), beside.name) if beside.exists() else None
    network = read_network(open_file(path), config).network
    if network.body.description["activation"] not in ("relu", "square"):
        pytest.skip("the kernel knows ReLU and x²")
    assert_browser_and_models_agree(bench, network, [network.modulus, 64])


@pytest.mark.parametrize(
    "network",
    [
        random_network(Shape(modulus=11, heads=3, neurons=10, unembedding_bias=True)),
        random_network(Shape(modulus=12, heads=1, equals=False, coefficient=0.3, separate_tables=True)),
        random_mlp(MlpShape(modulus=11, layers=3, neurons=7, biases=True)),
        random_mlp(MlpShape(modulus=10, layers=1, combination="concat", activation="square", shared=False)),
        random_mlp(MlpShape(modulus=9, layers=0, activation="square")),
    ],
    ids=[
        "three heads and a bias",
        "two tokens, separate tables",
        "three layers",
        "concatenated squares",
        "one-hot squares",
    ],
)
def test_every_kind_of_body_is_counted_alike(bench: Page, network: Network):
    assert_browser_and_models_agree(bench, network, [network.modulus, 5, 18])


def test_a_recipe_with_a_foreign_dial_is_left_to_the_server(bench: Page):
    network = zoo.load("transformer-113")
    assert in_the_browser(bench, KERNELS[0], network, [linked_recipe(20, {1: 3})]) == [None]


def test_the_console_takes_the_faster_kernel_where_the_browser_can(bench: Page):
    length = bench.evaluate("() => fittingKernel().length")
    assert length == FUSED_KERNEL.stat().st_size != KERNEL.stat().st_size
    bench.evaluate("() => { window.validate = WebAssembly.validate; WebAssembly.validate = () => false }")
    assert bench.evaluate("() => fittingKernel().length") == KERNEL.stat().st_size
    bench.evaluate("() => { WebAssembly.validate = window.validate }")


@pytest.mark.parametrize(("whole", "budgets"), [(20, [26]), (200, [8, 26, 26])], ids=["fits a frame", "does not"])
def test_a_turning_hand_gets_all_pairs_where_they_fit_a_frame_and_else_a_sample_soon(bench: Page, whole, budgets):
    given = bench.evaluate(
        """async ([whole, frames]) => {
          const given = []
          const live = {
            expected: whole, set: () => true, states: () => null,
            count: (milliseconds) => given.push(milliseconds) === frames,
          }
          await new Promise((done) => new Counting((_, all) => all && done()).start(live, {}))
          return given
        }""",
        [whole, len(budgets)],
    )
    assert given == budgets


def test_other_bodies_are_left_to_the_server():
    assert live_network(random_network(Shape(layers=2)), own_recipe(7, (1,))) is None
    assert live_network(random_network(Shape(activation="gelu")), own_recipe(7, (1,))) is None


def test_while_a_hand_turns_all_pairs_are_counted_again_and_again(visit):
    page = visit.open_play()
    page.wait_for_selector(".console.live")
    page.get_by_text("Browser and server agree on every pair").wait_for()
    knob, face = (page.locator(name).first.bounding_box() for name in (".knob", ".dial svg"))
    middle = face["x"] + face["width"] / 2, face["y"] + face["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    for dx, dy in [(40, 0), (30, 30), (0, 40), (-30, 30), (-40, 0), (-30, -30)] * 3:
        page.mouse.move(middle[0] + dx, middle[1] + dy)
        page.wait_for_timeout(60)
    updates = int(page.get_attribute(".console", "data-updates"))
    assert updates >= FEWEST_UPDATES
    assert "in your browser, float32" in page.inner_text(".split")
    assert page.locator(".quick").is_visible()
    page.mouse.up()
    visit.right()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    assert page.get_attribute(".console", "data-differs") == "0"
    assert not page.locator(".quick").is_visible()
    assert "in your browser" not in page.inner_text(".split")
    assert visit.errors == []


# Every count that the page shows, and whether it is called quick.
WATCHED = """(outcome) => {
  const [counted, quick] = [".counted", ".quick"].map((name) => outcome.querySelector(name))
  window.seen = []
  const look = () => seen.push([counted.textContent, quick.checkVisibility()])
  new MutationObserver(look).observe(outcome, { subtree: true, childList: true })
}"""


def test_what_is_set_at_once_is_counted_quickly_first_and_labelled_so(visit):
    page = visit.open_play()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    page.locator(".outcome").evaluate(WATCHED)
    page.get_by_role("button", name="Break it").click()
    assert visit.counts_change_from(113**2) == 0
    quick = [counted for counted, is_quick in page.evaluate("() => seen") if is_quick and "12,769" not in counted]
    assert quick
    assert all(
        re.search(r"of (all )?[\d,]+ (sampled of all 16,384 )?pairs right; [\d,]+ undecided", each) for each in quick
    )


def test_a_modulus_past_the_kernels_tables_is_left_to_the_server(bench: Page):
    network = zoo.load("mlp-113")
    keys = key_frequencies(network).frequencies
    recipes = [linked_recipe(q, {k: k for k in keys}) for q in (60, 257, 5000)]
    first, *others = in_the_browser(bench, KERNELS[0], network, [*recipes, recipes[0]])
    assert others[:2] == [None, None]
    assert first is not None
    assert torch.equal(first, others[2])


def test_waves_that_are_drawn_in_part_are_those_that_are_drawn_anew(visit):
    page = visit.open_play()
    page.get_by_text("Browser and server agree on every pair").wait_for()
    drawn = "() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]"
    drawn += ".flatMap((host) => [...host.shadowRoot.querySelectorAll('.wave, .wave-sum')])"
    drawn += ".map((path) => path.getAttribute('d'))"
    first = page.evaluate(drawn)
    page.focus(".knob >> nth=1")
    page.keyboard.press("ArrowUp")
    in_part = page.evaluate(drawn)
    assert [one == other for one, other in zip(first, in_part, strict=True)] == [True, False, *[True] * 3, False]
    for count in (5, 6):  # off and on again: every wave is drawn anew
        page.locator(".dial .on").first.click()
        visit.right()
        assert len(page.evaluate(drawn)) == count
    assert page.evaluate(drawn) == in_part


def test_a_detuned_dial_and_a_doomed_modulus_agree_with_the_server(visit):
    page = visit.open_play()
    page.wait_for_selector(".console.live")
    for selector, value in ((".dial-name input[type=number]", "5.37"), (".wheel-number input", "96")):
        page.locator(selector).first.fill(value)
        page.keyboard.press("Enter")
        visit.right()
        page.get_by_text("Browser and server agree on every pair").wait_for()
        assert page.get_attribute(".console", "data-differs") == "0"


@pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="ziglang (requirements-kernel.txt) is absent")
def test_the_committed_kernels_are_what_their_source_compiles_to(tmp_path: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    flags = re.search(r"KERNEL_FLAGS := ((?:.*\\\n)*.*)", makefile)[1].replace("\\\n", " ").split()
    for committed in (KERNEL, FUSED_KERNEL):
        processor = re.search(rf"kernel/{committed.name}: PROCESSOR := (.*)", makefile)[1]
        built = tmp_path / committed.name
        source = ROOT / "assets/kernel/kernel.c"
        command = [sys.executable, "-m", "ziglang", "cc", *flags, f"-mcpu={processor}", "-o", built, source]
        subprocess.run(command, check=True)
        assert built.read_bytes() == committed.read_bytes()
