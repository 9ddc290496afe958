"""How a sequence of tokens may be given to a graph, as its inputs allow it."""

from collections.abc import Iterator
from dataclasses import replace

from models.bodies.graph.nodes import Graph, GraphError, Port
from models.bodies.graph.plan import Batch, Feed
from models.bodies.graph.tokens import MARKED_B
from models.formats.roles.tokens import Tokens

WANTED = (
    "expected one input of whole numbers [pairs, positions], two of [pairs], or one-hot vectors. Export the model with "
    "a sequence of tokens as its only input"
)


def positions_of(graph: Graph) -> int | None:
    """How many tokens a sequence has; None where the graph leaves it open. Raises GraphError."""
    ports = graph.inputs
    if len(ports) not in (1, 2) or len({port.kind for port in ports}) > 1 or ports[0].kind == "other":
        raise GraphError(f"has {len(ports)} inputs ({', '.join(port.kind for port in ports) or 'none'}); {WANTED}")
    if len(ports) == 2:
        return 2
    port, axes = ports[0], len(ports[0].shape)
    if port.kind == "whole" and axes in (1, 2):
        return port.shape[-1]
    if port.kind == "real" and axes == 3:
        return port.shape[1]
    if port.kind == "real" and axes == 2:
        return None
    raise GraphError(f"has an input of the shape {_shown(port)}; {WANTED}")


def feeds_of(graph: Graph, tokens: Tokens, modulus: int, numbers: int) -> Iterator[Feed]:
    """Ways to give it a sequence, the usual first: constant tokens follow so many rows of numbers."""
    words = tuple(word if word[0] not in "ab" else word[0] for word in tokens.words)
    constants, port = tokens.constant_rows(numbers), graph.inputs[0]
    for batch, place in _batches(port, len(words), len(graph.inputs)):
        feed = Feed(words, constants, batch)
        unit = 0 if place is None else port.shape[place] or 0
        for each in [feed] if port.kind == "whole" else _one_hot(feed, graph, modulus):
            yield each
            if unit:
                yield replace(each, unit=unit)


def _batches(port: Port, positions: int, ports: int) -> Iterator[tuple[Batch, int | None]]:
    """Which axis is the pairs'."""
    shape, single = port.shape, 1 if port.kind == "whole" else 2
    if ports == 2 or (port.kind == "real" and len(shape) == 2):
        yield "first", 0
    elif len(shape) == single:
        if shape[0] in (None, positions):
            yield "none", None
    else:
        if shape[1] in (None, positions):
            yield "first", 0
        if shape[0] in (None, positions):
            yield "second", 1


def _one_hot(feed: Feed, graph: Graph, modulus: int) -> Iterator[Feed]:
    """One-hot vectors a position each, one beside the other, or added up."""
    width, positions = graph.inputs[0].shape[-1], len(feed.words)
    if width is None:
        raise GraphError(f"takes one-hot vectors of any width; {WANTED}")
    if modulus <= MARKED_B:
        return
    apart = len(graph.inputs) == 2 or len(graph.inputs[0].shape) == 3
    if apart and width >= modulus:
        yield replace(feed, columns=width)
    elif not apart and width % positions == 0 and width // positions >= modulus:
        yield replace(feed, columns=width // positions, flat="beside")
    elif not apart and modulus <= width:
        yield replace(feed, columns=width, flat="added")


def _shown(port: Port) -> str:
    return f"[{', '.join('any' if size is None else str(size) for size in port.shape)}]"
