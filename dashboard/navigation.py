"""The one table of pages: it drives the menu and the tests."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Entry:
    """A page of the menu: its title, its file, its address and the one question it answers."""

    title: str
    file: str
    url: str
    question: str

    @property
    def path(self) -> Path:
        """Where the page's code is."""
        return HERE / self.file


PAGES = (
    Entry("Play", "play.py", "", "What happens if I turn this?"),
    Entry("Look inside", "look_inside.py", "look-inside", "How does it do it?"),
    Entry("Any base", "any_base.py", "any-base", "How far does it carry?"),
    Entry("Evidence", "evidence.py", "evidence", "Is it really the circuit?"),
    Entry("Your network", "your_network.py", "your-network", "What is in my file?"),
    Entry("For a class", "for_a_class.py", "for-a-class", "What can we work out before we count?"),
    Entry("Glossary", "glossary.py", "glossary", "What do the words mean?"),
)

SAMPLED_PAGE = "Your network"  # it shows a sample of networks that are too large to count unasked; others ask first
PAGES_THAT_COUNT_NOTHING = ("Glossary",)

# Of Plotly, whose toolbar saves them.
PAGES_WITH_FIGURES = ("Look inside", "Any base", "Evidence", "Your network", "For a class")


def page_file(title: str) -> Path:
    """The file of a page, to switch to it."""
    return next(entry.path for entry in PAGES if entry.title == title)
