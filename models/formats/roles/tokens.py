"""Which token stands at which position: a sequence of the two operands and of constant rows of the embedding.

"a b s0": a at the first position, b at the second, and s0, the first row of the embedding past the numbers, at the
third, which Nanda et al. call '='. Rows before the numbers are r0, r1 …; numbers then begin at a row of their own, as
in "a1 b1 r0". A text like this says nothing of how many numbers there are, so that it holds after surgery too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

MOST_SPECIALS = 2  # constant tokens in a sequence that is tried; one that is told may have more
SHOWN = {"a b": "a b", "a b s0": "a b =", "a s0 b": "a op b", "a s0 b s1": "a op b =", "s0 a b": "= a b"}


@dataclass(frozen=True)
class Tokens:
    """What stands at each position: "a", "b", or the row of a constant token."""

    text: str
    offset: int  # rows before the numbers
    past: int  # rows past the numbers that it names, s0 and on

    @classmethod
    def read(cls, text: str) -> "Tokens":
        """Of a text like "a b s0"."""
        words = text.split()
        offset = max((int(word[1:]) for word in words if word[0] in "ab" and word[1:]), default=0)
        return cls(text, offset, max((int(word[1:]) + 1 for word in words if word[0] == "s"), default=0))

    @property
    def words(self) -> list[str]:
        """By position."""
        return self.text.split()

    @property
    def place_a(self) -> int:
        """The position of a."""
        return [word[0] for word in self.words].index("a")

    @property
    def place_b(self) -> int:
        """The position of b."""
        return [word[0] for word in self.words].index("b")

    def constant_rows(self, numbers: int) -> dict[int, int]:
        """Position → row of the embedding for constant tokens, past so many rows of numbers."""
        return {
            place: int(word[1:]) + (self.offset + numbers if word[0] == "s" else 0)
            for place, word in enumerate(self.words)
            if word[0] in "rs"
        }

    @property
    def shown(self) -> str:
        """As people write it, where it is usual: "a b ="."""
        return SHOWN.get(self.text, self.text)


def tokens_to_try(rows: int, classes: int, positions: int | None) -> list[str]:
    """Sequences that an embedding of so many rows allows, the usual first; of so many positions where that is known.

    Where there are fewer classes than rows, the other rows are constant tokens; else how many are follows from the
    sequence.
    """
    specials = rows - classes if rows > classes else None
    lengths = [positions] if positions in (2, 3, 4) else [2, 3, 4]
    if positions is not None and positions not in lengths:
        return []
    return list(dict.fromkeys(text for length in lengths for text in _of_length(length, specials)))


def _of_length(length: int, specials: int | None) -> Iterator[str]:
    count = length - 2
    rows = min(specials, MOST_SPECIALS) if specials is not None else count
    if count and not rows:
        return
    if not count and specials in (None, 0, 1, 2):
        yield "a b"
    for places in PLACES[count]:
        for picked in [*permutations(range(rows), count), *((same,) * count for same in range(rows) if count > 1)]:
            yield _written(places, [f"s{row}" for row in picked])
    if count == 1 and specials in (None, 1):
        yield "a1 b1 r0"  # its row comes before the numbers


def _written(places: str, specials: list[str]) -> str:
    left = iter(specials)
    return " ".join(next(left) if place == "." else place for place in places)


PLACES = {0: (), 1: ("ab.", "a.b", ".ab"), 2: ("a.b.", ".ab.", "..ab", "ab..")}  # a dot: a constant token
