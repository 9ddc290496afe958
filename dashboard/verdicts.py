"""The verdict of an inspection as a sentence."""

from models.verdict import Inspection


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
