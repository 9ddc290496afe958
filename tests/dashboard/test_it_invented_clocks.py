"""It invented clocks: what the browser is told, and what becomes of the network that it sends."""

import base64
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import grok
from models.evaluation import evaluate
from models.training.live_run import LiveRun, LiveSettings
from tests.dashboard.declared import declared
from tests.dashboard.test_pages import app_on, trouble

SETTINGS = LiveSettings(modulus=23, share=80, seed=1)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the component is mounted with, each time; what is under `sent` in the first is sent from there, once."""
    told: list[dict[str, Any]] = [{}]

    def mount(**mounted: Any) -> None:
        told.append(mounted)
        if (sent := told[0].pop("sent", None)) is not None:
            monkeypatch.setattr("dashboard.components.grok.sent_network", lambda: sent)
            mounted["on_network_change"]()

    monkeypatch.setattr(grok._grok, "mount", mount)
    return told


def sent_after(steps: int, **changed: Any) -> dict[str, Any]:
    *_, last = LiveRun(SETTINGS).states(steps)
    table, unembedding = (base64.b64encode(np.asarray(each).tobytes()).decode() for each in last.weights)
    settings = {"modulus": 23, "share": 80, "seed": 1, "decay": 2, "shuffled": False}
    return {"settings": settings, "step": steps, "table": table, "unembedding": unembedding} | changed


def sending(given: list[dict[str, Any]], sent: Any, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr("dashboard.components.grok.sent_network", lambda: sent)
    given[0]["sent"] = sent
    return app_on("it_invented_clocks.py").run()


def test_the_film_of_a_slow_run_stands_below(given):
    app = app_on("it_invented_clocks.py")
    assert [each.value for each in app.header] == ["The same, slowly"]
    assert any("moments of one training run" in each.value for each in app.caption)


def test_the_browser_is_told_what_can_be_set(given):
    app = app_on("it_invented_clocks.py")
    assert trouble(app) == []
    data = given[-1]["data"]
    assert set(data) == declared("grok", "GrokData")
    assert set(data["settings"]) == declared("grok", "Settings")
    assert set(data["bounds"]) == declared("grok", "Bounds") == set(data["settings"]) - {"shuffled"}
    assert all(data["bounds"][name][0] <= data["settings"][name] <= data["bounds"][name][1] for name in data["bounds"])
    assert data["refused"] == ""


def test_the_network_that_is_sent_is_in_use_and_turned_next(given, monkeypatch):
    app = sending(given, sent_after(20), monkeypatch)
    assert trouble(app) == []
    here = app.session_state["clockwork"]
    opened = here.opened[here.current]
    assert opened.name == "live-23-seed-1-step-20.safetensors"
    assert opened.uploaded
    assert opened.network.modulus == 23
    assert (evaluate(opened.network).counts.right, evaluate(opened.network).counts.wrong) == (529, 0)
    assert app.title[0].value == "What happens if I turn this?"
    app.switch_page("dashboard/pages/it_invented_clocks.py").run()
    assert given[-1]["data"]["settings"] == asdict(SETTINGS)


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "no trained network"), ({"step": 99}, "Expected a step"), ({"table": "AAAA"}, "Expected 5888 weights")],
)
def test_what_is_no_network_is_refused_where_it_was_sent_from(given, monkeypatch, sent: dict, said: str):
    app = sending(given, sent_after(0) | sent if sent else sent, monkeypatch)
    assert app.title[0].value == "How did it learn that?"
    assert said in given[-1]["data"]["refused"]
    here = app.session_state["clockwork"]
    assert not any(opened.uploaded for opened in here.opened.values())


def test_the_worker_is_a_script_of_its_own_without_imports():
    [line] = [line for line in grok.kernels_module().splitlines() if line.startswith("export const WORKER")]
    assert "class Learner" in line
    assert "import {" not in line
    assert "</script" not in grok.grok_script()
