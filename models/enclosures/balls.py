"""Rows of balls at any precision: the arithmetic of Arb, which bounds every error itself.

Source: Johansson 2017, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic; here by python-flint.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from threading import Lock

from flint import arb, arb_mat, ctx
from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.graph.arithmetic import Arithmetic, Value

_one_at_a_time = Lock()  # Arb's precision belongs to the process


@contextmanager
def precision_of_balls(bits: int) -> Iterator[None]:
    """Balls inside are computed to so many bits, by one thread at a time."""
    with _one_at_a_time:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before


@dataclass(frozen=True, eq=False)
class BallRows:
    """Rows [n, d] of balls; weights are converted once and retained as long as a forward pass goes on."""

    rows: arb_mat
    weights: dict[int, tuple[Tensor, arb_mat]] = field(default_factory=dict)  # by the identity of the tensor

    @classmethod
    def exact(cls, table: Tensor) -> "BallRows":
        """Rows that are what the tensor holds."""
        return cls(arb_mat(table.double().tolist()))

    def like(self, table: Tensor) -> "BallRows":
        """See Enclosure."""
        return BallRows(arb_mat(table.double().tolist()), self.weights)

    def lists(self) -> list[list[arb]]:
        """The balls, row by row."""
        return self.rows.tolist()

    def at(self, rows: Tensor) -> "BallRows":
        """See Enclosure."""
        lists = self.lists()
        return self._of([lists[0 if len(lists) == 1 else row] for row in rows.tolist()])

    def beside(self, other: "BallRows") -> "BallRows":
        """See Enclosure."""
        return self._of([here + there for here, there in zip(self.lists(), other.lists(), strict=True)])

    def columns(self, start: int, stop: int) -> "BallRows":
        """See Enclosure."""
        return self._of([row[start:stop] for row in self.lists()])

    def __add__(self, other: "BallRows") -> "BallRows":
        """See Enclosure."""
        return BallRows(self.rows + other.rows, self.weights)

    def plus(self, vector: Tensor) -> "BallRows":
        """See Enclosure."""
        added = [arb(number) for number in vector.double().tolist()]
        return self._of([[x + number for x, number in zip(row, added, strict=True)] for row in self.lists()])

    def times(self, weight: Tensor, bias: Tensor | None = None) -> "BallRows":
        """See Enclosure."""
        product = BallRows(self.rows * self._weight(weight), self.weights)
        return product if bias is None else product.plus(bias)

    def over_root(self, number: int) -> "BallRows":
        """See Enclosure."""
        root = arb(number).sqrt()
        return self._each(lambda x: x / root)

    def times_each(self, vector: Tensor) -> "BallRows":
        """See Enclosure."""
        by = [arb(number) for number in vector.double().tolist()]
        return self._of([[x * number for x, number in zip(row, by, strict=True)] for row in self.lists()])

    def product(self, other: "BallRows") -> "BallRows":
        """See Enclosure."""
        pairs = zip(self.lists(), other.lists(), strict=True)
        return self._of([[x * y for x, y in zip(*pair, strict=True)] for pair in pairs])

    def normalised(self, eps: float, *, centred: bool) -> "BallRows":
        """See Enclosure."""
        return self._of([_normalised(row, eps, centred) for row in self.lists()])

    def dot(self, other: "BallRows") -> "BallRows":
        """See Enclosure."""
        pairs = zip(self.lists(), other.lists(), strict=True)
        return self._of([[sum((x * y for x, y in zip(*pair, strict=True)), arb(0))] for pair in pairs])

    def scaled(self, column: "BallRows") -> "BallRows":
        """See Enclosure."""
        return self._of([[by[0] * x for x in row] for row, by in zip(self.lists(), column.lists(), strict=True)])

    def mixed_with_one(self, coefficient: float) -> "BallRows":
        """See Enclosure."""
        of_it, rest = arb(coefficient), 1 - arb(coefficient)
        return self._each(lambda x: of_it * x + rest)

    def activated(self, activation: Activation) -> "BallRows":
        """See Enclosure."""
        return self._each(ACTIVATIONS[activation])

    def cosine(self) -> "BallRows":
        """See Enclosure."""
        return self._each(lambda x: x.cos())

    def sine(self) -> "BallRows":
        """See Enclosure."""
        return self._each(lambda x: x.sin())

    def softmax(self, columns: Sequence["BallRows"]) -> list["BallRows"]:
        """See Enclosure. Written as 1 / Σ exp(s_j − s_i): no exponential of a score alone, which may be huge."""
        scores = [[row[0] for row in column.lists()] for column in columns]
        return [
            self._of([[_share(x, row)] for x, row in zip(own, zip(*scores, strict=True), strict=True)])
            for own in scores
        ]

    def through(self, other: "BallRows", compute: Callable[[Arithmetic, Value, Value], Value]) -> "BallRows":
        """Raises TypeError: there are no balls in tensors of any shape."""
        raise TypeError("balls are rows, and this body computes with tensors of any shape")

    def margins(self, unembedding: Tensor, bias: Tensor | None, right: Tensor) -> list[arb]:
        """The right class's logit less the largest other, of readout vectors [n, d] and right classes [n]."""
        logits = self.times(unembedding, bias).lists()
        return [_margin(row, of_right) for row, of_right in zip(logits, right.tolist(), strict=True)]

    def _weight(self, weight: Tensor) -> arb_mat:
        if id(weight) not in self.weights:  # retained beside its tensor, so that no other can have the same identity
            self.weights[id(weight)] = weight, arb_mat(weight.double().tolist())
        return self.weights[id(weight)][1]

    def _each(self, change: Callable[[arb], arb]) -> "BallRows":
        return self._of([[change(x) for x in row] for row in self.lists()])

    def _of(self, lists: list[list[arb]]) -> "BallRows":
        return BallRows(arb_mat(lists), self.weights)


def _margin(logits: list[arb], right: int) -> arb:
    others = logits[:right] + logits[right + 1 :]
    return logits[right] - reduce(lambda one, other: one.max(other), others)


def _share(score: arb, scores: Sequence[arb]) -> arb:
    """The weight that a softmax over all scores gives to one of them."""
    return 1 / sum(((other - score).exp() for other in scores), arb(0))


def _normalised(row: list[arb], eps: float, centred: bool) -> list[arb]:
    count, mean = len(row), sum(row, arb(0)) / len(row) if centred else arb(0)
    apart = [x - mean for x in row]
    root = (sum((x**2 for x in apart), arb(0)) / count + arb(eps)).sqrt()
    return [x / root for x in apart]


def _gelu(x: arb) -> arb:
    return x * (1 + (x / arb(2).sqrt()).erf()) / 2


def _gelu_by_tanh(x: arb) -> arb:
    inner = x + arb(0.044715) * x**3
    return x * (1 + ((2 / arb.pi()).sqrt() * inner).tanh()) / 2


ACTIVATIONS: dict[Activation, Callable[[arb], arb]] = {
    "relu": lambda x: x.max(arb(0)),
    "square": lambda x: x * x,
    "gelu": _gelu,
    "tanh": lambda x: x.tanh(),
    "gelu-tanh": _gelu_by_tanh,
    "silu": lambda x: x / (1 + (-x).exp()),
}
