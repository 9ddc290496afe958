"""A second pass over a graph that was cut: each pair has values of its own, whichever others are computed with it."""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from models.bodies.graph.arithmetic import Plain
from models.bodies.graph.nodes import GraphError
from models.bodies.graph.passes import Pass
from models.bodies.graph.plan import Plan

MANY, FEW = 7, 4  # pairs, so that those of one unit of a graph are not together both times
AS_CLOSE = 1e-3  # of the largest number: float32, in sums of another order


def with_pairs_apart(plan: Plan, constants: Mapping[str, Tensor], rows: Tensor, others: Tensor) -> Plan:
    """The plan, without neurons where these are not of each pair. Raises GraphError where logits are not."""
    places = torch.arange(MANY) % len(rows)
    rows_a, rows_b = (table[places].float() for table in (rows, others.flip(0)))
    _require_apart(plan, constants, rows_a, rows_b, [plan.vector])
    if plan.neurons is None:
        return plan
    try:
        _require_apart(plan, constants, rows_a, rows_b, [plan.neurons.received, plan.neurons.active])
    except GraphError:
        return replace(plan, neurons=None, outward=())
    return plan


def _require_apart(
    plan: Plan, constants: Mapping[str, Tensor], rows_a: Tensor, rows_b: Tensor, names: list[str]
) -> None:
    arithmetic = Plain(torch.float32)

    def compute(*rows: Tensor) -> list[Tensor]:
        return Pass(plan, constants, arithmetic, *rows).values(names)

    unit = plan.feed.unit
    many = arithmetic.in_units(compute, unit, rows_a, rows_b)
    few = arithmetic.in_units(compute, unit, rows_a[-FEW:], rows_b[-FEW:])
    for name, all_of_them, some in zip(names, many, few, strict=True):
        expected = all_of_them[-FEW:]
        size = float(expected.abs().nan_to_num(0.0, 0.0, 0.0).max())
        if not torch.allclose(some, expected, rtol=0.0, atol=AS_CLOSE * size, equal_nan=True):
            raise GraphError(
                f"computes {name[:60]!a} of a pair from other pairs too; expected one sequence after the other. "
                "Export it in evaluation mode, model.eval(), with the pairs as its first axis"
            )
