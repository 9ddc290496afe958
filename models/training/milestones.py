"""When a run had all pairs right: for the first time, and for good. Rankings of recipes may invert between the two."""

from collections.abc import Sequence

from models.training.trainer import Metrics


def first_step(history: Sequence[Metrics]) -> int | None:
    """The first check at which every pair was right, trained on or not; None where none was.

    >>> first_step([Metrics(10, 0.1, 0.2, 0.5, 1.0), Metrics(20, 0.1, 0.1, 1.0, 1.0)])
    20
    """
    return next((each.step for each in history if each.all_right), None)


def stable_step(history: Sequence[Metrics]) -> int | None:
    """The check from which every pair was right at every check to the end; None where the last one saw a wrong pair.

    >>> right, wrong = (1.0, 1.0), (0.9, 1.0)
    >>> stable_step([Metrics(10, 0, 0, *right), Metrics(20, 0, 0, *wrong), Metrics(30, 0, 0, *right)])
    30
    """
    found = None
    for each in reversed(history):
        if not each.all_right:
            break
        found = each.step
    return found
