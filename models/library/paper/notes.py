"""What stands in a figure beside its traces: lines and bands across it, words at a place, the legend."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from models.errors import shown
from models.library.paper.layout import SAME, Places, option_name
from models.library.paper.traces import BLACK, DASHES, POINTS, THINNEST
from models.library.paper.values import PaperError, colour_of, words_of

Note = Mapping[str, Any]


def noted(places: Places, layout: Mapping[str, Any]) -> None:
    """Shapes and annotations. Raises PaperError for what has no place here."""
    for shape in layout.get("shapes") or ():
        _draw_shape(places, shape)
    for note in layout.get("annotations") or ():
        _write_note(places, note, layout)


def _axes_of(places: Places, note: Note) -> tuple[Axes, bool, bool]:
    """The axes that a note names, and whether it stands at a share of their width, of their height."""
    names = [str(note.get(f"{which}ref") or which) for which in "xy"]
    shares = [name == "paper" or name.endswith(" domain") for name in names]
    wanted = [None if name == "paper" else name.removesuffix(" domain") for name in names]
    fitting = [
        axes
        for cell, axes in places.axes.items()
        if all(w in (None, each) for w, each in zip(wanted, cell, strict=True))
    ]
    if not fitting or ("paper" in names and len(places.axes) > 1):
        raise PaperError("A line or a word across several plots is not drawn for a paper; give each plot its own.")
    return fitting[0], shares[0], shares[1]


def _transform(axes: Axes, by_width: bool, by_height: bool) -> Any:
    if by_width:
        return axes.transAxes if by_height else axes.get_yaxis_transform()
    return axes.get_xaxis_transform() if by_height else axes.transData


def _draw_shape(places: Places, shape: Note) -> None:
    axes, *shares = _axes_of(places, shape)
    corners = [float(shape[name]) for name in ("x0", "x1", "y0", "y1")]
    line = shape.get("line") or {}
    transform, opacity = _transform(axes, *shares), float(shape.get("opacity") or 1)
    if shape.get("type") == "line":
        axes.plot(
            corners[:2], corners[2:],
            color=colour_of(line.get("color") or BLACK, opacity),
            linestyle=DASHES.get(line.get("dash") or "solid", "-"),
            linewidth=max(THINNEST, POINTS * float(line.get("width") or 2)),
            transform=transform, scalex=False, scaley=False,
        )  # fmt: skip
    elif shape.get("type") == "rect":
        (left, right, low, high), filled = corners, shape.get("fillcolor")
        box = Rectangle((left, low), right - left, high - low, transform=transform, linewidth=0, zorder=0)
        box.set_facecolor(colour_of(filled, opacity) if filled else "none")
        axes.add_patch(box)
    else:
        raise PaperError(f"A shape of the kind {shown(str(shape.get('type')))} is not drawn for a paper.")


def _write_note(places: Places, note: Note, layout: Mapping[str, Any]) -> None:
    if note.get("visible") is False:
        return
    titled = _titled_axes(places, note, layout)
    if titled:
        titled.set_title(words_of(note.get("text")), loc="left", fontsize="medium")
        return
    if note.get("showarrow") is not False:
        raise PaperError("A note with an arrow is not drawn for a paper; give it showarrow=False.")
    axes, *shares = _axes_of(places, note)
    colour = (note.get("font") or {}).get("color")
    written = axes.annotate(
        words_of(note.get("text")),
        (float(note["x"]), float(note["y"])),
        xycoords=_transform(axes, *shares),
        xytext=(POINTS * float(note.get("xshift") or 0), POINTS * float(note.get("yshift") or 0)),
        textcoords="offset points",
        color=colour_of(colour) if colour else BLACK,
        ha={"left": "left", "right": "right"}.get(str(note.get("xanchor")), "center"),
        va={"top": "top", "bottom": "bottom"}.get(str(note.get("yanchor")), "center"),
        fontsize="smaller",
    )
    written.set_in_layout(False)


def _titled_axes(places: Places, note: Note, layout: Mapping[str, Any]) -> Axes | None:
    """The axes whose title a note is: it stands at their upper edge, told in shares of the whole figure."""
    if note.get("xref") != "paper" or note.get("yref") != "paper" or len(places.axes) < 2:
        return None
    for (_, y), axes in places.axes.items():
        domain = layout.get(option_name(y), {}).get("domain") or (0, 1)
        if abs(float(note["y"]) - float(domain[1])) <= SAME:
            return axes
    return None
