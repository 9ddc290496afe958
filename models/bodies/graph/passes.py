"""Forward passes of a plan: from the operands' own rows to what the unembedding reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod

import torch
from torch import Tensor

from models.bodies.graph.arithmetic import Arithmetic, Plain, Value
from models.bodies.graph.nodes import GraphError, Node, needed_for
from models.bodies.graph.operators import OPERATORS
from models.bodies.graph.operators.moving import Given, identity
from models.bodies.graph.operators.products import matrix_product, plus_of_gemm
from models.bodies.graph.plan import Plan, Read
from models.bodies.graph.run import Budget, Override, Run
from models.bodies.graph.tokens import a_places, b_places, is_a, is_b, marks_of

ROOM = 4  # times what the first pass made: a later one makes no more for each of its pairs
MOST_MADE = 2**40
MOST_SMALL = 2**16  # numbers that constants of a few numbers may make


@dataclass(frozen=True, eq=False)
class Pass:
    """One forward pass of some pairs, in some arithmetic."""

    plan: Plan
    constants: Mapping[str, Tensor]
    arithmetic: Arithmetic
    rows_a: Value  # [n, d]
    rows_b: Value

    @cached_property
    def pairs(self) -> int:
        """n."""
        return int(self.arithmetic.raw(self.rows_a).shape[0])

    def values(self, wanted: Sequence[str]) -> list[Value]:
        """Values of the graph by their names, [n, m] each, of the position that the unembedding reads."""
        plan, arithmetic = self.plan, self.arithmetic
        most = min(MOST_MADE, ROOM * plan.made_a_pair * (self.pairs + ROOM))
        overrides = {id(read.node): partial(_read, self, read) for read in plan.reads}
        run = Run(arithmetic, Budget(most, MOST_MADE * ROOM), plan.graph.opset, overrides=overrides)
        fed = plan.feed.tensors(plan.graph, self.pairs) | dict(self.constants)
        run.values |= {name: arithmetic.exact(tensor) for name, tensor in fed.items()}
        run.compute(plan.nodes, OPERATORS, [plan.vector, *wanted, *plan.borrowed])
        lead = run.shape(run.values[plan.vector])[:-1]
        aside = {name: arithmetic.raw(run.values[name]) for name in plan.borrowed}
        rows = positions_read(plan, lead, {**self.constants, **aside})
        if len(rows) != self.pairs:
            raise GraphError(f"gives logits of {len(rows)} pairs where {self.pairs} are fed")
        return [self._of_pairs(run, run.values[name], lead, rows) for name in wanted]

    def _of_pairs(self, run: Run, value: Value, lead: tuple[int, ...], rows: Tensor) -> Value:
        shape, plan = run.shape(value), self.plan
        if shape[:-1] == lead:
            return self.arithmetic.move(lambda x: x.reshape(-1, shape[-1]).index_select(0, rows), value)
        positions = len(plan.feed.words)
        if plan.neurons_last and shape[:-1] == (len(rows), positions):
            return self.arithmetic.move(lambda x: x[:, -1], value)
        if plan.neurons_last and shape[:-1] == (positions, len(rows)):
            return self.arithmetic.move(lambda x: x[-1], value)
        if not shape or prod(shape) != len(rows) * shape[-1]:
            raise GraphError("has neurons that are not those of each pair")
        return self.arithmetic.move(lambda x: x.reshape(len(rows), shape[-1]), value)


def _read(pass_: Pass, read: Read, run: Run, node: Node, given: Given) -> Given:
    """What a table gives: the operands' own rows where these are meant, and constant rows."""
    rest = run.arithmetic.exact(pass_.constants[read.rest]) if read.rest else None
    if read.by_number:
        index = run.arithmetic.raw(given[1])
        return [_by_number(pass_, read, run, index.squeeze(-1) if node.operator == "GatherND" else index, rest)]
    coded = given[0]
    if node.operator == "Gemm" and node.attributes.get("transA", 0):
        coded = run.arithmetic.move(torch.t, coded)
    made = _by_product(pass_, read, run, run.arithmetic.raw(coded), rest)
    return [plus_of_gemm(run, node, made, given) if node.operator == "Gemm" else made]


def _by_number(pass_: Pass, read: Read, run: Run, index: Tensor, rest: Value | None) -> Value:
    parts = ([] if rest is None else [rest]) + [pass_.rows_a, pass_.rows_b]
    before = 0 if rest is None else run.shape(rest)[0]
    constant = read.places[index.clamp(-len(read.places), len(read.places) - 1)]
    place_a = before + a_places(index) - read.shift_a
    place_b = before + pass_.pairs + b_places(index) - read.shift_b
    place = torch.where(is_a(index), place_a, torch.where(is_b(index), place_b, constant))
    width = run.shape(pass_.rows_a)[-1]
    run.budget.charge((*index.shape, width))
    flat = place.reshape(-1)
    return run.arithmetic.move(
        lambda *tables: torch.cat(tables).index_select(0, flat).reshape(*place.shape, width), *parts
    )


