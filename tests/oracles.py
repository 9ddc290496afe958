"""Networks with a known answer, small ones with random weights, and a textbook forward pass to compare with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from types import MappingProxyType
from typing import TypeVar, get_args

import torch
from hypothesis import strategies as st
from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.base import PlainBody
from models.bodies.block import Block
from models.bodies.enclosure import Enclosure
from models.bodies.transformer import Mask, TransformerBody
from models.circuits.logits import CosineFit
from models.evaluation import TIE_TOLERANCE, State
from models.groups.characters import FULL_TURN, cosine_sine
from models.hyperparameters import PLAIN
from models.network import Layout, Network
from models.task import Addition
from tests.textbooks import ACTIVATIONS as ACTIVE

Enclosed = TypeVar("Enclosed", bound=Enclosure)

# A network computed to the last bit: the analytic cosine network


@dataclass(frozen=True)
class OracleBody(PlainBody):
    """α_k·cos and α_k·sin of a sum of angles, from tables that hold cos and sin: the product formulas, nothing else."""

    alphas: Tensor  # [k]

    @property
    def width(self) -> int:
        return 2 * len(self.alphas)

    @property
    def activation(self) -> str:
        return "product"

    @property
    def hyperparameters(self) -> dict[str, str]:
        return {}

    @property
    def own_parameters(self) -> int:
        return len(self.alphas)

    @property
    def neuron_weights(self) -> int:
        return len(self.alphas)

    @property
    def products_a_pair(self) -> int:
        return 6 * len(self.alphas)

    @property
    def numbers_a_pair(self) -> int:
        return 4 * self.width

    @property
    def description(self) -> dict[str, str]:
        return {"activation": "product"}

    @property
    def neuron_readout(self) -> Tensor:
        return torch.eye(self.width, dtype=self.alphas.dtype)

    def tensors(self) -> dict[str, Tensor]:
        return {"alphas": self.alphas}

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "OracleBody":
        return replace(self, alphas=change(self.alphas))

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self.readout_of_rows(table_a[a], table_b[b])

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        cos_a, sin_a = rows_a.chunk(2, dim=1)
        cos_b, sin_b = rows_b.chunk(2, dim=1)
        return torch.cat(
            [self.alphas * (cos_a * cos_b - sin_a * sin_b), self.alphas * (sin_a * cos_b + cos_a * sin_b)], 1
        )

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        x, y, dials = table_a.at(a), table_b.at(b), len(self.alphas)
        cosine, sine = torch.eye(2 * dials, dtype=torch.float64).split(dials)  # what picks them from a row
        pick = torch.stack([cosine, sine], dim=2)  # [k, 2k, 2]
        weighed = self.alphas.double()[:, None, None] * torch.cat(
            [torch.stack([cosine, -sine], dim=2), torch.stack([sine, cosine], dim=2)]
        ).unflatten(0, (2, dials))
        columns = [x.times(of_a).dot(y.times(of_b)) for part in weighed for of_a, of_b in zip(pick, part, strict=True)]
        return reduce(lambda found, column: found.beside(column), columns)

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        active = self.readout_vectors(table_a, table_b, a, b)
        return active, active

    def rows_reader(
        self, table_a: Tensor, table_b: Tensor, directions: Tensor, dtype: torch.dtype | None = None
    ) -> None:
        return None


def circle_table(p: int, frequencies: Iterable[int]) -> Tensor:
    """[p, 2k]: cos(2πkn/p) of every frequency, then their sines."""
    waves = [cosine_sine(k * torch.arange(p), p) for k in frequencies]
    return torch.stack([cosine for cosine, _ in waves] + [sine for _, sine in waves], dim=1)


def oracle(p: int, alphas: Mapping[int, float]) -> Network:
    """The network whose logits are exactly Σ_k α_k·cos(2πk(a + b − c)/p), in float64."""
    table = circle_table(p, alphas)
    body = OracleBody(torch.tensor(list(alphas.values()), dtype=torch.float64))
    return Network(Addition(p), table, table, body, table.T.contiguous(), None, Layout("oracle"))


def oracle_waves(alphas: Mapping[int, float]) -> CosineFit:
    """What the oracle's logits are made of, without measuring them."""
    return CosineFit(tuple(alphas), torch.tensor(list(alphas.values()), dtype=torch.float64))


