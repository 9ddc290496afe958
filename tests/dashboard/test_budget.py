"""Networks that are too large to count unasked: sampled, offered, counted, and stopped."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import budget as offers
from dashboard.navigation import PAGES, PAGES_THAT_COUNT_NOTHING, SAMPLED_PAGE
from dashboard.session import budget
from models import zoo
from models.evaluation import evaluate
from models.runtime.cost import cost_of_inspection
from tests.dashboard.test_pages import app_on, captions, trouble
from tests.dashboard.test_uploads import bytes_of, drop
from tests.mlps import hand_built_mlp

ADDS = hand_built_mlp(13, (1, 3, 4))
FILE = ("large.pt", bytes_of(ADDS))


@pytest.fixture
def _no_budget(monkeypatch: pytest.MonkeyPatch):
    """As if the smallest network were too large."""
    for module in (budget, offers):
        monkeypatch.setattr(module, "BUDGET_SECONDS", 0)


def headings(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def metrics(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


@pytest.mark.usefixtures("_no_budget")
def test_a_large_upload_is_sampled_and_counted_only_when_asked():
    app = drop(app_on("your_network.py"), FILE)
    assert trouble(app) == []
    assert headings(app)[0] == "It adds angles on 3 dials: a Fourier circuit."
    assert metrics(app)["Pairs right, sampled"] == "≈ 100% (99.8% to 100%)"
    assert "Pairs right" not in metrics(app)
    assert "By a sample, never a certificate: 2,000 draws from 169 pairs, seed 0, with 95% intervals." in captions(app)
    assert any("All 169 pairs take about 1 s of one core and 1 MB of memory" in each.value for each in app.markdown)
    next(button for button in app.button if button.label == "Compute all pairs").click().run()
    assert trouble(app) == []
    assert metrics(app)["Pairs right"] == "100%"
    assert evaluate(ADDS).counts.right == 169
    next(button for button in app.button if button.label == "Stop: show a sample").click().run()
    assert "Pairs right, sampled" in metrics(app)


ASKING = [entry for entry in PAGES if entry.file not in (SAMPLED_PAGE, *PAGES_THAT_COUNT_NOTHING)]


@pytest.mark.usefixtures("_no_budget")
@pytest.mark.parametrize("entry", ASKING, ids=lambda x: x.title)
def test_other_pages_ask_before_they_compute(entry, monkeypatch: pytest.MonkeyPatch):
    app = drop(app_on("your_network.py"), FILE)
    app.switch_page(f"dashboard/pages/{entry.file}").run()
    assert trouble(app) == []
    assert [button.label for button in app.button if button.label == "Compute all pairs"] == ["Compute all pairs"]
    assert not app.title  # the page has not begun
    next(button for button in app.button if button.label == "Compute all pairs").click().run()
    assert app.title[0].value == entry.question


@pytest.mark.usefixtures("_no_budget")
def test_the_zoo_is_computed_unasked_and_a_large_one_beside_it_is_offered():
    app = drop(app_on("your_network.py"), FILE)
    here = app.session_state["clockwork"]
    large = here.current
    app.selectbox(key="network_on_page").set_value(next(iter(here.opened))).run()
    app.switch_page("dashboard/pages/look_inside.py").run()
    assert "Compute all pairs" not in [button.label for button in app.button]
    app.selectbox(key="beside").set_value(large).run()
    assert trouble(app) == []
    assert [button.label for button in app.button].count("Compute all pairs") == 1


def test_the_budget_is_in_seconds_of_the_estimate():
    for name in zoo.names():
        assert cost_of_inspection(zoo.load(name)).seconds < budget.BUDGET_SECONDS
