"""A first pass over a graph: which rows of which table the operands are, and how much a pair takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from models.bodies.graph.arithmetic import Plain
from models.bodies.graph.nodes import GraphError, Node, needed_for
from models.bodies.graph.operators import OPERATORS
from models.bodies.graph.operators.moving import Given
from models.bodies.graph.operators.products import plus_of_gemm
from models.bodies.graph.plan import Feed
from models.bodies.graph.run import Budget, Run
from models.bodies.graph.tokens import CODE, MARKED_A, MARKED_B, a_places, b_places, is_a, is_b, marks_of
from models.formats.graphs.find import LOOKUPS, Ending, Wiring

PAIRS = 5  # no sequence that is tried has as many positions
MOST_MADE = 2**24  # numbers of a first pass
MOST_PRODUCTS = 2**31


@dataclass(eq=False)
class Seen:
    """What one node was asked for: which operands, how far from their own numbers, and which constant tokens."""

    node: Node
    by_number: bool
    matrix: Tensor  # [rows, d]
    shift_a: int | None = None
    shift_b: int | None = None
    constants: set[int] = field(default_factory=set)


@dataclass(frozen=True, eq=False)
class Probe:
    """A graph's first pass."""

    feed: Feed
    seen: tuple[Seen, ...]  # of nodes that read an operand
    lead: tuple[int, ...]  # axes of what the unembedding reads, but the last
    width: int
    borrowed: Mapping[str, Tensor]  # what moves the logits, and depends on the shape of what was fed
    products_a_pair: int
    made_a_pair: int
    alive_a_pair: int


def probed(
    wiring: Wiring, ending: Ending, tables: tuple[Node, ...], constants: Mapping[str, Tensor], feed: Feed
) -> Probe:
    """The first pass in float32. Raises GraphError where the graph cannot be fed so."""
    pairs = feed.unit or (1 if feed.batch == "none" else PAIRS)
    run_size = pairs * len(feed.words) * max(1, feed.columns)
    if run_size > MOST_MADE:
        raise GraphError(
            f"takes {run_size:,} numbers or more at a time; expected at most {MOST_MADE:,}. Export it for one pair, or "
            "for any number of them"
        )
    seen: dict[int, Seen] = {}
    watched = {id(node): partial(_watch, seen) for node in tables}
    run = Run(Plain(torch.float32), Budget(MOST_MADE, MOST_PRODUCTS), wiring.graph.opset, overrides=watched)
    run.values |= {name: run.arithmetic.exact(tensor) for name, tensor in constants.items()}
    run.values |= {name: run.arithmetic.exact(tensor) for name, tensor in feed.tensors(wiring.graph, pairs).items()}
    wanted = [ending.vector, ending.product, *ending.borrowed]
    run.compute(needed_for(wiring.graph.nodes, wanted), OPERATORS, wanted)
    shape = run.shape(run.values[ending.vector])
    reading = tuple(each for each in seen.values() if (each.shift_a, each.shift_b) != (None, None))
    for operand, found in (("a", [each.shift_a for each in reading]), ("b", [each.shift_b for each in reading])):
        if all(shift is None for shift in found):
            raise GraphError(
                f"looks {operand} up in no table that could be found: expected a Gather from a table of weights, or a "
                "product of one-hot vectors with one. Export a model that takes tokens and begins with its embedding"
            )
    return Probe(
        feed,
        reading,
        shape[:-1],
        shape[-1],
        {name: run.values[name] for name in ending.borrowed},
        -(-run.budget.multiplied // pairs),
        -(-run.budget.made // pairs),
        -(-run.budget.most_alive // pairs),
    )


def _watch(seen: dict[int, Seen], run: Run, node: Node, given: Given) -> Given:
    """Note what is asked for, and answer with the rows of 0 in the place of the operands' own."""
    known = seen.get(id(node))
    matrix = given[0 if node.operator in LOOKUPS else 1]
    if node.operator == "Gemm" and node.attributes.get("transB", 0):
        matrix = matrix.T
    by_number = node.operator in LOOKUPS
    if matrix.ndim != 2 or not matrix.is_floating_point() or (by_number and node.attributes.get("axis", 0) != 0):
        return OPERATORS[node.operator](run, node, given)
    found = known or seen.setdefault(id(node), Seen(node, by_number, matrix))
    if by_number:
        return [_by_number(found, run, given[1].squeeze(-1) if node.operator == "GatherND" else given[1])]
    made = _by_product(found, run, given[0])
    return [plus_of_gemm(run, node, made, given) if node.operator == "Gemm" else made]


def _by_number(seen: Seen, run: Run, index: Tensor) -> Tensor:
    of_a, of_b = is_a(index), is_b(index)
    seen.shift_a = _shift(a_places(index)[of_a])
    seen.shift_b = _shift(b_places(index)[of_b])
    rows = len(seen.matrix)
    seen.constants |= {int(number) % rows for number in index[~(of_a | of_b)].unique() if -rows <= number < rows}
    place = torch.where(of_a | of_b, 0, index)
    if bool(((place < -rows) | (place >= rows)).any()):
        raise GraphError(f"looks tokens up in a table of {rows:,} rows that it has not got")
    run.budget.charge((*index.shape, seen.matrix.shape[1]))
    return seen.matrix[place % rows]


def _shift(places: Tensor) -> int | None:
    """How far above the pairs' own numbers; None where there are none."""
    return int(places.min()) if places.numel() else None


def _by_product(seen: Seen, run: Run, coded: Tensor) -> Tensor:
    if len(seen.matrix) <= MARKED_B:
        raise GraphError(f"has one-hot vectors of {len(seen.matrix)} entries; expected more than {MARKED_B + 1}")
    if coded.shape[-1] != len(seen.matrix):
        raise GraphError(f"multiplies vectors of {coded.shape[-1]} entries with a matrix of {len(seen.matrix)} rows")
    columns = torch.arange(coded.shape[-1]).expand(coded.shape)
    marked_a, marked_b = coded >= CODE, coded <= -CODE
    for marked, name, first in ((marked_a, "shift_a", MARKED_A), (marked_b, "shift_b", MARKED_B)):
        places = columns[marked].unique()
        if len(places) > 1:
            raise GraphError("multiplies one table with one-hot vectors of one operand at several places")
        setattr(seen, name, int(places[0]) - first if len(places) else None)
    _, _, constant = marks_of(coded)
    seen.constants |= {int(column) for column in columns[constant != 0].unique()}
    run.budget.charge((*coded.shape[:-1], seen.matrix.shape[1]))
    return seen.matrix[:1].expand(*coded.shape[:-1], -1)
