"""What a network's figures take, estimated from its shapes before anything is computed."""

from dataclasses import dataclass

from models.network import Network

PRODUCTS_A_SECOND = 3e10  # multiplications and additions of float64 on one core of 2025; half of it on many others
BYTES_A_WEIGHT = 4 + 8 + 8  # as it was read, in float64, and its absolute value for the bounds
BYTES_A_PAIR = 16  # states, margins and bounds of whole rows
INSPECTIONS_PASSES = 6  # the count with its bounds as four, the loss and the half-step test as one each


@dataclass(frozen=True)
class Cost:
    """About how many multiplications some work takes on one core, and about how many bytes it holds at most."""

    products: int
    bytes: int

    @property
    def seconds(self) -> float:
        """About how long it takes on one core."""
        return self.products / PRODUCTS_A_SECOND


def products_of_a_pair(network: Network) -> int:
    """Multiplications of one pair's forward pass."""
    return network.body.products_a_pair + network.unembedding.numel()


def numbers_of_a_pair(network: Network) -> int:
    """How many numbers one pair's forward pass holds at a time, its logits included."""
    return network.body.numbers_a_pair + network.modulus


def cost_of_inspection(network: Network) -> Cost:
    """Of everything that `models.inspect` says: all pairs counted, the loss, the half-step test.

    An MLP on table rows of width d and one layer takes d + q products for each of q² pairs; what the tables' spectra
    take is not among them.
    """
    pairs = network.task.pair_count
    weights = sum(tensor.numel() for tensor in network.tensors().values())
    held = weights * BYTES_A_WEIGHT + pairs * BYTES_A_PAIR
    return Cost(INSPECTIONS_PASSES * pairs * products_of_a_pair(network), held)
