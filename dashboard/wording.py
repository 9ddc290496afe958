"""Figures as people read them."""

from models.evaluation import Counts, Evaluation
from models.verdict import Inspection


def percent(fraction: float, digits: int = 2) -> str:
    """A fraction as a percentage that reads 100% only when nothing is missing, and 0% only when nothing is there."""
    if fraction in (0, 1):
        return f"{100 * fraction:.0f}%"
    shown = f"{100 * fraction:.{digits}f}"
    if float(shown) == 100:
        return f"{100 - 10**-digits:.{digits}f}%"
    if float(shown) == 0:
        return f"< {10**-digits:.{digits}f}%"
    return f"{shown}%"


def counted(counts: Counts) -> str:
    """The sentence under the large number."""
    rest = f"{counts.undecided:,} undecided, {counts.wrong:,} wrong"
    return f"{counts.right:,} of all {counts.pairs:,} pairs right; {rest}"


def split(evaluation: Evaluation) -> str:
    """Wrapping and other pairs apart."""
    wrapping, plain = percent(evaluation.wrapping.accuracy), percent(evaluation.not_wrapping.accuracy)
    return f"pairs that wrap {wrapping}, others {plain}; smallest margin {evaluation.smallest_margin:.3g}"


def spoken(evaluation: Evaluation) -> str:
    """The map for people who hear it."""
    return f"Map of all pairs modulo {evaluation.modulus}: {counted(evaluation.counts)}; {split(evaluation)}."


def count(number: float) -> str:
    """A whole number."""
    return f"{int(number):,}"


def verdict_sentence(found: Inspection) -> str:
    """What the half-step test says of this network."""
    keys = len(found.keys.frequencies)
    clocks = f"{keys} clock" + ("s" if keys != 1 else "")
    sentences = {
        "circuit": f"It adds angles on {clocks}: a Fourier circuit.",
        "no circuit": "No Fourier circuit: it fails between the numbers that it was trained on.",
        "unclear": "It adds angles, but no gap sets its key frequencies apart: unclear.",
    }
    return sentences[found.verdict]
