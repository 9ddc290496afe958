"""MLPs of every kind: one built by hand that adds, small ones with random weights, and their textbook."""

from dataclasses import dataclass, replace
from typing import get_args

import torch
from hypothesis import strategies as st
from torch import Tensor

from models.bodies.activations import Activation
from models.bodies.mlp import Combination, Dense, MlpBody
from models.groups.characters import FULL_TURN
from models.hyperparameters import PLAIN, FirstBias
from models.network import Layout, Network
from models.task import Addition
from tests.oracles import circle_table
from tests.textbooks import ACTIVATIONS as ACTIVE

PHASES = 16


def hand_built_mlp(
    p: int, frequencies: tuple[int, ...], layout: str = "he", activation: Activation = "relu"
) -> Network:
    """An MLP that adds mod p by the phase rule: neurons hear cos(x + φ) of both operands and say cos(c + 2φ).

    What stays of a sum over evenly spaced φ is the wave in the sum of both angles. `he` and `plain_mlp` (one-hot) keep
    the neurons' waves in the tables, `chughtai_mlp` has circles for each operand, `clockwork` and `zhong_linear` (B)
    one circle and a second layer that passes all on.
    """
    angles = FULL_TURN * torch.arange(PHASES, dtype=torch.float64) / PHASES
    dials = len(frequencies)
    listen, speak = torch.zeros(2 * dials, dials, PHASES), torch.zeros(dials, PHASES, 2 * dials)
    for dial in range(dials):
        listen[dial, dial], listen[dials + dial, dial] = angles.cos(), -angles.sin()
        speak[dial, :, dial], speak[dial, :, dials + dial] = (2 * angles).cos(), -(2 * angles).sin()
    circle = circle_table(p, frequencies).float()
    weight, unembedding = listen.flatten(1), speak.flatten(0, 1) @ circle.T
    neurons = dials * PHASES
    if layout in ("he", "plain_mlp"):
        table = circle @ weight
        table_b = table if layout == "he" else table.clone()
        body = MlpBody("sum", (), activation, neurons)
        hyperparameters = PLAIN if layout == "he" else replace(PLAIN, order="hidden.weight > output.weight")
        return Network(
            Addition(p), table, table_b, body, unembedding, None, Layout(layout, hyperparameters=hyperparameters)
        )
    if layout == "chughtai_mlp":
        body = MlpBody("concat", (Dense(torch.cat([weight, weight])),), activation, 2 * dials)
        return Network(Addition(p), circle, circle.clone(), body, unembedding, None, Layout(layout))
    silent = torch.zeros(neurons)
    layers = (Dense(weight, silent), Dense(torch.eye(neurons), silent.clone()))
    return Network(
        Addition(p), circle, circle, MlpBody("sum", layers, activation, 2 * dials), unembedding, None, Layout(layout)
    )


@dataclass(frozen=True)
class MlpShape:
    """Sizes of a small random MLP, and what it has besides."""

    modulus: int = 7
    width: int = 5
    neurons: int = 6
    layers: int = 1
    combination: Combination = "sum"
    activation: Activation = "relu"
    biases: bool = False
    shared: bool = True
    layout: str = "clockwork"
    unembedding_bias: bool = False
    first_bias: FirstBias = "once"


