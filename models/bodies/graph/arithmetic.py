"""What the operators of a graph ask of an arithmetic, and the plain one: floating-point numbers without bounds."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

Value = Any  # an arithmetic's own tensors

ONE_BY_ONE: dict[str, Callable[[Tensor], Tensor]] = {
    "neg": torch.neg,
    "abs": torch.abs,
    "relu": torch.relu,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "erf": torch.erf,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "sin": torch.sin,
    "cos": torch.cos,
}
COMPARED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "Equal": torch.eq,
    "Less": torch.lt,
    "LessOrEqual": torch.le,
    "Greater": torch.gt,
    "GreaterOrEqual": torch.ge,
}


class Arithmetic(Protocol):
    """Tensors of any shape, whole numbers and truth values exact. Shapes are broadcast as torch does."""

    def exact(self, tensor: Tensor) -> Value:
        """What a tensor holds."""
        ...

    def raw(self, value: Value) -> Tensor:
        """The computed numbers."""
        ...

    def move(self, change: Callable[..., Tensor], *values: Value) -> Value:
        """`change` of tensors that puts their entries elsewhere, repeats them or leaves some out."""
        ...

    def bilinear(self, product: Callable[[Tensor, Tensor], Tensor], x: Value, y: Value, terms: int) -> Value:
        """`product`, whose entries are sums of so many products of an entry of x and one of y."""
        ...

    def one_by_one(self, name: str, x: Value) -> Value:
        """A function of ONE_BY_ONE."""
        ...

    def add(self, x: Value, y: Value) -> Value:
        """x + y."""
        ...

    def subtract(self, x: Value, y: Value) -> Value:
        """x − y."""
        ...

    def multiply(self, x: Value, y: Value) -> Value:
        """x·y."""
        ...

    def divide(self, x: Value, y: Value) -> Value:
        """x / y; of whole numbers, towards zero."""
        ...

    def larger(self, x: Value, y: Value) -> Value:
        """The larger of two."""
        ...

    def compare(self, name: str, x: Value, y: Value) -> Value:
        """A comparison of COMPARED."""
        ...

    def choose(self, condition: Value, x: Value, y: Value) -> Value:
        """x where the condition holds, else y."""
        ...

    def sum(self, x: Value, axes: Sequence[int], keep: bool) -> Value:
        """Over some axes."""
        ...

    def largest(self, x: Value, axes: Sequence[int], keep: bool) -> Value:
        """Over some axes."""
        ...

    def softmax(self, x: Value, axis: int) -> Value:
        """Along one axis."""
        ...

    def cast(self, x: Value, dtype: torch.dtype | None) -> Value:
        """Whole numbers or truth values of a type; None for this arithmetic's own floating-point numbers."""
        ...

    def in_units(self, compute: Callable[..., list[Value]], unit: int, *rows: Value) -> list[Value]:
        """`compute` of rows [n, …], so many at a time as a graph takes, side by side; 0 for all at once."""
        ...


class Plain:
    """Numbers of one floating-point type, and torch's own operations on them."""

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype

    def exact(self, tensor: Tensor) -> Tensor:
        """See Arithmetic."""
        return tensor.to(self.dtype) if tensor.is_floating_point() else tensor

    def raw(self, value: Tensor) -> Tensor:
        """See Arithmetic."""
        return value

    def move(self, change: Callable[..., Tensor], *values: Tensor) -> Tensor:
        """See Arithmetic."""
        return change(*values)

    def bilinear(self, product: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor, terms: int) -> Tensor:
        """See Arithmetic."""
        return product(x, y)

    def one_by_one(self, name: str, x: Tensor) -> Tensor:
        """See Arithmetic."""
        return ONE_BY_ONE[name](x)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return x + y

    def subtract(self, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return x - y

    def multiply(self, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return x * y

    def divide(self, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")

    def larger(self, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return torch.maximum(x, y)

    def compare(self, name: str, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return COMPARED[name](x, y)

    def choose(self, condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """See Arithmetic."""
        return torch.where(condition, x, y)

    def sum(self, x: Tensor, axes: Sequence[int], keep: bool) -> Tensor:
        """See Arithmetic."""
        return x.sum(tuple(axes), keepdim=keep) if axes else x

    def largest(self, x: Tensor, axes: Sequence[int], keep: bool) -> Tensor:
        """See Arithmetic."""
        return x.amax(tuple(axes), keepdim=keep) if axes else x

    def softmax(self, x: Tensor, axis: int) -> Tensor:
        """See Arithmetic."""
        return x.softmax(axis)

    def cast(self, x: Tensor, dtype: torch.dtype | None) -> Tensor:
        """See Arithmetic."""
        return x.to(dtype or self.dtype)

    def in_units(self, compute: Callable[..., list[Tensor]], unit: int, *rows: Tensor) -> list[Tensor]:
        """See Arithmetic."""
        return list(side_by_side(lambda *some: tuple(compute(*some)), unit, *rows)) if unit else compute(*rows)


def side_by_side(compute: Callable[..., tuple[Tensor, ...]], unit: int, *rows: Tensor) -> tuple[Tensor, ...]:
    """`compute` of so many rows of [n, …] at a time, all of them at once; each result is [n, …] again."""
    pairs = len(rows[0])
    missing = -pairs % unit
    filled = [torch.cat([each, each[-1:].expand(missing, *each.shape[1:])]) if missing else each for each in rows]
    stacked = [each.reshape(-1, unit, *each.shape[1:]) for each in filled]
    found = torch.vmap(compute)(*stacked)
    return tuple(each.flatten(0, 1)[:pairs] for each in found)
