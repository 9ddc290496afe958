"""`figure_for_paper`: what a page of this project shows, as PDF and SVG for a paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from models.errors import ClockworkError, FileError, shown
from models.files.writing import reserved

WIDEST_IN, LARGEST_PT = 40.0, 72.0


@dataclass(frozen=True)
class PaperFigure:
    """A figure as two files, both vectors.

    Attributes:
        pdf: the bytes of a PDF, with its letters in it.
        svg: the bytes of an SVG; its letters are text.
    """

    pdf: bytes
    svg: bytes

    def __repr__(self) -> str:
        return f"PaperFigure(PDF {len(self.pdf) / 1000:.0f} kB, SVG {len(self.svg) / 1000:.0f} kB)"

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg.decode()

    def save(self, path: str | Path) -> None:
        """Write it as what the name ends in, .pdf or .svg. Raises FileError."""
        path = Path(path)
        if path.suffix not in (".pdf", ".svg"):
            raise FileError(f"Cannot write {path.name}; expected a name that ends in .pdf or .svg.")
        data = self.pdf if path.suffix == ".pdf" else self.svg
        with reserved(path, len(data)) as place:
            place.write(data)


def figure_for_paper(
    figure: Any,
    *,
    width_in: float = 3.3,
    font_pt: float = 8,
    height_in: float | None = None,
    title: bool = False,
) -> PaperFigure:
    """An interactive figure as vectors for a paper, in the width of a column; no browser is needed.

    Lines, marks, words, bars, and maps of up to 40,000 cells are drawn, on white. What is hatched on the page is pale
    here. Maps and their scales have 48 colours. Buttons and sliders are left out: what is seen is drawn.

    Args:
        figure: of `dashboard.plots` with the light ink, any figure of Plotly, or its description as a mapping.
        width_in: inches.
        font_pt: points of its letters; those at ticks and in the legend are a little smaller.
        height_in: inches; without, the shape that it has on the page.
        title: also print its title, which in a paper stands in the caption.

    Returns:
        The figure: `pdf`, `svg`, `save(path)`.

    Raises:
        ClockworkError: something in it is not drawn here, such as a third dimension; the sentence says what. Or
            matplotlib is not installed, which the extra `paper` brings.

    >>> bars = {"data": [{"type": "bar", "x": [1, 2, 3], "y": [0.2, 0.5, 0.3], "marker": {"color": "#0b78c2"}}]}
    >>> figure_for_paper(bars).pdf[:5], len(figure_for_paper(bars).pdf) < 100_000
    (b'%PDF-', True)
    """
    for name, value, highest in (("width_in", width_in, WIDEST_IN), ("font_pt", font_pt, LARGEST_PT)):
        if not 0 < value <= highest:
            raise ClockworkError(f"{name} is {shown(value)}; expected more than 0 and at most {highest:g}.")
    if find_spec("matplotlib") is None:
        raise ClockworkError(
            "Figures for papers are drawn by matplotlib, which is not installed: the extra paper has it."
        )
    from models.library.paper.drawing import files_of  # noqa: PLC0415 - matplotlib is an extra

    described = figure if isinstance(figure, Mapping) else figure.to_dict() if hasattr(figure, "to_dict") else None
    if described is None:
        raise ClockworkError(
            f"A {type(figure).__name__} is no figure; expected one of Plotly, or its description as a mapping."
        )
    return PaperFigure(**files_of(described, width_in, font_pt, height_in, title))
