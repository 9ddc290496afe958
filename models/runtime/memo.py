"""What is computed of an object, retained for as long as the object lives."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
More = ParamSpec("More")
Found = TypeVar("Found")


def memoised(compute: Callable[Concatenate[Owner, More], Found]) -> Callable[Concatenate[Owner, More], Found]:
    """Compute once for each object and further arguments, which are hashable and given by position.

    What is found must not refer to the object, or neither would ever be released.

    >>> class Table(list):
    ...     __hash__ = object.__hash__
    >>> @memoised
    ... def total(table: Table, factor: int) -> int:
    ...     print("adding up")
    ...     return factor * sum(table)
    >>> table = Table([1, 2])
    >>> total(table, 10), total(table, 10)
    adding up
    (30, 30)
    """
    retained: WeakKeyDictionary[Any, dict[tuple[Any, ...], Found]] = WeakKeyDictionary()

    @wraps(compute)
    def found(owner: Owner, /, *more: More.args, **named: More.kwargs) -> Found:
        assert not named, "what is memoised is asked for by position"
        known = retained.setdefault(owner, {})
        if more not in known:
            known[more] = compute(owner, *more, **named)
        return known[more]

    return found
