"""A graph cut at its table and its unembedding, for one sequence of tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.bodies.graph.nodes import Graph, GraphError, Node, needed_for, reached_from
from models.bodies.graph.passes import constant_value, moved_by_tail, of_last_position, outward_weights
from models.bodies.graph.plan import Feed, Neurons, Plan, Read
from models.formats.graphs.check import with_pairs_apart
from models.formats.graphs.feeds import feeds_of
from models.formats.graphs.find import LOOKUPS, Ending, Wiring, ending_of, neurons_of, table_nodes, wiring_of
from models.formats.graphs.probe import Probe, Seen, probed
from models.formats.roles.tokens import Tokens

LARGEST_WEIGHT = 1e30  # larger numbers are masks
AS_CLOSE = 1e-4  # two passes agree, of the largest number


@dataclass(frozen=True, eq=False)
class Outline:
    """What is known of a graph before a sequence is chosen."""

    wiring: Wiring
    ending: Ending
    tables: tuple[Node, ...]
    matrix: Tensor  # [m, c]: what the logits are a product with
    rows: int  # of the largest table


@dataclass(frozen=True, eq=False)
class Cut:
    """A graph as a body: its plan and constants, and what surgery re-cuts."""

    plan: Plan
    weights: Mapping[str, Tensor]
    fixed: Mapping[str, Tensor]
    table_a: Tensor  # [p, d]
    table_b: Tensor  # the same object where the operands share one
    unembedding: Tensor  # [m, c] of all classes
    bias: Tensor | None  # [c]
    probe: Probe
    start_a: "Start"
    start_b: "Start"
    modulus: int
    offset: int  # rows before the numbers, and classes where these begin as late

    @property
    def first_class(self) -> int:
        """The class of the number 0."""
        return self.offset if self.unembedding.shape[1] >= self.offset + self.modulus else 0


def outline_of(graph: Graph, tensors: Mapping[str, Tensor]) -> Outline:
    """Its product with the unembedding, and what may read tokens. Raises GraphError."""
    wiring = wiring_of(graph)
    ending, tables = ending_of(wiring), table_nodes(wiring)
    if not tables:
        raise GraphError(
            "has no table of tokens that could be found: expected a Gather from a table of weights by the tokens, or a "
            "product of one-hot vectors with one. Export a model that takes tokens and begins with its embedding"
        )
    matrix = _matrix(wiring, ending.node, tensors)
    rows = [len(_table(wiring, node, tensors)) for node in tables]
    return Outline(wiring, ending, tables, matrix, max(rows))


def _matrix(wiring: Wiring, node: Node, tensors: Mapping[str, Tensor]) -> Tensor:
    """[inputs, outputs] of a product with weights, in their own precision."""
    found = constant_value(node.inputs[1], wiring.graph.nodes, tensors, wiring.graph.opset)
    if found.ndim != 2 or not found.is_floating_point():
        raise GraphError(f"multiplies by {node.inputs[1][:60]!a}, which is no matrix of weights")
    found = found.T if node.operator == "Gemm" and node.attributes.get("transB", 0) else found
    scale = float(node.attributes.get("alpha", 1.0)) if node.operator == "Gemm" else 1.0
    widest = torch.float64 if any(each.dtype == torch.float64 for each in tensors.values()) else torch.float32
    return (found if scale == 1 else scale * found).to(widest).contiguous()


def _table(wiring: Wiring, node: Node, tensors: Mapping[str, Tensor]) -> Tensor:
    if node.operator not in LOOKUPS:
        return _matrix(wiring, node, tensors)
    found = constant_value(node.inputs[0], wiring.graph.nodes, tensors, wiring.graph.opset)
    return found if found.ndim == 2 else found.new_zeros(0, 1)


def cut(outline: Outline, tensors: Mapping[str, Tensor], tokens: Tokens, modulus: int, *, separate: bool) -> Cut:
    """The graph cut for a sequence of tokens, of which so many numbers are. Raises GraphError, of the first way."""
    numbers = modulus * (2 if separate else 1)
    refusals = []
    for feed in feeds_of(outline.wiring.graph, tokens, modulus, numbers):
        try:
            return _cut(outline, tensors, feed, tokens, modulus, separate=separate)
        except GraphError as error:
            refusals.append(error)
    raise refusals[0] if refusals else GraphError(f"takes no sequence '{tokens.text}'")


def _cut(outline: Outline, tensors: Mapping[str, Tensor], feed: Feed, tokens: Tokens, p: int, *, separate: bool) -> Cut:
    wiring, ending = outline.wiring, outline.ending
    probe = probed(wiring, ending, outline.tables, tensors, feed)
    starts = {
        "a": _start(probe.seen, "shift_a", tokens.offset),
        "b": _start(probe.seen, "shift_b", tokens.offset),
    }
    if separate and starts["a"] == starts["b"]:
        starts["b"] = (starts["b"][0], starts["b"][1] + p)
    reads, rests = _reads(probe, starts, p)
    tables = [_rows(outline, tensors, *starts[operand], p) for operand in "ab"]
    plan = _plan(outline, tensors, probe, reads)
    columns, bias = _classes(plan, probe, tensors, _own_bias(wiring, ending, tensors))
    weights, fixed = _constants(plan, tensors, rests)
    plan = _with_true_neurons(plan, {**weights, **fixed})
    table_b = tables[0] if starts["a"] == starts["b"] else tables[1]
    plan = with_pairs_apart(plan, {**weights, **fixed}, tables[0], table_b)
    unembedding = outline.matrix if len(columns) == plan.classes else outline.matrix[:, columns]
    bias = None if bias is None else bias.to(unembedding.dtype)
    return Cut(
        plan,
        weights,
        fixed,
        tables[0],
        table_b,
        unembedding,
        bias,
        probe,
        starts["a"],
        starts["b"],
        p,
        tokens.offset,
    )


Start = tuple[str, int]  # the name of the node's table, and the row of number 0


def table_name(node: Node) -> str:
    """Of the table that a node reads."""
    return node.inputs[0] if node.operator in LOOKUPS else node.inputs[1]


def _start(seen: tuple[Seen, ...], name: str, offset: int) -> Start:
    """Which table an operand's rows are in. Raises GraphError where it is more than one: surgery re-cuts one."""
    found = {(table_name(each.node), getattr(each, name)) for each in seen if getattr(each, name) is not None}
    if len(found) > 1:
        raise GraphError(
            f"looks {name[-1]} up in {len(found)} tables ({', '.join(sorted(table for table, _ in found))[:120]!a}); "
            "expected one, since surgery writes one table for each operand"
        )
    table, shift = next(iter(found))
    return table, shift + offset


