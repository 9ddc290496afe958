"""The body of a transformer out of the tensors that have a role in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.block import Block
from models.bodies.general_transformer import GeneralTransformerBody
from models.bodies.norm import Norm
from models.bodies.normed_block import NormedBlock
from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError, shown
from models.formats.roles.find import Roles
from models.formats.roles.tokens import Tokens
from models.formats.roles.vocabulary import Vocabulary, input_first
from models.hyperparameters import Hyperparameters
from models.network import Network

PLAIN_SEQUENCES = ("a b", "a b s0")  # that a TransformerBody has


@dataclass(frozen=True, eq=False)
class Parts:
    """The tensors of a file by role, and the facts by which they are read."""

    name: str
    tensors: Mapping[str, Tensor]
    roles: Roles
    hyperparameters: Hyperparameters

    def body(self, vocabulary: Vocabulary) -> TransformerBody | GeneralTransformerBody:
        """The body. Raises CheckpointError naming tensor, expected and found."""
        tokens = Tokens.read(self.hyperparameters.tokens)
        blocks = tuple(self._block(number) for number in range(self.roles.layers))
        places = self._places(len(tokens.words))
        constants = dict(tokens.constant_rows(len(vocabulary.numbers)))
        facts, final = self.hyperparameters, self._final_norm()
        plain = facts.norm == "none" and facts.table_scale == "one" and blocks[0].W_gate is None
        if plain and tokens.text in PLAIN_SEQUENCES:
            equals = vocabulary.row(constants[2]) if constants else None
            return TransformerBody(tuple(one.block for one in blocks), places, equals, facts.activation, facts.mask)
        scale = self.roles.width**0.5 if facts.table_scale == "root" else 1.0
        standing = places.clone()
        for place, row in constants.items():
            standing[place] += scale * vocabulary.row(row)
        return GeneralTransformerBody(
            blocks, standing, tokens.place_a, tokens.place_b, tokens.shown, facts.activation, facts.mask, final, scale
        )

    def _places(self, count: int) -> Tensor:
        """[t, d]: what is added at each position; zeros where the file has none."""
        if "positions" not in self.roles:
            return self.tensors[self.roles.of["embedding"]].new_zeros(count, self.roles.width)
        places = self._taken("positions").squeeze()
        if len(places) < count:
            raise CheckpointError(
                f"{self.name}: tensor {self.roles.of['positions']} has {len(places)} positions; "
                f"expected at least {count} for the sequence '{self.hyperparameters.tokens}'."
            )
        return places[:count]

    def _block(self, number: int) -> NormedBlock:
        into = self._matrix(f"{number}.in", self.roles.width)
        neurons = into.shape[1]
        heads = self._heads(number)
        out = self._output(number, heads["Q"].shape[0])
        self._require_alike(number, heads, out)
        biases = self._head_biases(number, heads["Q"])
        block = Block(
            W_Q=heads["Q"],
            W_K=heads["K"],
            W_V=heads["V"],
            W_O=out,
            W_in=into,
            W_out=self._matrix(f"{number}.out", neurons),
            b_in=self._bias(f"{number}.in", neurons),
            b_out=self._bias(f"{number}.out", self.roles.width),
            b_Q=biases.get("Q"),
            b_K=biases.get("K"),
            b_V=biases.get("V"),
            b_O=self._taken(f"{number}.o.bias") if f"{number}.o.bias" in self.roles else None,
        )
        norms = self._norm(f"{number}.norm1"), self._norm(f"{number}.norm2")
        return NormedBlock(block, *norms, self.hyperparameters.norm_place, *self._gate(number, neurons))

    def _gate(self, number: int, neurons: int) -> tuple[Tensor | None, Tensor | None]:
        """The gate's matrix and bias, where there are any."""
        role = f"{number}.gate"
        gate = self._matrix(role, self.roles.width) if role in self.roles else None
        if gate is not None and gate.shape[1] != neurons:
            raise self._refused(role, f"a gate for {neurons} neurons")
        return gate, self._bias(role, neurons) if f"{role}.bias" in self.roles else None

    def _heads(self, number: int) -> dict[str, Tensor]:
        """Weights of queries, keys and values, [h, d, e] each."""
        found = {}
        for fused in ("qkv", "kqv"):
            if f"{number}.{fused}" in self.roles:
                thirds = self._thirds(f"{number}.{fused}")
                found = dict(zip(fused.upper(), thirds, strict=True))
        apart = {part.upper(): f"{number}.{part}" for part in "qkv"}
        return found or {part: self._by_head(self._taken(role), role) for part, role in apart.items()}

    def _require_alike(self, number: int, heads: Mapping[str, Tensor], out: Tensor) -> None:
        """Raises CheckpointError where heads of keys or values are others than those of queries."""
        shapes = {part: list(heads[part].shape) for part in "QKV"}
        written = [out.shape[0], out.shape[2], out.shape[1]]
        if not shapes["Q"] == shapes["K"] or shapes["V"] != written:
            raise CheckpointError(
                f"{self.name}: layer {number} has queries {shapes['Q']}, keys {shapes['K']}, values {shapes['V']} and "
                f"outputs {written} (heads, width, width of a head); expected as many heads of one size."
            )

    def _thirds(self, role: str) -> list[Tensor]:
        """Three matrices [h, d, e] that one tensor holds: on an axis of its own, or one beside the other."""
        fused, width = self._taken(role), self.roles.width
        if fused.ndim > 2 and fused.shape[0] == 3:
            return [self._by_head(third, role) for third in fused.unbind()]
        if fused.ndim != 2 or fused.numel() % (3 * width):
            raise self._refused(role, f"three matrices that read {width} numbers")
        beside = fused.T if fused.shape[1] == width else fused  # the shape of the three together tells which way round
        return [self._in_heads(third, role) for third in beside.chunk(3, dim=1)]

    def _by_head(self, matrix: Tensor, role: str) -> Tensor:
        """[h, d, e] of a matrix of all heads, whichever way round it lies."""
        width = self.roles.width
        if matrix.ndim == 3:
            return matrix if matrix.shape[1] == width else matrix.transpose(1, 2)
        return self._in_heads(self._turned(matrix, width), role)

    def _in_heads(self, matrix: Tensor, role: str) -> Tensor:
        """[h, d, e] of [d, h·e]."""
        heads, every = self.hyperparameters.heads, matrix.shape[1]
        if not heads or every % heads:
            raise CheckpointError(
                f"{self.name}: {every} rows of {role} cannot be {heads} heads; expected a divisor of {every}."
            )
        return matrix.unflatten(1, (heads, every // heads)).transpose(0, 1)

    def _output(self, number: int, heads: int) -> Tensor:
        """[h, e, d]: what each head writes."""
        matrix, width = self._taken(f"{number}.o"), self.roles.width
        if matrix.ndim == 3:
            return matrix if matrix.shape[2] == width else matrix.transpose(1, 2)
        every = matrix.numel() // width
        if every % heads:
            raise self._refused(f"{number}.o", f"{heads} heads")
        return self._turned(matrix, every).unflatten(0, (heads, every // heads))

    def _head_biases(self, number: int, queries: Tensor) -> dict[str, Tensor]:
        heads, _, width = queries.shape
        fused = next((each for each in ("qkv", "kqv") if f"{number}.{each}.bias" in self.roles), None)
        if fused:
            every = self._taken(f"{number}.{fused}.bias").flatten()
            if every.numel() != 3 * heads * width:
                raise self._refused(f"{number}.{fused}.bias", f"three biases of {heads * width} numbers")
            thirds = every.chunk(3)
            found = dict(zip(fused.upper(), thirds, strict=True))
        else:
            found = {
                part.upper(): self._taken(role).flatten()
                for part in "qkv"
                if (role := f"{number}.{part}.bias") in self.roles
            }
        for part, bias in found.items():
            if bias.numel() != heads * width:
                raise self._refused(f"{number}.{part.lower()}", f"a bias of {heads * width} numbers")
        return {part: bias.unflatten(0, (heads, width)) for part, bias in found.items()}

    def _matrix(self, role: str, inputs: int) -> Tensor:
        matrix = self._turned(self._taken(role), inputs)
        if matrix.shape[0] != inputs:
            raise self._refused(role, f"a matrix that reads {inputs} numbers")
        return matrix

    def _turned(self, matrix: Tensor, inputs: int) -> Tensor:
        """[inputs, outputs] of a matrix that lies either way round."""
        rows, columns = matrix.shape
        if rows == columns:
            return matrix if input_first(self.tensors, self.roles) else matrix.T
        return matrix if rows == inputs else matrix.T

    def _bias(self, role: str, size: int) -> Tensor:
        """Zeros where there is none."""
        if f"{role}.bias" not in self.roles:
            return self._taken(role).new_zeros(size)
        bias = self._taken(f"{role}.bias")
        if bias.shape != (size,):
            raise self._refused(f"{role}.bias", f"[{size}]")
        return bias

    def _norm(self, role: str) -> Norm | None:
        facts = self.hyperparameters
        if facts.norm == "none":
            return None
        gain, shift = (
            self._taken(f"{role}.{part}") if f"{role}.{part}" in self.roles else None for part in ("gain", "shift")
        )
        if gain is None and shift is None and self.roles.normed:
            return None  # others have weights, so this one is not there
        return Norm(facts.norm, facts.norm_eps, gain, shift)

    def _final_norm(self) -> Norm | None:
        """Of norms without weights the last one goes with those before the parts."""
        if not self.roles.normed and self.hyperparameters.norm_place == "after":
            return None
        return self._norm("final_norm")

    def _taken(self, role: str) -> Tensor:
        name = self.roles.of[role]
        tensor = self.tensors[name]
        if not tensor.is_floating_point():
            raise CheckpointError(f"{self.name}: tensor {name} is {tensor.dtype}; expected floating-point weights.")
        return tensor.detach()

    def _refused(self, role: str, expected: str) -> CheckpointError:
        name = self.roles.of.get(role, role)
        found = list(self.tensors[name].shape) if name in self.tensors else "none"
        return CheckpointError(f"{self.name}: tensor {name} has shape {found}; expected {expected} ({role}).")


def heads_told(tensors: Mapping[str, Tensor], roles: Roles) -> int:
    """The number of heads, where an axis tells it; else 0."""
    for part in ("q", "o", "qkv", "kqv"):
        name = roles.of.get(f"0.{part}")
        if name and tensors[name].ndim == (4 if "kq" in part or "qk" in part else 3):
            return int(tensors[name].shape[0 if part in "qo" else 1])
    return 0


def attention_width(tensors: Mapping[str, Tensor], roles: Roles) -> int:
    """h·e, what all heads write together."""
    return tensors[roles.of["0.o"]].numel() // roles.width


def in_one_precision(tensors: Mapping[str, Tensor], roles: Roles) -> dict[str, Tensor]:
    """The same tensors with every weight in the widest precision that one has: files may hold positions in float64."""
    weights = {name for name in roles.of.values() if tensors[name].is_floating_point()}
    widest = max((tensors[name].dtype for name in weights), key=lambda dtype: dtype.itemsize)
    return {name: tensor.to(widest) if name in weights else tensor for name, tensor in tensors.items()}


@torch.no_grad()
def require_fitting(network: Network, name: str) -> None:
    """One pair is computed. Raises CheckpointError where shapes that each may be right do not fit together."""
    pair = torch.zeros(1, dtype=torch.int64)
    try:
        fits = network.logits(pair, pair).shape == (1, network.modulus)
    except RuntimeError as error:
        raise _unfitting(name, str(error).splitlines()[0]) from error
    if not fits:
        raise _unfitting(name, "the logits of a pair are not one for each number")


def _unfitting(name: str, why: str) -> CheckpointError:
    return CheckpointError(
        f"{name}: the shapes of its tensors do not fit together as they are taken ({shown(why)}). Say which tensor is "
        "which."
    )
