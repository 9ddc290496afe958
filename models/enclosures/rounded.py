"""Float64 rows, each with the radius of a ball that holds the exact row: a running error analysis.

Radii are in the Euclidean norm: x̂ and x differ by at most r. A product then obeys

    |x̂·Ŵ − x·W| ≤ r·σ(W) + γ_n·|x̂|·σ(|W|),   σ the largest singular value, |W| the matrix of absolute values,

whatever the order of its sums and whether or not they are fused. Source: Higham 2002, chapters 3 and 6.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from models.bodies.activations import ACTIVATIONS, STEEPEST, Activation
from models.bodies.graph.arithmetic import Arithmetic, Value
from models.bodies.sizes import ELEMENTARY, own_roundings
from models.enclosures.rounding import FLOAT64
from models.enclosures.tensors import Bounded, BoundedTensor

UP = 1 + 2.0**-30  # on every radius, for the rounding of the few operations that compute it
TINY = 2.0**-960  # what underflow may do to a row of up to 2^50 operations
SQUARINGS = 5
HALF = 0.5
NEXT_TO_ONE = 2.0**-50  # what 1 − w may lose by rounding


@dataclass(frozen=True, eq=False)
class RoundedRows:
    """Rows float64 [n, d] and how far each may be from the exact one."""

    values: Tensor  # [n, d]
    radius: Tensor  # [n]

    @classmethod
    def exact(cls, table: Tensor) -> "RoundedRows":
        """Rows that are what the tensor holds."""
        return cls(table.double(), table.new_zeros(len(table), dtype=torch.float64))

    def like(self, table: Tensor) -> "RoundedRows":
        """See Enclosure."""
        return self.exact(table)

    @cached_property
    def sizes(self) -> Tensor:
        """[n]: the norms of the computed rows."""
        return torch.linalg.vector_norm(self.values, dim=1)

    def at(self, rows: Tensor) -> "RoundedRows":
        """See Enclosure."""
        if len(self.values) == 1:
            return RoundedRows(self.values.expand(len(rows), -1), self.radius.expand(len(rows)))
        return RoundedRows(self.values[rows], self.radius[rows])

    def beside(self, other: "RoundedRows") -> "RoundedRows":
        """See Enclosure."""
        values = torch.cat([self.values, other.values], dim=1)
        return RoundedRows(values, (self.radius + other.radius) * UP)

    def columns(self, start: int, stop: int) -> "RoundedRows":
        """See Enclosure."""
        return RoundedRows(self.values[:, start:stop], self.radius)

    def __add__(self, other: "RoundedRows") -> "RoundedRows":
        """See Enclosure."""
        return _rounded(self.values + other.values, self.radius + other.radius, 1)

    def plus(self, vector: Tensor) -> "RoundedRows":
        """See Enclosure."""
        return _rounded(self.values + vector.double(), self.radius, 1)

    def times(self, weight: Tensor, bias: Tensor | None = None) -> "RoundedRows":
        """See Enclosure."""
        exact = weight.double()
        values = self.values @ exact
        size = self.sizes * largest_singular_value(weight, of_sizes=True)
        if bias is not None:
            values = values + bias.double()
            size = size + torch.linalg.vector_norm(bias.double())
        rounding = FLOAT64.gamma(len(weight) + 2) * size
        return RoundedRows(values, (self.radius * largest_singular_value(weight) + rounding + TINY) * UP)

    def over_root(self, number: int) -> "RoundedRows":
        """See Enclosure."""
        root = number**0.5
        return _rounded(self.values / root, self.radius / root, 3)

    def times_each(self, vector: Tensor) -> "RoundedRows":
        """See Enclosure."""
        exact = vector.double()
        return _rounded(self.values * exact, self.radius * float(exact.abs().max()), 1)

    def product(self, other: "RoundedRows") -> "RoundedRows":
        """See Enclosure."""
        here, there = (rows.values.abs().amax(1) for rows in (self, other))
        return _rounded(self.values * other.values, self.radius * (there + other.radius) + here * other.radius, 1)

    def normalised(self, eps: float, *, centred: bool) -> "RoundedRows":
        """See Enclosure.

        With y = x − mean(x), or x itself, this is g(y) = √d·y / √(|y|² + d·eps). Taking the mean away enlarges no
        difference; g enlarges none by more than √d / √(|z|² + d·eps), z the shortest vector between two y, and no two
        g are further apart than 2√d. The computed mean is off by γ_d·|x| / √d, in each of d entries.
        """
        d, values, radius = self.values.shape[1], self.values, self.radius
        if centred:
            values = values - values.mean(1, keepdim=True)
            size = self.sizes + torch.linalg.vector_norm(values, dim=1)
            radius = (radius + FLOAT64.gamma(d + 2) * size + TINY) * UP
        shortest = (torch.linalg.vector_norm(values, dim=1) / UP - radius).clamp_min(0)
        steepest = d**0.5 / (shortest.square() + d * eps).sqrt().clamp_min(TINY)
        radius = (radius * steepest * UP).clamp_max(2 * UP * d**0.5)
        return _rounded(values / (values.square().mean(1, keepdim=True) + eps).sqrt(), radius, d + 8)

    def dot(self, other: "RoundedRows") -> "RoundedRows":
        """See Enclosure."""
        here, there = self.sizes, other.sizes
        rounding = FLOAT64.gamma(self.values.shape[1] + 1) * here * there
        radius = self.radius * (there + other.radius) + here * other.radius + rounding
        return RoundedRows((self.values * other.values).sum(1, keepdim=True), (radius + TINY) * UP)

    def scaled(self, column: "RoundedRows") -> "RoundedRows":
        """See Enclosure."""
        by = column.values[:, 0].abs()
        radius = by * self.radius + column.radius * (self.sizes + self.radius)
        return _rounded(column.values * self.values, radius, 1)

    def mixed_with_one(self, coefficient: float) -> "RoundedRows":
        """See Enclosure."""
        values, rest = coefficient * self.values, 1 - coefficient
        radius = abs(coefficient) * self.radius + FLOAT64.gamma(3) * (self.sizes * abs(coefficient) + abs(rest))
        return RoundedRows(values + rest, (radius + TINY) * UP)

    def activated(self, activation: Activation) -> "RoundedRows":
        """See Enclosure."""
        values = ACTIVATIONS[activation](self.values)
        if activation == "relu":
            return RoundedRows(values, self.radius)
        if activation == "square":
            largest = self.values.abs().amax(1)
            return _rounded(values, self.radius * (2 * largest + self.radius), 1)
        rounding = FLOAT64.gamma(own_roundings(activation)) * self.sizes
        return RoundedRows(values, (STEEPEST[activation] * self.radius + rounding + TINY) * UP)

    def cosine(self) -> "RoundedRows":
        """See Enclosure."""
        return self._wave(self.values.cos())

    def sine(self) -> "RoundedRows":
        """See Enclosure."""
        return self._wave(self.values.sin())

    def _wave(self, values: Tensor) -> "RoundedRows":
        """Cosines or sines: of slope 1 at most, and each off by four units in the last place of 1."""
        rounding = FLOAT64.gamma(ELEMENTARY) * self.values.shape[1] ** 0.5
        return RoundedRows(values, (self.radius + rounding + TINY) * UP)

    def softmax(self, columns: Sequence["RoundedRows"]) -> list["RoundedRows"]:
        """See Enclosure.

        Scores that are off by ε turn a weight w into something between w·e^−2ε and w·e^2ε, what it leaves of the whole,
        1 − w, likewise; and w is a sigmoid, of slope ¼ at most, of something that is off by 2ε. The rounding of what is
        subtracted from each score before its exponential is such an ε.
        """
        scores = torch.cat([column.values for column in columns], dim=1)
        off = torch.stack([column.radius for column in columns]).amax(0)
        weights, apart = scores.softmax(1), scores.amax(1) - scores.amin(1)
        off = ((2 * off + FLOAT64.unit * apart) * UP)[:, None]
        share = torch.expm1(off)
        small = torch.minimum(weights, 1 - weights + NEXT_TO_ONE) * share / (1 - share)
        of_scores = torch.where(share < HALF, torch.minimum(small, off / 4), (off / 4).clamp_max(1))
        radii = of_scores + FLOAT64.gamma(2 * ELEMENTARY) * weights + TINY
        return [
            RoundedRows(weight[:, None], radius * UP)
            for weight, radius in zip(weights.unbind(1), radii.unbind(1), strict=True)
        ]

    def through(self, other: "RoundedRows", compute: Callable[[Arithmetic, Value, Value], Value]) -> "RoundedRows":
        """See Enclosure."""
        here, there = (
            BoundedTensor(rows.values, rows.radius[:, None] if rows.radius.any() else None) for rows in (self, other)
        )
        made: BoundedTensor = compute(Bounded(), here, there)
        radius = torch.linalg.vector_norm(made.off.expand(made.values.shape), dim=1) * UP
        lost = ~made.values.isfinite()
        return RoundedRows(made.values.masked_fill(lost, 0.0), torch.where(lost.any(1), torch.inf, radius))

    def right_and_runner_up(
        self, unembedding: Tensor, bias: Tensor | None, right: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """[n] each: the right class's logit, the largest other, and how far their difference may be off.

        `self` are readout vectors [n, d], `unembedding` is [d, classes], `right` [n] the right classes.
        """
        exact = unembedding.double()
        logits = self.values @ exact
        centred = exact - exact.mean(1, keepdim=True)
        apart = 2 * float(torch.linalg.vector_norm(centred, dim=0).max())  # no two columns differ by more
        size = self.sizes * float(torch.linalg.vector_norm(exact, dim=0).max())
        if bias is not None:
            logits, size = logits + bias.double(), size + float(bias.double().abs().max())
        errors = self.radius * apart + 2 * FLOAT64.gamma(len(unembedding) + 4) * size
        of_right = logits.gather(1, right[:, None])[:, 0]
        runner_up = logits.scatter(1, right[:, None], -torch.inf).amax(1)
        return of_right, runner_up, (errors + TINY) * UP


def _rounded(values: Tensor, radius: Tensor, roundings: int) -> RoundedRows:
    """Rows that came with a radius and were rounded so often, each entry."""
    sizes = torch.linalg.vector_norm(values, dim=1)
    return RoundedRows(values, (radius + FLOAT64.gamma(roundings) * sizes + TINY) * UP)


def largest_singular_value(weight: Tensor, *, of_sizes: bool = False) -> float:
    """An upper bound on σ(W), or on σ(|W|), within 7% for up to 100 equal singular values; memoised with the tensor.

    σ(W)^64 ≤ |(WᵀW)^32| in the Frobenius norm, by five squarings.
    """
    known, key = _memoised.setdefault(weight, {}), (of_sizes, weight._version)
    if key not in known:
        known[key] = _bound_on_singular_values(weight.double().abs() if of_sizes else weight.double())
    return known[key]


def _bound_on_singular_values(weight: Tensor) -> float:
    largest = float(weight.abs().max())
    if not 0 < largest < torch.inf:
        return largest
    scaled = weight / largest
    square = scaled.T @ scaled if weight.shape[1] < weight.shape[0] else scaled @ scaled.T
    logarithm, power = 0.0, 1.0  # of the norm that was divided out, and of which power of the square
    for _ in range(SQUARINGS):
        norm = torch.linalg.matrix_norm(square)
        logarithm, power = logarithm + float(norm.log()) / power, 2 * power
        square = (square / norm) @ (square / norm)
    logarithm += float(torch.linalg.matrix_norm(square).log()) / power
    # A thousandth more than rounding may have taken away: five squarings err by less than 2^5·n·γ_n.
    return largest * 1.001 * float(torch.tensor(logarithm / 2, dtype=torch.float64).exp())


_memoised: WeakTensorKeyDictionary = WeakTensorKeyDictionary()
