"""What the browser's kernel is sent, computed with as the kernel does: the same logits as the operated network's."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.browser.layout import HEADS, Kind
from models.browser.live import LANES, LiveNetwork, live_network, nearness
from models.evaluation import grid_of
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network

DIALS = (1, 3)
RECIPE = Recipe(11, (Dial(1, Turn(2, 1.25, 0.5), Turn(3)), Dial(3, Turn(-4, 0.5), weight=0.75)))


def array(live: LiveNetwork, name: str, *shape: int) -> Tensor:
    """As the browser finds it: by its place among all numbers."""
    start, count = live.to_json()["arrays"][name]
    return (
        torch.frombuffer(bytearray(live.to_bytes()), dtype=torch.float32)[start : start + count].reshape(shape).double()
    )


def settings(recipe: Recipe, partials: list[list[int]], of: str) -> Tensor:
    """[q, 2k]: how much of every wave stands at each number: cosines, then sines, as live.js writes them."""
    dials = {dial.frequency: dial for dial in recipe.dials}
    numbers = torch.arange(recipe.modulus).double()
    columns = []
    for kind in (torch.cos, torch.sin):
        for frequency, harmonic in partials:
            dial = dials[frequency]
            turn = {"a": dial.a, "b": dial.b or dial.a, "readout": dial.on_readout}[of]
            angle = harmonic * (2 * math.pi * turn.target * numbers / recipe.modulus + turn.phase)
            columns.append(turn.amplitude * turn.on * kind(angle))
    return torch.stack(columns, dim=1)


def centred(logits: Tensor) -> Tensor:
    return logits - logits.mean(-1, keepdim=True)


def expected(network: Network) -> Tensor:
    operated = transplant(network, RECIPE).cast(torch.float64)
    return centred(operated.logits(*operated.task.pairs())).reshape(11, 11, 11)


def decided(live: LiveNetwork, outputs: Tensor) -> Tensor:
    """Logits [q, q, q] of outputs [q, q, r]."""
    figures = live.to_json()
    places = settings(RECIPE, figures["partials"], "readout")
    logits = outputs[..., : places.shape[1]] @ places.T
    if figures["has_bias"]:
        logits = logits + places @ array(live, "bias_waves", places.shape[1])
    return centred(logits)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("unembedding_bias", [False, True])
@pytest.mark.parametrize("activation", ["relu", "square"])
def test_an_mlp(layers: int, unembedding_bias: bool, activation: str):
    shape = MlpShape(
        modulus=7, width=5, neurons=6, layers=layers, biases=True, shared=False, unembedding_bias=unembedding_bias,
        activation=activation, layout="plain_mlp",
    )  # fmt: skip
    network = random_mlp(shape, seed=layers)
    live = live_network(network, own_recipe(7, DIALS))
    figures, waves = live.to_json(), live.figures["waves"]
    assert (figures["kind"], len(figures["layers"]), figures["directions"] % LANES) == (Kind.MLP, layers - 1, 0)
    active = {"relu": lambda x: x.clamp_min(0), "square": lambda x: x * x}[activation]
    wide = figures["neurons"] + figures["directions"]
    pre = []
    for name in ("a", "b"):
        mean, turned = array(live, f"from_{name}", -1, wide), array(live, f"from_{name}_waves", waves, wide)
        pre.append((mean + settings(RECIPE, figures["partials"], name) @ turned)[:, : figures["neurons"]])
    found, width = active(pre[0][:, None] + pre[1][None]), figures["neurons"]
    for number, out in enumerate(figures["layers"]):
        weights = array(live, f"layer_weights {number}", width, out)
        found, width = active(found @ weights + array(live, f"layer_bias {number}", out)), out
    outputs = found @ array(live, "out", width, figures["directions"])
    torch.testing.assert_close(decided(live, outputs), expected(network), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("equals", [True, False])
def test_a_transformer(equals: bool):
    shape = Shape(modulus=7, heads=4, neurons=10, attention_biases=True, constants=True, equals=equals, layout="any")
    if not equals:
        shape = replace(shape, separate_tables=True, mask="none", coefficient=0.5)
    network = random_network(shape, seed=3)
    live = live_network(network, own_recipe(7, DIALS))
    figures, partials = live.to_json(), live.figures["partials"]
    assert figures["kind"] == (Kind.EQUALS_ASKS if equals else Kind.B_ASKS)
    waves, wide = figures["waves"], figures["neurons"] + figures["directions"]
    of_a, of_b = (settings(RECIPE, partials, name) for name in "ab")

    def at(name: str, of: Tensor, heads: int, width: int) -> Tensor:
        """[heads, q or 1, width]"""
        mean = array(live, name, heads, 1, width)
        sent = array(live, f"{name}_waves", -1)
        if not len(sent):
            return mean
        turned = sent.reshape(waves, heads, width) if heads > 1 else sent.reshape(waves, 1, width)
        return mean + torch.einsum("qw,whn->hqn", of, turned)

    e = figures["key_width"] // HEADS
    from_a, from_b = at("from_a", of_a, 4, wide), at("from_b", of_b, 4, wide)
    own = at("own", of_b, 1, wide)[0]
    key_a, key_b, query = at("key_a", of_a, 4, e), at("key_b", of_b, 4, e), at("query", of_b, 4, e)
    of_both = (key_a[:, :, None] * query[:, None]).sum(-1), (key_b * query).sum(-1)[:, None]
    scores = torch.stack([score.expand(4, 11, 11) for score in of_both])
    if equals:
        last = torch.tensor(figures["score_equals"]).double()[:, None, None].expand(4, 11, 11)
        scores = torch.cat([scores, last[None]])
    weights = figures["coefficient"] * scores.softmax(0) + (1 - figures["coefficient"])
    seen = own[None] + (weights[0][..., None] * from_a[:, :, None] + weights[1][..., None] * from_b[:, None]).sum(0)
    neurons = figures["neurons"]
    outputs = seen[..., neurons:] + seen[..., :neurons].clamp_min(0) @ array(
        live, "out", neurons, figures["directions"]
    )
    torch.testing.assert_close(decided(live, outputs), expected(network), rtol=2e-3, atol=2e-3)


def test_what_counts_as_near_a_tie_is_more_than_float32_errs():
    network = random_mlp(MlpShape(modulus=13, width=12, neurons=40, layers=1), seed=2)
    grid = grid_of(network)
    near = nearness(grid)
    assert 2e-5 <= near < 1e-2
    assert live_network(network, own_recipe(13, DIALS)).figures["near"] == near


def test_bodies_that_the_kernel_does_not_know_are_left_to_the_server():
    own = own_recipe(7, DIALS)
    assert live_network(random_network(Shape(heads=4)), Recipe(7, ())) is None
    assert live_network(random_mlp(MlpShape(layers=6)), own) is None
    assert live_network(random_mlp(MlpShape(layers=5)), own) is not None
