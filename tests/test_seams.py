"""Seams of the house: transforms are taken in one room, and no body is asked for its class outside of its own."""

import re

import pytest

from tests.conftest import ROOT

TRANSFORMS = "models/circuits/transforms/"
OF_BODIES = ("models/bodies/", "models/formats/")
TRANSFORM = re.compile(r"\bfft\.\w|\bimport fft\b")
ASKED_FOR_ITS_CLASS = re.compile(r"isinstance\([^)]*body", re.IGNORECASE)


def found(pattern: re.Pattern[str], *allowed: str) -> list[str]:
    """Lines of models and dashboard outside of these rooms that have the pattern."""
    files = [path for room in ("models", "dashboard") for path in sorted((ROOT / room).rglob("*.py"))]
    told = [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]
    return [
        f"{name}: {line.strip()}"
        for name, text in told
        if not name.startswith(allowed)
        for line in text.splitlines()
        if pattern.search(line)
    ]


def test_fourier_transforms_are_taken_in_one_room():
    assert found(TRANSFORM, TRANSFORMS) == []


def test_no_body_is_asked_for_its_class_outside_of_bodies_and_formats():
    assert found(ASKED_FOR_ITS_CLASS, *OF_BODIES) == []


@pytest.mark.parametrize("pattern", [TRANSFORM, ASKED_FOR_ITS_CLASS])
def test_there_is_something_to_be_found(pattern: re.Pattern[str]):
    assert found(pattern)
