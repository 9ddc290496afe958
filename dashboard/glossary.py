"""The glossary of the documentation, read for the page: docs/glossary.md is the one place where words are explained."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "docs" / "glossary.md"
SAME = ("", "the same")  # what stands in a table where page and field have one word
BAR = re.compile(r"(?<!\\)\|")  # between cells; one with a backslash belongs to a formula
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKUP = re.compile(r"([\\*_~\[\]$:<>])")  # what Markdown would read as its own


@dataclass(frozen=True)
class Term:
    """A word: in the field, on the page where it is another one, what it is, and under which heading it stands."""

    section: str
    field: str
    on_page: str
    meaning: str

    @property
    def title(self) -> str:
        """The word on the page, or else the field's."""
        return self.on_page or self.field

    def mentions(self, text: str) -> bool:
        """Whether the letters stand anywhere in it, in either case."""
        return text.casefold() in f"{self.field} {self.on_page} {self.meaning}".casefold()


@cache
def glossary() -> tuple[Term, ...]:
    """Every word of the documentation's glossary, in its order."""
    return tuple(terms_of(FILE.read_text(encoding="utf-8")))


def terms_of(text: str) -> Iterator[Term]:
    """The words of a glossary in Markdown: tables of two or three columns under headings."""
    section = ""
    for line in text.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        cells = [cell.strip().replace("\\|", "|") for cell in BAR.split(line)[1:-1]]
        if not section or not cells or cells[0] == "term" or not cells[0].strip("-"):
            continue
        field, *on_page, meaning = cells
        page = on_page[0] if on_page and on_page[0] not in (*SAME, field) else ""
        yield Term(section, field, page, LINK.sub(r"\1", meaning))


def as_markdown(text: str) -> str:
    """A cell for the page: code stays code, and nothing else in it is markup."""
    parts = text.split("`")
    return "`".join(part if number % 2 else MARKUP.sub(r"\\\1", part) for number, part in enumerate(parts))
