"""The frozen normal form that every file is read into: operand tables, body, unembedding."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

import torch
from torch import Tensor

from models.bodies.base import Body
from models.errors import RecipeError, shown
from models.hyperparameters import PLAIN, Hyperparameters
from models.runtime.memo import memoised
from models.task import Addition


@dataclass(frozen=True, eq=False)
class Layout:
    """How the file named and shaped its tensors, and what it held besides, so that it can be written back."""

    name: str
    retained: Mapping[str, Tensor] = field(default_factory=dict)  # written back unchanged
    hyperparameters: Hyperparameters = PLAIN  # what the tensors did not tell, as it was read
    roles: Mapping[str, str] = field(default_factory=dict)  # of tensors, where somebody said them


@dataclass(frozen=True, eq=False)
class Network:
    """A network for a + b mod p. Nothing in Clockwork changes one; surgery returns a new one.

    logits(a, b) = r(a, b) · unembedding + unembedding_bias, with r = body(table_a[a], table_b[b]).

    >>> from models import zoo
    >>> network = zoo.load("mlp-113")
    >>> network
    Network(a + b mod 113, clockwork, 142,208 weights, e70ae140)
    >>> int(network(100, 40).argmax()), network([1, 2], 40).shape
    (27, torch.Size([2, 113]))
    """

    task: Addition
    table_a: Tensor  # [p, d]; the same object as table_b where the operands share one table
    table_b: Tensor  # [p, d]
    body: Body
    unembedding: Tensor  # [d, p]
    unembedding_bias: Tensor | None  # [p]
    layout: Layout

    def __repr__(self) -> str:
        weights = sum(tensor.numel() for tensor in self._apart().values())
        where = f"in {self.task.group}" if self.task.factors else f"mod {self.modulus}"
        operation = self.layout.hyperparameters.operation
        return f"Network({operation} {where}, {self.layout.name}, {weights:,} weights, {self.digest[:8]})"

    @torch.no_grad()
    def __call__(self, a: "int | Iterable[int] | Tensor", b: "int | Iterable[int] | Tensor") -> Tensor:
        """Logits [p] of a pair, or [n, p] of several; one number goes with many. See `operands` for what is taken."""
        first, second = operands(self.modulus, a, b)
        return self.logits(first.reshape(-1), second.reshape(-1)).reshape(*first.shape, -1)

    @property
    def modulus(self) -> int:
        """p."""
        return self.task.modulus

    @property
    def hyperparameters(self) -> Hyperparameters:
        """How this network is read: what its body computes, and the rest as its file was read."""
        return replace(self.layout.hyperparameters, group=self.task.factors, **self.body.hyperparameters)

    @property
    def tables_shared(self) -> bool:
        """Both operands read one table."""
        return self.table_a is self.table_b

    def tensors(self) -> dict[str, Tensor]:
        """Every weight that decides an answer, by the name that the digest knows it under.

        The unembedding is "readout" here. Digests stand in certificates, links and resume files, and they are taken
        over these names: another name would be another digest for the same network.
        """
        own = {"table_a": self.table_a, "table_b": self.table_b, "readout": self.unembedding}
        if self.unembedding_bias is not None:
            own["readout_bias"] = self.unembedding_bias
        return own | {f"body.{name}": tensor for name, tensor in self.body.tensors().items()}

    def _apart(self) -> dict[str, Tensor]:
        """The same with a shared table once."""
        return {name: each for name, each in self.tensors().items() if name != "table_b" or not self.tables_shared}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over modulus, reading, names, shapes, types and bytes: what results are cached under."""
        group = self.task.group
        seen = sha256(f"{self.layout.name} {group} {self.body.description}".encode())
        for name, tensor in sorted(self.tensors().items()):
            seen.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            seen.update(tensor.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        return seen.hexdigest()

    def logits(self, a: Tensor, b: Tensor) -> Tensor:
        """Logits [n, p] of operand pairs a, b [n] by a plain forward pass in the precision of the tensors."""
        logits = self.body.readout_vectors(self.table_a, self.table_b, a, b) @ self.unembedding
        return logits if self.unembedding_bias is None else logits + self.unembedding_bias

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "Network":
        """The same network with every weight changed alike; a shared table stays shared."""
        table_a = change(self.table_a)
        table_b = table_a if self.tables_shared else change(self.table_b)
        bias = None if self.unembedding_bias is None else change(self.unembedding_bias)
        body = self.body.map_tensors(change)
        return Network(self.task, table_a, table_b, body, change(self.unembedding), bias, self.layout)

    def cast(self, dtype: torch.dtype) -> "Network":
        """The same network in another precision; the body, which surgery shares, is cast once and retained."""
        table_a = self.table_a.to(dtype)
        table_b = table_a if self.tables_shared else self.table_b.to(dtype)
        bias = None if self.unembedding_bias is None else self.unembedding_bias.to(dtype)
        body = _cast_body(self.body, dtype)
        return Network(self.task, table_a, table_b, body, self.unembedding.to(dtype), bias, self.layout)


def operands(modulus: int, a: int | Iterable[int] | Tensor, b: int | Iterable[int] | Tensor) -> tuple[Tensor, Tensor]:
    """Both operands as int64 tensors of one shape; one number goes with many.

    Args:
        modulus: p; operands are whole numbers from 0 to p − 1.
        a: a number, several, or a tensor of any shape.
        b: the same.

    Raises:
        RecipeError: something that is no number of the network, or two shapes that do not go together.

    >>> [each.tolist() for each in operands(113, 3, [4, 5])]
    [[3, 3], [4, 5]]
    """
    found = [_whole_numbers(modulus, name, each) for name, each in (("a", a), ("b", b))]
    try:
        first, second = torch.broadcast_tensors(*found)
    except RuntimeError as error:
        shapes = " and ".join(str(list(each.shape)) for each in found)
        raise RecipeError(
            f"Operands of shapes {shapes} do not go together; expected one shape, or a number."
        ) from error
    return first.contiguous(), second.contiguous()


def _whole_numbers(modulus: int, name: str, said: int | Iterable[int] | Tensor) -> Tensor:
    try:
        found = said if isinstance(said, Tensor) else torch.as_tensor(said if isinstance(said, int) else list(said))
    except (TypeError, ValueError, RuntimeError) as error:
        raise RecipeError(f"{name} is {shown(repr(said))}; expected whole numbers from 0 to {modulus - 1}.") from error
    if found.is_floating_point() or found.is_complex() or found.dtype == torch.bool:
        raise RecipeError(f"{name} is of type {found.dtype}; expected whole numbers from 0 to {modulus - 1}.")
    foreign = found[(found < 0) | (found >= modulus)]
    if len(foreign):
        raise RecipeError(
            f"{name} holds {int(foreign[0])}; expected whole numbers from 0 to {modulus - 1}, since the network's "
            f"tables have {modulus} rows."
        )
    return found.long()


def _cast_body(body: Body, dtype: torch.dtype) -> Body:
    """The body in another precision, retained with the body where that takes little."""
    small = sum(tensor.numel() for tensor in body.tensors().values()) <= MOST_RETAINED
    return _small_body_cast(body, dtype) if small else body.map_tensors(lambda tensor: tensor.to(dtype))


@memoised
def _small_body_cast(body: Body, dtype: torch.dtype) -> Body:
    return body.map_tensors(lambda tensor: tensor.to(dtype))


MOST_RETAINED = 2**21  # numbers of a body whose casts are; a larger one takes longer to compute with than to cast