def cosine_logits(p: int, alphas: Mapping[int, float]) -> Tensor:
    """[p², p]: Σ_k α_k·cos(2πk(a + b − c)/p), straight from the formula."""
    a, b = Addition(p).pairs()
    turns = (a + b)[:, None] - torch.arange(p)
    return sum(alpha * torch.cos(FULL_TURN * k * turns.double() / p) for k, alpha in alphas.items())


# A transformer built by hand, so that files and commands have a working network without training


def hand_built(p: int, frequencies: tuple[int, ...], layout: str = "transformerlens") -> Network:
    """A one-layer transformer that adds mod p: even attention, and 16 neurons a frequency that double the mean angle.

    relu(cos(x + φ)) holds a wave in 2x + 2φ; weighed by cos 2φ and sin 2φ over evenly spaced φ it alone is left. With
    x the mean of the operands' angles that is their sum, times |cos| of half their difference (Zhong et al.'s pizza).
    """
    dials, phases = len(frequencies), 16
    width, used = 4 * dials, 2 * dials
    angles = FULL_TURN * torch.arange(phases, dtype=torch.float64) / phases
    listen, speak = torch.zeros(width, dials, phases), torch.zeros(dials, phases, width)
    for dial in range(dials):
        listen[dial, dial], listen[dials + dial, dial] = angles.cos(), -angles.sin()
        speak[dial, :, used + dial], speak[dial, :, used + dials + dial] = (2 * angles).cos(), -(2 * angles).sin()
    silent, whole = torch.zeros(2, width, used), torch.eye(width).reshape(2, used, width)
    block = Block(
        W_Q=silent,
        W_K=silent.clone(),
        W_V=whole.transpose(1, 2).contiguous(),
        W_O=whole,
        W_in=listen.flatten(1),
        W_out=speak.flatten(0, 1),
        b_in=torch.zeros(dials * phases),
        b_out=torch.zeros(width),
    )
    circle = circle_table(p, frequencies).float()
    table = torch.cat([circle, torch.zeros_like(circle)], dim=1)
    body = TransformerBody((block,), positions=torch.zeros(3, width), equals=torch.zeros(width))
    unembedding = 10 * torch.cat([torch.zeros_like(circle), circle], dim=1).T.contiguous()
    return Network(Addition(p), table, table, body, unembedding, None, Layout(layout))


def hand_built_pizza(p: int, frequencies: tuple[int, ...], coefficient: float = 0.0) -> Network:
    """A transformer without an '=' that adds mod p, a vocabulary for each operand, in the layout of Zhong et al.

    Attention is even. b's own residual would outweigh what is read of a; so b's value is its circle many times over,
    and the neurons take away what of it is too much at this attention coefficient, and at no other.
    """
    times = 20
    dials, phases = len(frequencies), 16
    used = 2 * dials  # columns of a circle; the residual has a's or b's, b's again, what is read, what is answered
    angles = FULL_TURN * torch.arange(phases, dtype=torch.float64) / phases
    listen, speak = torch.zeros(used, dials, phases), torch.zeros(dials, phases, used)
    for dial in range(dials):
        listen[dial, dial], listen[dials + dial, dial] = angles.cos(), -angles.sin()
        speak[dial, :, dial], speak[dial, :, dials + dial] = (2 * angles).cos(), -(2 * angles).sin()
    circle, eye = circle_table(p, frequencies).float(), torch.eye(used)
    nothing = torch.zeros_like(eye)
    weight = 1 - coefficient / 2  # of each position, softmax being even
    values = torch.cat([eye, eye, nothing, nothing])[None]
    spoken = torch.cat([nothing, nothing, eye, nothing], dim=1)[None]
    heard = torch.cat([-(times - 1) * weight * eye, nothing, eye, nothing])
    block = Block(
        W_Q=torch.zeros_like(values),
        W_K=torch.zeros_like(values),
        W_V=values,
        W_O=spoken,
        W_in=heard @ listen.flatten(1),
        W_out=torch.cat([torch.zeros(dials * phases, 3 * used), speak.flatten(0, 1)], dim=1),
        b_in=torch.zeros(dials * phases),
        b_out=torch.zeros(4 * used),
    )
    still = torch.zeros_like(circle)
    table_a, table_b = (torch.cat([circle, second, still, still], dim=1) for second in (still, (times - 1) * circle))
    body = TransformerBody((block,), torch.zeros(2, 4 * used), None, mask="none", coefficient=coefficient)
    unembedding = torch.cat([still, still, still, circle], dim=1).T.contiguous()
    hyperparameters = replace(PLAIN, mask="none", tables="separate", coefficient=coefficient)
    return Network(Addition(p), table_a, table_b, body, unembedding, None, Layout("zhong", {}, hyperparameters))


