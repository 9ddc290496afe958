"""Days and hours: times of a week in Z/7 × Z/24, and weekdays of dates in Z/7."""

from datetime import MAXYEAR, MINYEAR, date

import torch

from models.errors import RecipeError, shown
from models.groups import Cyclic, Product
from models.operations.operation import Operation

DAYS, HOURS, LONGEST_MONTH = 7, 24, 31


def hours_later() -> Operation:
    """The time of the week b hours after a, both counted in hours of a week from 0 to 167.

    By the Chinese remainder theorem, as 7 and 24 share no factor: an hour is known by its remainders modulo both, and
    these are added each on its own clock, without a carry from hours to days.

    >>> int(hours_later().answers()[24 * 6 + 23, 2])  # Sunday 23:00 and two hours: Monday 01:00
    1
    """
    group, times = Product((DAYS, HOURS)), torch.arange(DAYS * HOURS)
    element = group.numbers(torch.stack([times % DAYS, times % HOURS], dim=1))
    return Operation(
        "hours",
        group,
        element,
        element,
        element.argsort(stable=True),
        says="a: hour of the week from Monday 0:00; b: hours later; answer: hour of the week",
    )


def weekday(year: int) -> Operation:
    """The weekday of the day that comes b days after the first of month a + 1; Monday is 0.

    b goes from 0 to 30: what lies beyond a month is a day of the next one. Raises RecipeError for a year that Python's
    calendar has not got.

    >>> int(weekday(2024).answers()[1, 28])  # 29 February 2024 was a Thursday
    3
    """
    if not MINYEAR <= year <= MAXYEAR:
        raise RecipeError(f"Year {shown(year)} is out of range; expected {MINYEAR} to {MAXYEAR}.")
    group = Cyclic(DAYS)
    firsts = torch.tensor([date(year, month, 1).weekday() for month in range(1, 13)])
    return Operation(
        f"weekday:{year}",
        group,
        firsts,
        torch.arange(LONGEST_MONTH) % DAYS,
        group.elements(),
        says="a: month, January is 0; b: days after its first; answer: weekday, Monday is 0",
    )
