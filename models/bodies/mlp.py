"""The body of an MLP on two operands: combine their rows, then layers of neurons."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

import torch
from torch import Tensor

from models.bodies.activations import ACTIVATIONS, Activation, activate_
from models.bodies.base import PlainBody
from models.bodies.enclosure import Enclosure
from models.bodies.sizes import Sizes, highest_active, largest_of, magnitude, own_roundings, stretch

Combination = Literal["sum", "concat"]
Enclosed = TypeVar("Enclosed", bound=Enclosure)


@dataclass(frozen=True, eq=False)
class Dense:
    """One layer of neurons: x·weight + bias."""

    weight: Tensor  # [in, out]
    bias: Tensor | None = None  # [out]

    def __call__(self, x: Tensor) -> Tensor:
        """[n, in] → [n, out], before the activation."""
        return x @ self.weight if self.bias is None else torch.addmm(self.bias, x, self.weight)

    def magnitudes(self, floor: float) -> tuple[Tensor, Tensor]:
        """Sizes of the weight [in, out] and of the bias [out], which is 0 where there is none."""
        none = self.weight.new_zeros(self.weight.shape[1])
        return magnitude(self.weight, floor), magnitude(none if self.bias is None else self.bias, floor)


@dataclass(frozen=True, eq=False)
class MlpBody(PlainBody):
    """r(a, b) = the last layer of neurons on E_a[a] + E_b[b], or on both side by side.

    Every layer is followed by the activation. Without layers the rows of the tables are themselves what goes into the
    neurons (a one-hot MLP): then the body has no parameters at all. With one layer it has none either once that layer
    is multiplied into the tables, since nothing but it stands before the only non-linearity.
    """

    combination: Combination
    layers: tuple[Dense, ...]
    activation: Activation
    table_width: int  # d of the operand tables

    @property
    def width(self) -> int:
        """Neurons of the last layer, what the unembedding reads."""
        return int(self.layers[-1].weight.shape[1]) if self.layers else self.table_width

    @property
    def description(self) -> dict[str, str]:
        """The facts that tensors do not tell, as this body computes them."""
        return {"activation": self.activation, "operands": self.combination, "layers": str(len(self.layers))}

    @property
    def hyperparameters(self) -> dict[str, Activation]:
        """Of these, what is a field of `models.hyperparameters.Hyperparameters`."""
        return {"activation": self.activation}

    @property
    def affine_in_tables(self) -> bool:
        """What the first neurons receive of a number is."""
        return True

    @property
    def additive(self) -> "MlpBody":
        """Itself."""
        return self

    @property
    def adds_rows(self) -> bool:
        """Both operands' rows are added before anything else: whatever one does, the other does."""
        return self.combination == "sum"

    @property
    def columns_a_neuron(self) -> int:
        """One, of a one-hot MLP."""
        return 0 if self.layers else 1

    @property
    def neuron_weights(self) -> int:
        """Numbers of all layers."""
        return sum(tensor.numel() for tensor in self.tensors().values())

    @property
    def own_parameters(self) -> int:
        """Parameters that cannot be multiplied into the tables: those behind the first non-linearity."""
        return sum(
            layer.weight.numel() + (0 if layer.bias is None else layer.bias.numel()) for layer in self.layers[1:]
        )

    @property
    def products_a_pair(self) -> int:
        """Multiplications of one pair's forward pass; what the first layer makes of a number is made once."""
        return sum(layer.weight.numel() for layer in self.layers[1:]) + self._widest

    @property
    def numbers_a_pair(self) -> int:
        """How many numbers one pair's forward pass holds at a time: both operands', their sum, and what it becomes."""
        return 4 * self._widest

    @property
    def _widest(self) -> int:
        return max([2 * self.table_width, *(layer.weight.shape[1] for layer in self.layers)])

    @property
    def neuron_readout(self) -> None:
        """The unembedding reads the neurons themselves: W_L = U."""
        return

    def tensors(self) -> dict[str, Tensor]:
        """Every weight of the body by name."""
        named = {}
        for number, layer in enumerate(self.layers):
            named[f"layers.{number}.weight"] = layer.weight
            if layer.bias is not None:
                named[f"layers.{number}.bias"] = layer.bias
        return named

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "MlpBody":
        """The same body with every weight changed alike."""
        layers = tuple(Dense(change(x.weight), None if x.bias is None else change(x.bias)) for x in self.layers)
        return MlpBody(self.combination, layers, self.activation, self.table_width)

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        """r(a, b) [n, m] for operand numbers a, b [n] and operand tables [q, d]; differentiable."""
        from_a, from_b = self.into_first(table_a, table_b)
        return self.onward(ACTIVATIONS[self.activation](from_a[a] + from_b[b]))

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        """r [n, m] for the operands' own rows [n, d], with nothing looked up: light to differentiate."""
        from_a, from_b = self.into_first(rows_a, rows_b)
        return self.onward(ACTIVATIONS[self.activation](from_a + from_b))

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """What the last layer's neurons receive and what they answer, each [n, m], for pairs a, b [n]."""
        activate = ACTIVATIONS[self.activation]
        from_a, from_b = self.into_first(table_a, table_b)
        received = from_a[a] + from_b[b]
        for layer in self.layers[1:]:
            received = layer(activate(received))
        return received, activate(received)

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        """r(a, b) [n, m] for operand numbers a, b [n], in an arithmetic that encloses its errors."""
        x, layers = table_a.at(a), self.layers
        x = x + table_b.at(b) if self.combination == "sum" else x.beside(table_b.at(b))
        if not layers:
            return x.activated(self.activation)
        for layer in layers:
            x = x.times(layer.weight, layer.bias).activated(self.activation)
        return x

    def rows_reader(
        self, table_a: Tensor, table_b: Tensor, directions: Tensor, dtype: torch.dtype | None = None
    ) -> "MlpRows":
        """A fast reader of r(a, b)·directions over whole rows of the grid.

        It is made in the precision of the tables and reads in that of `dtype`.
        """

        def cast(tensor: Tensor) -> Tensor:
            return tensor.to(dtype or table_a.dtype)

        from_a, from_b = map(cast, self.into_first(table_a, table_b))
        return MlpRows(from_a, from_b, self.map_tensors(cast), cast(directions))

    def set_up_sizes(self, table_a: Tensor, table_b: Tensor, weights: Tensor, floor: float) -> Sizes:
        """Sizes of r(a, b)·weights, for weights [m, k] ≥ 0, counted from the operand tables on: [q, k] for a and b.

        They bound what the tables of `rows_reader` may be off by, and r(a, b) itself.
        """
        size_a, size_b = magnitude(table_a, floor), magnitude(table_b, floor)
        if not self.layers:
            heights = self.heights(size_a.amax(0) + size_b.amax(0), floor)
            first, rest = self.weights_on_the_first(heights, weights, floor)
            return Sizes(size_a @ first, size_b @ first + rest)
        weight, bias = self.layers[0].magnitudes(floor)
        for_a, for_b = (weight, weight) if self.combination == "sum" else weight.split(self.table_width)
        heights = self.heights(size_a.amax(0) @ for_a + size_b.amax(0) @ for_b + bias, floor)
        first, rest = self.weights_on_the_first(heights, weights, floor)
        return Sizes(size_a @ (for_a @ first), size_b @ (for_b @ first) + bias @ first + rest)

    def heights(self, highest: Tensor, floor: float) -> list[Tensor]:
        """The largest size of what each neuron receives, layer by layer, given that of the first layer [m]."""
        found = [highest]
        for layer in self.layers[1:]:
            weight, bias = layer.magnitudes(floor)
            found.append(highest_active(self.activation, found[-1]) @ weight + bias)
        return found

    def weights_on_the_first(self, heights: list[Tensor], weights: Tensor, floor: float) -> tuple[Tensor, Tensor]:
        """From weights on the last neurons' answers [m, k] to weights on what the first receive, and what is added."""
        rest = floor * weights.sum(0)
        for layer, height in zip(reversed(self.layers[1:]), reversed(heights), strict=False):
            weight, bias = layer.magnitudes(floor)
            received = stretch(self.activation, height)[:, None] * weights
            weights = weight @ received
            rest = rest + bias @ received + floor * weights.sum(0)
        return stretch(self.activation, heights[0])[:, None] * weights, rest

    @property
    def set_up_roundings(self) -> int:
        """One after another, in the tables that `rows_reader` computes."""
        return 2 * self.table_width + 4

    def into_first(self, table_a: Tensor, table_b: Tensor) -> tuple[Tensor, Tensor]:
        """What each number sends to the first neurons, [q, m] for each operand; the bias goes with b."""
        if not self.layers:
            return table_a, table_b
        first = self.layers[0]
        if self.combination == "sum":
            for_a = for_b = first.weight
        else:
            for_a, for_b = first.weight[: self.table_width], first.weight[self.table_width :]
        return table_a @ for_a, Dense(for_b, first.bias)(table_b)

    def onward(self, active: Tensor) -> Tensor:
        """From the first layer's activations to the last's."""
        for layer in self.layers[1:]:
            active = ACTIVATIONS[self.activation](layer(active))
        return active