# Random weights in every shape


@dataclass(frozen=True)
class Shape:
    """Sizes of a small random transformer, what it has besides, and the layout it is to be written in."""

    modulus: int = 7
    width: int = 8
    heads: int = 2
    head_width: int = 4
    neurons: int = 12
    layers: int = 1
    attention_biases: bool = False
    unembedding_bias: bool = False
    equals_column: bool = False  # of the unembedding; in the layout of Zhong et al. a column for each of b's tokens
    constants: bool = False
    layout: str = "transformerlens"
    equals: bool = True
    separate_tables: bool = False
    activation: Activation = "relu"
    mask: Mask = "causal"
    coefficient: float = 1.0


SIZES = {
    "modulus": st.integers(2, 12),
    "width": st.integers(1, 12),
    "heads": st.integers(1, 3),
    "head_width": st.integers(1, 6),
    "neurons": st.integers(1, 12),
    "layers": st.integers(1, 3),
    "equals_column": st.booleans(),
    "constants": st.booleans(),
}
transformerlens_shapes = st.builds(
    Shape, **SIZES, attention_biases=st.booleans(), unembedding_bias=st.booleans(), layout=st.just("transformerlens")
)
nanda_shapes = st.builds(Shape, **SIZES, layout=st.just("nanda"))
zhong_shapes = st.builds(
    Shape,
    **(SIZES | {"layers": st.integers(1, 4)}),
    unembedding_bias=st.booleans(),
    layout=st.just("zhong"),
    equals=st.just(False),
    separate_tables=st.booleans(),
    activation=st.sampled_from(get_args(Activation)),
    mask=st.just("none"),
    coefficient=st.floats(0, 1),
).filter(lambda shape: shape.separate_tables or not shape.equals_column)
two_token_shapes = st.builds(  # TransformerLens without an '='
    Shape,
    **(SIZES | {"equals_column": st.just(False)}),
    attention_biases=st.booleans(),
    unembedding_bias=st.booleans(),
    layout=st.just("transformerlens"),
    equals=st.just(False),
    activation=st.sampled_from(get_args(Activation)),
    mask=st.sampled_from(get_args(Mask)),
)
readings = st.builds(
    Shape,
    **(SIZES | {"heads": st.integers(1, 6)}),
    attention_biases=st.booleans(),
    layout=st.just("any"),
    equals=st.booleans(),
    separate_tables=st.booleans(),
    activation=st.sampled_from(get_args(Activation)),
    mask=st.sampled_from(get_args(Mask)),
    coefficient=st.sampled_from([1.0, 0.5, 0.0]),
)
shapes = transformerlens_shapes | nanda_shapes


def random_network(shape: Shape, seed: int = 0, dtype: torch.dtype = torch.float32) -> Network:
    """A transformer with normal weights that keep what passes through them of order 1; the seed decides them all."""
    generator = torch.Generator().manual_seed(seed)
    p, d, h, e, m = shape.modulus, shape.width, shape.heads, shape.head_width, shape.neurons

    def normal(*size: int, summed: int = 1) -> Tensor:
        return torch.randn(*size, generator=generator, dtype=dtype) * summed**-0.5

    def block() -> Block:
        biases = {"b_Q": normal(h, e), "b_K": normal(h, e), "b_V": normal(h, e), "b_O": normal(d)}
        return Block(
            W_Q=normal(h, d, e, summed=d),
            W_K=normal(h, d, e, summed=d),
            W_V=normal(h, d, e, summed=d),
            W_O=normal(h, e, d, summed=h * e),
            W_in=normal(d, m, summed=d),
            W_out=normal(m, d, summed=m),
            b_in=normal(m),
            b_out=normal(d),
            **(biases if shape.attention_biases else {}),
        )

    table = normal(p, d)
    table_b = normal(p, d) if shape.separate_tables else table
    body = TransformerBody(
        tuple(block() for _ in range(shape.layers)),
        positions=normal(3 if shape.equals else 2, d),
        equals=normal(d) if shape.equals else None,
        activation=shape.activation,
        mask=shape.mask,
        coefficient=shape.coefficient,
    )
    bias = normal(p) if shape.unembedding_bias else None
    unembedding, retained = normal(d, p, summed=d), _retained(shape, normal)
    hyperparameters = replace(PLAIN, tables="separate" if shape.separate_tables else "shared")
    return Network(
        Addition(p), table, table_b, body, unembedding, bias, Layout(shape.layout, retained, hyperparameters)
    )


