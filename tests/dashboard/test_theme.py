"""The house style: what every figure has, in both inks. What each has besides is kept in tests/dashboard/words."""

import plotly.graph_objects as go
import pytest

from dashboard.theme import DARK, FONT, LIGHT, PALETTE, Ink, faded, rising_scale, signed_scale, styled

INKS = pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])


@INKS
def test_a_figure_in_house_style(ink: Ink):
    layout = styled(go.Figure(), ink, title="A title", height=123).to_plotly_json()["layout"]
    layout.pop("template")
    clear = "rgba(0,0,0,0)"
    axis = {"gridcolor": ink.line, "linecolor": ink.line, "zerolinecolor": ink.line, "zeroline": False}
    axis["title"] = {"font": {"size": 13}}
    assert layout == {
        "title": {
            **{"text": "A title", "x": 0, "xanchor": "left", "font": {"size": 16, "color": ink.text}},
            **{"yref": "paper", "y": 1, "yanchor": "bottom", "pad": {"b": 16}},
        },
        "paper_bgcolor": ink.paper,
        "plot_bgcolor": clear,
        "font": {"color": ink.soft, "size": 13, "family": FONT},
        "height": 123,
        "margin": {"l": 64, "r": 16, "t": 72, "b": 52},
        "hoverlabel": {"bgcolor": ink.paper, "font": {"color": ink.text}, "bordercolor": ink.line},
        "showlegend": False,
        "modebar": {"bgcolor": clear, "color": ink.soft, "activecolor": ink.text},
        "xaxis": axis,
        "yaxis": axis,
    }
    assert styled(go.Figure(), ink, title="").layout.height == 320


def brightness(colour: str) -> float:
    return sum(int(colour[start : start + 2], 16) for start in (1, 3, 5)) / (3 * 255)


@INKS
def test_text_stands_out_from_the_ground_and_lines_do_less(ink: Ink):
    ground = brightness(ink.paper)
    text, soft, line = (abs(brightness(colour) - ground) for colour in (ink.text, ink.soft, ink.line))
    assert text > soft > line > 0
    assert ink.dark == (ground < 0.5)


@INKS
def test_scales_begin_at_the_ground_or_pass_through_it(ink: Ink):
    assert rising_scale(ink) == [(0.0, ink.paper), (1.0, ink.text)]
    above, below = PALETTE[0][ink.dark], PALETTE[1][ink.dark]
    assert signed_scale(ink) == [(0.0, below), (0.5, ink.paper), (1.0, above)]


def test_a_faded_colour_is_the_same_with_the_ground_shining_through():
    assert faded("#0a141e", 0.25) == "rgba(10,20,30,0.25)"
