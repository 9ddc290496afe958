"""Networks as graphs of operators (.onnx): any architecture that takes tokens and gives logits.

The token table and the unembedding are found and re-cut by surgery; all between them is the body, computed by the
operators of bodies/graph. Which sequence of tokens it was trained on, and so how many numbers there are, is tried.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor

from models.bodies.graph.body import GraphBody
from models.bodies.graph.nodes import Graph, GraphError
from models.errors import CheckpointError
from models.formats.decoding import Contents, read_contents
from models.formats.graphs.cut import Cut, Outline, cut, outline_of
from models.formats.graphs.feeds import positions_of
from models.formats.graphs.write import written_model
from models.formats.roles.tokens import MOST_SPECIALS, Tokens, tokens_to_try
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.runtime.memo import memoised
from models.task import Addition

NAME = "onnx"
TITLE = "graph of operators (ONNX)"
SUFFIX = ".onnx"
COMPARED = 8  # pairs, when a file that was written is read back
AS_CLOSE = 1e-5  # of the largest number


@contextmanager
def _as_a_sentence(name: str) -> Iterator[None]:
    try:
        yield
    except GraphError as error:
        raise CheckpointError(f"{name} {error}.") from error


@memoised
def _outline(contents: Contents) -> Outline:
    assert contents.graph is not None
    with _as_a_sentence(contents.name):
        return outline_of(contents.graph, contents.tensors)


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return [] if contents.graph else ["it is no graph of operators"]


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """The sequence of tokens, and whether b's rows follow a's in one table."""
    outline, graph = _outline(contents), _graph(contents)
    with _as_a_sentence(contents.name):
        positions = positions_of(graph)
        rows, classes = _rows(outline, graph), outline.matrix.shape[1]
        separate = _two_vocabularies(graph, rows, classes)
        tried = tokens_to_try(min(rows - classes * separate, classes + MOST_SPECIALS), classes, positions)
        if not tried:
            raise GraphError(
                f"takes sequences of {positions} tokens, with {rows} rows in its table and {classes} classes; expected "
                "2 to 4 of them, such as a b or a b =. Say which, by `--read tokens='a b s0'`"
            )
    return {"tokens": tuple(tried), "tables": ("separate" if separate else "shared",)}


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file. Raises CheckpointError saying which operator is in the way, and of what."""
    found = _cut(contents, hyperparameters)
    p, first = found.modulus, found.first_class
    text = hyperparameters.tokens or str(open_hyperparameters(contents)["tokens"][0])
    facts = replace(hyperparameters, tokens=text)
    shared = found.table_a is found.table_b
    one_table = found.start_a[0] == found.start_b[0]
    body = GraphBody(found.plan, found.weights, found.fixed, Tokens.read(text).shown, one_table)
    bias = None if found.bias is None else found.bias[first : first + p].contiguous()
    unembedding = found.unembedding[:, first : first + p].contiguous()
    layout = Layout(NAME, dict(contents.tensors), facts)
    table_b = found.table_a if shared else found.table_b
    return Network(Addition(p), found.table_a, table_b, body, unembedding, bias, layout)


def _cut(contents: Contents, hyperparameters: Hyperparameters) -> Cut:
    """The graph, cut as a reading has it."""
    outline, graph = _outline(contents), _graph(contents)
    text = hyperparameters.tokens or str(open_hyperparameters(contents)["tokens"][0])
    tokens, separate = Tokens.read(text), hyperparameters.tables == "separate"
    with _as_a_sentence(contents.name):
        classes = outline.matrix.shape[1]
        for _ in range(2):
            modulus = _modulus(_rows(outline, graph), classes, tokens, separate=separate)
            found = cut(outline, contents.tensors, tokens, modulus, separate=separate)
            if found.unembedding.shape[1] >= modulus:
                return found
            classes = found.unembedding.shape[1]  # the graph itself takes a part of them
        raise GraphError(f"gives {classes} logits; expected one for each of {modulus} numbers")


def _modulus(rows: int, classes: int, tokens: Tokens, *, separate: bool) -> int:
    left = (rows - tokens.offset - tokens.past) // (2 if separate else 1)
    p = classes if classes < rows else min(left, classes)
    if p < 2:
        raise GraphError(
            f"has {rows} rows in its table and {classes} classes; expected at least two numbers beside the constant "
            f"tokens of the sequence '{tokens.text}'"
        )
    return p


def _rows(outline: Outline, graph: Graph) -> int:
    """Tokens that there are, each with a row of the table; of one-hot vectors as many as they have entries."""
    port, classes = graph.inputs[0], outline.matrix.shape[1]
    if port.kind != "real":
        return outline.rows
    width = port.shape[-1] or 0
    return width // 2 if len(graph.inputs) == 1 and len(port.shape) == 2 and width >= 2 * classes else width


def _two_vocabularies(graph: Graph, rows: int, classes: int) -> bool:
    """b's tokens follow a's: two rows for each class, and at most two constant tokens."""
    one_table = len(graph.inputs) == 1 and graph.inputs[0].kind == "whole"
    return one_table and rows - 2 * classes in (0, 1, 2)


def _graph(contents: Contents) -> Graph:
    assert contents.graph is not None
    return contents.graph


def write(network: Network) -> Mapping[str, Tensor]:
    """The tensors of the graph after surgery."""
    return written(network).tensors


def written(network: Network) -> Contents:
    """What the file of a network holds once it is read back. Raises CheckpointError where it cannot be written."""
    return read_contents(to_bytes(network, {}), f"the file{SUFFIX}")


def to_bytes(network: Network, metadata: Mapping[str, str]) -> bytes:
    """The network as .onnx, read back and compared before it is given away. Raises CheckpointError."""
    body = network.body
    if network.layout.name != NAME or not isinstance(body, GraphBody):
        raise CheckpointError(
            "Only a network that came as .onnx can be written as .onnx; expected .safetensors or .pt."
        )
    facts, tensors = network.layout.hyperparameters, network.layout.retained
    source = Contents("The graph", tensors, graph=body.plan.graph)
    with _as_a_sentence("The graph"):
        data = written_model(network, _cut(source, facts), _outline(source), metadata)
    try:
        again = read(read_contents(data, "the file"), facts)
        same = _is_same(network, again)
    except CheckpointError as error:
        raise _no_room(str(error)) from error
    if not same:
        raise _no_room("read back it is another network")
    return data


def _no_room(reason: str) -> CheckpointError:
    return CheckpointError(
        f"The graph cannot be written back with these tables: {reason.removesuffix('.')}. It may have sizes of its own "
        "written into it; save the recipe instead of the network, or export the model with dynamic shapes."
    )


@torch.no_grad()
def _is_same(network: Network, again: Network) -> bool:
    """The same tables bit for bit, and the same logits of a few pairs but for rounding."""
    if network.modulus != again.modulus:
        return False
    pairs = (
        (network.table_a, again.table_a),
        (network.table_b, again.table_b),
        (network.unembedding, again.unembedding),
    )
    numbers = torch.arange(min(COMPARED, network.modulus))
    there, here = (each.cast(torch.float64).logits(numbers, numbers.flip(0)) for each in (network, again))
    close = float((there - here).abs().max()) <= AS_CLOSE * float(here.abs().max())
    return close and all(torch.equal(one, other) for one, other in pairs)
