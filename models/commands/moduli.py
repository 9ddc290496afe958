"""--moduli: ranges and single ones, as 2..256, 50,97,127 or 2..10,97."""

from argparse import ArgumentTypeError
from itertools import groupby

from models.errors import shown
from models.surgery.recipe import LARGEST_MODULUS


def moduli_given(text: str) -> tuple[int, ...]:
    """Each once, in ascending order.

    >>> moduli_given("97,2..4,3")
    (2, 3, 4, 97)
    """
    found: set[int] = set()
    for part in text.split(","):
        found |= set(_range(part, text))
    return tuple(sorted(found))


def moduli_as_given(moduli: tuple[int, ...]) -> str:
    """The shortest text that gives them.

    >>> moduli_as_given((2, 3, 4, 97))
    '2..4,97'
    """
    runs = [[q for _, q in run] for _, run in groupby(enumerate(moduli), key=lambda place: place[1] - place[0])]
    return ",".join(f"{run[0]}..{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _range(part: str, text: str) -> range:
    first, dots, last = part.partition("..")
    try:
        found = range(int(first), int(last if dots else first) + 1)
    except ValueError:
        found = range(0)
    if not found or found[0] < 2 or found[-1] > LARGEST_MODULUS:
        raise ArgumentTypeError(
            f"{shown(text)!r} names no moduli; expected whole numbers from 2 to {LARGEST_MODULUS}, such as 2..256, "
            "50,97,127 or 2..10,97"
        )
    return found
