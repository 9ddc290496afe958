"""Networks of x·a + y·b seen as networks of a sum, and back."""

from dataclasses import replace

import torch
from torch import Tensor

from models.errors import CheckpointError
from models.network import Network
from models.task import SUM, Operation

ROUNDING = 1e-5  # of the largest entry: two tables that differ by less are one table written twice


def seen_as_a_sum(network: Network, operation: Operation) -> Network:
    """The same network with its operands renamed, a' = x·a and b' = y·b, so that it computes a' + b'.

    Row n of the new tables is row n/x (or n/y) of the old ones; nothing else changes. Raises CheckpointError where a
    factor cannot be divided by.
    """
    p = network.modulus
    if operation == SUM:
        return network
    if not operation.is_sum_mod(p):
        raise CheckpointError(
            f"{operation} mod {p} cannot be seen as a sum: its factors must share no factor with {p}. "
            "Read it as a + b instead; its accuracy there is then what it is."
        )
    row_a, row_b = (_divided(p, factor) for factor in (operation.x, operation.y))
    table_a = network.table_a[row_a]
    together = network.tables_shared and torch.equal(row_a, row_b)
    return replace(network, table_a=table_a, table_b=table_a if together else network.table_b[row_b])


def as_it_was(network: Network) -> Network:
    """A network of a sum with the operands of its source again; tables that come out alike are one table again."""
    operation, q = network.layout.hyperparameters.operation, network.modulus
    if operation == SUM:
        return network
    numbers = torch.arange(q)
    table_a, table_b = network.table_a[operation.x * numbers % q], network.table_b[operation.y * numbers % q]
    alike = float((table_a - table_b).abs().max()) <= ROUNDING * float(table_a.abs().max())
    return replace(network, table_a=table_a, table_b=table_a if alike else table_b)


def _divided(p: int, factor: int) -> Tensor:
    """int64 [p]: n / factor mod p for n = 0..p−1."""
    return torch.arange(p) * pow(factor, -1, p) % p
