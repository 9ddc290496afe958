"""The glossary of the documentation on its page."""

import pytest

from dashboard.glossary import FILE, Term, as_markdown, glossary, terms_of
from tests.dashboard.test_pages import app_on, trouble

TEXT = """# Glossary

| term | no heading is above this |

## One

| term | on the page | formula |
|---|---|---|
| key frequency | dial | k; see [exactness.md](exactness.md) |
| body | the same | `Network.body` |
| clock, pizza | | \\|cos k\\| times it |

## Two

| term | what it is |
|---|---|
| setting | targets for all dials |
"""


def test_every_table_is_read_whatever_its_columns():
    assert list(terms_of(TEXT)) == [
        Term("One", "key frequency", "dial", "k; see exactness.md"),
        Term("One", "body", "", "`Network.body`"),
        Term("One", "clock, pizza", "", "|cos k| times it"),
        Term("Two", "setting", "", "targets for all dials"),
    ]


def test_every_row_of_the_documentation_is_a_term():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| term ")]
    assert [term.field for term in glossary()] == [row.split("|")[1].strip() for row in rows]
    assert len(rows) > 40
    assert all(term.meaning for term in glossary())


def test_nothing_of_a_cell_is_markup_but_code():
    assert as_markdown("Σ_k a*b ~ `a_b*` [x]") == r"Σ\_k a\*b \~ `a_b*` \[x\]"


def test_the_page_shows_every_word_and_finds_those_that_mention_something():
    app = app_on("glossary.py")
    assert trouble(app) == []
    shown = [each.value for each in app.markdown]
    assert all(any(as_markdown(term.meaning) in text for text in shown) for term in glossary())
    app.text_input[0].set_value("UNEMBED").run()
    found = [term for term in glossary() if "unembed" in f"{term.field} {term.on_page} {term.meaning}".lower()]
    assert 0 < len(found) < len(glossary())
    assert len(app.markdown) == len(shown) - len(glossary()) + len(found)
    app.text_input[0].set_value("no such word").run()
    assert [each.value for each in app.info] == ["No word here mentions that. Try fewer letters."]


@pytest.mark.parametrize("word", ["dial", "modulus", "surgery"])
def test_the_words_of_the_site_are_among_them(word: str):
    assert any(word in term.title for term in glossary()), word


@pytest.mark.parametrize("letters", ["KEY FREQ", "dial", "frequency dial k;", "see exactness"])
def test_letters_are_found_as_they_are_read(letters: str):
    assert next(terms_of(TEXT)).mentions(letters)
    assert not next(terms_of(TEXT)).mentions("clock")
