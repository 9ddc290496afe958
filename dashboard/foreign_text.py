"""Text out of files, links and browsers, made safe for each kind of place where it is shown.

A stranger may have chosen every letter of it. Every such text goes through the function of its place;
tests/dashboard/test_sinks.py finds calls of Streamlit where one does not.
"""

import html
import json
import re

LONGEST = 2000  # letters that are shown of one text
LONGEST_FILE_NAME = 100  # bytes, of the 255 that a file system allows: endings follow
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # by which a spreadsheet knows a cell that it computes
ICON = ":material/"  # Streamlit rewrites this wherever it stands in Markdown, inside code too


def in_plain(text: str) -> str:
    """For places that show text as it stands: bounded, and what would not be seen (line breaks, marks that turn the
    direction of writing, broken Unicode) by its Python escape.
    """
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} letters in all)"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def in_markdown(text: str) -> str:
    """For Markdown: inline code, the one place inside of which nothing is a link, a picture, a formula or a colour.

    A backslash would not do: Streamlit looks for addresses, emoji and arrows in what is left when escapes are undone.
    theme.HOUSE_STYLE lets inline code look like the words around it.
    """
    return ICON.replace(":", "&#58;").join(map(_code, in_plain(text).split(ICON)))


def _code(text: str) -> str:
    """Inline code of a text; its fence is longer than any run of backticks inside."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    touches = text.strip(" ") != "" and (text[0] in "` " or text[-1] in "` ")
    padding = " " if touches else ""  # Markdown takes one off each end
    return f"{fence}{padding}{text}{padding}{fence}"


def in_figure(text: str) -> str:
    """For the words of a Plotly figure, which reads a few tags of HTML in them."""
    return html.escape(in_plain(text), quote=False)


def in_file_name(text: str) -> str:
    """For the name of a download: letters, digits and a few signs, and never so long or so bare that it is no name."""
    kept = "".join(letter if letter.isalnum() or letter in " ._+-()…" else "_" for letter in in_plain(text))
    short = kept.encode()[:LONGEST_FILE_NAME].decode(errors="ignore")
    return short.strip(" .") or "network"


def in_csv(cell: object) -> object:
    """For a cell of a table that a spreadsheet may open: an apostrophe stands before what it would compute."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def in_python(text: str) -> str:
    """For lines of Python: a literal of the text that is all in visible letters."""
    return json.dumps(text) if text.isascii() and text.isprintable() else repr(text)
