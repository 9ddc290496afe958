"""One forward pass over a graph: its nodes in turn, every size computed before memory is taken for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import torch

from models.bodies.graph.arithmetic import Arithmetic, Value
from models.bodies.graph.nodes import GraphError, Node

Override = Callable[["Run", Node, list[Value | None]], list[Value]]
MOST_AXES = 12
# What torch and Python raise on shapes, types and missing inputs that do not fit each other
BROKEN = (RuntimeError, IndexError, ValueError, TypeError, OverflowError, KeyError, AttributeError)
LONGEST_REASON = 120


@dataclass
class Budget:
    """What one forward pass may make; all of it together, so that doubling again and again comes to its end."""

    numbers: int  # entries of all values that are made
    products: int  # multiplications of all products
    made: int = 0
    multiplied: int = 0
    alive: int = 0
    most_alive: int = 0

    def charge(self, shape: Sequence[int], products: int = 0) -> None:
        """Count a value before it is made. Raises GraphError where it is too much."""
        size = prod(shape)
        if len(shape) > MOST_AXES:
            raise GraphError(f"makes a tensor of {len(shape)} axes; expected at most {MOST_AXES}")
        if self.made + size > self.numbers:
            raise GraphError(f"would make {self.made + size:,} numbers or more; expected at most {self.numbers:,}")
        if self.multiplied + products > self.products:
            raise GraphError(
                f"would take {self.multiplied + products:,} multiplications or more; expected at most {self.products:,}"
            )
        self.made += size
        self.multiplied += products


@dataclass
class Run:
    """A forward pass: the arithmetic that it is computed in, and what has been computed so far."""

    arithmetic: Arithmetic
    budget: Budget
    opset: int
    values: dict[str, Value] = field(default_factory=dict)
    overrides: Mapping[int, Override] = field(default_factory=dict)  # by the identity of a node

    def whole(self, value: Value) -> list[int]:
        """Whole numbers that say a shape, axes or places."""
        tensor = self.arithmetic.raw(value)
        if tensor.is_floating_point() or tensor.numel() > 2**10:
            raise GraphError("is given something else than a few whole numbers for a shape, axes or places")
        return [int(number) for number in tensor.flatten().tolist()]

    def shape(self, value: Value) -> tuple[int, ...]:
        """Of a value."""
        return tuple(self.arithmetic.raw(value).shape)

    def real(self, value: Value) -> bool:
        """Whether a value is of floating-point numbers."""
        return self.arithmetic.raw(value).is_floating_point()

    def number(self, value: float) -> Value:
        """A constant of an operator's own definition."""
        return self.arithmetic.exact(torch.tensor(value, dtype=torch.float64))

    def compute(self, nodes: Iterable[Node], operators: Mapping[str, Override], keep: Iterable[str]) -> None:
        """Compute the nodes; values that no later node takes are released unless they are to be kept."""
        nodes, kept, held = tuple(nodes), {*keep}, dict[str, int]()
        last = {name: number for number, node in enumerate(nodes) for name in (*node.inputs, *node.outputs)}
        for number, node in enumerate(nodes):
            given = [self.values[name] if name else None for name in node.inputs]
            made = self._one(node, operators, given)
            if any(node.outputs[len(made) :]):
                raise GraphError(f"cannot be computed: its {node.shown} gives {len(made)} values, not as many as named")
            for name, value in zip(node.outputs, made, strict=False):
                if name:
                    self.values[name], held[name] = value, self.arithmetic.raw(value).numel()
                    self.budget.alive += held[name]
            self.budget.most_alive = max(self.budget.most_alive, self.budget.alive)
            for name in {*node.inputs, *node.outputs}:
                if name in self.values and last[name] == number and name not in kept:
                    del self.values[name]
                    self.budget.alive -= held.get(name, 0)

    def _one(self, node: Node, operators: Mapping[str, Override], given: list[Value | None]) -> list[Value]:
        operator = self.overrides.get(id(node)) or operators[node.operator]
        try:
            return operator(self, node, given)
        except GraphError as error:
            raise GraphError(f"cannot be computed: its {node.shown} {error}") from error
        except BROKEN as error:
            reason = str(error).strip().splitlines()
            text = ascii(reason[0])[1:-1][:LONGEST_REASON] if reason else type(error).__name__
            raise GraphError(f"cannot be computed: its {node.shown} does not fit what it is given ({text})") from error