SIZES = {"modulus": st.integers(2, 12), "width": st.integers(1, 8), "neurons": st.integers(1, 9)}
mlp_shapes = st.builds(
    MlpShape,
    **SIZES,
    layers=st.integers(0, 2),
    combination=st.sampled_from(["sum", "concat"]),
    activation=st.sampled_from(["relu", "square"]),
    biases=st.booleans(),
    shared=st.booleans(),
).filter(lambda shape: shape.layers or shape.combination == "sum")  # side by side there must be something to read both
any_activation = st.sampled_from(get_args(Activation))
zhong_linear_shapes = st.one_of(
    st.builds(MlpShape, **SIZES, biases=st.just(True), layout=st.just("zhong_linear")),  # A
    st.builds(  # B and C
        MlpShape,
        **SIZES,
        layers=st.just(2),
        first_bias=st.sampled_from(["once", "twice"]),
        biases=st.just(True),
        layout=st.just("zhong_linear"),
    ),
    st.builds(  # D
        MlpShape, **SIZES, combination=st.just("concat"), biases=st.just(True), layout=st.just("zhong_linear")
    ),
    st.builds(MlpShape, **SIZES, shared=st.just(False), biases=st.just(True), layout=st.just("zhong_linear")),  # X
)
plain_mlp_shapes = st.one_of(
    st.builds(
        MlpShape,
        **SIZES,
        layers=st.integers(1, 3),
        combination=st.sampled_from(["sum", "concat"]),
        activation=any_activation,
        biases=st.booleans(),
        unembedding_bias=st.booleans(),
        shared=st.booleans(),
        layout=st.just("plain_mlp"),
    ).filter(lambda shape: shape.shared or shape.modulus not in (shape.width, 2 * shape.width)),  # else b's is a layer
    st.builds(  # one-hot
        MlpShape,
        **SIZES,
        layers=st.just(0),
        activation=any_activation,
        unembedding_bias=st.booleans(),
        shared=st.just(False),
        layout=st.just("plain_mlp"),
    ),
)
written_shapes = st.one_of(  # what a file can hold
    st.builds(MlpShape, **SIZES, layers=st.integers(1, 3), biases=st.just(True), layout=st.just("clockwork")),
    st.builds(MlpShape, **SIZES, layers=st.integers(0, 1), activation=any_activation, layout=st.just("he")),
    st.builds(MlpShape, **SIZES, combination=st.just("concat"), shared=st.just(False), layout=st.just("chughtai_mlp")),
    zhong_linear_shapes,
    plain_mlp_shapes,
)


def plain_order(shape: MlpShape) -> str:
    """Weights under names as a person gives them, whose alphabet is not the order in which they compute."""
    tables = "table.weight" if shape.shared else "x.weight + another.weight"
    layers = [f"hidden.{number}.weight" for number in range(max(1, shape.layers))]
    return " > ".join([*([tables] if shape.layers else []), *layers, "decoder.weight"])


def random_mlp(shape: MlpShape, seed: int = 0, dtype: torch.dtype = torch.float32) -> Network:
    """An MLP with normal weights; the seed decides them all."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator, dtype=dtype)

    layers, into = [], shape.width * (2 if shape.combination == "concat" else 1)
    for number in range(shape.layers):
        width = shape.neurons + number  # layers of different widths
        layers.append(Dense(normal(into, width), normal(width) if shape.biases else None))
        into = width
    table_a = normal(shape.modulus, shape.width)
    table_b = table_a if shape.shared else normal(shape.modulus, shape.width)
    body = MlpBody(shape.combination, tuple(layers), shape.activation, shape.width)
    unembedding = normal(into, shape.modulus)
    bias = normal(shape.modulus) if shape.unembedding_bias else None
    hyperparameters = replace(PLAIN, activation=shape.activation, first_bias=shape.first_bias)
    if shape.layout == "plain_mlp":
        hyperparameters = replace(hyperparameters, order=plain_order(shape))
    layout = Layout(shape.layout, hyperparameters=hyperparameters)
    return Network(Addition(shape.modulus), table_a, table_b, body, unembedding, bias, layout)


def textbook_vectors(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """r(a, b) [n, m] in float64, pair by pair, straight from the formula."""
    body, exact = network.body, network.cast(torch.float64)

    def active(x: Tensor) -> Tensor:
        return ACTIVE[body.activation](x)

    def one(row_a: Tensor, row_b: Tensor) -> Tensor:
        x = row_a + row_b if body.combination == "sum" else torch.cat([row_a, row_b])
        for layer in exact.body.layers:
            x = active(x @ layer.weight + (0 if layer.bias is None else layer.bias))
        return x if exact.body.layers else active(x)

    return torch.stack([one(exact.table_a[i], exact.table_b[j]) for i, j in zip(a, b, strict=True)])


def textbook_logits(network: Network, a: Tensor, b: Tensor) -> Tensor:
    """Logits [n, p] in float64."""
    bias = 0 if network.unembedding_bias is None else network.unembedding_bias.double()
    return textbook_vectors(network, a, b) @ network.unembedding.double() + bias
