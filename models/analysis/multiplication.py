"""A network that multiplies, or divides, mod a prime: its tables ordered by the discrete logarithm, where it adds.

With a primitive root g, a = g^i and b = g^j give a·b = g^(i + j): among the numbers other than 0 it is addition of the
logarithms mod p − 1. Row i of the tables is then number g^i, and column i of the unembedding too; 0 stands apart.
"""

from dataclasses import dataclass, replace

import torch

from models.analysis.inspection import half_step_accuracy
from models.circuits.spectra import KeyFrequencies, embedding_spectrum, key_frequencies, unembedding_spectrum
from models.evaluation import predictions
from models.groups.primes import is_prime
from models.groups.units import powers, primitive_root
from models.network import Network
from models.operations.units import over, times
from models.task import Addition

SIGNS = {"a*b": 1, "a/b": -1}  # of b's logarithm
OPERATIONS = {"a*b": times, "a/b": over}


@dataclass(frozen=True, eq=False)
class LogarithmInspection:
    """What a network of a·b or a/b does with logarithms; shares are fractions of power, frequencies those mod p − 1."""

    root: int
    order: int  # p − 1
    right: int  # of the pairs in which neither operand is 0
    pairs: int
    zero_right: int  # of the other pairs that the rule says something of
    zero_pairs: int
    keys: KeyFrequencies
    embedding_share: float
    unembedding_share: float
    half_step_accuracy: float  # at logarithms i + ½ and j + ½

    @property
    def counts(self) -> str:
        """Pairs without a zero and pairs with one, in words."""
        zeros = f"; with a 0: {self.zero_right:,} of {self.zero_pairs:,}" if self.zero_pairs else ""
        return f"among numbers other than 0: {self.right:,} of {self.pairs:,}{zeros}"

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "root": self.root,
            "order": self.order,
            "nonzero": {"correct": self.right, "pairs": self.pairs},
            "with_zero": {"correct": self.zero_right, "pairs": self.zero_pairs},
            "key_frequencies": list(self.keys.frequencies),
            "key_gap": self.keys.gap,
            "embedding_share": self.embedding_share,
            "unembedding_share": self.unembedding_share,
            "half_step_accuracy": self.half_step_accuracy,
        }


def by_logarithms(network: Network, sign: int = 1) -> Network:
    """The same network on the numbers 1 … p − 1, called by their logarithms: it adds mod p − 1 where it multiplied.

    Args:
        network: with a prime modulus p > 2.
        sign: −1 for a/b, whose logarithm is i − j: b's rows then stand in the opposite order.
    """
    order = powers(network.modulus)
    table_a = network.table_a[order]
    shared = network.tables_shared and sign == 1
    table_b = table_a if shared else network.table_b[order.roll(-1).flip(0) if sign == -1 else order]
    bias = None if network.unembedding_bias is None else network.unembedding_bias[order]
    return replace(
        network,
        task=Addition(len(order)),
        table_a=table_a,
        table_b=table_b,
        unembedding=network.unembedding[:, order],
        unembedding_bias=bias,
    )


def inspect_logarithms(network: Network, formula: str) -> LogarithmInspection | None:
    """How a network of a·b or a/b mod a prime does, and its key frequencies by logarithms; None for other rules.

    Args:
        network: with modulus p.
        formula: of the rule that its answers follow (see `rules.RULES`).
    """
    p = network.modulus
    if formula not in SIGNS or not is_prime(p) or p < MODULUS_FROM:
        return None
    sign, predicted = SIGNS[formula], predictions(network)
    with_zero = torch.cat([predicted[0, 1:], predicted[:, 0] if sign == 1 else predicted[:0, 0]])
    adding = by_logarithms(network, sign)
    keys = key_frequencies(adding)
    return LogarithmInspection(
        root=primitive_root(p),
        order=p - 1,
        right=int((predicted == OPERATIONS[formula](p).answers()).sum()),
        pairs=(p - 1) ** 2,
        zero_right=int((with_zero == 0).sum()),
        zero_pairs=len(with_zero),
        keys=keys,
        embedding_share=embedding_spectrum(adding).share_of(keys.frequencies),
        unembedding_share=unembedding_spectrum(adding).share_of(keys.frequencies),
        half_step_accuracy=half_step_accuracy(adding, keys.frequencies),
    )


MODULUS_FROM = 5  # with fewer numbers there are no frequencies to speak of
