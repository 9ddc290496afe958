"""The body of a network that is given as a graph of operators: all between its token table and its unembedding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.base import PlainBody
from models.bodies.enclosure import Enclosure
from models.bodies.graph.arithmetic import Arithmetic, Plain, Value
from models.bodies.graph.nodes import GraphError
from models.bodies.graph.passes import Pass, outward_weights
from models.bodies.graph.plan import Plan
from models.errors import CheckpointError

Enclosed = TypeVar("Enclosed", bound=Enclosure)
NO_NEURONS = (
    "no ReLU, GELU, SiLU or tanh between two products with weights was found in the graph; the numbers that the "
    "unembedding reads are shown in the place of neurons"
)
NORMS = frozenset({"LayerNormalization", "RMSNormalization"})
PARTS_OF_A_NORM = frozenset({"ReduceMean", "Sqrt"})  # of one that is written out
NO_ATTENTION = "attention is not shown: a graph of operators does not say which of them attend"


@dataclass(frozen=True, eq=False)
class GraphBody(PlainBody):
    """A plan with its weights. Every pair takes a forward pass; float64 with error bounds is its finest arithmetic."""

    plan: Plan
    weights: Mapping[str, Tensor]  # that training found, by their names in the graph
    fixed: Mapping[str, Tensor]  # numbers of the graph itself: shapes, positions, masks, constants of one entry
    tokens: str  # in words: "a b ="
    tables_are_one: bool

    @property
    def activation(self) -> Activation:
        """Of its neurons; ReLU where none were found."""
        named = self.plan.neurons.activation if self.plan.neurons else "relu"
        return next((name for name in ACTIVATIONS if name == named), "relu")

    @property
    def width(self) -> int:
        """m, the numbers of r(a, b)."""
        return self.plan.width

    @property
    def description(self) -> dict[str, str]:
        """The sequence, and of what graph it is; its operators are told apart by their digest."""
        named = {"activation": self.plan.neurons.activation} if self.plan.neurons else {}
        graph = self.plan.graph
        return {**named, "tokens": self.tokens, "graph": f"{len(graph.nodes)} operators, {graph.digest[:12]}"}

    @property
    def hyperparameters(self) -> Mapping[str, Any]:
        """None that the body alone decides."""
        return {}

    @property
    def own_parameters(self) -> int:
        """All of them: what a re-cut table could take over is not known of a graph."""
        return sum(tensor.numel() for tensor in self.weights.values())

    @property
    def neuron_weights(self) -> int:
        """As many as one forward pass multiplies."""
        return self.plan.products_a_pair

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass, and what else it makes."""
        return self.plan.products_a_pair + self.plan.made_a_pair

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time."""
        return self.plan.numbers_a_pair

    @property
    def neuron_readout(self) -> Tensor | None:
        """[neurons, m]: what the neurons send to r, up to norms behind them; None where r is shown in their place."""
        return outward_weights(self.plan, self.constants)

    @property
    def rows_share_a_space(self) -> bool:
        """Only where both are rows of one table."""
        return self.tables_are_one

    @property
    def has_norms(self) -> bool:
        """An operator that is one, or those that one is written out in."""
        operators = {node.operator for node in self.plan.nodes}
        return bool(operators & NORMS) or operators >= PARTS_OF_A_NORM

    @property
    def bounded_in_float64_alone(self) -> bool:
        """Yes: balls have no tensors of any shape."""
        return True

    @property
    def about_neurons(self) -> str:
        """That none were found, where none were."""
        return "" if self.plan.neurons else NO_NEURONS

    @property
    def about_attention(self) -> str:
        """That a graph does not tell."""
        return NO_ATTENTION

    @property
    def constants(self) -> dict[str, Tensor]:
        """Everything in the graph that is no value of a pair."""
        return {**self.fixed, **self.weights}

    def tensors(self) -> dict[str, Tensor]:
        """Every weight by name."""
        return dict(self.weights)

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "GraphBody":
        """The same body with every weight changed alike."""
        return replace(self, weights={name: change(tensor) for name, tensor in self.weights.items()})

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, m] for operand numbers a, b [n] and operand tables [q, d]; differentiable."""
        return self.readout_of_rows(table_a[a], table_b[b])

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, m] for the operands' own rows [n, d]; differentiable."""
        return self._values(Plain(rows_a.dtype), rows_a, rows_b, self.plan.vector)[0]

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What the last layer's neurons receive and what they answer, each [n, neurons], for pairs a, b [n]."""
        neurons = self.plan.neurons
        names = (neurons.received, neurons.active) if neurons else (self.plan.vector, self.plan.vector)
        rows = table_a[a], table_b[b]
        received, active = self._values(Plain(table_a.dtype), *rows, *names)
        return received, active

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, m] for operand numbers a, b [n], in an arithmetic that encloses its errors."""

        def compute(arithmetic: Arithmetic, rows_a: Value, rows_b: Value) -> Value:
            return self._values(arithmetic, rows_a, rows_b, self.plan.vector)[0]

        return table_a.at(a).through(table_b.at(b), compute)

    def _values(self, arithmetic: Arithmetic, rows_a: Value, rows_b: Value, *names: str) -> list[Value]:
        """Values of the graph by their names, [n, …] each, for the operands' own rows [n, d]."""

        def compute(*rows: Value) -> list[Value]:
            return Pass(self.plan, self.constants, arithmetic, *rows).values(names)

        try:
            return arithmetic.in_units(compute, self.plan.feed.unit, rows_a, rows_b)
        except GraphError as error:
            raise CheckpointError(f"For these pairs the graph {error}.") from error
