"""A figure's description → matplotlib, in one size of letters, on white."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from models.library.paper.layout import LETTER_WIDTH, finish_axes, placed
from models.library.paper.notes import noted
from models.library.paper.traces import drawn
from models.library.paper.values import PaperError, colour_of, text_within

DARK_BELOW = 0.5  # mean of a ground's red, green and blue
PAGE_WIDTH = 640.0  # pixels that a figure of the page is wide, about: its height to this is the figure's shape
SQUATTEST, TALLEST = 0.62, 1.5  # height by width
PDF_FONTS = 42  # TrueType, which journals take
ENTRIES_IN_ROW = 2  # of a legend, where both are short
HANDLE_LETTERS = 7  # that the sign before an entry takes


def style(font_pt: float) -> dict[Any, Any]:
    """Settings: letters stay letters, thin lines, no boxes, and the same figure is the same file."""
    return {
        "font.size": font_pt,
        "axes.titlesize": font_pt,
        "axes.labelsize": font_pt,
        "legend.fontsize": font_pt * 0.85,
        "xtick.labelsize": font_pt * 0.85,
        "ytick.labelsize": font_pt * 0.85,
        "pdf.fonttype": PDF_FONTS,
        "svg.fonttype": "none",
        "svg.hashsalt": "clockwork",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.5,
        "xtick.major.width": 0.5,
        "ytick.major.width": 0.5,
        "legend.frameon": False,
        "figure.facecolor": "white",
    }


def files_of(
    described: Mapping[str, Any], width_in: float, font_pt: float, height_in: float | None, with_title: bool
) -> dict[str, bytes]:
    """The figure as "pdf" and "svg". Raises PaperError."""
    undated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}
    found = {}
    with mpl.rc_context(style(font_pt)):
        figure = _drawn(described, width_in, height_in, with_title)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # everything has its place now: neither file computes it again
        for ending, metadata in undated.items():
            buffer = io.BytesIO()
            figure.savefig(buffer, format=ending, metadata=metadata)
            found[ending] = buffer.getvalue()
    return found


def _drawn(described: Mapping[str, Any], width_in: float, height_in: float | None, with_title: bool) -> Figure:
    layout: Mapping[str, Any] = described.get("layout") or {}
    traces = [each for each in described.get("data") or () if each.get("visible") in (None, True)]
    if not traces:
        raise PaperError("The figure has nothing in it that is visible.")
    _require_light(layout)
    height = height_in or width_in * min(TALLEST, max(SQUATTEST, float(layout.get("height") or 0) / PAGE_WIDTH))
    figure = Figure(figsize=(width_in, height), layout="constrained")
    FigureCanvasAgg(figure)
    places = placed(figure, layout, traces)
    drawn(places, traces, layout)
    noted(places, layout)
    finish_axes(places, layout)
    if with_title and layout.get("title"):
        figure.suptitle(text_within(layout["title"]), x=0.01, ha="left", fontsize="medium")
    if layout.get("showlegend"):
        _add_legend(figure, [axes.get_legend_handles_labels() for axes in places.axes.values()])
    return figure


def _add_legend(figure: Figure, entries: Sequence[tuple[list[Any], list[Any]]]) -> None:
    """Below the plots, each name once."""
    named: dict[str, Any] = {}
    for handles, labels in entries:
        for handle, label in zip(handles, labels, strict=True):
            named.setdefault(label, handle)
    if named:
        longest = 72 * figure.get_figwidth() / ENTRIES_IN_ROW / (LETTER_WIDTH * mpl.rcParams["legend.fontsize"])
        short = all(len(name) + HANDLE_LETTERS <= longest for name in named)
        columns = min(ENTRIES_IN_ROW if short else 1, len(named))
        figure.legend(named.values(), named.keys(), loc="outside lower left", ncols=columns)


def _require_light(layout: Mapping[str, Any]) -> None:
    ground = layout.get("paper_bgcolor")
    if ground and sum(colour_of(ground)[:3]) / 3 < DARK_BELOW:
        raise PaperError("The figure was drawn for a dark page, and paper is white; draw it with the light ink.")
