"""Steam punk: what the browser is told of a pair on its way, and what the sliders count."""

from typing import Any

import pytest
import torch

from dashboard.components import steam
from models import zoo
from models.ablation.exact_phases import exact_phases
from models.ablation.oscillators import run_for
from models.circuits.oscillators import pair_run
from models.evaluation import evaluate
from tests.dashboard.declared import declared
from tests.dashboard.test_pages import app_on, trouble

PAIRWISE = "Pairwise (a pizza): exact phases, untrained"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the component is mounted with, each time."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(steam._steam, "mount", lambda **mounted: told.append(mounted["data"]))
    return told


def text_of(app) -> str:
    return "\n".join(each.value for each in app.markdown)


def test_a_pair_is_told_as_the_network_runs_it(given):
    app = app_on("steam_punk.py")
    assert trouble(app) == []
    [data], network = given, zoo.load("kuramoto-113")
    assert set(data) == declared("steam", "SteamData")
    assert set(data["communities"][0]) == declared("steam", "Community")
    assert data["pair"] == {"a": 69, "b": 80}
    assert data["answers"][-1] == 36
    assert len(data["communities"]) == steam.MOST_CIRCLES < data["all"]
    body = network.body
    assert len(data["answers"]) == len(data["order"]) == len(data["energy"]) == body.steps + 1
    run = pair_run(network, 69, 80)
    first = data["communities"][0]
    members = run.found.members[first["frequency"]]
    assert first["sum"] == pytest.approx(first["frequency"] * 36 % 113 / 113)
    assert first["members"][0] == pytest.approx((run.angles[:, members[0]] / (2 * torch.pi)).tolist(), abs=1e-4)
    assert first["pulls"] == pytest.approx(run.pulls[members].tolist(), abs=1e-4)
    assert "all 12,769 pairs right" in text_of(app)


def test_sliders_let_it_run_otherwise_and_count_anew(given):
    app = app_on("steam_punk.py")
    app.slider[0].set_value(1).run()
    assert trouble(app) == []
    assert len(given[-1]["answers"]) == 2
    found = evaluate(run_for(zoo.load("kuramoto-113"), 1)).counts
    assert f"{found.right:,} of all 12,769" in text_of(app)
    app.select_slider[0].set_value(0.0).run()
    assert set(given[-1]["communities"][0]["pulls"]) == {0.0}


def test_pairwise_coupling_has_its_dead_pairs_at_an_even_modulus(given):
    app = app_on("steam_punk.py")
    app.selectbox(key="oscillators").set_value(PAIRWISE).run()
    assert given[-1]["harmonic"] == 2
    assert "dials of odd steps" not in text_of(app)
    app.radio[0].set_value(128).run()
    assert "a − b is 64" in text_of(app)
    assert "These are 128 pairs" in text_of(app)
    [show] = [button for button in app.button if button.label == "Show one of them"]
    show.click().run()
    assert trouble(app) == []
    assert given[-1]["pair"] == {"a": 67, "b": 3}
    odd = [max(each["pulls"]) for each in given[-1]["communities"] if each["frequency"] % 2]
    assert odd == pytest.approx([0.0] * len(odd), abs=1e-3)
    assert odd


def test_exact_phases_are_told_apart_by_their_coupling():
    clock, pizza = (exact_phases(113, (14, 35), kind) for kind in ("three-body", "pairwise"))
    assert clock.digest != pizza.digest
    assert (clock.body.kind, pizza.body.kind) == ("three-body", "pairwise")
