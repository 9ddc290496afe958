"""Fresh networks to train, initialised from a seed."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.block import Block
from models.bodies.mlp import Dense, MlpBody
from models.bodies.transformer import TransformerBody
from models.formats.decoding import Contents
from models.formats.registry import network_from_contents
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.task import Addition
from models.training.oscillators import fresh_coupled, fresh_pairwise, fresh_three_body

ONE_HOT_SCALE = 0.05
SQUARE_TABLE_SCALE, SQUARE_READOUT_SCALE = 0.1, 0.3


@dataclass(frozen=True)
class Sizes:
    """Sizes of a network to train; a one-hot MLP has no width, an MLP no heads, oscillators are counted as neurons."""

    modulus: int = 113
    width: int = 128
    heads: int = 4
    neurons: int = 512


def fresh_transformer(shape: Sizes, seed: int) -> Network:
    """An untrained one-layer transformer without LayerNorm and without attention biases.

    Weights are normal with standard deviation 1/√d (1/√p for the unembedding), biases zero, as in Nanda et al. 2023.
    """
    generator = torch.Generator().manual_seed(seed)
    d, h, m, p = shape.width, shape.heads, shape.neurons, shape.modulus
    e = d // h

    def normal(*size: int, scale: float = d**-0.5) -> Tensor:
        return torch.randn(*size, generator=generator) * scale

    block = Block(
        W_Q=normal(h, d, e),
        W_K=normal(h, d, e),
        W_V=normal(h, d, e),
        W_O=normal(h, e, d),
        W_in=normal(d, m),
        W_out=normal(m, d),
        b_in=torch.zeros(m),
        b_out=torch.zeros(d),
    )
    body = TransformerBody((block,), positions=normal(3, d), equals=normal(d))
    table = normal(p, d)
    return Network(Addition(p), table, table, body, normal(d, p, scale=p**-0.5), None, Layout("transformerlens"))


def fresh_layernorm_transformer(shape: Sizes, seed: int) -> Network:
    """An untrained one-layer GELU transformer with LayerNorm before attention, before the MLP and at the end.

    Weights under TransformerLens's names, normal with standard deviation 1/√(inputs), biases zero, gains one.
    """
    generator = torch.Generator().manual_seed(seed)
    d, h, m, p = shape.width, shape.heads, shape.neurons, shape.modulus
    e = d // h

    def normal(*size: int, scale: float = d**-0.5) -> Tensor:
        return torch.randn(*size, generator=generator) * scale

    state = {"embed.W_E": normal(p + 1, d), "pos_embed.W_pos": normal(3, d), "unembed.W_U": normal(d, p)}
    state |= {f"blocks.0.attn.W_{part}": normal(h, d, e) for part in "QKV"}
    state |= {"blocks.0.attn.W_O": normal(h, e, d)}
    state |= {"blocks.0.mlp.W_in": normal(d, m), "blocks.0.mlp.W_out": normal(m, d, scale=m**-0.5)}
    state |= {"blocks.0.mlp.b_in": torch.zeros(m), "blocks.0.mlp.b_out": torch.zeros(d)}
    for norm in ("blocks.0.ln1", "blocks.0.ln2", "ln_final"):
        state |= {f"{norm}.w": torch.ones(d), f"{norm}.b": torch.zeros(d)}
    facts = Hyperparameters(activation="gelu", norm="layer", norm_place="before", tokens="a b s0", heads=h)
    return network_from_contents(Contents("a fresh network", state), facts)


def fresh_mlp(shape: Sizes, seed: int) -> Network:
    """An untrained MLP relu(relu((E[a] + E[b])·W₀ + b₀)·W₁ + b₁)·U; its second layer cannot be folded into tables."""
    generator = torch.Generator().manual_seed(seed)
    p, d, m = shape.modulus, shape.width, shape.neurons

    def normal(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator) * size[0] ** -0.5

    layers = (Dense(normal(d, m), torch.zeros(m)), Dense(normal(m, m), torch.zeros(m)))
    body = MlpBody("sum", layers, "relu", d)
    table = torch.randn(p, d, generator=generator) * d**-0.5
    return Network(Addition(p), table, table, body, normal(m, p), None, Layout("clockwork"))


def fresh_one_hot_mlp(shape: Sizes, seed: int) -> Network:
    """An untrained one-hot MLP relu(W_in[:, a] + W_in[:, b])·W_outᵀ, small at the start as in He et al. 2026."""
    generator = torch.Generator().manual_seed(seed)
    modulus, neurons = shape.modulus, shape.neurons
    table = torch.randn(modulus, neurons, generator=generator) * ONE_HOT_SCALE
    unembedding = torch.randn(neurons, modulus, generator=generator) * ONE_HOT_SCALE
    body = MlpBody("sum", (), "relu", neurons)
    return Network(Addition(modulus), table, table, body, unembedding, None, Layout("he"))


def fresh_square_mlp(shape: Sizes, seed: int) -> Network:
    """An untrained one-hot MLP (W[a] + W[b])²·U with one table for both operands and without biases.

    x² makes products of the operands' rows, and the shared table makes the network symmetric in a and b: both are built
    in. The table is normal with standard deviation 0.1, the unembedding with 0.3/√neurons.
    """
    generator = torch.Generator().manual_seed(seed)
    modulus, neurons = shape.modulus, shape.neurons
    table = torch.randn(modulus, neurons, generator=generator) * SQUARE_TABLE_SCALE
    unembedding = torch.randn(neurons, modulus, generator=generator) * SQUARE_READOUT_SCALE / neurons**0.5
    body = MlpBody("sum", (), "square", neurons)
    layout = Layout("he", hyperparameters=Hyperparameters(activation="square"))
    return Network(Addition(modulus), table, table, body, unembedding, None, layout)


ARCHITECTURES: dict[str, Callable[[Sizes, int], Network]] = {
    "transformer": fresh_transformer,
    "layernorm": fresh_layernorm_transformer,
    "mlp": fresh_mlp,
    "one-hot": fresh_one_hot_mlp,
    "square": fresh_square_mlp,
    "three-body": lambda shape, seed: fresh_three_body(shape.modulus, shape.neurons, seed),
    "pairwise": lambda shape, seed: fresh_pairwise(shape.modulus, shape.neurons, seed),
    "coupled": lambda shape, seed: fresh_coupled(shape.modulus, shape.neurons, seed),
}
SYMMETRIC = {"mlp", "one-hot", "square", "three-body", "pairwise", "coupled"}  # one table, both operands treated alike
