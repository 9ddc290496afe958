"""What decides between readings: figures that tell them apart, else right pairs, and ReLU unless it is worse."""

from dataclasses import replace

import pytest
import torch

from models.evaluation import cross_entropy_loss, evaluate
from models.formats.decoding import Contents
from models.formats.registry import LAYOUTS
from models.hyperparameters import PLAIN, Hyperparameters
from models.network import Network
from models.readings import pairs, read_network
from models.readings.borne_out import AGREES, factor_apart
from models.readings.candidate import Candidate, Tried
from models.readings.decide import clearly_better, rank
from models.readings.learned import above_chance
from models.readings.recorded import Figures, figures_recorded
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import hand_built

DIALS = (1, 3, 4)
HE = hand_built_mlp(13, DIALS)
STATE = LAYOUTS["he"].write(HE)


def tried(accuracy: float, loss: float, half_step: float | None = None) -> Tried:
    return Tried(PLAIN, accuracy, loss, pairs=1000, half_step=half_step)


def test_the_half_step_test_and_the_loss_lower_no_accuracy():
    right, between, small = tried(1.0, 0.5, 0.1), tried(0.9693, 0.5, 1.0), tried(0.9999, 1e-9, 1.0)
    assert sorted([between, small, right], key=rank) == [right, small, between]
    assert sorted([tried(1.0, 0.1, 0.5), tried(1.0, 0.2, 0.9)], key=rank)[0].half_step == 0.9
    assert sorted([tried(1.0, 0.2, 0.9), tried(1.0, 0.1, 0.9)], key=rank)[0].loss == 0.1


@pytest.mark.parametrize(
    ("other", "usual", "better"),
    [
        (tried(0.9684, 0.176), tried(0.9655, 0.199), True),  # more than 0.2 points
        (tried(0.9674, 0.176), tried(0.9655, 0.199), False),
        (tried(1.0, 0.0069), tried(1.0, 0.0485), True),  # less than half the loss
        (tried(1.0, 5.8e-8), tried(1.0, 1.1e-7), False),
        (tried(2808 / 2809, 1e-9), tried(1.0, 1e-3), False),  # a smaller loss lowers no accuracy
    ],
)
def test_another_activation_than_relu_is_taken_where_it_is_clearly_better(other: Tried, usual: Tried, better: bool):
    assert clearly_better(other, usual) == better


def test_all_pairs_of_the_readings_that_could_be_the_best_are_counted(monkeypatch: pytest.MonkeyPatch):
    contents = Contents("some.pt", LAYOUTS["he"].write(hand_built_mlp(47, (1, 5, 9, 14))))
    read = read_network(contents)
    assert read.tried[0].pairs == 47 * 47
    assert read.tried[0].accuracy == evaluate(read.network).counts.accuracy
    assert "pairs)" not in read.why
    monkeypatch.setattr(pairs, "ALL_UP_TO", 40)
    monkeypatch.setattr(pairs, "SAMPLED_PAIRS", 1500)
    assert "by right pairs (on 1,500 of 2,209 pairs), half-step test and loss" in read_network(contents).why


def test_a_network_that_is_too_wide_is_sampled(monkeypatch: pytest.MonkeyPatch):
    network = hand_built(47, DIALS)
    assert len(pairs.some_pairs(network)[0]) == 47 * 47
    monkeypatch.setattr(pairs, "MOST_PRODUCTS_OF_ALL", 2**20)
    monkeypatch.setattr(pairs, "MOST_PRODUCTS_OF_SOME", 2**16)
    assert len(pairs.some_pairs(network)[0]) == pairs.FEWEST_PAIRS


# Recorded figures


def reading(network: Network = HE, **recorded: float):
    return read_network(Contents("some.pt", LAYOUTS["he"].write(network), recorded))


def as_read(activation: str) -> Network:
    return Candidate(Contents("some.pt", STATE), replace(PLAIN, activation=activation)).network


@pytest.mark.parametrize("factor", [1.0, 1.9, 0.55])
def test_figures_within_the_factor_bear_a_reading_out(factor: float):
    loss = factor * cross_entropy_loss(HE)
    assert reading(train_loss=loss, test_loss=loss).why.startswith(
        "borne out by the figures recorded in the file (loss"
    )


@pytest.mark.parametrize("factor", [2.1, 1e5, 1e-5])
def test_figures_beyond_it_are_said_to_fit_none_and_accuracy_decides(factor: float):
    losses = [cross_entropy_loss(as_read(each)) for each in ("relu", "square", "gelu")]
    loss = factor * (max(losses) if factor > 1 else min(losses))
    read = reading(train_loss=loss, test_loss=loss)
    assert read.why.startswith(
        f"the figures recorded in the file (loss {loss:.3g}, {loss:.3g}) fit none of the readings; "
    )
    assert "; tried: the best of 3 readings by right pairs, half-step test and loss" in read.why
    assert read.network.hyperparameters == reading().network.hyperparameters


