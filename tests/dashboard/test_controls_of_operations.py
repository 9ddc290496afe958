"""Evidence for the operation chosen on *Every operation*: asked for there, counted, kept beside other requests."""

from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache, jobs
from dashboard.recipes.operations import OFFERED, OWN, Controlled, Offered
from dashboard.session import controls
from dashboard.session.operations import controlled, turn_dials
from dashboard.session.state import MOST_CONTROLS, SeenControls, Session
from models import zoo
from models.ablation.shuffles import WHOLE_BODY
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.evaluation import evaluate
from models.experiment.controls import growing_controls, run_controls, share_of_all
from models.experiment.searched_controls import ANEW, BodySearches
from models.formats.registry import network_to_bytes
from models.network import Network
from models.operations.counts import operation_counts
from models.operations.music import degree
from models.planner import SearchOptions
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.dashboard.test_jobs_on_pages import button, gone_to
from tests.dashboard.test_pages import app_on, bench_of, captions, controls_on, drop, trouble
from tests.oracles import hand_built, noisy

CLOCK = hand_built(13, (1, 3, 4))
NETWORK = noisy(CLOCK)
DEGREE = Offered("degrees of a scale", "degree")  # asks for 84 of the 144 sums mod 12
LINK, RUN = "The controls of this operation", "Run the controls"


def test_the_share_is_of_the_pairs_that_an_operation_asks_about():
    recipe = linked_recipe(12, {1: 1, 3: 2, 4: 5})
    evaluation = evaluate(transplant(NETWORK, recipe))
    expected = operation_counts(degree(), evaluation).counts
    assert expected.pairs == 84
    assert Controlled(recipe, DEGREE).counted_share(evaluation) == expected.accuracy != evaluation.counts.accuracy
    assert Controlled(recipe).counted_share is share_of_all


def test_what_is_typed_is_called_by_its_formula_and_its_group():
    assert OFFERED[0].name == "a · b mod 127"
    assert Offered(OWN.label, "2*a + b", "12x20").name == "2*a+b in 12x20"


def test_the_controls_are_with_the_dials_that_stand_on_every_operation():
    network, here, squares = zoo.load("transformer-113"), Session(), Offered("3 × 5", numbers="3x5")
    found = controlled(here, network, squares)
    assert found == Controlled(cache.swept(network, 15, (3, 5)).recipe, squares)
    turn_dials(here, network, "3x5", dict.fromkeys(cache.keys(network).frequencies, (0, 2)))
    turned = controlled(here, network, squares)
    assert turned.offered == squares
    assert set(turned.recipe.targets.values()) == {2}


def test_the_search_for_shuffled_bodies_is_for_the_same_pairs(monkeypatch: pytest.MonkeyPatch):
    asked: list[BodySearches] = []

    def search(network: Network, waves: object, searches: BodySearches, *, known: object) -> list[Any]:
        asked.append(searches)
        return []

    of = Controlled(linked_recipe(12, {1: 1, 3: 2, 4: 5}), DEGREE)
    evaluation = evaluate(transplant(NETWORK, of.recipe))
    monkeypatch.setattr(cache, "waves", lambda _: None)
    monkeypatch.setattr(cache, "outcome", lambda *_: evaluation)
    monkeypatch.setattr(controls, "growing_search", search)
    list(controls._searching(NETWORK, SeenControls(of)))
    assert asked[0].group == degree().group
    assert (
        asked[0].trained
        == of.counted_share(evaluation)
        == asked[0].counted_share(evaluation)
        != evaluation.counts.accuracy
    )


# On the pages


def small_on(file: str) -> AppTest:
    app = app_on("your_network.py")
    drop(app, "small.safetensors", network_to_bytes(CLOCK, ".safetensors", {}))
    return gone_to(app, file)


