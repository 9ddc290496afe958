"""Networks of x·a + y·b seen as networks of a sum, and back; and the group in which they add."""

import math
from dataclasses import replace

import torch
from torch import Tensor

from models.errors import CheckpointError
from models.groups import Group, group_of
from models.network import Network
from models.task import SUM, Addition, Operation

ROUNDING = 1e-5  # of the largest entry: two tables that differ by less are one table written twice


def adding_in(network: Network, factors: tuple[int, ...]) -> Network:
    """The same network taken to add in the product of cyclic groups of these orders; of none, mod its own number.

    Raises CheckpointError where they have not as many elements together as the network has numbers.
    """
    if not factors:
        return network
    if math.prod(factors) != network.modulus:
        raise CheckpointError(
            f"A network of {network.modulus} numbers cannot add in {group_of(factors)}, which has {math.prod(factors)} "
            "elements; expected as many."
        )
    return replace(network, task=Addition(network.modulus, factors))


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
    row_a, row_b = (_divided(network.task.group, factor) for factor in (operation.x, operation.y))
    table_a = network.table_a[row_a]
    together = network.tables_shared and torch.equal(row_a, row_b)
    return replace(network, table_a=table_a, table_b=table_a if together else network.table_b[row_b])


def as_it_was(network: Network) -> Network:
    """A network of a sum with the operands of its source again; tables that come out alike are one table again."""
    operation, group = network.layout.hyperparameters.operation, network.task.group
    if operation == SUM:
        return network
    row_a, row_b = (group.multiple(factor, group.elements()) for factor in (operation.x, operation.y))
    table_a, table_b = network.table_a[row_a], network.table_b[row_b]
    alike = float((table_a - table_b).abs().max()) <= ROUNDING * float(table_a.abs().max())
    return replace(network, table_a=table_a, table_b=table_a if alike else table_b)


def _divided(group: Group, factor: int) -> Tensor:
    """int64 [p]: for each element the one that is it when multiplied by the factor."""
    return group.multiple(pow(factor, -1, group.exponent), group.elements())
