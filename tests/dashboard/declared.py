"""What the type checker is told of data that crosses from Python to a part of the page."""

import re

from dashboard.assets import ASSETS


def declared(part: str, name: str) -> set[str]:
    """The fields of an interface in the part's types.d.ts."""
    types = (ASSETS / part / "types.d.ts").read_text(encoding="utf-8")
    [body] = re.findall(rf"^export interface {name} \{{\n(.*?)^\}}", types, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^  (\w+)\??:", body, re.MULTILINE))
