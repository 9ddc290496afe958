"""What stands in a figure's description: arrays, colours, words; read without the library that wrote it."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import ClockworkError, shown

Colour = tuple[float, float, float, float]
RGB = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+)\s*)?\)")
HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
TAG = re.compile(r"</?(?:b|i|em|strong|sub|sup|span)(?:\s[^>]*)?>")
NAMED: dict[str, Colour] = {"black": (0.0, 0.0, 0.0, 1.0), "white": (1.0, 1.0, 1.0, 1.0)}


class PaperError(ClockworkError):
    """A figure that cannot be drawn for a paper; the sentence says which part of it."""


def values_of(found: Any) -> npt.NDArray[Any]:
    """Numbers or names of a trace, also where they are packed as bytes.

    >>> values_of({"dtype": "i1", "bdata": "AQID"}).tolist()
    [1, 2, 3]
    """
    if isinstance(found, Mapping) and "bdata" in found:
        flat = np.frombuffer(base64.b64decode(found["bdata"]), dtype=np.dtype(str(found["dtype"])))
        shape = [int(each) for each in str(found.get("shape", len(flat))).split(",")]
        return flat.reshape(shape)
    return np.asarray(list(found) if isinstance(found, tuple | range) else found)


def colour_of(found: Any, opacity: float = 1.0) -> Colour:
    """Red, green, blue and opacity, each from 0 to 1. Raises PaperError for what says no colour known here.

    >>> colour_of("rgba(255, 0, 51, 0.5)")
    (1.0, 0.0, 0.2, 0.5)
    """
    if isinstance(found, str) and (named := HEX.fullmatch(found)):
        red, green, blue = (int(part, 16) / 255 for part in named.groups())
        return red, green, blue, opacity
    if isinstance(found, str) and (parts := RGB.fullmatch(found)):
        red, green, blue = (float(part) / 255 for part in parts.groups()[:3])
        return red, green, blue, float(parts[4] or 1) * opacity
    if isinstance(found, str) and found in NAMED:
        return (*NAMED[found][:3], opacity)
    raise PaperError(f"The colour {shown(repr(found))} is none known here; expected #rrggbb or rgba(…).")


def colours_of(found: Any, count: int, opacity: float = 1.0) -> list[Colour]:
    """A colour for each of so many marks. Raises PaperError."""
    if isinstance(found, Sequence | np.ndarray) and not isinstance(found, str):
        return [colour_of(each, opacity) for each in found]
    return [colour_of(found, opacity)] * count


def words_of(text: Any) -> str:
    r"""Words without the marks of a web page, as they are to be printed.

    >>> words_of("a + b &equiv; c<br><b>mod</b> p")
    'a + b ≡ c\nmod p'
    """
    plain = TAG.sub("", re.sub(r"<br\s*/?>", "\n", str(text or "")))
    return html.unescape(plain).replace("$", r"\$")


def text_within(found: Any) -> str:
    """Of a title, which is a text or holds one."""
    return words_of(found.get("text") if isinstance(found, Mapping) else found)
