"""What Plotly is asked for, and what a click on a figure tells."""

from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.components import chart, pictures
from dashboard.components.chart import Source, show_chart, show_clickable_chart, show_selectable_chart, show_source

FIGURE = go.Figure()
SOURCE = Source("some-file", lambda: "a,b", "import models")
LOOKS = {  # our own template, as wide as the page, without Plotly's mark and what selects by area
    "theme": None,
    "width": "stretch",
    "key": "some key",
    "config": {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "png", "filename": "clockwork-some-key", "scale": 2},
    },
    "alt": "What it shows",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Streamlit is asked to draw; a click is put into the session by the test."""
    found: list[dict[str, Any]] = []

    def draw(figure: go.Figure, **options: Any) -> dict[str, Any]:
        assert figure is FIGURE
        found.append(options)
        return {"selection": {"points": chart.st.session_state.get("points", [])}}

    monkeypatch.setattr(chart.st, "plotly_chart", draw)
    monkeypatch.setattr(chart.st, "session_state", {})
    monkeypatch.setattr(chart, "show_source", lambda source, *, key: found.append({"source": source, "key": key}))
    return found


def test_a_figure_is_shown_with_what_is_under_it(asked: list[dict[str, Any]]):
    show_chart(FIGURE, key="some key", alt="What it shows")
    assert asked == [LOOKS]
    show_chart(FIGURE, key="some key", alt="What it shows", source=SOURCE)
    assert asked[1:] == [LOOKS, {"source": SOURCE, "key": "some key"}]


def test_a_click_on_a_mark_is_told_and_a_click_beside_it_is_not(asked: list[dict[str, Any]]):
    clicked: list[Any] = []
    show_clickable_chart(FIGURE, key="some key", alt="What it shows", on_click=clicked.append, source=SOURCE)
    select = asked[0].pop("on_select")
    assert asked == [LOOKS | {"selection_mode": "points"}, {"source": SOURCE, "key": "some key"}]
    for points in ([], [{"x": 3}, {"x": 4}]):
        chart.st.session_state["some key"] = {"selection": {"points": points}}
        select()
    assert clicked == [{"x": 3}]
    show_clickable_chart(FIGURE, key="some key", alt="What it shows", on_click=clicked.append)
    assert len(asked) == 3  # no source, nothing under it


def test_a_selected_mark_is_told_by_its_x(asked: list[dict[str, Any]]):
    assert show_selectable_chart(FIGURE, key="some key", alt="What it shows") is None
    assert asked == [LOOKS | {"on_select": "rerun", "selection_mode": "points"}]
    chart.st.session_state["points"] = [{"x": 7}, {"x": 8}]
    assert show_selectable_chart(FIGURE, key="some key", alt="What it shows") == 7


def test_data_and_lines_are_two_quiet_buttons(monkeypatch: pytest.MonkeyPatch):
    asked: dict[str, Any] = {}
    monkeypatch.setattr(chart.st, "download_button", lambda label, **options: asked.update({label: options}))
    monkeypatch.setattr(chart.st, "code", lambda text, **options: asked.update({text: options}))
    show_source(SOURCE, key="some key")
    download = {"data": SOURCE.data, "file_name": "some-file.csv", "key": "some key data", "on_click": "ignore"}
    assert asked == {"Data (.csv)": download | {"type": "tertiary"}, "import models": {"language": "python"}}


def test_figures_are_saved_in_the_format_that_is_chosen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures.st, "session_state", {pictures.FORMAT_KEY: "SVG"})
    assert pictures.saved_as("inside left clock (a)") == {
        "format": "svg",
        "filename": "clockwork-inside-left-clock-a",
        "scale": 2,
    }
