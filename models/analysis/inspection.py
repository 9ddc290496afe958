"""Does a network compute with a Fourier circuit? The half-step test, and the figures that stand beside it."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.spectra import (
    KeyFrequencies,
    embedding_spectrum,
    key_frequencies,
    neuron_logit_spectrum,
    unembedding_spectrum,
)
from models.evaluation import Evaluation, cross_entropy_loss, evaluate, plain_logits
from models.network import Network
from models.surgery.recipe import own_recipe
from models.surgery.transplant import tables_at

FORMED = 0.9  # of all pairs right; published networks that are done lie above 0.95, dead zones included
FORMING = "circuit, still forming"
CIRCUIT_THRESHOLD = 0.5  # of half-step pairs right
ROUNDING = 1e-6  # nats
CLEAR_GAP = 0.05  # between the weakest kept and the strongest dropped frequency


@dataclass(frozen=True)
class Inspection:
    """What a network is, in figures; shares are fractions of power, the loss is in mean nats over all pairs."""

    network: Network
    evaluation: Evaluation
    loss: float
    keys: KeyFrequencies
    embedding_share: float
    unembedding_share: float
    neuron_logit_share: float
    half_step_accuracy: float

    @property
    def verdict(self) -> str:
        """A word for it: "circuit", "circuit, still forming", "no circuit", or "unclear": no gap sets keys apart."""
        if self.half_step_accuracy < CIRCUIT_THRESHOLD:
            return "no circuit"
        return circuit_verdict(self.keys, self.evaluation.counts.accuracy)

    @property
    def contradiction(self) -> str:
        """Where the count and the loss cannot both be true; nothing where they can.

        A right pair has at least 1 of q probabilities, so its loss is at most ln q; a wrong one at most half, so its
        loss is at least ln 2. The loss is summed in float64 without a bound, the count is proven.
        """
        counts, q = self.evaluation.counts, self.network.modulus
        least, most = counts.wrong / counts.pairs * math.log(2), math.log(q)
        summed = f"{self.loss:.3g} nats were summed"
        if counts.right == counts.pairs and not self.loss <= most + ROUNDING:
            return f"every pair is right, so that the loss is at most ln {q} = {most:.3g} nats, and {summed}"
        if not self.loss >= least - ROUNDING:
            return f"{counts.wrong:,} pairs are wrong, so that the loss is at least {least:.3g} nats, and {summed}"
        return ""


def circuit_verdict(keys: KeyFrequencies, accuracy: float) -> str:
    """Of a network that adds angles: "circuit, still forming" where it gets fewer pairs right than one that is done."""
    if keys.gap < CLEAR_GAP:
        return "unclear"
    return "circuit" if accuracy >= FORMED else FORMING


def inspect(network: Network) -> Inspection:
    """Every figure of an inspection: all pairs counted, loss, key frequencies, shares, half-step test, verdict.

    Args:
        network: with modulus p.

    Returns:
        The figures, and what they were computed from.

    >>> from models import zoo
    >>> found = inspect(zoo.load("transformer-113"))
    >>> found.verdict, found.evaluation.counts.right
    ('circuit', 12769)
    """
    keys = key_frequencies(network)
    return Inspection(
        network=network,
        evaluation=evaluate(network),
        loss=cross_entropy_loss(network),
        keys=keys,
        embedding_share=embedding_spectrum(network).share_of(keys.frequencies),
        unembedding_share=unembedding_spectrum(network).share_of(keys.frequencies),
        neuron_logit_share=neuron_logit_spectrum(network).share_of(keys.frequencies),
        half_step_accuracy=half_step_accuracy(network, keys.frequencies),
    )


@torch.no_grad()
def half_step_accuracy(
    network: Network,
    frequencies: tuple[int, ...],
    harmonics: int = 2,
    *,
    pairs: tuple[Tensor, Tensor] | None = None,
) -> float:
    """Share of pairs for which (a + ½) + (b + ½) gives a + b + 1, with the unembedding left alone.

    The tables are written from the key frequencies at n + ½, angles that no training pair had: only a network that
    adds angles answers right. No new modulus, no search, no answers looked at.

    Args:
        network: with modulus p.
        frequencies: from which the tables are written.
        harmonics: of each that are carried along.
        pairs: a and b, int64 [n] each; all p² pairs without.

    Returns:
        The share, 0 to 1.

    >>> from models import key_frequencies, zoo
    >>> network = zoo.load("one-hot-97")
    >>> 0 <= half_step_accuracy(network, key_frequencies(network).frequencies) <= 1
    True
    """
    p = network.modulus
    recipe = own_recipe(p, frequencies, harmonics)
    table_a, table_b = tables_at(network, recipe, torch.arange(p) + 0.5)
    between = replace(network, table_a=table_a, table_b=table_b)
    right, group = 0, network.task.group
    first, second = pairs or network.task.pairs()
    for logits, a, b in plain_logits(between, first, second):
        right += int((logits.argmax(-1) == group.sum(group.sum(a, b), torch.tensor(1))).sum())
    return right / len(first)


@torch.no_grad()
def half_step_answer(network: Network, frequencies: tuple[int, ...], a: float, b: float, harmonics: int = 2) -> int:
    """What the network answers for real numbers a and b, its tables written there from the key frequencies."""
    recipe = own_recipe(network.modulus, frequencies, harmonics)
    table_a, table_b = tables_at(network, recipe, torch.tensor([a, b], dtype=torch.float64))
    between = replace(network, table_a=table_a, table_b=table_b)
    logits, _, _ = next(plain_logits(between, torch.tensor([0]), torch.tensor([1])))
    return int(logits.argmax())
