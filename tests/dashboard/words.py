"""Everything that a page says, as text: labels, numbers, sentences, helps, what figures show, and what lies under them.

A page's words are kept in tests/dashboard/words/ and compared to the letter; `make words` writes them anew, and the
difference is what a reviewer reads.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages

from dashboard.components.chart import Source
from dashboard.theme import LIGHT, styled

# Of weights, whose last bits are each machine's own; and so are the last digits of a number.
DIGEST, LONG_FRACTION = re.compile(r"\b[0-9a-f]{16,64}\b"), re.compile(r"(?<=\.)[0-9]{16,}\b")
MOST_LISTED = 6  # of a figure's values
NOTHING = 1e-9  # what sums that cancel leave
# What is not read: identities, and what only Streamlit decides.
UNREAD = {
    "id", "elementId", "formId", "url", "element_id", "config", "theme", "isHeader", "allowHtml", "elementType",
    "selectionMode", "ignoreRerun", "deferredFileId", "setValue", "valueSet", "rawValues", "color", "showGridlines",
    "wrap", "tag", "direction", "acceptNewOptions", "cssContent", "htmlContent", "jsContent",
}  # fmt: skip
# Said by a container that only holds together, and by a row of columns: nothing that a page asked for.
USUAL = (
    {"gapConfig": {"gapSize": "SMALL"}, "direction": "VERTICAL", "justify": "JUSTIFY_START", "align": "ALIGN_START"},
    {"gapConfig": {"gapSize": "SMALL"}, "direction": "HORIZONTAL", "scale": 1.0, "wrap": True, "align": "STRETCH"},
)
FILLS, FITS = "width stretch", "width content"  # what most elements do by themselves, and what plain text does


def with_sizes(messages: Sequence[ForwardMsg]) -> ElementTree:
    """Streamlit's tree of a page, in which each element has its size too: its own tree leaves that out."""
    tree = parse_tree_from_messages(list(messages))
    for message in messages:
        if message.delta.WhichOneof("type") == "new_element":
            node: Any = tree
            for place in message.metadata.delta_path:
                node = getattr(node, "children", {}).get(place)
            if node is not None:
                node.size = _size(message.delta.new_element)
    return tree


def _size(element: Message) -> str:
    """How wide and high, where it is not as wide as its place and as high as what is in it; of buttons always."""
    told = MessageToDict(element)
    sides = [(name, told.get(f"{name}Config", {})) for name in ("width", "height")]
    words = [f"{name} {_amount(*each)}" for name, said in sides for each in said.items()]
    usual = () if "button" in told else (FITS,) if "text" in told else (FILLS,)
    asked = [each for each in words if each not in ("height content", *usual)]
    return f" | {', '.join(asked)}" if asked else ""


def _amount(kind: str, value: Any) -> str:
    return kind.removeprefix("use").lower() if value is True else f"{value:g} ({kind})"


def said_by(app: AppTest) -> str:
    """What the main part of a page says, an element a line, from top to bottom."""
    text = "\n".join(filter(None, map(_line, _elements(app.main))))
    return DIGEST.sub(lambda digest: f"({len(digest.group())} digits)", LONG_FRACTION.sub("…", text)) + "\n"


