"""The kernel's memory for C and for JavaScript, made from layout.py."""

import json
from pathlib import Path

from models.browser.layout import BOUNDS, ENUMERATIONS, NETWORK, NETWORK_BYTES, Field, offset_of

ASSETS = Path(__file__).parents[2] / "assets"
HEADER = ASSETS / "kernel" / "layout.h"
MODULE = ASSETS / "console" / "kernel_layout.js"
MADE = "// Made by `make layout` from models/browser/layout.py: change it there."
C_TYPES = {"int": "int ", "float": "float ", "address": "float *"}


def generated() -> dict[Path, str]:
    """What belongs into each file that is made from the layout."""
    return {HEADER: c_header(), MODULE: js_module()}


def c_header() -> str:
    """The network as a struct, of which the compiler checks every offset and the size."""
    enumerations = [
        f"enum {{ {', '.join(f'{each.name} = {each.value}' for each in kind)} }};  // {_first_line(kind.__doc__)}"
        for kind in ENUMERATIONS
    ]
    bounds = f"enum {{ {', '.join(f'{name} = {value}' for name, value in BOUNDS.items())} }};"
    fields = [f"  {_declared(field)};  // {field.comment}" for field in NETWORK]
    checks = [
        f'_Static_assert(__builtin_offsetof(Net, {field.name}) == {offset_of(field.name)}, "{field.name}");'
        for field in NETWORK
    ]
    size = f'_Static_assert(sizeof(Net) == {NETWORK_BYTES}, "the size of Net");'
    lines = [MADE, "", *enumerations, bounds, "", "typedef struct {", *fields, "} Net;", "", *checks, size]
    return "\n".join(lines) + "\n"


def js_module() -> str:
    """The same as constants: JavaScript writes the network into the kernel's memory by its fields' offsets.

    Comments have lines of their own, because those are left out of what a browser is sent.
    """
    constants = [f"export const {each.name} = {each.value}" for kind in ENUMERATIONS for each in kind]
    bounds = [f"export const {name} = {value}" for name, value in BOUNDS.items()]
    fields = [line for field in NETWORK for line in (f"  // {field.comment}", f"  {_as_object(field)},")]
    kind = '{ name: string, type: "int" | "float" | "address", at: number, count: number }'
    return "\n".join(
        [
            MADE,
            "",
            *constants,
            *bounds,
            f"export const NETWORK_BYTES = {NETWORK_BYTES}",
            f"/** @type {{readonly {kind}[]}} */",
            "export const NETWORK = [",
            *fields,
            "]\n",
        ]
    )


def _declared(field: Field) -> str:
    return f"{C_TYPES[field.type]}{field.name}{f'[{field.count}]' if field.count > 1 else ''}"


def _as_object(field: Field) -> str:
    parts = {"name": field.name, "type": field.type, "at": offset_of(field.name), "count": field.count}
    return "{ " + ", ".join(f"{name}: {json.dumps(value)}" for name, value in parts.items()) + " }"


def _first_line(text: str | None) -> str:
    return (text or "").split("\n")[0].rstrip(".")