def _rows(outline: Outline, tensors: Mapping[str, Tensor], table: str, start: int, p: int) -> Tensor:
    node = next(node for node in outline.tables if table_name(node) == table)
    whole = _table(outline.wiring, node, tensors)
    if not 0 <= start <= len(whole) - p:
        raise GraphError(f"has a table of {len(whole):,} rows; expected {p:,} from row {start:,} on")
    return whole[start : start + p].to(outline.matrix.dtype).contiguous()


def _reads(probe: Probe, starts: Mapping[str, Start], p: int) -> tuple[tuple[Read, ...], dict[str, Tensor]]:
    """How each node reads its table, and the rows of constant tokens that are left of them, by the names of these."""
    reads, rests = [], {}
    for each in probe.seen:
        table, rows = table_name(each.node), len(each.matrix)
        places, of_numbers = torch.full((rows,), -1), torch.zeros(rows, dtype=torch.bool)
        for name, start in starts.values():
            if name == table:
                of_numbers[start : start + p] = True
        constants = sorted(
            {number for other in probe.seen if table_name(other.node) == table for number in other.constants}
        )
        if constants and bool(of_numbers[constants].any()):
            raise GraphError("has a constant token that is one of the numbers, so that surgery would re-cut it")
        places[constants] = torch.arange(len(constants))
        name = f"{table}.constant tokens" if constants else ""
        if constants:
            rests[name] = each.matrix[constants]
        bare = _without_table(each.node)
        reads.append(Read(bare, each.by_number, name, places, each.shift_a or 0, each.shift_b or 0))
    return tuple(reads), rests


def _without_table(node: Node) -> Node:
    place = 0 if node.operator in LOOKUPS else 1
    return replace(node, inputs=tuple("" if number == place else name for number, name in enumerate(node.inputs)))


