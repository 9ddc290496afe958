"""The transformer in full, against PyTorch's own modules and against itself in every arithmetic."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from models.bodies.activations import ACTIVATIONS
from models.bodies.block import Block
from models.bodies.general_transformer import GeneralTransformerBody
from models.bodies.norm import Norm
from models.bodies.normed_block import NormedBlock
from models.enclosures import BallRows, RoundedRows, precision_of_balls

SIZES = {"width": 8, "heads": 2, "neurons": 12, "numbers": 5}


def drawn(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=generator, dtype=torch.float64) / max(1, shape[0]) ** 0.5


def norm(kind: str | None, generator: torch.Generator, learned: bool = True) -> Norm | None:
    if kind is None:
        return None
    if not learned:
        return Norm(kind, 1e-5)
    shift = drawn(generator, 8) if kind == "layer" else None
    return Norm(kind, 1e-5, 1 + drawn(generator, 8), shift)


def random_body(
    seed: int,
    *,
    layers: int = 1,
    kind: str | None = "layer",
    place: str = "before",
    gated: bool = False,
    mask: str = "causal",
    tokens: tuple[str, ...] = ("a", "b", "="),
    activation: str = "gelu",
    learned: bool = True,
) -> GeneralTransformerBody:
    """A body whose weights are all different."""
    generator = torch.Generator().manual_seed(seed)
    d, h, m = SIZES["width"], SIZES["heads"], SIZES["neurons"]
    e = d // h
    blocks = []
    for _ in range(layers):
        heads = {f"W_{part}": drawn(generator, h, d, e) for part in "QKV"} | {"W_O": drawn(generator, h, e, d)}
        biases = {f"b_{part}": drawn(generator, h, e) for part in "QKV"} | {"b_O": drawn(generator, d)}
        mlp = {"W_in": drawn(generator, d, m), "W_out": drawn(generator, m, d)}
        mlp |= {"b_in": drawn(generator, m), "b_out": drawn(generator, d)}
        gate = {"W_gate": drawn(generator, d, m), "b_gate": drawn(generator, m)} if gated else {}
        norms = norm(kind, generator, learned), norm(kind, generator, learned)
        blocks.append(NormedBlock(Block(**heads, **biases, **mlp), *norms, place, **gate))
    constants = drawn(generator, len(tokens), d)
    final = norm(kind, generator, learned) if place == "before" else None
    places = tokens.index("a"), tokens.index("b")
    return GeneralTransformerBody(tuple(blocks), constants, *places, " ".join(tokens), activation, mask, final)


def tables(seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed + 1000)
    return drawn(generator, SIZES["numbers"], 8), drawn(generator, SIZES["numbers"], 8)


def all_pairs() -> tuple[Tensor, Tensor]:
    numbers = torch.arange(SIZES["numbers"])
    return numbers.repeat_interleave(len(numbers)), numbers.repeat(len(numbers))


def by_hand(body: GeneralTransformerBody, table_a: Tensor, table_b: Tensor, a: int, b: int) -> Tensor:
    """One pair, position by position and head by head."""
    x = body.constants.clone()
    x[body.place_a] += table_a[a]
    x[body.place_b] += table_b[b]
    for layer in body.blocks:
        block, before = layer.block, layer.place == "before"

        def normed(which: Norm | None, rows: Tensor) -> Tensor:
            if which is None:
                return rows
            rows = rows - rows.mean(-1, keepdim=True) if which.kind == "layer" else rows
            rows = rows / (rows.square().mean(-1, keepdim=True) + which.eps).sqrt()
            rows = rows if which.gain is None else rows * which.gain
            return rows if which.shift is None else rows + which.shift

        seen = normed(layer.attention_norm, x) if before else x
        written = torch.zeros_like(x)
        for head in range(len(block.W_Q)):
            q, k, v = (seen @ getattr(block, f"W_{part}")[head] + getattr(block, f"b_{part}")[head] for part in "QKV")
            scores = q @ k.T / q.shape[1] ** 0.5
            if body.mask == "causal":
                scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf)
            written += scores.softmax(-1) @ v @ block.W_O[head]
        x = x + written + block.b_O
        x = x if before else normed(layer.attention_norm, x)
        seen = normed(layer.mlp_norm, x) if before else x
        active = seen @ block.W_in + block.b_in
        if layer.W_gate is None:
            active = ACTIVATIONS[body.activation](active)
        else:
            active = ACTIVATIONS[body.activation](seen @ layer.W_gate + layer.b_gate) * active
        x = x + active @ block.W_out + block.b_out
        x = x if before else normed(layer.mlp_norm, x)
    out = x[-1]
    return out if body.final_norm is None else normed(body.final_norm, out)


kinds = st.sampled_from([None, "layer", "rms"])
bodies = st.builds(
    random_body,
    st.integers(0, 10**6),
    layers=st.integers(1, 3),
    kind=kinds,
    place=st.sampled_from(["before", "after"]),
    gated=st.booleans(),
    mask=st.sampled_from(["causal", "none"]),
    tokens=st.sampled_from([("a", "b"), ("a", "b", "="), ("a", "+", "b", "="), ("=", "b", "a")]),
    activation=st.sampled_from(["relu", "gelu", "gelu-tanh", "silu", "tanh", "square"]),
    learned=st.booleans(),
)


@given(bodies, st.integers(0, 10**6))
def test_every_way_to_compute_it_is_the_one_by_hand(body: GeneralTransformerBody, seed: int):
    table_a, table_b = tables(seed)
    a, b = all_pairs()
    expected = torch.stack(
        [by_hand(body, table_a, table_b, *pair) for pair in zip(a.tolist(), b.tolist(), strict=True)]
    )
    torch.testing.assert_close(body.readout_vectors(table_a, table_b, a, b), expected)
    torch.testing.assert_close(body.readout_vectors(table_a, table_b, a[3:5], b[3:5]), expected[3:5])
    torch.testing.assert_close(body.readout_of_rows(table_a[a], table_b[b]), expected)


@given(bodies, st.integers(0, 10**6))
def test_radii_hold_the_balls(body: GeneralTransformerBody, seed: int):
    table_a, table_b = tables(seed)
    a, b = torch.tensor([0, 1, 4]), torch.tensor([2, 2, 0])
    rounded = body.enclosed_vectors(RoundedRows.exact(table_a), RoundedRows.exact(table_b), a, b)
    with precision_of_balls(256):
        exact = BallRows.exact(table_a)
        balls = body.enclosed_vectors(exact, exact.like(table_b), a, b).lists()
        middles = torch.tensor([[float(ball.mid()) for ball in row] for row in balls], dtype=torch.float64)
        assert max(float(ball.rad()) for row in balls for ball in row) < 1e-40
    off = torch.linalg.vector_norm(rounded.values - middles, dim=1)
    assert bool((off <= rounded.radius).all())
    torch.testing.assert_close(middles, body.readout_vectors(table_a, table_b, a, b))


@pytest.mark.parametrize("kind", ["layer", "rms"])
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("gated", [False, True])
def test_radii_are_small(kind: str, place: str, gated: bool):
    body, (table_a, table_b) = random_body(1, kind=kind, place=place, gated=gated), tables(1)
    rounded = body.enclosed_vectors(RoundedRows.exact(table_a), RoundedRows.exact(table_b), *all_pairs())
    assert float(rounded.radius.max()) < 1e-9


def test_it_is_pytorchs_encoder_layer():
    for norm_first in (True, False):
        torch.manual_seed(3)
        layer = nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=norm_first).double()
        for parameter in layer.parameters():
            nn.init.normal_(parameter, std=0.3)
        x = torch.randn(6, 3, 8, dtype=torch.float64)
        q, k, v = (w.T.unflatten(1, (2, 4)).transpose(0, 1) for w in layer.self_attn.in_proj_weight.chunk(3))
        biases = [part.unflatten(0, (2, 4)) for part in layer.self_attn.in_proj_bias.chunk(3)]
        output = layer.self_attn.out_proj
        block = Block(
            q, k, v, output.weight.T.unflatten(0, (2, 4)), layer.linear1.weight.T, layer.linear2.weight.T,
            layer.linear1.bias, layer.linear2.bias, *biases, output.bias,
        )  # fmt: skip
        norms = [Norm("layer", each.eps, each.weight, each.bias) for each in (layer.norm1, layer.norm2)]
        normed = NormedBlock(block, *norms, "before" if norm_first else "after")
        constants = torch.zeros(3, 8, dtype=torch.float64)
        constants[2] = x[0, 2]
        body = GeneralTransformerBody((normed,), constants, 0, 1, "a b =", "gelu", "none")
        x[:, 2] = x[0, 2]
        layer.eval()
        torch.testing.assert_close(body.readout_of_rows(x[:, 0], x[:, 1]), layer(x)[:, -1])


def test_neurons_and_attention_are_those_of_the_last_position():
    body = random_body(5, layers=2, tokens=("a", "b", "="))
    (table_a, table_b), (a, b) = tables(5), all_pairs()
    received, active = body.last_neurons(table_a, table_b, a, b)
    torch.testing.assert_close(active, ACTIVATIONS["gelu"](received))
    last = body.blocks[-1].block
    weights = body.first_attention(table_a, table_b, a, b)
    torch.testing.assert_close(weights.sum(-1), torch.ones(len(a), 2, dtype=torch.float64))
    unnormed = GeneralTransformerBody(body.blocks, body.constants, 0, 1, "a b =", "gelu", "causal", None)
    without = unnormed.readout_vectors(table_a, table_b, a, b) - active @ last.W_out - last.b_out
    seen = body.blocks[-1].mlp_norm(without)
    torch.testing.assert_close(seen @ last.W_in + last.b_in, received)


def test_every_weight_is_mapped_and_named_once():
    for gated in (False, True):
        body = random_body(7, layers=2, gated=gated)
        doubled = body.map_tensors(lambda tensor: 2 * tensor)
        before, after = body.tensors(), doubled.tensors()
        assert before.keys() == after.keys()
        assert all(torch.equal(after[name], 2 * tensor) for name, tensor in before.items())
        assert body.own_parameters == sum(tensor.numel() for tensor in before.values())


def test_a_norm_at_the_end_alone_is_told():
    plain = random_body(0, kind=None)
    assert plain.norms == plain.description["norm"] == "none"
    assert replace(plain, final_norm=Norm("layer", 1e-5)).norms == "a final LayerNorm"
    assert random_body(0).norms == "pre-LayerNorm and a final one"
