"""Operations that have a name in place of a formula; those that need a number take it after a colon."""

from collections.abc import Callable

from models.errors import RecipeError, shown
from models.operations.calendar import hours_later, weekday
from models.operations.music import degree, interval
from models.operations.operation import Operation

BY_NAME: dict[str, Callable[[], Operation]] = {"hours": hours_later, "interval": interval, "degree": degree}
BY_NAME_AND_NUMBER: dict[str, Callable[[int], Operation]] = {"weekday": weekday}
NAMES = (*BY_NAME, *(f"{name}:N" for name in BY_NAME_AND_NUMBER))
MOST_DIGITS = 9


def named_operation(text: str) -> Operation | None:
    """The operation of a name; None where it is none of theirs. Raises RecipeError where its number is off.

    >>> named_operation("weekday:2024").group, named_operation("a+b") is None
    (Cyclic(order=7), True)
    """
    name, colon, number = text.partition(":")
    if name in BY_NAME and not colon:
        return BY_NAME[name]()
    if name not in BY_NAME_AND_NUMBER:
        return None
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise RecipeError(f"{shown(repr(text))} needs a number after its name; expected e.g. {name}:2024.")
    return BY_NAME_AND_NUMBER[name](int(number))
