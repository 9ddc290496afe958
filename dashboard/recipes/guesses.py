"""Guesses before a count is looked at: what can be guessed, and which of it was right."""

from collections.abc import Collection

RIGHT, WRONG = "✓", "✗"
HARDLY_ANY, SOME, NEARLY_ALL = "under 10%", "10% to 90%", "over 90%"
SHARES = (HARDLY_ANY, SOME, NEARLY_ALL)
FEW, MANY = 0.1, 0.9


def share_named(accuracy: float) -> str:
    """In which of `SHARES` it lies.

    >>> share_named(0.008), share_named(0.88), share_named(1.0)
    ('under 10%', '10% to 90%', 'over 90%')
    """
    return HARDLY_ANY if accuracy < FEW else NEARLY_ALL if accuracy > MANY else SOME


def one_ticked(option: str, guessed: str, right: str) -> str:
    """An option of which one is right: with a tick where it is that one, with a cross where it was guessed and is not.

    >>> [one_ticked(each, "10% to 90%", "over 90%") for each in SHARES]
    ['under 10%', '10% to 90% ✗', 'over 90% ✓']
    """
    return f"{option} {RIGHT}" if option == right else f"{option} {WRONG}" if option == guessed else option


def each_ticked(option: int, guessed: Collection[int], right: Collection[int]) -> str:
    """An option that is right or not by itself: with a tick where it was judged as it is.

    >>> [each_ticked(each, guessed=[96, 127], right=[96, 128]) for each in (96, 111, 127, 128)]
    ['96 ✓', '111 ✓', '127 ✗', '128 ✗']
    """
    return f"{option} {RIGHT if (option in guessed) == (option in right) else WRONG}"
