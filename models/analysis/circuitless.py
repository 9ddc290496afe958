"""What is told of a network without a circuit before anything is fitted to it: surgery needs angles to turn."""

from models.analysis.sampled_inspection import SampledInspection, inspect_sample
from models.evaluation.percent import percent
from models.network import Network


def circuit_warning(network: Network) -> str:
    """One sentence where the half-step test finds no circuit in a sample of pairs; empty where it does not.

    >>> from models import zoo
    >>> circuit_warning(zoo.load("one-hot-97"))
    ''
    """
    return warning_of(inspect_sample(network))


def warning_of(found: SampledInspection) -> str:
    """The same from what was sampled."""
    if found.verdict != "no circuit":
        return ""
    right = found.half_step
    keys = "" if found.keys.frequencies else "no key frequencies and "
    return (
        f"No Fourier circuit was found: {keys}{percent(right.right / right.sampled)} of {right.sampled:,} half-step "
        "pairs right. Surgery turns angles, and this network adds none, so that few pairs are to be expected right at "
        "another modulus; a readout that is fitted there learns the answers itself."
    )
