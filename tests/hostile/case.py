"""One hostile file: its name, its bytes, and what the refusal says."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One hostile file."""

    name: str
    make: Callable[[], bytes]
    refusal: str  # a pattern that the sentence matches