def _retained(shape: Shape, normal: Callable[..., Tensor]) -> Mapping[str, Tensor]:
    retained = {}
    if shape.equals_column:
        retained["="] = normal(shape.width, shape.modulus if shape.layout == "zhong" else 1)
        retained |= {"= bias": normal(1)} if shape.unembedding_bias and shape.layout == "transformerlens" else {}
    if shape.constants:
        for number in range(shape.layers):
            retained[f"blocks.{number}.attn.mask"] = torch.ones(3, 3).tril()
            if shape.layout == "transformerlens":
                retained[f"blocks.{number}.attn.IGNORE"] = torch.tensor(-torch.inf)
    return MappingProxyType(retained)


# The textbook, to compare with


def reference_logits(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """Logits [n, p] in float64: whole attention matrices over the sequence of tokens, masked where the body is."""
    exact = network.cast(torch.float64)
    body = exact.body
    tokens = [exact.table_a[a], exact.table_b[b]] + ([] if body.equals is None else [body.equals.expand(len(a), -1)])
    x = torch.stack(tokens, dim=1) + body.positions
    hidden = torch.ones(len(tokens), len(tokens), dtype=torch.bool).triu(1) & (body.mask == "causal")
    for block in body.blocks:
        named = block.tensors()
        query, key, value = (
            torch.einsum("nsd,hde->nhse", x, named[f"W_{part}"]) + named.get(f"b_{part}", torch.zeros(1, 1))[:, None]
            for part in "QKV"
        )
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        pattern = scores.masked_fill(hidden, -torch.inf).softmax(-1)
        pattern = (body.coefficient * pattern + (1 - body.coefficient)).masked_fill(hidden, 0)
        x = x + torch.einsum("nhse,hed->nsd", pattern @ value, block.W_O) + named.get("b_O", 0)
        active = ACTIVE[body.activation]
        x = x + active(x @ block.W_in + block.b_in) @ block.W_out + block.b_out
    return x[:, -1] @ exact.unembedding + (0 if exact.unembedding_bias is None else exact.unembedding_bias)


def reference_margins(network: Network) -> tuple[Tensor, float]:
    """Margins [q, q] of all pairs by the textbook, and the largest centred logit among right classes and rivals."""
    batches = zip(*(operand.split(4096) for operand in network.task.pairs()), strict=True)
    right, runner_up = torch.cat([_right_and_rival(network, a, b) for a, b in batches]).unbind(1)
    scale = float(torch.maximum(right.abs(), runner_up.abs()).max())
    return (right - runner_up).reshape(network.modulus, network.modulus), scale


def _right_and_rival(network: Network, a: Tensor, b: Tensor) -> Tensor:
    logits = reference_logits(network, a, b)
    logits = logits - logits.mean(1, keepdim=True)
    answer = (a + b)[:, None] % network.modulus
    others = torch.arange(network.modulus) != answer
    return torch.cat([logits.gather(1, answer), logits.where(others, -torch.inf).amax(1, keepdim=True)], dim=1)


def reference_states(network: Network) -> Tensor:
    """uint8 [q, q] of State by the textbook."""
    margins, scale = reference_margins(network)
    tolerance = TIE_TOLERANCE * scale
    return torch.where(
        margins > tolerance, State.RIGHT, torch.where(margins < -tolerance, State.WRONG, State.UNDECIDED)
    )


def fold(frequency: int, modulus: int) -> int:
    """The frequency between 0 and half the modulus that points the same way or the mirrored way."""
    return min(frequency % modulus, -frequency % modulus)


def noisy(network: Network, size: float = 0.12, seed: int = 0) -> Network:
    """The network with a little of its own noise on every weight: what was symmetric is so no more."""
    generator = torch.Generator().manual_seed(seed)
    return network.map_tensors(
        lambda tensor: tensor + size * torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype)
    )
