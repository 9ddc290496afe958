"""Files of the three MLP layouts: round trips, what a file leaves open, and what is refused."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.errors import CheckpointError
from models.evaluation import evaluate
from models.formats.decoding import Contents
from models.formats.registry import LAYOUTS, network_from_bytes, network_to_bytes
from models.network import Network
from models.readings import read_network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp, textbook_logits, written_shapes
from tests.oracles import Shape, random_network

suffixes = st.sampled_from([".pt", ".pth", ".safetensors"])
LAYOUT_NAMES = ("chughtai_mlp", "he", "clockwork")
DIALS = (1, 3, 4)
FULL = {
    "chughtai_mlp": MlpShape(combination="concat", shared=False, layout="chughtai_mlp"),
    "he": MlpShape(layers=0, layout="he"),
    "clockwork": MlpShape(layers=2, biases=True),
}


def there_and_back(network: Network, suffix: str = ".pt", layout: str | None = None) -> Network:
    return network_from_bytes(network_to_bytes(network, suffix, {}, layout), f"some{suffix}")


def state_of(layout: str) -> dict[str, Tensor]:
    return LAYOUTS[layout].write(random_mlp(FULL[layout]))


def opened(state: dict[str, Tensor], **recorded: object) -> Network:
    return read_network(Contents("some.pt", state, recorded)).network


# Round trips


@given(written_shapes, suffixes)
def test_a_network_survives_its_file(shape: MlpShape, suffix: str):
    network = random_mlp(shape)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert again.layout.name == shape.layout
    assert again.tables_shared == network.tables_shared
    laid_out = [one.map_tensors(lambda x: x.contiguous()) for one in (again, network)]  # rounding may depend on it
    assert torch.equal(*(one.logits(*network.task.pairs()) for one in laid_out))


@given(written_shapes, suffixes)
def test_what_is_read_computes_what_the_textbook_says(shape: MlpShape, suffix: str):
    network = random_mlp(shape)
    pairs = network.task.pairs()
    expected = textbook_logits(network, *pairs)
    found = there_and_back(network, suffix).cast(torch.float64).logits(*pairs)
    atol = 1e-12 * max(1.0, float(expected.abs().max()))
    torch.testing.assert_close(found, expected, rtol=0, atol=atol)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("layout", LAYOUT_NAMES)
@pytest.mark.parametrize("q", [13, 14, 17])
def test_what_was_operated_is_read_back_with_the_same_counts(layout: str, suffix: str, q: int):
    operated = transplant(hand_built_mlp(13, DIALS, layout), linked_recipe(q, {1: 2, 3: -3, 4: 5}))
    again = there_and_back(operated, suffix)
    assert again.modulus == q
    assert again.digest == operated.digest
    assert evaluate(again).counts == evaluate(operated).counts


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_squares_are_still_squares_when_they_are_read_back(suffix: str):
    # Not the tensors but the file has to say so: no loss is recorded for an operated network.
    operated = transplant(hand_built_mlp(13, DIALS, activation="square"), linked_recipe(17, {1: 2, 3: -3, 4: 5}))
    again = there_and_back(operated, suffix)
    assert again.body.description["activation"] == "square"
    assert evaluate(again).counts == evaluate(operated).counts


def test_a_table_for_each_operand_may_be_turned_apart():
    recipe = Recipe(17, tuple(Dial(k, Turn(k), b=Turn(-k)) for k in DIALS))
    operated = transplant(hand_built_mlp(13, DIALS, "chughtai_mlp"), recipe)
    assert there_and_back(operated).digest == operated.digest


def test_the_authors_names_and_shapes():
    assert {name: list(tensor.shape) for name, tensor in state_of("chughtai_mlp").items()} == {
        "W_x": [7, 5],
        "W_y": [7, 5],
        "W": [10, 6],
        "W_U": [6, 7],
    }
    assert {name: list(tensor.shape) for name, tensor in state_of("he").items()} == {
        "mlp.W_in": [5, 7],
        "mlp.W_out": [7, 5],
    }
    assert list(state_of("clockwork")) == [
        "embed.weight",
        "unembed.weight",
        *(f"layers.{number}.{part}" for number in range(2) for part in ("weight", "bias")),
    ]


def test_the_one_hot_layouts_pt_keeps_the_state_dict_under_model():
    loaded = torch.load(io.BytesIO(network_to_bytes(random_mlp(FULL["he"]), ".pt", {})), weights_only=True)
    assert list(loaded) == ["model"]
    assert list(loaded["model"]) == ["mlp.W_in", "mlp.W_out"]


def test_the_authors_fourier_basis_is_no_weight_and_is_left_away():
    network = random_mlp(FULL["he"])
    again = opened(state_of("he") | {"mlp.basis": torch.eye(7)})
    assert again.digest == network.digest
    assert "mlp.basis" not in LAYOUTS["he"].write(again)


# What the file of a one-hot MLP leaves open: its activation


def loss_of(network: Network) -> float:
    a, b = network.task.pairs()
    return float(cross_entropy(network.logits(a, b), network.task.answers(a, b)))


@pytest.mark.parametrize("recorded_as", [float, torch.tensor], ids=["number", "tensor"])
@pytest.mark.parametrize("names", [("train_loss", "test_loss"), ("test_loss",), ("train_loss",)], ids="-".join)
@pytest.mark.parametrize("activation", ["relu", "square"])
@pytest.mark.parametrize("seed", range(3))
def test_the_recorded_losses_decide_between_relu_and_squares(
    activation: str, names: tuple[str, ...], recorded_as: Callable[[float], object], seed: int
):
    network = random_mlp(replace(FULL["he"], activation=activation), seed)
    around = dict(zip(names, (0.99, 1.01), strict=False))  # parts of the pairs, a little off the whole
    recorded = {name: recorded_as(share * loss_of(network)) for name, share in around.items()}
    assert opened(LAYOUTS["he"].write(network), **recorded).body.activation == activation


def test_losses_decide_where_both_readings_add():
    for activation in ("relu", "square"):
        network = hand_built_mlp(13, DIALS, activation=activation)
        loss = loss_of(network)
        found = opened(LAYOUTS["he"].write(network), train_loss=loss, test_loss=loss)
        assert found.body.activation == activation
        assert evaluate(found).counts.accuracy == 1


@pytest.mark.parametrize("recorded", [{}, {"epoch": 7}, {"train_loss": "low", "test_loss": []}, {"test_loss": None}])
def test_without_a_recorded_loss_relu_is_taken(recorded: dict[str, object]):
    assert opened(state_of("he"), **recorded).body.activation == "relu"


@pytest.mark.parametrize("loss", [torch.nan, torch.inf, 1e308])
def test_a_recorded_loss_that_says_nothing_does_no_harm(loss: float):
    assert opened(state_of("he"), train_loss=loss, test_loss=loss).modulus == 7


def test_a_recorded_curve_decides_by_its_end():
    network = random_mlp(replace(FULL["he"], activation="square"))
    curve = [9.0, 5.0, loss_of(network)]
    assert opened(LAYOUTS["he"].write(network), train_losses=curve).body.activation == "square"
    assert opened(LAYOUTS["he"].write(network), test_losses=torch.tensor(curve)).body.activation == "square"


# What cannot be written


@pytest.mark.parametrize("layout", ["he", "clockwork"])
def test_a_layout_with_one_table_takes_no_second(layout: str):
    recipe = Recipe(17, tuple(Dial(k, Turn(k), b=Turn(-k)) for k in DIALS))
    operated = transplant(hand_built_mlp(13, DIALS, layout), recipe)
    assert not operated.tables_shared
    with pytest.raises(CheckpointError, match=r"one table for both operands.*Link every dial, or save the recipe"):
        network_to_bytes(operated, ".pt", {})


@pytest.mark.parametrize("into", ["transformerlens", "nanda"])
@pytest.mark.parametrize("source", LAYOUT_NAMES)
def test_a_transformers_layout_cannot_express_an_mlp(source: str, into: str):
    message = rf"A transformer's layout cannot express an MLP \(read from {source}\); leave --layout away"
    with pytest.raises(CheckpointError, match=message):
        network_to_bytes(hand_built_mlp(13, DIALS, source), ".pt", {}, into)


OTHERS = [(source, into) for source in LAYOUT_NAMES for into in LAYOUT_NAMES if source != into]


@pytest.mark.parametrize(("source", "into"), OTHERS)
def test_one_mlp_is_not_written_as_another(source: str, into: str):
    with pytest.raises(CheckpointError, match="layout"):
        network_to_bytes(hand_built_mlp(13, DIALS, source), ".pt", {}, into)


@pytest.mark.parametrize("into", LAYOUT_NAMES)
def test_a_transformer_is_not_written_as_an_mlp(into: str):
    with pytest.raises(CheckpointError, match="layout"):
        network_to_bytes(random_network(Shape()), ".pt", {}, into)


# What is refused

EVERY_TENSOR = [(layout, name) for layout in LAYOUT_NAMES for name in state_of(layout)]


@pytest.mark.parametrize("layout", LAYOUT_NAMES)
@pytest.mark.parametrize("extra", ["ln.weight", "positions", "b_U"])
def test_a_tensor_without_a_place_is_named(layout: str, extra: str):
    with pytest.raises(CheckpointError, match=f"tensors that this layout has no place for: {extra}"):
        opened(state_of(layout) | {extra: torch.ones(3)})


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_a_missing_tensor_is_named(layout: str, name: str):
    state = state_of(layout)
    del state[name]
    with pytest.raises(CheckpointError, match=rf"\b{name}\b"):
        opened(state)


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
@pytest.mark.parametrize("spoil", [lambda x: x[None], lambda x: x.sum()], ids=["one axis more", "no axis"])
def test_a_tensor_with_the_wrong_axes_is_named(layout: str, name: str, spoil: Callable[[Tensor], Tensor]):
    state = state_of(layout)
    with pytest.raises(CheckpointError, match=rf"some.pt: tensor {name} has shape .*; expected"):
        opened(state | {name: spoil(state[name])})


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_tensors_whose_sizes_disagree_are_refused(layout: str, name: str):
    state = state_of(layout)  # which of the two that disagree is at fault cannot be known: one is named
    with pytest.raises(CheckpointError, match=r"some.pt: tensor \S+ has shape .*; expected \["):
        opened(state | {name: torch.cat([state[name]] * 3, dim=-1)})


@pytest.mark.parametrize(
    ("layout", "name", "shape", "message"),
    [
        ("chughtai_mlp", "W", (9, 6), r"tensor W has shape \[9, 6\]; expected \[10, m\]"),
        ("chughtai_mlp", "W_y", (8, 5), r"tensor W_y has shape \[8, 5\]; expected \[7, 5\] \(p d\)"),
        ("chughtai_mlp", "W_U", (6, 8), r"tensor W_U has shape \[6, 8\]; expected \[6, 7\] \(m p\)"),
        ("he", "mlp.W_out", (7, 6), r"tensor mlp.W_out has shape \[7, 6\]; expected \[7, 5\] \(p m\)"),
        ("clockwork", "layers.1.weight", (5, 7), r"tensor layers.1.weight has shape \[5, 7\]; expected \[6, m1\]"),
        ("clockwork", "layers.0.bias", (7,), r"tensor layers.0.bias has shape \[7\]; expected \[6\] \(m0\)"),
        ("clockwork", "unembed.weight", (7, 8), r"tensor unembed.weight has shape \[7, 8\]; expected \[7, 7\]"),
    ],
)
def test_a_wrong_shape_says_what_was_expected_and_found(layout: str, name: str, shape: tuple[int, ...], message: str):
    with pytest.raises(CheckpointError, match=message):
        opened(state_of(layout) | {name: torch.zeros(shape)})


@pytest.mark.parametrize(("layout", "name"), EVERY_TENSOR)
def test_whole_numbers_are_no_weights(layout: str, name: str):
    state = state_of(layout)
    with pytest.raises(CheckpointError, match=rf"tensor {name} is torch.int64; expected floating-point weights"):
        opened(state | {name: state[name].long()})


def test_a_file_that_fits_two_layouts_is_refused():
    with pytest.raises(CheckpointError, match=r"fits Chughtai et al. MLP and He et al. one-hot MLP"):
        opened(state_of("chughtai_mlp") | state_of("he"))


def test_a_file_that_fits_none_hears_what_each_mlp_missed():
    message = r"Chughtai et al. MLP: no W_x, .*; He et al. one-hot MLP: no mlp.W_in, .*; Clockwork MLP: no embed.weight"
    with pytest.raises(CheckpointError, match=message):
        opened({"weight": torch.zeros(3)})


def test_an_mlp_of_one_number_is_refused():
    with pytest.raises(CheckpointError, match=r"has 1 numbers; expected a modulus of at least 2"):
        opened({"mlp.W_in": torch.ones(4, 1), "mlp.W_out": torch.ones(1, 4)})