def test_initial_weights_are_not_borne_out_by_the_figures_of_a_trained_network():
    read = reading(random_mlp(MlpShape(layers=0, layout="he")), train_loss=0.003, test_loss=0.003)
    assert read.why.startswith(
        "the figures recorded in the file (loss 0.003, 0.003) fit none of the readings; what the"
    )
    assert not read.adds


def test_figures_that_tell_no_reading_from_another_leave_it_to_accuracy():
    accuracy = evaluate(HE).counts.accuracy
    read = reading(train_acc=accuracy, val_acc=accuracy)
    assert read.why.endswith("within a factor of 2, as are 3 readings alike; of these the best")
    assert read.network.hyperparameters.activation == reading().network.hyperparameters.activation


def figures(**recorded: float) -> Figures:
    return figures_recorded(recorded)


def test_how_far_a_reading_is_from_recorded_figures():
    one = tried(0.5, 0.1)
    assert factor_apart(one, figures(train_loss=0.1, test_loss=0.1)) == 1
    assert factor_apart(one, figures(test_loss=0.3)) == pytest.approx(3)
    assert factor_apart(one, figures(test_loss=0.05)) == pytest.approx(2)
    assert factor_apart(one, figures(train_loss=0.0, test_loss=0.4)) == 1  # a mix of both
    assert factor_apart(one, figures(train_loss=1e-9, test_loss=1e-8)) == pytest.approx(0.1 / 1e-6)  # rounding below
    assert factor_apart(one, figures(train_acc=0.52, test_acc=0.52)) == pytest.approx(AGREES)
    assert factor_apart(one, figures(train_acc=1.0, test_acc=0.2, test_loss=0.2)) == pytest.approx(2)
    sampled = replace(one, loss_error=0.05)
    assert factor_apart(sampled, figures(test_loss=0.2)) == 1
    assert factor_apart(sampled, figures(test_loss=0.4)) == pytest.approx(2)


# By heart


def memorising(share: float, p: int = 13) -> Network:
    """An MLP that answers so many of all pairs, chosen at random, and any of the classes to the others."""
    generator = torch.Generator().manual_seed(0)
    a, b = torch.arange(p).repeat_interleave(p), torch.arange(p).repeat(p)
    known = torch.rand(p * p, generator=generator) < share
    answers = torch.where(known, (a + b) % p, torch.randint(p, (p * p,), generator=generator))
    # one neuron for each pair, which only that pair wakes: relu(x_a + x_b + bias), unordered pairs being one sum
    table = torch.zeros(p, p * p)
    table[a, torch.arange(p * p)] += 1
    table[b, torch.arange(p * p)] += 1
    low, high = torch.minimum(a, b), torch.maximum(a, b)
    same = answers[low * p + high]  # a shared table cannot tell (a, b) from (b, a)
    readout = torch.zeros(p * p, p)
    readout[torch.arange(p * p), same] = 1.0
    shape = MlpShape(modulus=p, layers=0, layout="he", neurons=p * p)
    network = random_mlp(shape)
    shifted = table.clone() - 0.75  # two of its own wake it: 1 + 1 - 1.5
    return replace(network, table_a=shifted, table_b=shifted, unembedding=readout)


def test_pairs_known_by_heart_are_addition_memorised_and_not_no_addition():
    network = memorising(0.3)
    read = reading(network)
    right = evaluate(read.network).counts.accuracy
    assert 0.3 < right < 0.5
    assert read.learned == "a + b (memorised)"
    assert read.adds
    assert f"{100 * right:.2f}% of all pairs, by chance 7.69%, are right" in read.memorised
    assert "it fails between the numbers" in read.memorised


def test_recorded_accuracies_say_that_pairs_are_known_by_heart():
    network = memorising(0.6)
    assert evaluate(network).counts.accuracy > 0.5
    assert reading(network).memorised == ""
    told = reading(network, train_acc=1.0, val_acc=0.08).memorised
    assert told.startswith("by its records 100% of its training pairs and 8.00% of the others are right")
    assert reading(network, train_acc=1.0, val_acc=0.9).memorised == ""


def test_a_circuit_is_not_memorised_whatever_is_recorded():
    assert reading(HE, train_acc=1.0, val_acc=0.0).memorised == ""


def test_a_network_that_knows_nothing_has_memorised_nothing():
    read = reading(random_mlp(MlpShape(layers=0, layout="he")))
    assert (read.memorised, read.learned) == ("", "not addition")


def test_the_plain_reading_is_relu():
    assert Hyperparameters().activation == "relu"


@pytest.mark.parametrize(
    ("modulus", "pairs", "share"), [(2, 100, 1 / 2 + 6 * 0.05), (2, 900, 1 / 2 + 0.2), (5, 64, 1 / 5 + 6 * 0.05)]
)
def test_more_than_by_chance_is_six_standard_errors_and_a_fifth_at_least(modulus: int, pairs: int, share: float):
    assert above_chance(modulus, pairs) == pytest.approx(share)
