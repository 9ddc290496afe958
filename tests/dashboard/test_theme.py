"""The house style: what every figure has, in both inks. What each has besides is kept in tests/dashboard/words."""

import colorsys
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from dashboard.theme import (
    ANALYTIC_COLOUR,
    DARK,
    FONT,
    LARGE,
    LIGHT,
    PALETTE,
    READOUT_COLOURS,
    Ink,
    enlarged,
    faded,
    rising_scale,
    signed_scale,
    styled,
)

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


def hue(colour: str) -> float:
    """In degrees."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return 360 * colorsys.rgb_to_hsv(red, green, blue)[0]


@INKS
def test_no_two_frequencies_have_one_hue(ink: Ink):
    hues = sorted(hue(pair[ink.dark]) for pair in PALETTE)
    gaps = [(after - before) % 360 for before, after in zip(hues, [*hues[1:], hues[0]], strict=True)]
    assert min(gaps) > 20


def test_a_faded_colour_is_the_same_with_the_ground_shining_through():
    assert faded("#0a141e", 0.25) == "rgba(10,20,30,0.25)"


def test_of_two_colours_the_lighter_one_is_for_the_dark_ground():
    for on_paper, on_ink in (*PALETTE, *READOUT_COLOURS.values(), ANALYTIC_COLOUR):
        assert brightness(on_paper) < brightness(on_ink)
    assert ANALYTIC_COLOUR in PALETTE


@pytest.mark.parametrize("light", [0, 1], ids=["paper", "ink"])
def test_colours_that_follow_each_other_are_far_apart(light: int):
    """A network has a few dials, which take the first colours, and the next dial the next colour."""
    hues = [hue(pair[light]) for pair in PALETTE]
    apart = [abs(one - next_one) for one, next_one in pairwise(hues)]
    assert min(min(each, 360 - each) for each in apart) > 45


def test_a_figure_in_large_type_is_larger_in_every_part():
    figure = styled(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])), LIGHT, title="A title")
    figure.add_annotation(text="as usual")
    figure.add_annotation(text="small", font_size=10)
    figure.add_trace(go.Scatter(x=[1], y=[3], line_width=4, marker_size=12))
    layout = enlarged(figure).layout
    assert (layout.height, layout.font.size, layout.title.font.size) == (690, LARGE * 13, LARGE * 16)
    assert (layout.legend.font.size, layout.xaxis.title.font.size) == (LARGE * 13, LARGE * 13)
    assert [layout.margin[side] for side in "lrtb"] == [LARGE * room for room in (64, 16, 72, 52)]
    assert [note.font.size for note in layout.annotations] == [LARGE * 13, LARGE * 10]
    assert [(trace.line.width, trace.marker.size) for trace in figure.data] == [
        (LARGE * 2, LARGE * 6),
        (LARGE * 4, LARGE * 12),
    ]
