"""Figures as people read them: what stands on their axes, and what a mark says when the pointer is on it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

FIELD = re.compile(r"%\{(?P<name>\w+)(?:\[(?P<place>\d+)\])?(?::(?P<format>[^}]*))?\}")


def hovered(trace: Any) -> list[str]:
    """What each mark of a trace says, its template filled in as plotly.js does."""
    template = (trace.hovertemplate or "").replace("<extra></extra>", "").replace("<br>", " | ")
    template = re.sub("<extra>(.*)</extra>", r" | \1", template)
    return [FIELD.sub(lambda field, point=point: _shown(field, point), template) for point in _points(trace)]


def _points(trace: Any) -> Iterator[dict[str, Any]]:
    if isinstance(trace, go.Heatmap):
        z = np.asarray(trace.z)
        across = list(range(z.shape[1])) if trace.x is None else trace.x
        along = list(range(z.shape[0])) if trace.y is None else trace.y
        for (row, column), value in np.ndenumerate(z):
            yield {"x": across[column], "y": along[row], "z": value}
        return
    count = len(trace.y if trace.x is None else trace.x)
    across = range(count) if trace.x is None else trace.x
    told = [None] * count if trace.customdata is None else trace.customdata
    for x, y, custom in zip(across, trace.y, told, strict=True):
        yield {"x": x, "y": y, "customdata": custom}


def _shown(field: re.Match[str], point: dict[str, Any]) -> str:
    value = point[field["name"]]
    if field["place"] is not None:
        value = value[int(field["place"])]
    value = value.item() if isinstance(value, np.generic) else value
    return format(value, field["format"] or "")


def axes(figure: go.Figure) -> dict[str, tuple[str | None, str | None, Any]]:
    """Title, format of the numbers and range of every axis."""
    found = {}
    for name, axis in figure.layout.to_plotly_json().items():
        if name.startswith(("xaxis", "yaxis")):
            span = axis.get("range")
            found[name] = (axis.get("title", {}).get("text"), axis.get("tickformat"), tuple(span) if span else None)
    return found


def points(trace: Any) -> list[tuple[float, float]]:
    """Where the marks of a trace stand."""
    return list(zip(map(_plain, trace.x), map(_plain, trace.y), strict=True))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def titles(figures: Sequence[go.Figure]) -> list[str]:
    """What stands over each."""
    return [figure.layout.title.text for figure in figures]