@pytest.fixture
def few_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seed of each control and few showings."""
    monkeypatch.setattr(jobs, "SECONDS_AT_ONCE", 60.0)
    monkeypatch.setattr(growing_controls, "__kwdefaults__", growing_controls.__kwdefaults__ | {"seeds": 1})


def choice(app: AppTest) -> Any:
    return next(each for each in app.button_group if each.label == "Controls of which operation?")


def expected_of(network: Network, of: Controlled) -> list[Any]:
    waves = logit_waves(network, key_frequencies(network).frequencies)
    return list(run_controls(network, of.recipe, waves, seeds=1, share=of.counted_share))


def test_every_operation_leads_to_its_own_controls_and_they_are_kept_beside_those_of_sums(few_seeds: None):
    app = small_on("any_operation.py")
    app.button_group[0].set_value(OWN.label).run()
    app.text_input[0].set_value("degree").run()
    app.text_input[1].set_value("").run()
    assert trouble(app) == []
    app = button(app, LINK).click().run()
    assert trouble(app) == []
    assert app.title[0].value == "Is it a trick?"
    app = gone_to(app, "evidence.py")  # AppTest itself has stayed behind
    assert choice(app).options == ["sums mod 127, of *Turn it*", "`degree in 12`, of *Every operation*"]
    assert choice(app).value is True
    assert "Of sums mod 127, as on *Turn it*." in captions(app)  # the curve below, which stays as it was
    app = button(app, RUN).click().run()
    assert trouble(app) == []
    seen = controls_on(app)
    assert seen.of.offered == Offered(OWN.label, "degree", "")
    assert seen.together == expected_of(CLOCK, seen.of)
    assert seen.together[0].name == WHOLE_BODY
    told = app.table[-1].value
    assert list(told.columns) == ["pairs right, `degree in 12`"]
    assert told.loc["nothing at all learned: one answer of all guessed"].tolist() == ["8.33%"]
    assert button(app, RUN).disabled
    app = choice(app).set_value(False).run()
    assert trouble(app) == []
    assert controls_on(app).of.offered is None
    assert not button(app, RUN).disabled
    app = gone_to(gone_to(app, "any_operation.py"), "evidence.py")
    assert choice(app).value is False
    app = choice(app).set_value(True).run()
    assert controls_on(app) is seen
    assert len(bench_of(app).controls) == 2


def test_dials_are_searched_anew_for_the_operation(few_seeds: None, monkeypatch: pytest.MonkeyPatch):
    few = partial(BodySearches, options=SearchOptions(rounds=0), seeds=2)
    monkeypatch.setattr(controls, "BodySearches", few)
    app = gone_to(button(small_on("any_operation.py"), LINK).click().run(), "evidence.py")
    app = button(app, "Search dials for shuffled bodies").click().run()
    assert trouble(app) == []
    anew = controls_on(app).anew
    assert (anew.name, len(anew.accuracies)) == (ANEW, 2)
    assert anew.mean < 0.2 < anew.trained


def test_whoever_comes_back_to_every_operation_finds_what_they_asked_for():
    app = small_on("any_operation.py")
    assert app.button_group[0].value == OFFERED[0].label
    app.button_group[0].set_value(OFFERED[2].label).run()
    app = gone_to(gone_to(app, "glossary.py"), "any_operation.py")
    assert app.button_group[0].value == OFFERED[2].label
    app.button_group[0].set_value(OWN.label).run()
    assert [each.value for each in app.text_input[:2]] == [OWN.formula, OWN.numbers]
    app.text_input[1].set_value("3x5").run()
    app.text_input[1].set_value("300").run()  # refused: what was carried out last is there again
    app = gone_to(gone_to(app, "glossary.py"), "any_operation.py")
    assert [each.value for each in app.text_input[:2]] == ["a+b", "3x5"]
    assert trouble(app) == []


def test_controls_are_kept_of_so_many_operations_those_looked_at_last():
    def page() -> None:
        import streamlit as st

        from dashboard.recipes import operations
        from dashboard.session import state
        from models.surgery import recipe

        def seen(modulus: int) -> state.SeenControls:
            return state.controls_seen(network, operations.Controlled(recipe.Recipe(modulus, ())))

        network = state.current().network
        first = seen(20)
        for modulus in range(21, 20 + state.MOST_CONTROLS):
            seen(modulus)
        assert seen(20) is first
        seen(200)
        st.text(" ".join(str(of.recipe.modulus) for of in state.bench().controls))

    app = AppTest.from_function(page).run()
    assert trouble(app) == []
    kept = [int(modulus) for modulus in app.text[0].value.split()]
    assert kept == [*range(22, 20 + MOST_CONTROLS), 20, 200]