def _by_product(pass_: Pass, read: Read, run: Run, coded: Tensor, rest: Value | None) -> Value:
    of_a, of_b, constant = marks_of(coded)
    made, width = None, run.shape(pass_.rows_a)[-1]
    for places, rows in ((of_a, pass_.rows_a), (of_b, pass_.rows_b)):
        run.budget.charge((*places.shape, width))
        flat = places.reshape(-1) + 1
        sent = run.arithmetic.move(partial(_rows_or_none, flat=flat, shape=(*places.shape, width)), rows)
        made = sent if made is None else run.arithmetic.add(made, sent)
    if rest is None:
        return made
    kept = (read.places >= 0).nonzero()[:, 0]
    weights = run.arithmetic.exact(constant.index_select(-1, kept).double())
    return run.arithmetic.add(made, matrix_product(run, weights, rest))


def _rows_or_none(rows: Tensor, flat: Tensor, shape: tuple[int, ...]) -> Tensor:
    return torch.cat([torch.zeros_like(rows[:1]), rows]).index_select(0, flat).reshape(shape)


def positions_read(plan: Plan, lead: tuple[int, ...], constants: Mapping[str, Tensor]) -> Tensor:
    """int64 [n]: which rows of what the unembedding reads, its axes but the last flattened, give the logits."""
    numbers = torch.arange(prod(lead)).reshape(*lead, 1).expand(*lead, plan.classes)
    return of_last_position(plan, moved_by_tail(plan, numbers, constants), lead)[:, 0]


def of_last_position(plan: Plan, made: Tensor, lead: tuple[int, ...]) -> Tensor:
    """[n, classes] of the logits as the graph gives them: of every position the last. Raises GraphError."""
    if plan.feed.batch == "none":
        made = made[None] if made.ndim == 1 else made.reshape(-1, made.shape[-1])[-1:]
    if made.ndim == 3:
        made = made[-1] if plan.feed.batch == "second" else made[:, -1]
    if made.ndim != 2:
        raise GraphError(f"gives logits of {made.ndim} axes; expected pairs × classes, or every position's")
    return made


def moved_by_tail(plan: Plan, values: Tensor, constants: Mapping[str, Tensor], *, added: bool = False) -> Tensor:
    """What the nodes behind the product make of a tensor in its place; with `added`, biases are added too."""
    skipped: dict[int, Override] = {}
    path = {plan.product}
    for node in plan.tail:
        if node.operator in ("Softmax", "LogSoftmax", "Cast"):
            skipped[id(node)] = identity
        if any(node is each for each in plan.adds) and not added:
            skipped[id(node)] = partial(_same, 0 if node.inputs[0] in path else 1)
        path |= {*node.outputs} if path & {*node.inputs} else set()
    most = 2 * (len(plan.tail) + 1) * (values.numel() + plan.classes + MOST_SMALL)
    run = Run(Plain(torch.float64), Budget(most, 0), plan.graph.opset, dict(constants), skipped)
    run.values |= {plan.product: values}
    run.compute(plan.tail, OPERATORS, [plan.graph.output])
    return run.values[plan.graph.output]


def _same(place: int, run: Run, node: Node, given: Given) -> Given:
    """One of what is given, and nothing done with it."""
    return [given[place]]


def constant_value(name: str, nodes: Sequence[Node], constants: Mapping[str, Tensor], opset: int) -> Tensor:
    """What operators make of constants alone, in float64 unless nothing has to be made."""
    if name in constants:
        return constants[name]
    most = 16 * (sum(tensor.numel() for tensor in constants.values()) + MOST_SMALL)
    run = Run(Plain(torch.float64), Budget(most, MOST_MADE), opset, dict(constants))
    run.compute(needed_for(nodes, [name]), OPERATORS, [name])
    return run.values[name]


def outward_weights(plan: Plan, constants: Mapping[str, Tensor]) -> Tensor | None:
    """[neurons, m]: the weights that the neurons are multiplied by; None where the unembedding reads them itself."""
    if plan.neurons is None or not plan.neurons.out:
        return None
    matrix = constant_value(plan.neurons.out, plan.outward, constants, plan.graph.opset)
    return matrix.T if plan.outward_turned else matrix
