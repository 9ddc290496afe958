"""The three phases of a run that learns late, told by its measures: memorising, a circuit forms, cleanup.

Nanda et al. 2023 (arXiv 2301.05217) tell them apart by eye on the curves of restricted and excluded loss. Here a rule
does, by the same measures:

- Memorising ends where the excluded loss is lowest: from there on the pairs trained on are answered worse and worse
  without the key frequencies, so the circuit has begun to carry them.
- The circuit has formed, and cleanup begins, where the restricted loss falls below the excluded loss for good: the key
  frequencies alone now answer all pairs better than everything else answers the pairs it was shown.
- Cleanup ends where every pair is right for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Phases:
    """The moment, by its number in the film, at which each begins; None for one that did not come."""

    forms: int | None
    cleanup: int | None
    done: int | None


def phases_of(restricted: Sequence[float], excluded: Sequence[float], all_right: Sequence[bool]) -> Phases:
    """The phases of a run by the rule above.

    Args:
        restricted: restricted loss of every moment, nats.
        excluded: excluded loss of every moment, nats.
        all_right: whether every pair was right.

    Returns:
        Where each phase begins. A run whose excluded loss is lowest at its end is still memorising.

    >>> phases_of([5, 4, 3, 1, 0.1], [5, 1, 0.5, 2, 4], [False, False, False, False, True])
    Phases(forms=2, cleanup=3, done=4)
    """
    lowest = min(range(len(excluded)), key=lambda moment: excluded[moment])
    forms = lowest if lowest < len(excluded) - 1 else None
    below = [inside < outside for inside, outside in zip(restricted, excluded, strict=True)]
    cleanup = _for_good(below) if forms is not None else None
    done = _for_good(all_right)
    return Phases(forms, None if cleanup is None else max(cleanup, lowest), done)


def _for_good(holds: Sequence[bool]) -> int | None:
    """From which moment on it holds to the end; None where it does not hold there."""
    found = None
    for moment in reversed(range(len(holds))):
        if not holds[moment]:
            break
        found = moment
    return found
