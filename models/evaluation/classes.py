"""The classes that an unembedding tells apart: those with the same column and the same bias are one, to the last bit.

A dial setting often makes such twins, as where all steps are even at an even modulus. Their logits are equal, exactly,
so that no pair whose right class has a twin can be right; what is left to decide is whether another class exceeds both.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups import Group
from models.network import Network


@dataclass(frozen=True, eq=False)
class Classes:
    """The u distinct ones of q classes."""

    first: Tensor  # int64 [u], the first class of each kind
    kind: Tensor  # int64 [q]: which of the u kinds each class is
    has_twin: Tensor  # bool [q]
    group: Group

    def of_answers(self, a: Tensor, b: Tensor) -> Tensor:
        """The kind of the right class of pairs, in their common shape."""
        return self.kind[self.group.sum(a, b)]

    def tied(self, a: Tensor, b: Tensor) -> Tensor | None:
        """bool, whether the right class has a twin; None where no class has."""
        return self.has_twin[self.group.sum(a, b)] if len(self.first) < len(self.kind) else None


def distinct_classes(network: Network) -> Classes:
    """The classes of a network."""
    columns = network.unembedding.T
    if network.unembedding_bias is not None:
        columns = torch.cat([columns, network.unembedding_bias[:, None]], dim=1)
    numbers: dict[bytes, int] = {}  # + 0.0 makes −0 a 0
    kind = torch.tensor([numbers.setdefault(row.tobytes(), len(numbers)) for row in (columns + 0.0).detach().numpy()])
    first = torch.full((len(numbers),), len(kind)).scatter_reduce(0, kind, torch.arange(len(kind)), "amin")
    return Classes(first, kind, kind.bincount()[kind] > 1, network.task.group)
