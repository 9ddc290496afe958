"""LSTM, GRU and RNN: one direction or both, every step written out. Source: the ONNX operator specification."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from models.bodies.graph.arithmetic import Value
from models.bodies.graph.nodes import GraphError, Node
from models.bodies.graph.operators.moving import Given
from models.bodies.graph.operators.products import matrix_product
from models.bodies.graph.run import Override, Run

LONGEST = 64  # steps
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
USUAL = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}


@dataclass(frozen=True, eq=False)
class Cell:
    """One direction: weights [m, gates·h] as they are multiplied from the right, and biases."""

    run: Run
    width: int
    into: Value
    onward: Value
    bias_in: Value | None
    bias_on: Value | None
    late: bool = False  # of a GRU: the reset is applied behind the product
    squash: str = "tanh"  # of an RNN

    def gates(self, x: Value, state: Value) -> tuple[list[Value], list[Value]]:
        """What input and state send each gate."""
        return self._sent(x, self.into, self.bias_in), self._sent(state, self.onward, self.bias_on)

    def _sent(self, x: Value, weight: Value, bias: Value | None) -> list[Value]:
        made = matrix_product(self.run, x, weight)
        if bias is not None:
            self.run.budget.charge(self.run.shape(made))
            made = self.run.arithmetic.add(made, bias)
        return [part(self.run, made, start, self.width) for start in range(0, self.run.shape(made)[-1], self.width)]

    def one(self, name: str, value: Value) -> Value:
        """A function of one entry."""
        self.run.budget.charge(self.run.shape(value))
        return self.run.arithmetic.one_by_one(name, value)

    def lstm(self, x: Value, state: Value, memory: Value) -> tuple[Value, Value]:
        """Gates in the order input, output, forget, cell."""
        arithmetic = self.run.arithmetic
        sent = [arithmetic.add(one, two) for one, two in zip(*self.gates(x, state), strict=True)]
        taken, shown, kept = (self.one("sigmoid", gate) for gate in sent[:3])
        fresh = self.one("tanh", sent[3])
        memory = arithmetic.add(arithmetic.multiply(kept, memory), arithmetic.multiply(taken, fresh))
        return arithmetic.multiply(shown, self.one("tanh", memory)), memory

    def gru(self, x: Value, state: Value, memory: Value) -> tuple[Value, Value]:
        """Gates in the order update, reset, hidden."""
        arithmetic = self.run.arithmetic
        here, there = self.gates(x, state)
        kept, reset = (self.one("sigmoid", arithmetic.add(here[gate], there[gate])) for gate in (0, 1))
        if self.late:
            hidden = arithmetic.multiply(reset, there[2])
        else:
            weight = part(self.run, self.onward, 2 * self.width, self.width)
            hidden = matrix_product(self.run, arithmetic.multiply(reset, state), weight)
            if self.bias_on is not None:
                hidden = arithmetic.add(hidden, part(self.run, self.bias_on, 2 * self.width, self.width))
        fresh = self.one("tanh", arithmetic.add(here[2], hidden))
        return arithmetic.add(fresh, arithmetic.multiply(kept, arithmetic.subtract(state, fresh))), memory

    def rnn(self, x: Value, state: Value, memory: Value) -> tuple[Value, Value]:
        """One gate, the state itself."""
        (here,), (there,) = self.gates(x, state)
        return self.one(self.squash, self.run.arithmetic.add(here, there)), memory


def part(run: Run, value: Value, start: int, width: int) -> Value:
    """A stretch of the last axis."""
    return run.arithmetic.move(lambda x: x.narrow(-1, start, width), value)


def recurrent(run: Run, node: Node, given: Given) -> Given:
    """All steps [steps, directions, batch, h], the last state and, of an LSTM, its memory [directions, batch, h]."""
    given = [*given, *[None] * (8 - len(given))]
    _require_plain(node, given)
    steps, batch, _ = run.shape(given[0])
    width, way = run.shape(given[2])[-1], node.attributes.get("direction", "forward")
    if not 1 <= steps <= LONGEST:
        raise GraphError(f"takes {steps:,} steps; expected 1 to {LONGEST}")
    run.budget.charge((steps, batch, width))
    arithmetic, memories, states, shown = run.arithmetic, [], [], []
    for direction in range(2 if way == "bidirectional" else 1):
        backwards = way == "reverse" or direction == 1
        cell = _cell(run, node, given, direction, width)
        state, memory = (_started(run, given[place], direction, (batch, width)) for place in (5, 6))
        step: Callable[[Value, Value, Value], tuple[Value, Value]] = getattr(cell, node.operator.lower())
        made: list[Value] = [None] * steps
        for number in reversed(range(steps)) if backwards else range(steps):
            x = arithmetic.move(lambda x, number=number: x[number], given[0])
            state, memory = step(x, state, memory)
            made[number] = state
        shown.append(_stacked(run, made))
        states.append(state)
        memories.append(memory)
    sequence = arithmetic.move(lambda *parts: torch.stack(parts, 1), *shown)
    return [sequence, _stacked(run, states), _stacked(run, memories)][: 3 if node.operator == "LSTM" else 2]


def _stacked(run: Run, values: list[Value]) -> Value:
    run.budget.charge((len(values), *run.shape(values[0])))
    return run.arithmetic.move(lambda *parts: torch.stack(parts), *values)


def _started(run: Run, value: Value | None, direction: int, shape: tuple[int, int]) -> Value:
    if value is None:
        return run.arithmetic.cast(run.arithmetic.exact(torch.zeros(shape)), None)
    return run.arithmetic.move(lambda x: x[direction], value)


def _cell(run: Run, node: Node, given: Given, direction: int, width: int) -> Cell:
    arithmetic, gates = run.arithmetic, GATES[node.operator]
    into, onward = (arithmetic.move(lambda x: torch.t(x[direction]), given[place]) for place in (1, 2))
    into_bias: Value = None
    onward_bias: Value = None
    if given[3] is not None:
        both = arithmetic.move(lambda x: x[direction], given[3])
        into_bias, onward_bias = (part(run, both, start, gates * width) for start in (0, gates * width))
    squash = _activations(node)[0].lower() if node.operator == "RNN" else "tanh"
    late = bool(node.attributes.get("linear_before_reset", 0))
    return Cell(run, width, into, onward, into_bias, onward_bias, late, squash)


def _activations(node: Node) -> list[str]:
    return list(node.attributes.get("activations", USUAL[node.operator]))


def _require_plain(node: Node, given: Given) -> None:
    """What exporters of trained networks never write is refused by name."""
    named, usual = _activations(node), USUAL[node.operator]
    other = [name for name in named if name not in usual and not (node.operator == "RNN" and name == "Relu")]
    for what, there in {
        "lengths of sequences": given[4] is not None,
        "peepholes": given[7] is not None,
        "a clip": "clip" in node.attributes,
        "activations other than the usual": bool(other) or (named[: len(usual)] != usual and node.operator != "RNN"),
        "an input and forget gate in one": bool(node.attributes.get("input_forget", 0)),
        "the batch as its first axis": bool(node.attributes.get("layout", 0)),
    }.items():
        if there:
            raise GraphError(f"has {what}, which is not computed here; export it without")


RECURRENT: dict[str, Override] = dict.fromkeys(GATES, recurrent)
