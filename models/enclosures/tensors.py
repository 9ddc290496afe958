"""Float64 tensors of any shape, each entry with its own error bound: the arithmetic of networks given as graphs.

With x̂ within e of x, entry by entry, the bounds are those of docs/exactness.md (*Graphs of operators*). Whole numbers
and truth values are exact; a comparison that the bounds leave open gives a truth value whose error is infinite, and so
is the error of whatever is chosen by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.graph.arithmetic import COMPARED, ONE_BY_ONE, side_by_side
from models.bodies.sizes import ELEMENTARY
from models.enclosures.rounding import FLOAT64

UP = 1 + 2.0**-30  # on every bound, for the rounding of the few operations that compute it
TINY = 2.0**-960  # what underflow may do to an entry of up to 2^50 operations
STEEPEST = {"erf": 1.1284, "tanh": 1.0, "sigmoid": 0.25, "sin": 1.0, "cos": 1.0}  # no steeper anywhere
HALF = 0.5
NEXT_TO_ONE = 2.0**-50  # what 1 − w may lose by rounding
FAR = 700.0  # e to the power of −FAR is less than TINY


@dataclass(frozen=True, eq=False)
class BoundedTensor:
    """Numbers and how far each may be from the exact one; None where all are exact."""

    values: Tensor
    errors: Tensor | None = None

    @property
    def off(self) -> Tensor:
        """The errors as a tensor."""
        return torch.zeros((), dtype=torch.float64) if self.errors is None else self.errors

    @property
    def real(self) -> bool:
        """Floating-point numbers, which an operation rounds."""
        return self.values.is_floating_point()


def rounded(values: Tensor, errors: Tensor, roundings: int) -> BoundedTensor:
    """Numbers that came with errors and were rounded so often. An infinity is exact only if what it is of was."""
    known = (errors + FLOAT64.gamma(roundings) * values.abs() + TINY) * UP
    return BoundedTensor(values, torch.where(values.isnan() | known.isnan(), torch.inf, known))


class Bounded:
    """See models.bodies.graph.arithmetic.Arithmetic."""

    def exact(self, tensor: Tensor) -> BoundedTensor:
        """See Arithmetic."""
        return BoundedTensor(tensor.double() if tensor.is_floating_point() else tensor)

    def raw(self, value: BoundedTensor) -> Tensor:
        """See Arithmetic."""
        return value.values

    def move(self, change: Callable[..., Tensor], *values: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        moved = change(*(value.values for value in values))
        if all(value.errors is None for value in values):
            return BoundedTensor(moved)
        if moved.dtype == torch.bool:  # of truth values, some of which are not certain
            worst = torch.stack([value.off.amax() for value in values]).amax()
            return BoundedTensor(moved, worst.expand(moved.shape))
        return BoundedTensor(moved, change(*(value.off.expand(value.values.shape) for value in values)))

    def bilinear(
        self, product: Callable[[Tensor, Tensor], Tensor], x: BoundedTensor, y: BoundedTensor, terms: int
    ) -> BoundedTensor:
        """See Arithmetic."""
        values = product(x.values, y.values)
        if not (x.real and y.real):
            return BoundedTensor(values)
        gamma, size_x, size_y = FLOAT64.gamma(terms + 2), x.values.abs(), y.values.abs()
        errors = product(gamma * size_x if x.errors is None else gamma * size_x + x.errors, size_y)
        if y.errors is not None:
            errors = errors + product(size_x + x.off, y.errors.expand(y.values.shape))
        return rounded(values, errors, 0)

    def one_by_one(self, name: str, x: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        values, off = ONE_BY_ONE[name](x.values), x.off
        if name in ("neg", "abs", "relu"):
            return BoundedTensor(values, x.errors)
        if name in STEEPEST:
            own = off.new_tensor(1.0) if name in ("sin", "cos") else values.abs()
            return rounded(values, STEEPEST[name] * off + FLOAT64.gamma(ELEMENTARY) * own, 0)
        if name == "exp":
            return rounded(values, values * torch.expm1(off), ELEMENTARY)
        below = x.values - off  # the least that the exact number may be
        if name == "log":
            slope = torch.where(below > 0, off / below, torch.where(off == 0, 0.0, torch.inf))
            return rounded(values, slope, ELEMENTARY)
        assert name == "sqrt"
        steep = torch.minimum(off.sqrt(), off / x.values.clamp_min(TINY).sqrt())
        return rounded(values, torch.where(x.values + off < 0, torch.inf, steep), 2)

    def add(self, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        return self._sum_of_two(x.values + y.values, x, y)

    def subtract(self, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        return self._sum_of_two(x.values - y.values, x, y)

    def _sum_of_two(self, values: Tensor, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        if not values.is_floating_point():
            return BoundedTensor(values)
        never = (x.values.isinf() & (x.off == 0)) | (y.values.isinf() & (y.off == 0))  # as masks have it
        found = rounded(values, x.off + y.off, 1)
        return BoundedTensor(values, torch.where(never & ~values.isnan(), 0.0, found.off))

    def multiply(self, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        values = x.values * y.values
        if not values.is_floating_point():
            return BoundedTensor(values)
        return rounded(values, x.values.abs() * y.off + (y.values.abs() + y.off) * x.off, 1)

    def divide(self, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        if not x.real:
            return BoundedTensor(torch.div(x.values, y.values, rounding_mode="trunc"))
        values, least = x.values / y.values, y.values.abs() - y.off
        errors = (x.off + values.abs() * UP * y.off) / least
        return rounded(values, torch.where(least > 0, errors, torch.inf), 2)

    def larger(self, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        values = torch.maximum(x.values, y.values)
        exact = x.errors is None and y.errors is None
        return BoundedTensor(values, None if exact else torch.maximum(x.off, y.off).expand(values.shape))

    def compare(self, name: str, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        values = COMPARED[name](x.values, y.values)
        if x.errors is None and y.errors is None:
            return BoundedTensor(values)
        apart = (x.values - y.values).abs() > (x.off + y.off) * UP
        return BoundedTensor(values, torch.where(apart, 0.0, torch.inf).expand(values.shape).double())

    def choose(self, condition: BoundedTensor, x: BoundedTensor, y: BoundedTensor) -> BoundedTensor:
        """See Arithmetic."""
        values = torch.where(condition.values, x.values, y.values)
        if condition.errors is None and x.errors is None and y.errors is None:
            return BoundedTensor(values)
        errors = torch.where(condition.values, x.off, y.off)
        return BoundedTensor(values, torch.where(condition.off > 0, torch.inf, errors).expand(values.shape))

    def sum(self, x: BoundedTensor, axes: Sequence[int], keep: bool) -> BoundedTensor:
        """See Arithmetic."""
        if not axes:
            return x
        values = x.values.sum(tuple(axes), keepdim=keep)
        if not x.real:
            return BoundedTensor(values)
        terms = x.values.numel() // max(values.numel(), 1)
        sizes = x.off.expand(x.values.shape) + FLOAT64.gamma(terms) * x.values.abs()
        return rounded(values, sizes.sum(tuple(axes), keepdim=keep), 0)

    def largest(self, x: BoundedTensor, axes: Sequence[int], keep: bool) -> BoundedTensor:
        """See Arithmetic."""
        values = x.values.amax(tuple(axes), keepdim=keep) if axes else x.values
        if x.errors is None or not axes:
            return BoundedTensor(values, x.errors)
        return BoundedTensor(values, x.errors.expand(x.values.shape).amax(tuple(axes), keepdim=keep))

    def softmax(self, x: BoundedTensor, axis: int) -> BoundedTensor:
        """See Arithmetic, and `RoundedRows.softmax` for the bound; what stands FAR below the largest has no weight."""
        values, off = x.values.softmax(axis), x.off.expand(x.values.shape)
        far = x.values + off < (x.values - off).amax(axis, keepdim=True) - FAR
        lowest = x.values.masked_fill(far, torch.inf).amin(axis, keepdim=True)
        apart = x.values.amax(axis, keepdim=True) - lowest
        most = (2 * off.masked_fill(far, 0.0).amax(axis, keepdim=True) + FLOAT64.unit * apart) * UP
        share = torch.expm1(most)
        small = torch.minimum(values, 1 - values + NEXT_TO_ONE) * share / (1 - share)
        of_scores = torch.where(share < HALF, torch.minimum(small, most / 4), (most / 4).clamp_max(1))
        found = rounded(values, of_scores, x.values.shape[axis] + 2 * ELEMENTARY)
        return BoundedTensor(values, torch.where(far, TINY, found.off))

    def cast(self, x: BoundedTensor, dtype: torch.dtype | None) -> BoundedTensor:
        """See Arithmetic."""
        values = x.values.to(dtype or torch.float64)
        if x.errors is None or (dtype is None and x.real):
            return BoundedTensor(values, x.errors)
        return BoundedTensor(values, torch.where(x.errors > 0, torch.inf, 0.0))

    def in_units(
        self, compute: Callable[..., list[BoundedTensor]], unit: int, *rows: BoundedTensor
    ) -> list[BoundedTensor]:
        """See Arithmetic."""
        if not unit:
            return compute(*rows)

        def of_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
            given = zip(tensors[: len(rows)], tensors[len(rows) :], strict=True)
            made = compute(*(BoundedTensor(values, errors) for values, errors in given))
            return (*(each.values for each in made), *(each.off.expand(each.values.shape) for each in made))

        errors = [each.off.expand(each.values.shape) for each in rows]
        found = side_by_side(of_tensors, unit, *(each.values for each in rows), *errors)
        half = len(found) // 2
        return [BoundedTensor(*both) for both in zip(found[:half], found[half:], strict=True)]
