"""Where the parts of a figure stand: which axes there are, in which row and column, and what each says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from models.library.paper.values import PaperError, text_within, values_of, words_of

Cell = tuple[str, str]  # names of an x and a y axis: "x", "y2"
SAME = 1e-6  # of domains: the share of the figure's width or height
GRID = "#dddddd"
LETTER_WIDTH = 0.52  # of the font's size, about
FEWEST_LETTERS = 12  # of a line


@dataclass(frozen=True)
class Places:
    """Axes by the names that traces give, and the figure that holds them."""

    figure: Figure
    axes: Mapping[Cell, Axes]
    categories: Mapping[str, Mapping[str, int]]  # name of an axis → its categories, in order

    def of(self, trace: Mapping[str, Any]) -> Axes:
        """The axes of a trace."""
        return self.axes[cell_of(trace)]

    def along(self, axis: str, found: Any) -> np.ndarray[Any, Any]:
        """Values on an axis as numbers; of categories, their places."""
        values = values_of(found)
        known = self.categories.get(axis)
        return np.array([known[str(each)] for each in values], dtype=float) if known else values.astype(float)


def percent(share: float, _: object = None) -> str:
    """A share at a tick.

    >>> percent(0.125), percent(0.2)
    ('12.5%', '20%')
    """
    return f"{100 * share:.3g}%"


def cell_of(trace: Mapping[str, Any]) -> Cell:
    """The axes that a trace is drawn on."""
    return trace.get("xaxis") or "x", trace.get("yaxis") or "y"


def option_name(axis: str) -> str:
    """Under which name an axis stands in the layout: "y2" → "yaxis2"."""
    return f"{axis[0]}axis{axis[1:]}"


def placed(figure: Figure, layout: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> Places:
    """Empty axes for all traces, in rows and columns by their shares of the figure. Raises PaperError."""
    cells = list(dict.fromkeys(cell_of(trace) for trace in traces))
    for x, y in cells:
        for axis in (x, y):
            if layout.get(option_name(axis), {}).get("overlaying"):
                raise PaperError("A second axis lies over the first; draw the two apart for a paper.")
    across = _domains(layout, [x for x, _ in cells])
    down = sorted(_domains(layout, [y for _, y in cells]), reverse=True)
    grid = figure.add_gridspec(len(down), len(across), width_ratios=_lengths(across), height_ratios=_lengths(down))
    axes = {}
    for x, y in cells:
        row, column = _place(down, _domain(layout, y)), _place(across, _domain(layout, x))
        axes[x, y] = figure.add_subplot(grid[row, column])
    categories = {axis: _categories(axis, layout, traces) for cell in cells for axis in cell}
    return Places(figure, axes, {axis: names for axis, names in categories.items() if names})


def finish_axes(places: Places, layout: Mapping[str, Any]) -> None:
    """Titles, ranges, scales and ticks, once everything is drawn."""
    lowest = {
        x: min((each for each in places.axes if each[0][0] == x[0]), key=lambda c: _domain(layout, c[1]))
        for x, _ in places.axes
    }
    for (x, y), axes in places.axes.items():
        for name in (x, y):
            _finish(axes, name, layout.get(option_name(name), {}), places.categories.get(name))
        options = layout.get(option_name(x), {})
        if options.get("matches") and (x, y) not in lowest.values():
            axes.tick_params(labelbottom=False)
        if layout.get(option_name(y), {}).get("scaleanchor"):
            axes.set_aspect("equal")


def _domain(layout: Mapping[str, Any], axis: str) -> tuple[float, float]:
    start, end = layout.get(option_name(axis), {}).get("domain") or (0.0, 1.0)
    return float(start), float(end)


def _domains(layout: Mapping[str, Any], axes: Sequence[str]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for each in sorted(_domain(layout, axis) for axis in axes):
        if not found or abs(found[-1][0] - each[0]) > SAME:
            found.append(each)
    return found


def _lengths(domains: Sequence[tuple[float, float]]) -> list[float]:
    return [end - start for start, end in domains]


def _place(domains: Sequence[tuple[float, float]], wanted: tuple[float, float]) -> int:
    return next(place for place, (start, _) in enumerate(domains) if abs(start - wanted[0]) <= SAME)


def _categories(axis: str, layout: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The names along an axis where it has names, in the order in which traces bring them."""
    known: dict[str, int] = {}
    for trace in traces:
        if axis in cell_of(trace) and trace.get(axis[0]) is not None:
            values = values_of(trace[axis[0]])
            if values.dtype.kind in "UO" and len(values):
                for each in values:
                    known.setdefault(str(each), len(known))
    return known


def _finish(axes: Axes, name: str, options: Mapping[str, Any], categories: Mapping[str, int] | None) -> None:
    which = name[0]
    axis = axes.xaxis if which == "x" else axes.yaxis
    if options.get("visible") is False:
        axis.set_visible(False)
    axis.set_label_text(_wrapped(axes, which, text_within(options.get("title"))))
    if options.get("showgrid") is not False and not categories:
        axes.grid(axis="x" if which == "x" else "y", color=GRID, linewidth=0.4)
        axes.set_axisbelow(True)
    logarithmic = options.get("type") == "log"
    if logarithmic:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    _set_ticks(axes, which, options, categories)
    if options.get("range") is not None and not categories:
        start, end = (10 ** float(each) if logarithmic else float(each) for each in values_of(options["range"]))
        (axes.set_xlim if which == "x" else axes.set_ylim)(start, end)
    if options.get("autorange") == "reversed":
        axis.set_inverted(True)


def _wrapped(axes: Axes, which: str, text: str) -> str:
    """A title in lines no longer than its axis, about."""
    figure, spec = axes.get_figure(), axes.get_subplotspec()
    assert isinstance(figure, Figure)
    assert spec is not None
    edges = spec.get_position(figure)
    points = 72 * (figure.get_figwidth() * edges.width if which == "x" else figure.get_figheight() * edges.height)
    return fill(text, max(FEWEST_LETTERS, int(points / (LETTER_WIDTH * mpl.rcParams["font.size"]))))


def _set_ticks(axes: Axes, which: str, options: Mapping[str, Any], categories: Mapping[str, int] | None) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    shown: dict[float, str] = {place: words_of(name) for name, place in (categories or {}).items()}
    if options.get("tickvals") is not None:
        places = [(categories or {}).get(str(each), each) for each in values_of(options["tickvals"])]
        told = values_of(options["ticktext"]) if options.get("ticktext") is not None else places
        shown = {float(place): words_of(text) for place, text in zip(places, told, strict=True)}
    if shown:
        axis.set_ticks(list(shown), list(shown.values()))
    elif str(options.get("tickformat") or "").endswith("%"):
        axis.set_major_formatter(FuncFormatter(percent))
    if options.get("tickangle"):
        axes.tick_params(axis="x" if which == "x" else "y", labelrotation=-float(options["tickangle"]))
