"""Operations that a file's tables can say: those that are a sum once more, with rows of their own order."""

from dataclasses import dataclass, replace

import torch

from models.errors import RecipeError
from models.groups import Cyclic, Group, product_factors
from models.network import Network
from models.operations.operation import NO_ELEMENT, Operation
from models.task import SUM, Addition
from models.task import Operation as Multiples


@dataclass(frozen=True)
class PlainSum:
    """x·a + y·b of the elements of a group as they are numbered: what a file says beside its tables."""

    group: Group
    multiples: Multiples


def plain_sum(operation: Operation) -> PlainSum:
    """The plain sum that an operation is. Raises RecipeError where it is none, saying why no tables can express it.

    >>> from models.operations.calendar import hours_later
    >>> from models.operations.linear import linear
    >>> str(plain_sum(linear(3, -1, 0, 10)).multiples), str(plain_sum(hours_later()).group)
    ('3a − b', '168')
    """
    a, b, order = operation.element_of_a, operation.element_of_b, operation.group.order
    cannot = f"No tables of a file can express {operation.formula}"
    if bool((a == NO_ELEMENT).any() | (b == NO_ELEMENT).any()):
        raise RecipeError(f"{cannot}: {operation.left_out}, and a row for every number is what a table has.")
    if not len(a) == len(b) == order or any(len(each.unique()) < order for each in (a, b)):
        raise RecipeError(
            f"{cannot}: its numbers do not stand for every one of the {order} elements once, so that rows were missing "
            "or written twice."
        )
    if torch.equal(operation.number_of, operation.group.elements()):
        x, y = (_factor(operation.group, elements) for elements in (a, b))
        if x is not None and y is not None:
            return PlainSum(operation.group, Multiples(x, y))
    numbers, clock = torch.arange(order), Cyclic(order)
    if torch.equal(operation.answers(), clock.sum(numbers[:, None], numbers)):
        return PlainSum(clock, SUM)
    raise RecipeError(f"{cannot}: its answers are no sum of multiples of a and b, which is all that a file can say.")


def as_plain_sum(operated: Network, operation: Operation) -> Network:
    """A network that adds in the operation's group, as the network of the plain sum that the operation is.

    Written to a file its rows stand in the order of the operation's numbers. Raises RecipeError as `plain_sum`.
    """
    found = plain_sum(operation)
    hyperparameters = replace(operated.layout.hyperparameters, operation=found.multiples)
    renamed = replace(operated, layout=replace(operated.layout, hyperparameters=hyperparameters))
    if found.group == operation.group:
        return renamed
    rows = operation.element_of_a
    columns = torch.empty_like(rows)
    columns[operation.number_of] = torch.arange(len(rows))
    table_a = operated.table_a[rows]
    shared = operated.tables_shared and torch.equal(rows, operation.element_of_b)
    return replace(
        renamed,
        task=Addition(found.group.order, product_factors(found.group)),
        table_a=table_a,
        table_b=table_a if shared else operated.table_b[operation.element_of_b],
        unembedding=operated.unembedding[:, columns].contiguous(),
        unembedding_bias=None if operated.unembedding_bias is None else operated.unembedding_bias[columns],
    )


def _factor(group: Group, elements: torch.Tensor) -> int | None:
    """By which all elements are multiplied, of either sign and as small as can be; None where they are not."""
    for size in range(1, group.exponent // 2 + 1):
        for factor in (size, -size):
            if torch.equal(group.multiple(factor, group.elements()), elements):
                return factor
    return None