def _plan(outline: Outline, tensors: Mapping[str, Tensor], probe: Probe, reads: tuple[Read, ...]) -> Plan:
    wiring, ending = outline.wiring, outline.ending
    bare = {read.node.outputs[0]: read.node for read in reads}
    nodes = [bare.get(node.outputs[0], node) for node in wiring.graph.nodes]
    neurons = neurons_of(wiring, ending)
    wanted = [ending.vector, *ending.borrowed, *([neurons.received, neurons.active] if neurons else [])]
    outward, turned = _outward(wiring, neurons)
    return Plan(
        graph=wiring.graph,
        feed=probe.feed,
        nodes=needed_for(nodes, wanted),
        reads=reads,
        vector=ending.vector,
        width=probe.width,
        product=ending.product,
        classes=outline.matrix.shape[1],
        tail=ending.tail,
        adds=ending.adds,
        borrowed=ending.borrowed,
        neurons=neurons and replace(neurons, out=wiring.maker[neurons.out].inputs[1] if neurons.out else ""),
        neurons_last=neurons is not None and _reads_last(wiring, tensors, neurons, len(probe.feed.words)),
        outward=outward,
        outward_turned=turned,
        products_a_pair=probe.products_a_pair,
        numbers_a_pair=probe.alive_a_pair,
        made_a_pair=probe.made_a_pair,
    )


def _reads_last(wiring: Wiring, tensors: Mapping[str, Tensor], neurons: Neurons, positions: int) -> bool:
    """Whether, of what comes of the neurons, the last position is taken."""
    onward = reached_from(wiring.graph.nodes, [neurons.active])
    for node in wiring.graph.nodes:
        if node.operator == "Gather" and node.inputs[0] in onward and wiring.constant(node.inputs[1]):
            place = constant_value(node.inputs[1], wiring.graph.nodes, tensors, wiring.graph.opset)
            if place.numel() == 1 and int(place) in (-1, positions - 1):
                return True
    return False


def _outward(wiring: Wiring, neurons: Neurons | None) -> tuple[tuple[Node, ...], bool]:
    """What makes the weights that the neurons are multiplied by, and whether they are turned."""
    if neurons is None or not neurons.out:
        return (), False
    node = wiring.maker[neurons.out]
    return needed_for(wiring.graph.nodes, [node.inputs[1]]), bool(node.attributes.get("transB", 0))


def _with_true_neurons(plan: Plan, constants: Mapping[str, Tensor]) -> Plan:
    """The plan without neurons where these write into something else than what the unembedding reads."""
    out = outward_weights(plan, constants) if plan.neurons else None
    fits = out is None or (out.ndim == 2 and out.shape[1] == plan.width)
    return plan if fits else replace(plan, neurons=None, outward=())


def _own_bias(wiring: Wiring, ending: Ending, tensors: Mapping[str, Tensor]) -> Tensor | None:
    """What a Gemm adds to its product."""
    node = ending.node
    if node.operator != "Gemm" or len(node.inputs) < 3 or not node.inputs[2]:
        return None
    found = constant_value(node.inputs[2], wiring.graph.nodes, tensors, wiring.graph.opset)
    return float(node.attributes.get("beta", 1.0)) * found.double()


def _classes(
    plan: Plan, probe: Probe, tensors: Mapping[str, Tensor], own_bias: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Which columns of the product's matrix the logits are, and their bias, sent through what stands behind it."""
    lead, constants = probe.lead, {**tensors, **probe.borrowed}
    numbers = torch.arange(plan.classes).expand(*lead, plan.classes)
    columns = of_last_position(plan, moved_by_tail(plan, numbers, constants), lead)
    pairs = plan.feed.unit or len(columns)
    if len(columns) != pairs or not torch.equal(columns, columns[:1].expand_as(columns)):
        raise GraphError("gives logits whose first axis is not the pairs'")
    zeros = torch.zeros(*lead, plan.classes, dtype=torch.float64)
    start = zeros if own_bias is None else zeros + own_bias
    added = of_last_position(plan, moved_by_tail(plan, start, constants, added=True), lead)
    if not torch.equal(added, added[:1].expand_as(added)):
        raise GraphError("adds a bias to its logits that is not the same for every pair")
    return columns[0], added[0] if own_bias is not None or plan.adds else None


def _constants(
    plan: Plan, tensors: Mapping[str, Tensor], rests: Mapping[str, Tensor]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """What training found, and numbers of the graph itself: shapes, masks and constants of one entry."""
    used = {name for node in (*plan.nodes, *plan.outward) for name in node.inputs}
    moving = {name for node in plan.tail for name in node.inputs}
    found = {name: tensor for name, tensor in tensors.items() if name in used}
    weights = {name: tensor for name, tensor in found.items() if _is_weight(tensor)} | dict(rests)
    fixed = {name: tensor for name, tensor in tensors.items() if name in used | moving and name not in weights}
    return weights, fixed


def _is_weight(tensor: Tensor) -> bool:
    real = tensor.is_floating_point() and tensor.numel() > 1
    return real and float(tensor.abs().max()) < LARGEST_WEIGHT
