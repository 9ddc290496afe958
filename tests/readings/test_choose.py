"""Which evidence decides how a file is read, what is said of it, and what else would fit."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from models.errors import CheckpointError
from models.evaluation import cross_entropy_loss, evaluate
from models.formats.decoding import Contents, read_contents
from models.formats.registry import LAYOUTS, READING, network_to_bytes
from models.hyperparameters import PLAIN
from models.readings import pairs, read_network
from models.readings.borne_out import AGREES_WITHIN
from models.readings.candidate import Candidate
from models.readings.coefficients import with_coefficient, with_fitted_coefficient
from models.readings.pairs import accuracy_and_loss
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, hand_built_pizza, random_network

DIALS = (1, 3, 4)
HE = hand_built_mlp(13, DIALS)  # adds as ReLU, and as x² too
RECORDED = {"train_loss": cross_entropy_loss(HE), "test_loss": cross_entropy_loss(HE)}
SAID = {READING: json.dumps({"activation": "gelu"})}
CLAIMED = "claimed by the file's metadata, which anybody can write"
CONFIG = {"act_type": "Quad", "C": 13}


def he(said: bool = False, recorded: bool = False) -> Contents:
    return Contents("some.pt", LAYOUTS["he"].write(HE), RECORDED if recorded else {}, SAID if said else {})


def read(contents: Contents, config: dict[str, Any] | None = None, **chosen: Any) -> tuple[str, str]:
    read = read_network(contents, config, chosen)
    return read.network.hyperparameters.activation, read.why


def test_what_is_chosen_comes_before_all_else():
    assert read(he(said=True, recorded=True), CONFIG, activation="tanh") == ("tanh", "chosen by you")


def test_what_the_file_claims_comes_before_configuration_and_figures():
    assert read(he(said=True, recorded=True), CONFIG) == ("gelu", CLAIMED)


def test_a_configuration_comes_before_figures():
    assert read(he(recorded=True), CONFIG) == ("square", "said by its configuration")


def test_figures_come_before_trying():
    activation, why = read(he(recorded=True))
    assert activation == "relu"
    assert why.startswith("borne out by the figures recorded in the file (loss ")


def test_without_any_evidence_readings_are_tried():
    activation, why = read(he())
    losses = {each: cross_entropy_loss(as_read(each)) for each in ("relu", "square", "gelu")}
    best = min(losses, key=losses.__getitem__)
    assert activation == (best if losses["relu"] > 2 * losses[best] else "relu")
    assert why.startswith("tried: the best of 3 readings by right pairs, half-step test and loss")


def as_read(activation: str):
    return read_network(he(), chosen={"activation": activation}).network


def test_a_layout_without_open_facts_needs_no_evidence():
    state = LAYOUTS["chughtai_mlp"].write(hand_built_mlp(13, DIALS, "chughtai_mlp"))
    assert read(Contents("some.pt", state)) == ("relu", "its layout leaves nothing open")


@pytest.mark.parametrize("activation", ["relu", "square"])
def test_recorded_figures_spring_the_trap_of_the_squares(activation: str):
    network = read_network(he(), chosen={"activation": activation}).network
    loss = cross_entropy_loss(network)
    for recorded in ({"train_loss": 0.9 * loss, "test_loss": 1.1 * loss}, {"test_losses": [9.0, 1.0, loss]}):
        contents = Contents("some.pt", LAYOUTS["he"].write(HE), recorded)
        assert read_network(contents).network.hyperparameters.activation == activation


def test_without_figures_the_other_reading_that_fits_is_told():
    read = read_network(he())
    fitting = {
        read.network.hyperparameters.activation,
        *(each.hyperparameters.activation for each in read.others_that_fit),
    }
    assert fitting >= {"relu", "square"}
    assert all(each.accuracy >= 0.98 for each in read.others_that_fit)


def test_readings_that_are_worse_do_not_fit_also():
    network = random_mlp(MlpShape(layers=0, layout="he"))
    read = read_network(Contents("some.pt", LAYOUTS["he"].write(network)))
    assert len(read.tried) == 3
    assert read.others_that_fit == ()
    assert not read.adds
    assert read.network.hyperparameters.activation == "relu"
    assert read.why.startswith(
        "what the authors of its layout mean; in none of the readings are clearly more pairs right"
    )


@pytest.mark.parametrize("names", [("train_accuracy", "test_accuracy"), ("test_accs",)], ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_recorded_accuracies_decide_where_they_differ(seed: int, names: tuple[str, ...]):
    contents = Contents("some.pt", LAYOUTS["he"].write(random_mlp(MlpShape(layers=0, layout="he", neurons=9), seed)))
    accuracies = {
        activation: accuracy_and_loss(read_network(contents, chosen={"activation": activation}).network)[0]
        for activation in ("relu", "square", "gelu")
    }
    for activation, accuracy in accuracies.items():
        found = read_network(replace(contents, recorded=dict.fromkeys(names, accuracy)))
        assert "accuracy" in found.why
        assert accuracies[found.network.hyperparameters.activation] == pytest.approx(accuracy, abs=AGREES_WITHIN)
        apart = [abs(other - accuracy) > AGREES_WITHIN for each, other in accuracies.items() if each != activation]
        assert found.network.hyperparameters.activation == activation or not all(apart)


def test_figures_of_some_pairs_are_compared_within_their_error(monkeypatch: pytest.MonkeyPatch):
    network = hand_built(23, (1, 3, 7, 9), layout="nanda")
    monkeypatch.setattr(pairs, "FEWEST_PAIRS", 10)
    accuracy, loss, error, tried = accuracy_and_loss(network, 100)
    assert error > 0
    assert tried == 100
    assert abs(loss - cross_entropy_loss(network)) < 4 * error
    monkeypatch.undo()
    assert accuracy_and_loss(network)[2:] == (0.0, 23 * 23)
    assert accuracy_and_loss(network)[1] == pytest.approx(cross_entropy_loss(network), rel=1e-4)
    assert accuracy == 1


# Facts of transformers


def pizza(coefficient: float, p: int = 13) -> Contents:
    return Contents("some.pt", LAYOUTS["zhong"].write(hand_built_pizza(p, DIALS, coefficient)))


@pytest.mark.parametrize("coefficient", [0.0, 0.25, 0.5, 0.8, 1.0])
def test_the_attention_coefficient_is_fitted_near_the_true_one(coefficient: float):
    read = read_network(pizza(coefficient))
    assert read.network.hyperparameters.coefficient == pytest.approx(coefficient, abs=0.02)
    assert f"the attention coefficient {read.network.hyperparameters.coefficient:.3f} has the smallest loss" in read.why
    assert read.network.body.coefficient == read.network.hyperparameters.coefficient
    assert evaluate(read.network).counts.accuracy == 1


class Told:
    """Stands in for a reading whose loss is known: smallest at one coefficient."""

    def __init__(self, best: float, coefficient: float, seen: list[float]) -> None:
        self.best, self.seen = best, seen
        self.hyperparameters = replace(PLAIN, coefficient=coefficient)
        seen.append(coefficient)

    @property
    def tried(self) -> SimpleNamespace:
        return SimpleNamespace(loss=abs(self.hyperparameters.coefficient - self.best), accuracy=1.0)

    def otherwise(self, coefficient: float) -> "Told":
        return Told(self.best, coefficient, self.seen)


@pytest.mark.parametrize("best", [0.0, 0.07, 0.24, 0.5, 0.61, 0.88, 0.99, 1.0])
def test_a_coefficient_is_fitted_to_a_four_hundredth_and_stays_a_share(best: float):
    seen: list[float] = []
    fitted = with_fitted_coefficient(Told(best, round(4 * best) / 4, seen))
    assert fitted.hyperparameters.coefficient == pytest.approx(best, abs=1 / 400)
    assert 0 <= min(seen) <= max(seen) <= 1
    assert len(seen) < 20


def test_a_coefficient_that_is_told_is_not_fitted():
    assert read_network(pizza(0.8), {"attn_coeff": 0.75, "diff_vocab": 1}).network.hyperparameters.coefficient == 0.75
    assert read_network(pizza(0.8), chosen={"coefficient": 0.7}).network.hyperparameters.coefficient == 0.7


@pytest.mark.parametrize("seed", range(4))
def test_a_fitted_coefficient_is_no_worse_than_those_it_began_with(seed: int):
    network = random_network(Shape(layout="zhong", equals=False, mask="none", modulus=7), seed)
    contents = Contents("some.pt", LAYOUTS["zhong"].write(network))
    begun = with_coefficient(Candidate(contents, PLAIN), 0.5)
    fitted = with_fitted_coefficient(begun)
    assert fitted.tried.loss <= begun.tried.loss
    near = [with_coefficient(begun, 0.5 + side).tried.loss for side in (-0.095, 0.095)]
    assert fitted.tried.loss <= min(near)


def with_both_vocabularies(network) -> dict[str, Tensor]:
    """Its state dict with a column of the readout for each token, so that one vocabulary is possible too."""
    state = LAYOUTS["zhong"].write(network)
    more = torch.randn(network.body.width, network.modulus, generator=torch.Generator().manual_seed(0))
    return state | {"unembed.W_U": torch.cat([state["unembed.W_U"], more], dim=1)}


def test_one_vocabulary_and_two_are_both_tried_where_both_are_possible():
    read = read_network(Contents("some.pt", with_both_vocabularies(hand_built_pizza(13, DIALS, 0.3))))
    assert {each.hyperparameters.tables for each in read.tried} == {"shared", "separate"}
    assert read.network.hyperparameters.tables == "separate"
    assert read.network.modulus == 13
    assert read.network.hyperparameters.coefficient == pytest.approx(0.3, abs=0.02)


def test_one_vocabulary_alone_is_tried_where_two_are_impossible():
    odd = random_network(Shape(layout="zhong", equals=False, mask="none", modulus=7))
    read = read_network(Contents("some.pt", LAYOUTS["zhong"].write(odd)))
    assert {each.hyperparameters.tables for each in read.tried} == {"shared"}
    halved = read_network(pizza(0.0))
    assert {each.hyperparameters.tables for each in halved.tried} == {"separate"}


def test_masks_of_deep_transformers_are_tried():
    network = random_network(Shape(layers=2))
    tried = read_network(Contents("some.pt", LAYOUTS["transformerlens"].write(network))).tried
    assert {each.hyperparameters.mask for each in tried} == {"causal", "none"}
    shallow = read_network(Contents("some.pt", LAYOUTS["transformerlens"].write(random_network(Shape())))).tried
    assert {each.hyperparameters.mask for each in shallow} == {"causal"}


# Configurations and choices that do not fit


def test_a_configuration_of_another_modulus_is_refused():
    with pytest.raises(CheckpointError, match="of a network mod 59, but the weights have 13 numbers; give the config"):
        read_network(he(), {"C": 59})


def test_a_configuration_that_tells_nothing_leaves_all_open():
    assert read(he(recorded=True), {"lr": 0.001})[1].startswith("borne out")


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"foo": 1}, "'foo' is no fact known here; expected one of activation, mask"),
        ({"activation": "softplus"}, "activation 'softplus' is no reading known here; expected relu"),
        ({"coefficient": 0.5}, "He et al. one-hot MLP files leave no coefficient open.*: activation, operation"),
        ({"mask": "none", "tables": "shared"}, "leave no mask, tables open"),
        ({"operation": [13, 1]}, "13a . b mod 13 cannot be seen as a sum"),
        ({"operation": [1.0, 1]}, r"operation \[1\.0, 1\] is no reading known here; expected two whole numbers"),
    ],
    ids=str,
)
def test_a_choice_that_cannot_be_followed_is_refused(chosen: dict[str, Any], message: str):
    with pytest.raises(CheckpointError, match=message):
        read_network(he(), chosen=chosen)


def test_what_the_file_says_stands_where_something_else_is_chosen():
    network = hand_built_mlp(13, DIALS, "chughtai_mlp", "square")
    contents = read_contents(network_to_bytes(network, ".pt", {}), "some.pt")
    assert read_network(contents, chosen={"operation": [1, 1]}).network.hyperparameters.activation == "square"


@pytest.mark.parametrize("said", ["", "[]", "7", '{"foo": 1}', '{"activation": "softplus"}', "[" * 10**5])
def test_metadata_that_is_no_reading_is_refused(said: str):
    with pytest.raises(CheckpointError, match=r"is no (reading|fact)"):
        read_network(replace(he(), metadata={READING: said}))
