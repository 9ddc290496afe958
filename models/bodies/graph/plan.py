"""How a graph is computed as a body: what is fed, where its tables are read, and which rows the unembedding reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from models.bodies.graph.nodes import Graph, Node
from models.bodies.graph.tokens import CODE, MARKED_A, MARKED_B, A, B

Batch = Literal["first", "second", "none"]  # the axis of a sequence's batch


@dataclass(frozen=True, eq=False)
class Feed:
    """How a sequence is given to the graph: whole numbers, or one-hot vectors of `columns` entries."""

    words: tuple[str, ...]  # "a", "b", or anything else for a constant token
    constants: Mapping[int, int]  # position → number of a constant token
    batch: Batch = "first"
    columns: int = 0  # of one-hot vectors; 0 where tokens are whole numbers
    flat: Literal["no", "beside", "added"] = "no"  # one-hot vectors one beside the other, or all in one
    unit: int = 0  # pairs that the graph takes at a time; 0: as many as there are

    def tensors(self, graph: Graph, pairs: int) -> dict[str, Tensor]:
        """What each input is given for so many pairs, marked as tokens.py says."""
        marked = self._one_hot(pairs) if self.columns else self._whole(pairs)
        if len(graph.inputs) == 1:
            return {graph.inputs[0].name: self._laid_out(marked)}
        parts = marked.unbind(1)
        return {
            port.name: part[:, None] if len(port.shape) > 1 and not self.columns else part
            for port, part in zip(graph.inputs, parts, strict=True)
        }

    def _whole(self, pairs: int) -> Tensor:
        each = torch.arange(pairs)
        starts = {"a": A, "b": B}
        columns = [
            each + starts[word] if word in starts else torch.full_like(each, self.constants[place])
            for place, word in enumerate(self.words)
        ]
        return torch.stack(columns, dim=1)

    def _one_hot(self, pairs: int) -> Tensor:
        marked = torch.zeros(pairs, len(self.words), self.columns)
        code = torch.arange(pairs, dtype=marked.dtype) + CODE
        for place, word in enumerate(self.words):
            if word in ("a", "b"):
                marked[:, place, MARKED_A if word == "a" else MARKED_B] = code if word == "a" else -code
            else:
                marked[:, place, self.constants[place]] = 1.0
        return marked

    def _laid_out(self, marked: Tensor) -> Tensor:
        if self.flat != "no":
            marked = marked.flatten(1) if self.flat == "beside" else marked.sum(1)
        if self.batch == "none":
            return marked[0]
        return marked.transpose(0, 1) if self.batch == "second" else marked


@dataclass(frozen=True, eq=False)
class Read:
    """A node that reads tokens out of a table: by their numbers, or as a product with one-hot vectors."""

    node: Node
    by_number: bool
    rest: str  # the name of what is left of its table beside the operands' rows; empty where nothing is
    places: Tensor  # int64 [rows of the table]: where each row is in that; −1 for rows of operands
    shift_a: int  # what the graph adds to a's number before it is looked up
    shift_b: int


@dataclass(frozen=True, eq=False)
class Neurons:
    """What a layer's neurons receive and what they answer, as names of values, and where they go."""

    received: str
    active: str
    out: str  # the product with weights that takes them; empty where the unembedding reads them itself
    activation: str


@dataclass(frozen=True, eq=False)
class Plan:
    """A graph cut at its table and its unembedding; the same before and after surgery."""

    graph: Graph
    feed: Feed
    nodes: tuple[Node, ...]  # from tokens to what the unembedding reads, and to the neurons
    reads: tuple[Read, ...]
    vector: str  # the name of what the unembedding reads, [..., width]
    width: int
    product: str  # the name of what it makes
    classes: int  # that the product makes
    tail: tuple[Node, ...]  # from there to the logits: only moves and a bias, and what makes their constants
    adds: tuple[Node, ...]  # of them: those that add a bias
    borrowed: tuple[str, ...]  # values of `nodes` that the tail takes
    neurons: Neurons | None
    neurons_last: bool  # of every position that they are computed at, the last one's are read
    outward: tuple[Node, ...]  # makes the weights of that product, as the last value, [neurons, m] or turned
    outward_turned: bool
    products_a_pair: int
    numbers_a_pair: int
    made_a_pair: int  # numbers that one pair's forward pass makes, all together
