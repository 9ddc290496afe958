"""Files in every layout compute what their authors' code computes, also once written and read back."""

import io

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from models.errors import CheckpointError
from models.evaluation import evaluate, plain_margins
from models.formats.decoding import Contents, read_contents
from models.formats.registry import LAYOUTS, network_from_bytes, network_from_contents, network_to_bytes
from models.network import Network
from models.readings import read_network
from tests.oracles import Shape, nanda_shapes, random_network, reference_logits, two_token_shapes, zhong_shapes
from tests.textbooks import PlainMlp, ZhongLinear, exact, he, output_first, seeded

suffixes = st.sampled_from([".pt", ".pth", ".safetensors"])
seeds = st.integers(0, 99)
sizes = st.integers(1, 9)
activations = st.sampled_from(["relu", "gelu", "tanh", "square"])


def saved(module: nn.Module) -> bytes:
    buffer = io.BytesIO()
    torch.save(module.state_dict(), buffer)
    return buffer.getvalue()


def assert_same(found: Network, expected: Tensor):
    logits = found.cast(torch.float64).logits(*found.task.pairs())
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-12 * max(1.0, float(expected.abs().max())))


def there_and_back(network: Network, suffix: str) -> Network:
    return network_from_bytes(network_to_bytes(network, suffix, {}), f"some{suffix}")


# The linear models of Zhong et al.


@given(st.sampled_from("ABCDX"), st.integers(2, 12), sizes, sizes, sizes, seeds, suffixes)
def test_the_linear_models_of_zhong(kind: str, p: int, width: int, hidden: int, last: int, seed: int, suffix: str):
    module = seeded(lambda: ZhongLinear(kind, p, width, hidden, last), seed)
    config = {"model_type": kind, "C": p}
    interpretation = read_network(read_contents(saved(module), "some.pt"), config)
    network = interpretation.network
    assert network.layout.name == "zhong_linear"
    expected = exact(module, *network.task.pairs())
    assert_same(network, expected)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert_same(again, expected)
    written = LAYOUTS["zhong_linear"].write(again)
    before = module.state_dict()
    assert written.keys() == before.keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in written.items())


def test_a_first_bias_counted_twice_is_another_network():
    module = seeded(lambda: ZhongLinear("C", 7, 5, 6, 4), 0)
    contents = read_contents(saved(module), "some.pt")
    once, twice = (read_network(contents, chosen={"first_bias": each}).network for each in ("once", "twice"))
    assert_same(twice, exact(module, *twice.task.pairs()))
    assert float((once.logits(*once.task.pairs()) - twice.logits(*twice.task.pairs())).abs().max()) > 1e-3


# MLPs of nn.Embedding and nn.Linear

KINDS = ("one table", "one table, side by side", "two tables", "two tables, side by side", "one-hot")
DEEP = st.sampled_from([kind for kind in KINDS if kind != "one-hot"])
moduli, widths = st.integers(10, 13), st.lists(st.integers(1, 9), min_size=2, max_size=5)


def order_of(module: PlainMlp) -> str:
    """The order in which its weights compute; shapes of nearly equal widths could mean another."""
    tables = {"one t": ["tokens.weight"], "two t": ["left.weight + right.weight"]}.get(module.kind[:5], [])
    return " > ".join([*tables, *(f"hidden.{n}.weight" for n in range(len(module.hidden))), "answer.weight"])


def assert_plain(module: PlainMlp, activation: str, suffix: str):
    chosen = {"activation": activation, "order": order_of(module)}
    network = read_network(read_contents(saved(module), "some.pt"), chosen=chosen).network
    assert network.layout.name == "plain_mlp"
    expected = exact(module, *network.task.pairs())
    assert_same(network, expected)
    again = there_and_back(network, suffix)
    assert again.layout.name == "plain_mlp"
    assert again.tables_shared == network.tables_shared
    assert_same(again, expected)
    if "first bias" not in network.layout.retained:  # which is added and taken away again, with rounding
        assert again.digest == network.digest
        before, written = module.state_dict(), LAYOUTS["plain_mlp"].write(again)
        assert written.keys() == before.keys()
        assert all(torch.equal(tensor, before[name]) for name, tensor in written.items())


@given(DEEP, moduli, widths, activations, st.booleans(), st.booleans(), seeds, suffixes)
def test_plain_mlps_with_embeddings(kind, p, widths, activation, bias, end_bias, seed, suffix):
    make = lambda: PlainMlp(p, widths, kind, activation, bias=bias, end_bias=end_bias)  # noqa: E731
    assert_plain(seeded(make, seed), activation, suffix)


@given(moduli, sizes, activations, st.booleans(), seeds, suffixes)
def test_plain_mlps_on_one_hot_operands(p, hidden, activation, end_bias, seed, suffix):
    make = lambda: PlainMlp(p, [1, hidden], "one-hot", activation, bias=False, end_bias=end_bias)  # noqa: E731
    assert_plain(seeded(make, seed), activation, suffix)


@given(moduli, sizes, activations, seeds, st.sampled_from([".pt", ".safetensors"]))
def test_a_bias_behind_one_hot_operands_is_kept_but_for_rounding(p, hidden, activation, seed, suffix):
    module = seeded(lambda: PlainMlp(p, [1, hidden], "one-hot", activation, bias=True, end_bias=True), seed)
    chosen = {"activation": activation, "order": order_of(module)}
    network = read_network(read_contents(saved(module), "some.pt"), chosen=chosen).network
    a, b = network.task.pairs()
    expected = exact(module, a, b)
    atol = 1e-6 * max(1.0, float(expected.abs().max()))  # table and bias are added in float32
    for each in (network, there_and_back(network, suffix)):
        torch.testing.assert_close(each.cast(torch.float64).logits(a, b), expected, rtol=0, atol=atol)
    assert there_and_back(network, suffix).layout.retained.keys() == {"first bias"}


