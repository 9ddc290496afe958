"""The one table of pages: it drives the menu and the tests. Elsewhere a page is named by its file."""

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


# Addresses stay as they were when a title changes: people have links to them.
STORY = (
    Entry("Twelve o'clock", "twelve_oclock.py", "twelve-oclock", "Why a clock?"),
    Entry("It invented clocks", "it_invented_clocks.py", "it-invented-clocks", "How did it learn that?"),
    Entry("Follow one sum", "follow_one_sum.py", "follow-one-sum", "How does it do it?"),
    Entry("Turn it", "play.py", "", "What happens if I turn this?"),
    Entry("Every modulus", "any_base.py", "any-base", "How far does it carry?"),
    Entry("Every operation", "any_operation.py", "any-operation", "What else can it do?"),
    Entry("Don't believe us", "evidence.py", "evidence", "Is it a trick?"),
    Entry("Bring yours", "your_network.py", "your-network", "What is in my file?"),
)
BESIDE = (
    Entry("Lab", "look_inside.py", "look-inside", "What is in each part?"),
    Entry("Two networks", "two_networks.py", "two-networks", "What differs between these two?"),
    Entry("Steam punk", "steam_punk.py", "steam-punk", "Can oscillators add?"),
    Entry("For a class", "for_a_class.py", "for-a-class", "What can we work out before we count?"),
    Entry("Glossary", "glossary.py", "glossary", "What do the words mean?"),
)
PAGES = (*STORY, *BESIDE)  # in one list: Streamlit's sections of a menu are no valid lists for people who listen

LANDING = "play.py"
SAMPLED_PAGE = "your_network.py"  # it shows a sample of networks that are too large to count unasked; others ask first
PAGES_THAT_COUNT_NOTHING = ("glossary.py", "it_invented_clocks.py")

# Of Plotly, whose toolbar saves them.
PAGES_WITH_FIGURES = (
    "look_inside.py", "any_base.py", "evidence.py", "your_network.py", "two_networks.py",
    "for_a_class.py",
)  # fmt: skip


def entry_of(file: str) -> Entry:
    """The page of this file."""
    return next(entry for entry in PAGES if entry.file == file)


def next_chapter(file: str) -> Entry | None:
    """Where a reader goes after the chapter of this file, after the last one to the lab; None after any other page."""
    files = [entry.file for entry in STORY]
    return (*STORY, BESIDE[0])[files.index(file) + 1] if file in files else None
