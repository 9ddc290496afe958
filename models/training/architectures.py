"""Fresh networks to train, initialised from a seed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.bodies.transformer import Block, TransformerBody
from models.network import Layout, Network
from models.task import Addition


@dataclass(frozen=True)
class TransformerShape:
    """Sizes of a one-layer transformer on the tokens a, b, '='."""

    modulus: int = 113
    width: int = 128
    heads: int = 4
    neurons: int = 512


def fresh_transformer(shape: TransformerShape, seed: int) -> Network:
    """An untrained one-layer transformer without LayerNorm and without attention biases.

    Weights are normal with standard deviation 1/√d (1/√p for the readout), biases zero, as in Nanda et al. 2023.
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
