"""What *Turn it* does with what its console sends: every action by itself, on a bench whose settings all differ."""

import json
import runpy
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from dashboard import cache, shipped
from dashboard.components import console
from dashboard.components.console import recipe_to_console
from dashboard.jobs import Work
from dashboard.recipes.strengths import balanced_or_not
from dashboard.session.search import SEARCH
from dashboard.session.state import Bench, Session
from dashboard.session.sweep import SWEEP, SWEEP_ORDER
from models import zoo
from models.surgery.half_steps import with_halves
from models.surgery.recipe import Recipe, linked_recipe, own_recipe
from models.zoo.shipped_sweeps import shipped_sweep
from tests.conftest import ROOT
from tests.dashboard.within import Page, within

NETWORK = zoo.load("one-hot-97")
KEYS = cache.keys(NETWORK).frequencies
OWN = own_recipe(97, KEYS)
ONE, TWO, THREE = (
    linked_recipe(q, {k: 1 + step * n % (q // 2) for n, k in enumerate(KEYS)})
    for q, step in ((101, 2), (103, 3), (107, 4))
)
PLAY = str(ROOT / "dashboard" / "pages" / "play.py")


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Session, Bench]]:
    """Calls back with something sent, on a bench at ONE with a step behind it and one before it."""
    monkeypatch.setattr(console, "show_console", lambda *_: None)

    def calling(
        callback: str, sent: dict[str, Any], going: tuple[str, ...] = (), **bench: Any
    ) -> tuple[Session, Bench]:
        found: dict[str, Any] = {}

        def run() -> None:
            page = runpy.run_path(PLAY)
            here: Session = st.session_state["clockwork"]
            here.current = NETWORK.digest
            here.benches[NETWORK.digest] = Bench(ONE, [TWO], [THREE], **{"refused": "before", **bench})
            st.session_state["console"] = sent
            for kind in going:
                here.jobs.start(Work(kind, NETWORK.digest, lambda: iter(())))
            page[callback]()
            found["session"], found["bench"] = here, here.benches[NETWORK.digest]

        app = AppTest.from_function(_running, kwargs={"run": run}, default_timeout=180).run()
        assert [each.value for each in app.exception] == []
        return found["session"], found["bench"]

    return calling


def _running(run):  # its source is all that the app gets: nothing that is imported here is known there
    run()


def action(name: str, **more: Any) -> dict[str, Any]:
    return {"action": {"name": name, **more}}


@pytest.mark.parametrize(
    ("name", "recipe", "past", "future"),
    [
        ("undo", TWO, [], [THREE, ONE]),
        ("redo", THREE, [TWO, ONE], []),
        ("reset", OWN, [TWO, ONE], []),
        ("balance", balanced_or_not(NETWORK, ONE), [TWO, ONE], []),
    ],
)
def test_a_button_sets_its_own_recipe(act, name: str, recipe: Recipe, past: list[Recipe], future: list[Recipe]):
    session, bench = act("take_action", action(name), going=(SEARCH, SWEEP))
    assert (bench.recipe, bench.past, bench.future) == (recipe, past, future)
    assert (bench.refused, going(session)) == ("", [])


def going(session: Session) -> list[str]:
    return [kind for kind in (SEARCH, SWEEP) if session.jobs.going(kind, NETWORK.digest)]


def test_a_search_begins_with_nothing_tried_and_a_sweep_goes_on(act):
    session, bench = act("take_action", action("find"), going=(SWEEP,))
    assert (bench.recipe, going(session)) == (ONE, [SEARCH])
    assert session.jobs.of(SEARCH, NETWORK.digest).progress == (0, 1, "")
    session, bench = act("take_action", action("sweep"), going=(SEARCH,))
    assert (bench.recipe, going(session)) == (ONE, [SWEEP])
    for name in ("stop", "halt"):
        session, bench = act("take_action", action(name), going=(SWEEP,))
        assert (bench.recipe, going(session), bench.refused) == (ONE, [], "")


CLICKED = pytest.mark.parametrize(("modulus", "goes"), [(1, False), (2, True), (131, True), (256, True), (257, False)])


@CLICKED
def test_a_modulus_that_is_clicked_is_gone_to_with_the_same_dials_where_none_are_known(
    act, monkeypatch: pytest.MonkeyPatch, modulus: int, goes: bool
):
    monkeypatch.setattr(shipped, "shipped_sweep", lambda _: None)
    _, bench = act("take_action", action("visit", modulus=modulus))
    assert bench.recipe == (replace(ONE, modulus=modulus) if goes else ONE)


@CLICKED
def test_a_modulus_that_is_clicked_is_gone_to_with_the_dials_that_come_with_the_network(act, modulus: int, goes: bool):
    sweep = shipped_sweep(NETWORK.digest)
    assert sweep
    _, bench = act("take_action", action("visit", modulus=modulus))
    if not goes:
        assert bench.recipe == ONE
        return
    assert bench.recipe == sweep.operated[modulus].recipe != replace(ONE, modulus=modulus)


def test_where_the_sweep_has_been_its_dials_are_set(act):
    q = SWEEP_ORDER[0]
    _, bench = act("take_action", action("visit", modulus=q), swept=1)
    assert bench.recipe == cache.swept(NETWORK, q).recipe != replace(ONE, modulus=q)


def test_a_recipe_file_is_opened_in_the_order_of_the_dials_or_refused(act):
    shuffled = replace(TWO, dials=TWO.dials[::-1])
    _, bench = act("take_action", action("open", text=json.dumps(shuffled.to_json())))
    assert (bench.recipe, bench.refused) == (TWO, "")
    _, bench = act("take_action", action("open", text="{"))
    assert bench.recipe == ONE
    assert bench.refused not in ("", "before")
    _, bench = act("take_action", action("open", text=json.dumps(linked_recipe(50, {1: 2}).to_json())))
    assert bench.recipe == ONE
    assert bench.refused.startswith("The recipe turns the dials 1, but this network's are ")


def sent(recipe: Recipe, network: str = NETWORK.digest, edit: int = 7) -> dict[str, Any]:
    return {"recipe": {**recipe_to_console(recipe), "edit": edit, "network": network}}


def test_what_was_turned_is_set_and_its_number_kept(act):
    session, bench = act("take_recipe", sent(THREE), going=(SEARCH, SWEEP))
    assert going(session) == [SWEEP]
    assert (bench.recipe, bench.past, bench.refused, session.edit) == (THREE, [TWO, ONE], "", 7)


def test_what_was_turned_on_another_network_is_not_done_to_this_one(act):
    session, bench = act("take_recipe", sent(THREE, network="another"), going=(SEARCH,))
    assert going(session) == [SEARCH]
    assert (bench.recipe, bench.refused, session.edit) == (ONE, "before", 7)


def test_what_is_out_of_bounds_is_refused_in_words(act):
    session, bench = act("take_recipe", sent(replace(THREE, modulus=300)))
    assert (bench.recipe, session.edit) == (ONE, 7)
    assert bench.refused.startswith("Modulus 300 is off the wheel")


@pytest.mark.parametrize(
    ("pair", "asked"), [({"a": 3, "b": 9}, (3, 9)), ({"a": 3}, None), ({"a": 3.5, "b": 1}, None), (None, None)]
)
def test_the_pair_that_is_looked_at(act, pair: Any, asked: Any):
    session, _ = act("take_pair", {"pair": pair})
    assert session.pair_asked == asked


def test_the_weights_are_asked_for(act):
    session, _ = act("ask_for_weights", {})
    assert session.weights_asked


# What it shows


@pytest.fixture(scope="module")
def page() -> Page:
    found: Page = {}
    within("play.py", found.update)
    return found


@pytest.fixture
def stand_ins(page: Page, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace what the page's functions call by these names, for one test."""
    names = page["show_downloads"].__globals__
    return lambda **given: [monkeypatch.setitem(names, name, function) for name, function in given.items()]


@pytest.mark.parametrize(("ahead", "recipe"), [(0, OWN), (1, with_halves(OWN))])
def test_of_a_pair_of_halves_the_sum_is_told_and_not_its_class(page: Page, stand_ins, ahead: int, recipe: Recipe):
    stand_ins(session=lambda: SimpleNamespace(pair_asked=(3, 9)))
    classes = cache.answer(NETWORK, recipe, 3, 9).classes
    assert classes == (12,)
    assert page["answer_asked"](NETWORK, recipe)["classes"] == [12 + ahead]


APART = replace(ONE, dials=(replace(ONE.dials[0], b=replace(ONE.dials[0].a, target=7)), *ONE.dials[1:]))
ONE_TABLE = "Its layout has one table for both operands; press “Same on all tables”, or save the recipe."


@pytest.mark.parametrize(
    ("suffix", "shared", "recipe", "refused", "why_not"),
    [
        (".pt", True, ONE, "not asked", None),
        (".pt", True, APART, "not asked", ONE_TABLE),
        (".pt", False, APART, "not asked", None),
        (".onnx", True, APART, "not asked", ONE_TABLE),
        (".onnx", False, APART, "", None),
        (".onnx", True, ONE, "Its *sizes* are written into it.", "`Its *sizes* are written into it.`"),
    ],
)
def test_what_can_be_saved_is_made_of_what_is_at_hand_and_what_cannot_says_why(
    page: Page, stand_ins, monkeypatch: pytest.MonkeyPatch,
    suffix: str, shared: bool, recipe: Recipe, refused: str, why_not: str | None,
):  # fmt: skip
    saved: dict[str, Any] = {}
    network = SimpleNamespace(tables_shared=shared, digest="of the network")
    monkeypatch.setattr(DeltaGenerator, "download_button", lambda _, label, **given: saved.update({label: given}))
    monkeypatch.setattr(cache, "operated", lambda *of: ("operated", *of))
    monkeypatch.setattr(cache, "outcome", lambda *of: ("counted", *of))
    monkeypatch.setattr(cache, "unwritable", lambda *of: refused if of == (network, recipe) else "of another")
    stand_ins(
        suffixes_of=lambda _: (suffix, ".other"),
        mode_of=lambda *_: "keep",
        recipe_file=lambda *_: "dials.json",
        operated_to_bytes=lambda *given: given,
        certify=lambda *given: SimpleNamespace(to_json=lambda: given),
        json_text=lambda value: value,
    )
    page["show_downloads"](SimpleNamespace(network=network, stem="mine"), Bench(recipe))
    operated, file, certificate = saved.values()
    assert list(saved) == [f"Operated network ({suffix})", "Recipe (.json)", "Certificate (.json)"]
    assert (operated["disabled"], operated["help"]) == (bool(why_not), why_not)
    assert [each["file_name"] for each in saved.values()] == [
        f"mine-mod-101{suffix}",
        "dials.json",
        "mine-mod-101-certificate.json",
    ]
    at_hand = ("operated", network, recipe), ("counted", network, recipe)
    assert operated["data"]() == (at_hand[0], suffix, recipe.to_json(), "of the network")
    assert file["data"] == recipe.to_json()
    assert certificate["data"]() == (network, recipe, *at_hand, "keep")
