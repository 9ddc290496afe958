"""What a network is, from a sample of its pairs: for those that are too large to count while somebody waits."""

from dataclasses import dataclass

import torch

from models.analysis.inspection import CIRCUIT_THRESHOLD, circuit_verdict, half_step_accuracy
from models.circuits.spectra import KeyFrequencies, key_frequencies
from models.evaluation.sample import Interval, sampled_interval, wilson_interval
from models.network import Network
from models.runtime.cost import products_of_a_pair

MOST_PAIRS = 2_000
FEWEST_PAIRS = 128
MOST_PRODUCTS = 2**34  # of all sampled pairs: a second or two, the fewest pairs of the largest upload aside


@dataclass(frozen=True)
class SampledInspection:
    """Shares with their 95% intervals, on pairs drawn with a seed, each with replacement; never a certificate."""

    network: Network
    accuracy: Interval
    half_step: Interval
    keys: KeyFrequencies
    seed: int

    @property
    def verdict(self) -> str:
        """As `Inspection.verdict`, or "unclear" also where the half-step test's interval holds both answers."""
        if self.half_step.high < CIRCUIT_THRESHOLD:
            return "no circuit"
        if self.half_step.low < CIRCUIT_THRESHOLD:
            return "unclear"
        return circuit_verdict(self.keys, self.accuracy.right / self.accuracy.sampled)


def inspect_sample(network: Network, seed: int = 0) -> SampledInspection:
    """Accuracy and half-step test on as many pairs as take a second or two, key frequencies from the tables.

    >>> from models import zoo
    >>> inspect_sample(zoo.load("mlp-113"), seed=3).accuracy.sampled
    2000
    """
    pairs = max(FEWEST_PAIRS, min(MOST_PAIRS, MOST_PRODUCTS // products_of_a_pair(network)))
    keys = key_frequencies(network)
    drawn = torch.randint(network.modulus, (2, pairs), generator=torch.Generator().manual_seed(seed))
    half = half_step_accuracy(network, keys.frequencies, pairs=(drawn[0], drawn[1]))
    return SampledInspection(
        network, sampled_interval(network, pairs, seed=seed), wilson_interval(round(half * pairs), pairs), keys, seed
    )
