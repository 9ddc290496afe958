"""What the network answers for a pair that it does not get right."""

import pytest
from playwright.sync_api import Page, expect

from models import zoo
from models.circuits.spectra import key_frequencies
from models.evaluation import State, evaluate, predictions
from models.network import Network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant

ALIKE = "5~3_6~3_43~3_45~3_52~3"


@pytest.fixture(scope="module")
def operated() -> Network:
    network = zoo.load("transformer-113")
    return transplant(network, linked_recipe(97, dict.fromkeys(key_frequencies(network).frequencies, 3)))


def open_alike(visit, pair: str = "") -> Page:
    """All dials in the same steps: pairs of all three kinds."""
    visit.page.goto(f"{visit.address}/?network=transformer-113&mod=97&dials={ALIKE}{pair}")
    visit.page.wait_for_selector(".share:not(:empty)")
    visit.right()
    return visit.page


def choose(page: Page, a: int, b: int) -> None:
    page.fill("[data-operand=a]", str(a))
    page.fill("[data-operand=b]", str(b))


def test_a_wrong_pair_is_told_with_the_networks_answer(visit, operated: Network):
    page, answers, states = open_alike(visit), predictions(operated), evaluate(operated).states
    for a, b in (states == State.WRONG).nonzero()[::1500].tolist():
        choose(page, a, b)
        expect(page.locator(".pair-state")).to_have_text(f"the network: wrong, it answers {int(answers[a, b])}")
    for a, b in (states == State.RIGHT).nonzero()[:1].tolist():
        choose(page, a, b)
        expect(page.locator(".pair-state")).to_have_text("the network: right")
    assert visit.errors == []


def test_the_answer_to_the_pair_of_a_link_comes_unasked_and_goes_with_its_setting(visit, operated: Network):
    a, b = (evaluate(operated).states == State.WRONG).nonzero()[7].tolist()
    page = open_alike(visit, f"&pair={a}.{b}")
    expect(page.locator(".pair-state")).to_have_text(
        f"the network: wrong, it answers {int(predictions(operated)[a, b])}"
    )
    before = visit.right()
    page.click("[data-action=find]")
    visit.counts_change_from(before)
    expect(page.locator(".pair-state")).to_have_text("the network: right")


def test_an_undecided_pair_is_told_with_the_classes_that_tie(visit):
    page = visit.open_play()
    page.get_by_role("button", name="Break it").click()
    assert visit.counts_change_from(113**2) == 0
    choose(page, 9, 50)
    expect(page.locator(".pair-state")).to_have_text("undecided between 59 and 123")


WATCHED = """(part) => {
  window.seen = []
  new MutationObserver(() => seen.push(part.textContent)).observe(part, { childList: true })
}"""


def test_an_answer_that_comes_leaves_the_check_of_the_count_alone(visit, operated: Network):
    page = open_alike(visit)
    page.locator(".truth:not(:empty)").wait_for()
    page.locator(".truth").evaluate(WATCHED)
    choose(page, *(evaluate(operated).states == State.WRONG).nonzero()[3].tolist())
    expect(page.locator(".pair-state")).to_contain_text("it answers")
    assert page.evaluate("() => seen") == []


def test_by_keys_the_pair_is_told_with_its_answer(visit, operated: Network):
    page, answers = open_alike(visit), predictions(operated)
    choose(page, 40, 60)
    page.focus("canvas")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".unseen.pair-told")).to_have_text(
        f"41 + 60 is 4, modulo 97: wrong, it answers {int(answers[41, 60])}"
    )
