"""JSON as people hand it in, and as it is handed back: the page and the command line parse by the same rules."""

import json
import math
from collections.abc import Mapping
from typing import Any

from models.errors import shown

DEEPEST = 64  # lists within lists
LONGEST_NUMBER = 300  # digits of a whole number: a float holds 308


class JsonError(ValueError):
    """What keeps a text from being JSON that is used here; its text goes into the sentence of whoever asked."""


def parse_json(text: str | bytes, *, finite_only: bool = True) -> Any:
    """Plain data of a JSON text, a byte order mark skipped.

    Args:
        text: characters, or bytes in UTF-8, UTF-16 or UTF-32.
        finite_only: refuse NaN and infinities, which JSON has not, though Python's own module writes them.

    Raises:
        JsonError: for what is no JSON, and for what JSON allows but no file of ours holds: a name that is given twice,
            numbers that no float holds, lists nested without end, halves of characters.
    """
    try:
        characters = text.decode(json.detect_encoding(text)) if isinstance(text, bytes) else text.removeprefix("\ufeff")
        real = _finite if finite_only else float
        found = json.loads(
            characters, object_pairs_hook=_each_name_once, parse_int=_whole, parse_float=real, parse_constant=real
        )
    except UnicodeDecodeError as error:
        raise JsonError("it is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        raise JsonError(str(error)) from error
    except RecursionError as error:
        raise JsonError(f"it is nested more than {DEEPEST} deep") from error
    _require_plain(found, DEEPEST)
    return found


def json_text(data: Any, *, indent: int | None = 2, ascii_only: bool = False) -> str:
    """JSON of plain data; a number that is not finite becomes null, since JSON has none."""
    return json.dumps(finite(data), indent=indent, ensure_ascii=ascii_only, allow_nan=False)


def json_table(data: Mapping[str, Any]) -> str:
    """JSON of an object with a line for each of its entries, and for each row of those that are tables.

    >>> print(json_table({"name": "squares", "rows": [[1, 1], [2, 4]]}))
    {
     "name": "squares",
     "rows": [
      [1, 1],
      [2, 4]
     ]
    }
    """
    entries = (f" {json_text(name)}: {_rows_or_value(value)}" for name, value in data.items())
    return "{\n" + ",\n".join(entries) + "\n}"


def _rows_or_value(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], list | dict)):
        return json_text(value, indent=None)
    return "[\n" + ",\n".join(f"  {json_text(row, indent=None)}" for row in value) + "\n ]"


def finite(data: Any) -> Any:
    """The same data with None in place of NaN and infinities."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return data


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise JsonError(f"it gives {shown(repr(name))} twice")
        found[name] = value
    return found


def _whole(digits: str) -> int:
    count = len(digits.removeprefix("-"))
    if count > LONGEST_NUMBER:
        raise JsonError(f"it holds a number of {count:,} digits; expected at most {LONGEST_NUMBER}")
    return int(digits)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise JsonError(f"it holds {shown(text)}, which is no finite number")
    return value


def _require_plain(value: Any, depth: int) -> None:
    """Raises JsonError for nesting deeper than this, and for text that no file can hold."""
    if isinstance(value, dict | list) and not depth:
        raise JsonError(f"it is nested more than {DEEPEST} deep")
    if isinstance(value, str) and not _is_text(value):
        raise JsonError(f"it holds half of a character ({shown(value)})")
    if isinstance(value, dict):
        for name, inner in value.items():
            _require_plain(name, depth)
            _require_plain(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner, depth - 1)


def _is_text(value: str) -> bool:
    """Without surrogates that stand alone."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