def test_a_deep_one_hot_mlp_is_refused_until_it_is_read():
    module = seeded(lambda: PlainMlp(11, [1, 6, 5], "one-hot", "relu", bias=True, end_bias=True), 0)
    with pytest.raises(CheckpointError, match=r"no chain of embeddings \[p, d\], layers \[out, in\] and a readout"):
        read_network(read_contents(saved(module), "some.pt"))


def test_names_whose_alphabet_is_not_their_order_survive_safetensors():
    make = lambda: PlainMlp(11, [5, 6], "two tables", "relu", bias=True, end_bias=True)  # noqa: E731
    order = "right.weight + left.weight > hidden.0.weight > answer.weight"
    network = read_network(read_contents(saved(seeded(make, 0)), "some.pt"), chosen={"order": order}).network
    assert there_and_back(network, ".safetensors").digest == network.digest


# The MLP of He et al., with and without an embedding


@given(st.booleans(), st.integers(2, 12), sizes, sizes, activations, seeds, suffixes)
def test_the_mlp_of_he(embedded: bool, p: int, width: int, neurons: int, activation: str, seed: int, suffix: str):
    generator = torch.Generator().manual_seed(seed)
    state = {"mlp.W_in": torch.randn(neurons, width if embedded else p, generator=generator)}
    state |= {"embed.W_E": torch.randn(width, p, generator=generator)} if embedded else {}
    state |= {"mlp.W_out": torch.randn(p, neurons, generator=generator)}
    network = read_network(Contents("some.pt", state), chosen={"activation": activation}).network
    expected = he(state, *network.task.pairs(), activation)
    assert_same(network, expected)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    written = LAYOUTS["he"].write(again)
    assert written.keys() == state.keys()
    assert all(torch.equal(tensor, state[name]) for name, tensor in written.items())


# Transformers stored output first, and two-token ones in TransformerLens's layout


@given(zhong_shapes, seeds, suffixes)
def test_the_transformers_of_zhong(shape, seed: int, suffix: str):
    network = random_network(shape, seed)
    state = LAYOUTS["zhong"].write(network)
    a, b = network.task.pairs()
    tokens = [a, b + shape.modulus if shape.separate_tables else b]
    expected = output_first(state, tokens, shape.activation, shape.coefficient, causal=False)[:, : shape.modulus]
    assert_same(network, expected)
    assert state["embed.W_E"].shape[1] == shape.modulus * (2 if shape.separate_tables else 1)
    assert state["unembed.W_U"].shape[1] == shape.modulus * (2 if shape.equals_column else 1)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert again.tables_shared == (not shape.separate_tables)
    assert_same(again, expected)
    rewritten = LAYOUTS["zhong"].write(again)
    assert rewritten.keys() == state.keys()
    assert all(torch.equal(tensor, state[name]) for name, tensor in rewritten.items())


@given(nanda_shapes, seeds, suffixes)
def test_the_transformers_of_nanda(shape, seed: int, suffix: str):
    network = random_network(shape, seed)
    state = LAYOUTS["nanda"].write(network)
    a, b = network.task.pairs()
    tokens = [a, b, torch.full_like(a, shape.modulus)]
    expected = output_first(state, tokens, "relu", 1.0, causal=True)[:, : shape.modulus]
    assert_same(there_and_back(network, suffix), expected)


@given(two_token_shapes, seeds, suffixes)
def test_two_token_transformers_in_transformerlenss_layout(shape, seed: int, suffix: str):
    network = random_network(shape, seed)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert again.body.equals is None
    assert_same(again, reference_logits(network, *network.task.pairs()))


@given(zhong_shapes | two_token_shapes, seeds)
def test_every_pair_of_two_tokens_is_in_the_state_that_plain_passes_give(shape, seed: int):
    network = random_network(shape, seed)
    evaluation = evaluate(network)
    margins = plain_margins(network, *network.task.pairs())
    clear = margins.abs() > 1e-8 * evaluation.scale
    assert torch.equal((evaluation.states.flatten() == 2)[clear], (margins > 0)[clear])


# What cannot be written or read


@pytest.mark.parametrize(("layout", "into"), [("zhong", "transformerlens"), ("transformerlens", "zhong")])
def test_two_tokens_are_rewritten_in_the_other_layout_where_it_can_express_them(layout: str, into: str):
    plain = {"layout": layout, "equals": False, "mask": "none" if layout == "zhong" else "causal"}
    network = random_network(Shape(**plain))
    again = network_from_bytes(network_to_bytes(network, ".pt", {}, into), "some.pt")
    assert again.layout.name == into
    assert_same(again, reference_logits(network, *network.task.pairs()))


def test_attention_that_does_not_sum_to_one_is_not_written_as_transformerlens():
    network = random_network(Shape(layout="zhong", equals=False, mask="none", coefficient=0.25))
    with pytest.raises(CheckpointError, match=r"attention weights sum to 1; this network adds 0\.75 to each"):
        network_to_bytes(network, ".pt", {}, "transformerlens")


def test_an_odd_number_of_tokens_is_not_of_two_vocabularies():
    state = LAYOUTS["zhong"].write(random_network(Shape(layout="zhong", equals=False, mask="none")))
    with pytest.raises(CheckpointError, match=r"embed.W_E has 7 numbers; expected an even count"):
        read_network(Contents("some.pt", state), chosen={"tables": "separate"})


def test_a_network_without_a_said_reading_is_read_by_its_layouts_first_choices():
    network = random_network(Shape(layout="zhong", equals=False, mask="none"))
    assert network_from_contents(Contents("some.pt", LAYOUTS["zhong"].write(network))).digest == network.digest
