"""The tutorial says what its code gives today, and the notebook that is kept is the one its source makes."""

import json
import re
from typing import Any

import pytest

import models
from tests.docs.notebook import NOTEBOOK, SOURCE, cells, executed

KEPT = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
TEXT = SOURCE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def anew() -> dict[str, Any]:
    return executed(TEXT)


def said(notebook: dict[str, Any]) -> list[tuple[str, list[str], object]]:
    """Kind, source, and words of each cell; of a picture, that there is one."""
    found = []
    for cell in notebook["cells"]:
        outputs = [
            each.get("text") or (sorted(each["data"]) if len(each["data"]) > 1 else each["data"]["text/plain"])
            for each in cell.get("outputs", ())
        ]
        found.append((cell["cell_type"], cell["source"], outputs))
    return found


def test_the_kept_notebook_says_what_its_code_gives(anew: dict[str, Any]):
    assert said(KEPT) == said(anew), "make notebook writes it anew."
    assert {name: value for name, value in KEPT.items() if name != "cells"} == {
        name: value for name, value in anew.items() if name != "cells"
    }


def test_its_pictures_are_vectors_and_small():
    [picture] = [
        "".join(each["data"]["image/svg+xml"])
        for cell in KEPT["cells"]
        for each in cell.get("outputs", ())
        if "image/svg+xml" in each.get("data", {})
    ]
    assert picture.startswith("<?xml")
    assert "<image" not in picture
    assert NOTEBOOK.stat().st_size < 100_000


def test_a_cell_that_fails_or_says_otherwise_is_noticed(anew: dict[str, Any]):
    with pytest.raises(AttributeError, match="no_such_name"):
        executed("# %%\nimport models\nmodels.no_such_name()\n")
    other = executed("# %%\nprint('otherwise')\n")
    assert said(other) != said(anew)[:1]
    assert said(other)[0][2] == [["otherwise\n"]]


def test_it_names_what_is_promised_and_little_else():
    code = "\n".join(source for kind, source in cells(TEXT) if kind == "code")
    assert set(re.findall(r"\bmodels\.(\w+)", code)) - {"ablation"} <= set(models.__all__)
