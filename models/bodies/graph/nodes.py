"""A graph of operators, as its file tells it; nothing of it has been computed yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["whole", "real", "other"]


class GraphError(Exception):
    """Why a graph cannot be computed, as the rest of a sentence that begins with the name of its file."""


@dataclass(frozen=True, eq=False)
class Node:
    """One operator: names of what it takes (empty where an optional one is left out) and of what it gives."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """For a message: the operator and what it gives."""
        return f"operator {self.operator} (which makes {self.outputs[0][:60]!a})"


@dataclass(frozen=True)
class Port:
    """An input of the whole graph; axes of any size are None."""

    name: str
    kind: Kind
    shape: tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class Graph:
    """Operators in an order in which they can be computed, inputs, and the first output, which the logits are."""

    nodes: tuple[Node, ...]
    inputs: tuple[Port, ...]
    output: str
    opset: int
    skeleton: bytes = b""  # the file without its tensors, to be written back
    digest: str = ""  # SHA-256 of that


def needed_for(nodes: Iterable[Node], wanted: Iterable[str]) -> tuple[Node, ...]:
    """Those that it takes to compute what is wanted, in their order."""
    names, kept = {*wanted}, []
    for node in reversed(tuple(nodes)):
        if names & {*node.outputs}:
            names |= {name for name in node.inputs if name}
            kept.append(node)
    return tuple(reversed(kept))


def reached_from(nodes: Iterable[Node], sources: Iterable[str], blind: Iterable[str] = ()) -> set[str]:
    """Names whose values depend on those of the sources; operators in `blind` see nothing but shapes."""
    names, unseeing = {*sources}, {*blind}
    for node in nodes:
        if node.operator not in unseeing and names & {*node.inputs}:
            names |= {name for name in node.outputs if name}
    return names