def _elements(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        if getattr(child, "children", None):
            if child.type in ("expandable", "column", "flex_container"):
                yield child
            yield from _elements(child)
        else:
            yield child


def _line(element: Any) -> str:
    kind, proto = element.type, getattr(element, "proto", None)
    if proto is None or kind in ("html", "skeleton", "empty"):
        return ""
    size = getattr(element, "size", "")
    if kind == "plotly_chart":
        spec = json.loads(proto.spec)
        return f"figure: {_figure(spec)} | alt {proto.alt!r}{size}\nlooks: {_looks(spec)}"
    if kind in ("table", "arrow_table"):  # small enough to be read whole
        rows = [list(element.value.columns), *element.value.values.tolist()]
        numbered = "" if proto.hide_index else " | its rows are numbered"
        return "table: " + " | ".join(", ".join(map(str, row)) for row in rows) + numbered + size
    if kind in ("arrow_data_frame", "dataframe"):
        return f"table: {list(element.value.columns)} × {len(element.value)}{size} | {proto.columns}"
    if kind in ("column", "flex_container"):
        return _laid_out(kind, proto)
    told = {name: value for name, value in MessageToDict(proto).items() if name not in UNREAD and value != {}}
    return f"{kind}: {json.dumps(told, ensure_ascii=False, sort_keys=True)}{size}"


def _laid_out(kind: str, proto: Any) -> str:
    """How wide a column is, and how a container lays out what is in it where it does more than hold it together."""
    if kind == "column":
        placed = proto.VerticalAlignment.Name(proto.vertical_alignment).lower()
        return f"column: {proto.weight:.3g} of the row, {placed}"
    said = MessageToDict(proto)["flexContainer"]
    return "" if said in USUAL else f"container: {json.dumps(said, sort_keys=True)}"


def _figure(spec: dict[str, Any]) -> str:
    """Its title, and how many marks of what kind it has."""
    title = spec["layout"].get("title", {}).get("text", "")
    kinds = [f"{trace['type']} {trace.get('name', '')}".strip() for trace in spec["data"]]
    return f"{title!r} of {', '.join(kinds)}"


def _looks(spec: dict[str, Any]) -> str:
    """How it is drawn, but for the house style (test_theme.py); of what is drawn, only how many there are."""
    house = styled(go.Figure(), LIGHT, title="").to_plotly_json()["layout"]
    layout = {name: _beside(part, house.get(name)) for name, part in spec["layout"].items() if name != "template"}
    told = [{name: part for name, part in layout.items() if part != house.get(name)}, *spec["data"]]
    return "\n       ".join(json.dumps(_in_short(part), ensure_ascii=False, sort_keys=True) for part in told)


def _beside(part: Any, usual: Any) -> Any:
    """What is set otherwise than usual."""
    if not (isinstance(part, dict) and isinstance(usual, dict)):
        return part
    return {name: value for name, value in part.items() if value != usual.get(name)} or usual


def _in_short(value: Any) -> Any:
    """Four digits of a number, 0 for next to nothing: the rest is each machine's own. Of long lists their length."""
    if isinstance(value, dict):
        if "bdata" in value:
            return f"{value['dtype']} {value.get('shape', '')}".strip()
        return {name: _in_short(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_in_short(part) for part in value] if len(value) <= MOST_LISTED else f"{len(value)} values"
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) > NOTHING else 0.0
    return value


def offered(button: Callable[..., bool]) -> Callable[..., bool]:
    """A button that offers a file, and above it the file's name and what is in it: Streamlit sends no page either."""

    def shown(place: Any, *args: Any, **named: Any) -> bool:
        data = named["data"]
        place.text(f"offers {named['file_name']} with {_contents(data() if callable(data) else data)}")
        return button(place, *args, **named)

    return shown


def _contents(data: str | bytes) -> str:
    """The names in JSON, the head of a table, or that it is a file of bytes."""
    if isinstance(data, bytes):
        return "bytes"
    if data.startswith("{"):
        return ", ".join(json.loads(data))
    head, *rows = data.lstrip("\ufeff").splitlines()
    return f"{head} × {len(rows)}"


def source_said(source: Source, *, key: str) -> None:
    """In place of the buttons under a figure: the file's name, the head of its data, and the lines of a notebook."""
    head, *rows = source.data().lstrip("\ufeff").splitlines()
    st.text(f"under {key}: {source.file}.csv with {head} × {len(rows)}; {source.notebook}")


def console_said(data: Mapping[str, Any], *_: Any) -> None:
    """In place of the console: what it is sent but for its map, and how many moduli are drawn."""
    told = dict(data)
    del told["states"]  # byte by byte in test_console.py
    told["weights"] = [float(f"{weight:.4g}") for weight in told["weights"]]
    told["untouched"] = {**told["untouched"], "wrong": len(told["untouched"]["wrong"])}
    told["reach"] = {name: part if isinstance(part, int) else len(part) for name, part in told["reach"].items()}
    for name, part in told.items():
        for entry in part["presets"] if name == "bar" else [part]:
            st.text(f"{name}: {json.dumps(entry, ensure_ascii=False, sort_keys=True)}")
    st.text(f"bar: { ({name: part for name, part in told['bar'].items() if name != 'presets'}) }")
