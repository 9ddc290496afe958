"""What a fault is, whatever the language: one small change of one file."""

from dataclasses import dataclass

CONTEXT = 40  # characters shown on each side of a change


@dataclass(frozen=True)
class Fault:
    """One change of one file, and the file with it."""

    path: str  # in the tree
    line: int
    last_line: int  # of the statement's head
    kind: str
    before: str  # the statement, cut to what changed
    after: str
    source: str

    @property
    def name(self) -> str:
        """The same in every run, as long as the statement stays as it is; lines may move."""
        return f"{self.path}: {self.kind}: {self.before} → {self.after}"


def cut_to_change(before: str, after: str) -> tuple[str, str]:
    """Two versions of a statement, without most of what they share."""
    before, after = " ".join(before.split()), " ".join(after.split())
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    return tuple(_middle(text, start, len(text) - end) for text in (before, after))


def _shared(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _middle(text: str, start: int, stop: int) -> str:
    first, last = max(0, start - CONTEXT), min(len(text), stop + CONTEXT)
    return ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")
