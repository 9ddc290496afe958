"""The traces of a figure in vectors: lines, marks and words, bars, and maps whose cells are few enough."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import cm
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, Normalize
from matplotlib.ticker import FuncFormatter

from models.errors import shown
from models.library.paper.layout import Places, cell_of, percent
from models.library.paper.values import Colour, PaperError, colour_of, colours_of, text_within, values_of, words_of

Trace = Mapping[str, Any]
POINTS = 0.45  # of type to one pixel of the page: a column of a paper is narrower
THINNEST = 0.4  # points
LEVELS = 48  # of colour in a map, and steps of its scale: few enough that both stay vectors
MOST_CELLS = 40_000
SEAM = 0.02  # share of a cell by which cells lie over each other, so that no ground shines between them
BLACK = "#000000"
DASHES: dict[str, Any] = {
    "solid": "-", "dot": ":", "dash": "--", "dashdot": "-.", "longdash": (0, (8, 3)), "longdashdot": (0, (8, 3, 1, 3)),
}  # fmt: skip
MARKS = {
    "circle": "o", "square": "s", "diamond": "D", "triangle-up": "^", "triangle-down": "v", "cross": "P", "x": "X",
    "line-ns": "|", "line-ew": "_", "star": "*",
}  # fmt: skip
PALE = 0.45  # opacity in the place of hatching, which some programs turn into a picture


def drawn(places: Places, traces: Sequence[Trace], layout: Mapping[str, Any]) -> None:
    """All traces, each on its axes. Raises PaperError for a kind that is not drawn here."""
    for trace in traces:
        if trace.get("type", "scatter") not in KINDS:
            raise PaperError(
                f"A trace of the kind {shown(str(trace.get('type')))} is not drawn for a paper; expected "
                f"{', '.join(KINDS)}."
            )
    bars = [trace for trace in traces if trace.get("type") == "bar"]
    _draw_bars(places, bars, layout)
    for number, trace in enumerate(traces):
        if trace.get("type", "scatter") != "bar":
            KINDS[trace.get("type", "scatter")](places, trace, traces[:number])


def _draw_scatter(places: Places, trace: Trace, before: Sequence[Trace]) -> None:
    axes, (x, y) = places.of(trace), _points(places, trace)
    mode = trace.get("mode") or ("lines+markers" if len(x) < 20 else "lines")
    colour = _line_colour(trace)
    if trace.get("fill") not in (None, "none"):
        _fill(places, axes, trace, before)
    if "lines" in mode:
        line = trace.get("line") or {}
        axes.plot(
            x, y,
            color=colour,
            linestyle=_known(DASHES, line.get("dash") or "solid", "dash"),
            linewidth=max(THINNEST, POINTS * float(line.get("width") or 2)),
            label=_label(trace),
            marker="",
        )  # fmt: skip
    if "markers" in mode:
        _draw_marks(axes, trace, x, y, label=None if "lines" in mode else _label(trace))
    if "text" in mode:
        _write(axes, trace, x, y)


def _points(places: Places, trace: Trace) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    x_axis, y_axis = cell_of(trace)
    y = places.along(y_axis, trace["y"]) if trace.get("y") is not None else None
    x = places.along(x_axis, trace["x"]) if trace.get("x") is not None else None
    if x is None and y is None:
        return np.array([]), np.array([])
    x = np.arange(len(y)) if x is None and y is not None else x
    y = np.arange(len(x)) if y is None and x is not None else y
    assert x is not None
    assert y is not None
    return x, y


def _line_colour(trace: Trace) -> Colour:
    opacity = float(trace.get("opacity") or 1)
    found = (trace.get("line") or {}).get("color") or (trace.get("marker") or {}).get("color")
    return colour_of(found if isinstance(found, str) else BLACK, opacity)


def _fill(places: Places, axes: Axes, trace: Trace, before: Sequence[Trace]) -> None:
    x, y = _points(places, trace)
    colour = colour_of(trace.get("fillcolor") or BLACK) if trace.get("fillcolor") else (*_line_colour(trace)[:3], 0.5)
    if trace["fill"] == "tozeroy":
        axes.fill_between(x, 0, y, color=colour, linewidth=0)
        return
    earlier = [each for each in before if cell_of(each) == cell_of(trace)]
    if trace["fill"] != "tonexty" or not earlier:
        raise PaperError(
            f"The filling {shown(str(trace['fill']))} is not drawn for a paper; expected tonexty, tozeroy."
        )
    other_x, other = _points(places, earlier[-1])
    axes.fill_between(x, y, np.interp(x, other_x, other), color=colour, linewidth=0)


def _draw_marks(axes: Axes, trace: Trace, x: npt.NDArray[Any], y: npt.NDArray[Any], label: str | None) -> None:
    marker = trace.get("marker") or {}
    opacity = float(1 if marker.get("opacity") is None else marker["opacity"]) * float(trace.get("opacity") or 1)
    if opacity == 0:
        return  # only to be clicked
    symbol = str(marker.get("symbol") or "circle")
    colours = colours_of(marker.get("color") or BLACK, len(x), opacity)
    sizes = np.broadcast_to(np.asarray(values_of(marker.get("size") or 6), dtype=float), len(x))
    outline = marker.get("line") or {}
    widths = np.broadcast_to(np.asarray(values_of(outline.get("width") or 0), dtype=float), len(x)) * POINTS
    mark = _known(MARKS, symbol.removesuffix("-open"), "mark")
    is_open, is_stroke = symbol.endswith("-open"), symbol.startswith("line")
    inside: Any = "none" if is_open and not is_stroke else colours
    edges: Any = colours if is_open or not outline.get("color") else colours_of(outline["color"], len(x), opacity)
    widths = np.maximum(widths, 2 * THINNEST) if is_open else widths
    alike = len({*colours}) <= 1 and np.ptp(sizes) == 0 and np.ptp(widths) == 0 if len(x) else True
    if alike and len(x):
        axes.plot(
            x, y,
            linestyle="",
            marker=mark,
            markersize=POINTS * float(sizes[0]),
            markerfacecolor="none" if inside == "none" else colours[0],
            markeredgecolor=edges[0],
            markeredgewidth=float(widths[0]),
            label=label,
            zorder=3,
        )  # fmt: skip
    elif len(x):
        shades = {"color": colours} if is_stroke else {"facecolors": inside, "edgecolors": edges}
        axes.scatter(
            x, y, s=(POINTS * sizes) ** 2, marker=mark, linewidths=widths.tolist(), label=label, zorder=3, **shades
        )


def _write(axes: Axes, trace: Trace, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> None:
    place = str(trace.get("textposition") or "middle center")
    vertical = {"top": "bottom", "bottom": "top"}.get(place.split(maxsplit=1)[0], "center")
    horizontal = {"left": "right", "right": "left"}.get(place.rsplit(maxsplit=1)[-1], "center")
    texts = trace.get("text") or ""
    texts = [texts] * len(x) if isinstance(texts, str) else list(texts)
    for across, up, text in zip(x, y, texts, strict=False):
        if text:
            axes.text(across, up, words_of(text), va=vertical, ha=horizontal, fontsize="smaller", clip_on=False)


def _draw_bars(places: Places, bars: Sequence[Trace], layout: Mapping[str, Any]) -> None:
    for cell in dict.fromkeys(map(cell_of, bars)):
        together = [trace for trace in bars if cell_of(trace) == cell]
        ends: dict[float, float] = {}  # of what is stacked already
        mode = layout.get("barmode") or "group"
        seen = [place for trace in together for place in _bar_places(places, trace)[0].tolist()]
        side_by_side = mode == "group" and len(set(seen)) < len(seen)
        for number, trace in enumerate(together):
            where, lengths, width = _bar_places(places, trace)
            if trace.get("width") is None:
                width *= 1 - float(0.2 if layout.get("bargap") is None else layout["bargap"])
            if side_by_side:
                width /= len(together)
                where = where + width * (number - (len(together) - 1) / 2)
            starts = [ends.get(place, 0.0) if mode in ("stack", "relative") else 0.0 for place in where.tolist()]
            ends |= {place: start + end for place, start, end in zip(where, starts, lengths, strict=True)}
            _draw_bar(places.of(trace), trace, where, lengths, width, starts)


def _bar_places(places: Places, trace: Trace) -> tuple[npt.NDArray[Any], npt.NDArray[Any], float]:
    """Where bars stand, how long they are, and how wide one may be."""
    x, y = _points(places, trace)
    where, lengths = (y, x) if trace.get("orientation") == "h" else (x, y)
    apart = float(np.diff(np.unique(where)).min()) if len(np.unique(where)) > 1 else 1.0
    width = trace.get("width")
    if width is not None and not isinstance(width, int | float):
        raise PaperError("Bars of several widths in one trace are not drawn for a paper; give one width.")
    return where, lengths, float(width) if width is not None else apart


def _draw_bar(
    axes: Axes,
    trace: Trace,
    where: npt.NDArray[Any],
    lengths: npt.NDArray[Any],
    width: float,
    starts: Sequence[float],
) -> None:
    marker = trace.get("marker") or {}
    opacity = float(1 if marker.get("opacity") is None else marker["opacity"])
    hatched = bool((marker.get("pattern") or {}).get("shape"))
    colours = colours_of(marker.get("color") or BLACK, len(where), opacity * (PALE if hatched else 1))
    ends = np.asarray(starts) + lengths
    boxes = [
        _corners(middle - width / 2, middle + width / 2, start, end, lies=trace.get("orientation") == "h")
        for middle, start, end in zip(where, starts, ends, strict=True)
    ]
    axes.add_collection(PolyCollection(boxes, facecolors=colours, linewidths=0, label=_label(trace)))
    axes.autoscale_view()


def _corners(left: float, right: float, low: float, high: float, *, lies: bool) -> list[tuple[float, float]]:
    """Of a bar that stands, or lies."""
    standing = [(left, low), (right, low), (right, high), (left, high)]
    return [(y, x) for x, y in standing] if lies else standing


def _draw_heatmap(places: Places, trace: Trace, _: Sequence[Trace]) -> None:
    """Cells of one colour as one path; LEVELS colours."""
    values = values_of(trace["z"]).astype(float)
    if values.size > MOST_CELLS:
        raise PaperError(
            f"A map of {values.size:,} cells would make a file of many megabytes; expected at most {MOST_CELLS:,}."
        )
    axes, (x, y) = places.of(trace), _middles(places, trace, values)
    lowest = float(trace["zmin"]) if trace.get("zmin") is not None else float(np.nanmin(values))
    highest = float(trace["zmax"]) if trace.get("zmax") is not None else float(np.nanmax(values))
    scale = _scale(trace.get("colorscale"))
    share = (values - lowest) / ((highest - lowest) or 1.0)
    levels = np.where(np.isnan(share), -1, np.clip((share * LEVELS).astype(int), 0, LEVELS - 1))
    gap = 0.04 if trace.get("xgap") or trace.get("ygap") else -SEAM
    for level in range(LEVELS):
        runs = _runs(levels == level) if gap < 0 else ((r, c, c + 1) for r, c in np.argwhere(levels == level).tolist())
        boxes = [_box(x, y, *run, gap) for run in runs]
        if boxes:
            axes.add_collection(PolyCollection(boxes, facecolors=[scale(level)], linewidths=0))
    axes.set_xlim(x[0] - 0.5, x[-1] + 0.5)
    axes.set_ylim(y[0] - 0.5, y[-1] + 0.5)
    if trace.get("showscale") is not False:
        bar = trace.get("colorbar") or {}
        drawn_bar = places.figure.colorbar(
            cm.ScalarMappable(Normalize(lowest, highest), scale), ax=axes, label=text_within(bar.get("title"))
        )
        drawn_bar.outline.set_visible(False)
        if str(bar.get("tickformat") or "").endswith("%"):
            drawn_bar.ax.yaxis.set_major_formatter(FuncFormatter(percent))


def _middles(places: Places, trace: Trace, values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    x_axis, y_axis = cell_of(trace)
    x = places.along(x_axis, trace["x"]) if trace.get("x") is not None else np.arange(values.shape[1])
    y = places.along(y_axis, trace["y"]) if trace.get("y") is not None else np.arange(values.shape[0])
    if any(len(each) > 1 and not np.allclose(np.diff(each), 1) for each in (x, y)):
        raise PaperError("The cells of a map are not one apart; expected whole numbers or names along both axes.")
    return x, y


def _runs(chosen: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Row, first column and the one after the last, of each run of neighbours that are chosen."""
    edged = np.diff(np.pad(chosen.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edged == 1), np.argwhere(edged == -1)
    for (row, first), (_, last) in zip(starts, ends, strict=True):
        yield int(row), int(first), int(last)


def _box(
    x: npt.NDArray[Any], y: npt.NDArray[Any], row: int, first: int, last: int, gap: float
) -> list[tuple[float, float]]:
    left, right = x[first] - 0.5 + gap, x[last - 1] + 0.5 - gap
    low, high = y[row] - 0.5 + gap, y[row] + 0.5 - gap
    return [(left, low), (right, low), (right, high), (left, high)]


def _scale(stops: Any) -> ListedColormap:
    """LEVELS colours between a scale's stops."""
    if not isinstance(stops, Sequence) or isinstance(stops, str):
        raise PaperError(f"The scale {shown(repr(stops))} has no colours in it; expected [(0, '#ffffff'), (1, …)].")
    smooth = LinearSegmentedColormap.from_list("scale", [(float(place), colour_of(each)) for place, each in stops])
    return ListedColormap([smooth((level + 0.5) / LEVELS) for level in range(LEVELS)])


def _label(trace: Trace) -> str | None:
    """What the legend says of a trace; None for nothing."""
    return words_of(trace["name"]) if trace.get("name") and trace.get("showlegend") is not False else None


def _known(table: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise PaperError(
            f"The {what} {shown(repr(name))} is not drawn for a paper; expected one of {', '.join(table)}."
        )
    return table[name]


KINDS: dict[str, Callable[[Places, Trace, Sequence[Trace]], None]] = {
    "scatter": _draw_scatter,
    "bar": lambda *_: None,
    "heatmap": _draw_heatmap,
}
