"""Numbers over the marks of a figure, put apart where two would run into each other."""

from collections.abc import Collection

TOUCHING, BESIDE = 0.05, 6  # share of the axis within which two numbers would touch; pixels to put each aside


def shift_of(place: float, places: Collection[float], furthest: float) -> int:
    """Pixels to the right by which the number at a place is moved, on an axis that ends at `furthest`.

    >>> [shift_of(each, (5, 6, 43), 56) for each in (5, 6, 43)]
    [-6, 6, 0]
    """
    near = [other - place for other in places if 0 < abs(other - place) < TOUCHING * furthest]
    return BESIDE * (sum(step < 0 for step in near) - sum(step > 0 for step in near))