@dataclass(frozen=True, eq=False)
class MlpRows:
    """r(a, b)·directions row by row of the grid: the first layer is one addition per neuron and pair.

    Everything in BY_NUMBER is affine in the operand tables, numbers on the last axis but one.
    """

    from_a: Tensor  # [q, m]
    from_b: Tensor  # [q, m]
    body: MlpBody
    directions: Tensor  # [m of the last layer, r]

    BY_NUMBER: ClassVar[tuple[str, ...]] = ("from_a", "from_b")

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, r] for rows a [n] and every b."""
        active = activate_(self.from_a[rows, None] + self.from_b, self.body.activation)
        return (self.body.onward(active.flatten(0, 1)) @ self.directions).unflatten(0, active.shape[:2])

    @property
    def width(self) -> int:
        """Numbers that a pair takes."""
        return max(self.from_a.shape[1], self.body.width) + self.directions.shape[1]

    @property
    def roundings(self) -> int:
        """One after another, from the tables to an output, each weight converted once."""
        own = own_roundings(self.body.activation)
        further = sum(len(layer.weight) + 2 + own for layer in self.body.layers[1:])
        return 2 + own + further + len(self.directions) + 1

    def sizes(self, weights: Tensor, floor: float) -> Sizes:
        """Sizes of the outputs' sum with weights [r] ≥ 0: [q] for a and for b."""
        size_a, size_b = magnitude(self.from_a, floor), magnitude(self.from_b, floor)
        out = magnitude(self.directions, floor)
        heights = self.body.heights(size_a.amax(0) + size_b.amax(0), floor)
        active = [highest_active(self.body.activation, height) for height in heights]
        largest = largest_of(*heights, *active, active[-1] @ out)
        first, rest = self.body.weights_on_the_first(heights, (out @ weights)[:, None], floor)
        return Sizes((size_a @ first)[:, 0], (size_b @ first)[:, 0] + rest + floor * weights.sum(), largest=largest)
