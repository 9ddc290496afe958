"""Follow one sum: what the browser is told of a pair, and where its parts lead."""

from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.components import flow
from dashboard.components.flow import PARTS
from tests.dashboard.declared import declared
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.test_views import VIEWS


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the component is mounted with, each time."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(flow._flow, "mount", lambda **mounted: told.append(mounted))
    return told


def network_of(app: AppTest):
    here = app.session_state["clockwork"]
    return here.opened[here.current].network


def test_the_pair_is_told_as_the_network_computes_it(given):
    app = app_on("follow_one_sum.py")
    assert trouble(app) == []
    data, network = given[-1]["data"], network_of(app)
    assert set(data) == declared("flow", "FlowData")
    assert set(data["dials"][0]) == declared("flow", "FlowDial")
    assert data["pair"] == {"a": 69, "b": 80}
    assert data["first"] == 36
    assert data["said"] == "Right"
    logits = network.logits(torch.tensor([69]), torch.tensor([80]))[0]
    assert data["logits"] == pytest.approx((logits - logits.mean()).tolist(), rel=1e-3, abs=1e-3)
    assert len(data["neurons"]) == 512
    assert len(data["attention"]) == 4


def test_the_pair_that_was_chosen_is_followed_here_and_in_the_lab(given):
    app = app_on("follow_one_sum.py")
    app.session_state["clockwork"].pair = (200, 5)  # as of a larger modulus
    app.run()
    assert given[-1]["data"]["pair"] == {"a": 87, "b": 5}
    app.switch_page("dashboard/pages/look_inside.py").run()
    app.segmented_control(key="view").set_value("Logits").run()
    assert [slider.value for slider in app.slider][:2] == [87, 5]
    app.slider[0].set_value(3).run()
    assert trouble(app) == []
    assert app.session_state["clockwork"].pair == (3, 5)


def test_every_part_is_a_view_of_the_lab():
    assert set(PARTS) <= set(VIEWS)
