"""docs/tutorial.ipynb of docs/tutorial.py: its cells run in order in this process, with what they say beside them.

python -m tests.docs.notebook   (make notebook)
"""

import ast
import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

SOURCE, NOTEBOOK = ROOT / "docs" / "tutorial.py", ROOT / "docs" / "tutorial.ipynb"
CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)


def cells(text: str) -> Iterator[tuple[str, str]]:
    """Kind and source of each cell of a script in the percent format."""
    _, *parts = CELL.split(text)
    for mark, body in zip(parts[::2], parts[1::2], strict=True):
        lines = body.strip("\n").splitlines()
        yield (
            ("markdown", "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
            if mark
            else (
                "code",
                "\n".join(lines),
            )
        )


def executed(text: str) -> dict[str, Any]:
    """The notebook, as nbformat 4.5 has it, with what every cell gave."""
    known: dict[str, Any] = {"__name__": "__main__"}
    found: list[dict[str, Any]] = []
    for number, (kind, source) in enumerate(cells(text)):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": _lines(source)}
        if kind == "code":
            cell["execution_count"] = 1 + sum(each["cell_type"] == "code" for each in found)
            cell["outputs"] = list(_outputs(source, known, cell["execution_count"]))
        found.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": found, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def _outputs(source: str, known: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """What a cell prints, and what its last line is."""
    tree, said = ast.parse(source), io.StringIO()
    last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
    with redirect_stdout(said):
        exec(compile(tree, SOURCE.name, "exec"), known)
        value = eval(compile(last, SOURCE.name, "eval"), known) if last else None
    if said.getvalue():
        yield {"name": "stdout", "output_type": "stream", "text": _lines(said.getvalue())}
    if value is not None:
        data = {"text/plain": _lines(repr(value))}
        if hasattr(value, "_repr_svg_"):
            data = {"image/svg+xml": _lines(value._repr_svg_())} | data
        yield {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main(path: Path = NOTEBOOK) -> None:
    """Write the notebook, and tell how long its cells took."""
    began = time.perf_counter()
    notebook = executed(SOURCE.read_text(encoding="utf-8"))
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    size = path.stat().st_size / 1000
    print(f"{path.name}: {time.perf_counter() - began:.1f} s, {size:.0f} kB")


if __name__ == "__main__":
    main()
