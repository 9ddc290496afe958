"""docs/measures.md and docs/api.md, made of what the code says of itself.

python -m tests.docs.tables   (make docs)
"""

import inspect
from collections.abc import Iterator

import models
from models.circuits.measures import all_measures
from tests.conftest import ROOT

MEASURES, API = ROOT / "docs" / "measures.md", ROOT / "docs" / "api.md"
KINDS = {"functions": inspect.isfunction, "classes": inspect.isclass, "modules": inspect.ismodule}

MEASURES_HEAD = """\
# Measures

What `measures_of(network)` and `inspect` take, as the code says it (`models/circuits/measures.py`). Over all pairs
(a, b) and classes c of a network mod p, with w_k = 2πk/p. A measure that says nothing about a network is listed with
its reason: `measures_of(network).skipped`. `Measure.bibtex` has the entry of its paper, as [how-to.md](how-to.md#cite)
shows. `make docs` writes this page.

| name | title | definition | unit | source |
|---|---|---|---|---|"""
API_HEAD = """\
# What is promised

The {count} names of `dir(models)` (`dir(clockwork)` where it is installed), with their arguments. They stay until the
version's second number says otherwise, and CHANGELOG.md tells of each change; everything else may move. `make docs`
writes this page, and the reference with arguments and examples into `site/models.html`.
"""


def measures_page() -> str:
    """A row for each measure: what it is, its unit, and who defined it."""
    rows = [
        f"| `{each.name}` | {_cell(each.title)} | {_cell(each.definition)} | {_cell(each.unit)} | {each.source} |"
        for each in all_measures()
    ]
    return "\n".join([MEASURES_HEAD, *rows, ""])


def api_page() -> str:
    """The names that are promised, each with its first sentence."""
    return "\n".join([API_HEAD.format(count=len(models.__all__)), *_lists()])


def _lists() -> Iterator[str]:
    for title, belongs in KINDS.items():
        names = [name for name in models.__all__ if belongs(getattr(models, name))]
        yield from (f"## {title.capitalize()}", "", "| name | what it is |", "|---|---|")
        for name in names:
            first = (inspect.getdoc(getattr(models, name)) or "").split("\n\n")[0].replace("\n", " ")
            yield f"| `{name}` | {_cell(first)} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


PAGES = {MEASURES: measures_page, API: api_page}


def main() -> None:
    """Write both."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
