from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation import (
    Counts,
    State,
    cross_entropy_loss,
    evaluate,
    plain_margins,
    predictions,
    unembedding_directions,
    whole_unembedding,
)
from models.network import Network
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import (
    OracleBody,
    Shape,
    hand_built,
    oracle,
    random_network,
    reference_logits,
    reference_margins,
    reference_states,
    shapes,
)

seeds = st.integers(0, 99)


def with_twin_classes(network: Network) -> Network:
    """The network with class 1 made the exact twin of class 0, so that some pairs are undecided."""
    twin = torch.arange(network.modulus)
    twin[1] = 0
    bias = None if network.unembedding_bias is None else network.unembedding_bias[twin]
    return replace(network, unembedding=network.unembedding[:, twin], unembedding_bias=bias)


@given(shapes, seeds, st.booleans())
def test_every_pair_is_in_the_state_that_a_plain_float64_pass_gives(shape: Shape, seed: int, twins: bool):
    network = random_network(shape, seed)
    network = with_twin_classes(network) if twins else network
    assert torch.equal(evaluate(network).states, reference_states(network))


def test_the_three_states_all_occur():
    evaluation = evaluate(with_twin_classes(random_network(Shape(modulus=11))))
    assert set(evaluation.states.flatten().tolist()) == set(State)


@pytest.mark.parametrize("loudness", [1, 30, 1000])
def test_attention_that_listens_to_one_token_alone_is_counted_exactly(loudness: float):
    network = random_network(Shape(modulus=11))
    block = network.body.blocks[0]
    loud = replace(network, body=replace(network.body, blocks=(replace(block, W_Q=loudness * block.W_Q),)))
    assert torch.equal(evaluate(loud).states, reference_states(loud))


def test_neurons_that_cancel_are_counted_exactly():
    network = hand_built(13, (1, 3, 4))
    block, width = network.body.blocks[0], network.body.width
    block = replace(  # two neurons a million times louder than all others, of opposite effect
        block,
        W_in=torch.cat([block.W_in, torch.full((width, 2), 1e6)], dim=1),
        b_in=torch.cat([block.b_in, torch.full((2,), 8e6)]),
        W_out=torch.cat([block.W_out, torch.ones(1, width), -torch.ones(1, width)]),
    )
    cancelling = replace(network, body=replace(network.body, blocks=(block,)))
    assert torch.equal(evaluate(cancelling).states, reference_states(cancelling))


@pytest.mark.parametrize("faintness", [1e-4, 1e-6, 1e-8])
def test_a_faint_dial_decides_where_it_is_above_the_tolerance(faintness: float):
    alphas = {2: 1.0, 4: 1.0, 6: 1.0, 3: 1.0}  # all even but the last: it alone tells c from c + 64
    network = oracle(128, alphas)
    faint = torch.tensor([1, 1, 1, faintness] * 2, dtype=torch.float64)[:, None]
    quiet = replace(network, unembedding=faint * network.unembedding)
    assert float(plain_margins(quiet, *quiet.task.pairs()).min()) > faintness
    assert evaluate(quiet).counts == Counts(right=128**2, undecided=0, wrong=0)


@given(shapes, seeds)
def test_counts_add_up_and_wrapping_splits_them(shape: Shape, seed: int):
    evaluation = evaluate(random_network(shape, seed))
    q, wraps, plain = shape.modulus, evaluation.wrapping, evaluation.not_wrapping
    assert evaluation.counts.pairs == q**2
    assert plain.pairs == q * (q + 1) // 2
    for state in ("right", "undecided", "wrong", "pairs"):
        assert getattr(wraps, state) + getattr(plain, state) == getattr(evaluation.counts, state)


def test_wrapping_pairs_are_those_whose_sum_reaches_the_modulus():
    plain_adder = transplant(oracle(11, {1: 1.0}), linked_recipe(11, {1: 1.2}))
    evaluation = evaluate(plain_adder)  # a hand that takes 1.2 steps does not come round
    assert evaluation.not_wrapping.accuracy == 1
    assert evaluation.wrapping.accuracy == 0


def test_accuracy_is_right_over_all():
    assert Counts(right=1, undecided=1, wrong=2).accuracy == 0.25
    assert Counts(right=0, undecided=0, wrong=0).accuracy == 0


def test_the_smallest_margin_is_that_of_the_least_certain_pair():
    evaluation = evaluate(oracle(5, {1: 2.0}))
    assert evaluation.smallest_margin == pytest.approx(2 - 2 * torch.tensor(2 * torch.pi / 5).cos().item(), rel=1e-6)


def test_a_constant_over_the_classes_changes_neither_states_nor_scale():
    network = random_network(Shape(unembedding_bias=True), dtype=torch.float64)
    found, raised = evaluate(network), evaluate(replace(network, unembedding_bias=network.unembedding_bias + 16))
    assert torch.equal(raised.states, found.states)
    assert raised.scale == pytest.approx(found.scale, abs=1e-5)  # what 16 leaves of float32's digits


class QuietTwins(OracleBody):
    """An oracle that says nothing where both operands are the same number, and more the further they are apart."""

    def readout_vectors(self, table_a, table_b, a, b):
        return super().readout_vectors(table_a, table_b, a, b) * (table_a[a] - table_b[b]).square().sum(1, keepdim=True)

    def enclosed_vectors(self, table_a, table_b, a, b):
        apart = table_a.at(a) + table_b.at(b).times(-torch.eye(self.width, dtype=torch.float64))
        return super().enclosed_vectors(table_a, table_b, a, b).scaled(apart.dot(apart))


def test_the_tolerance_is_relative_to_the_logits_even_where_those_of_twins_are_silent():
    network = oracle(16, {2: 1.0, 6: 0.5})  # all even: no pair can be decided
    rounding = 1 + 1e-15 * (torch.arange(16) < 8).double()  # far below the tolerance
    quiet = replace(network, body=QuietTwins(network.body.alphas), unembedding=rounding * network.unembedding)
    assert evaluate(quiet).counts == Counts(right=0, undecided=256, wrong=0)


def test_a_silent_unembedding_leaves_every_pair_undecided():
    network = random_network(Shape())
    silent = replace(network, unembedding=torch.zeros_like(network.unembedding))
    assert evaluate(silent).counts == Counts(right=0, undecided=49, wrong=0)


@given(shapes, seeds)
def test_plain_margins_and_predictions_agree_with_the_textbook(shape: Shape, seed: int):
    network = random_network(shape, seed)
    pairs = network.task.pairs()
    expected, scale = reference_margins(network)
    assert torch.equal(predictions(network).flatten(), reference_logits(network, *pairs).argmax(1))
    torch.testing.assert_close(plain_margins(network, *pairs), expected.flatten(), rtol=0, atol=1e-12 * scale)


@given(shapes, seeds)
def test_the_loss_is_the_mean_surprise_in_nats(shape: Shape, seed: int):
    network = random_network(shape, seed)
    a, b = network.task.pairs()
    surprise = -reference_logits(network, a, b).log_softmax(1).gather(1, network.task.answers(a, b)[:, None])
    assert cross_entropy_loss(network) == pytest.approx(float(surprise.mean()), rel=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@given(shape=shapes, seed=seeds)
def test_unembedding_directions_give_the_centred_unembedding_back(shape: Shape, seed: int, dtype: torch.dtype):
    unembedding = random_network(shape, seed, dtype).unembedding
    for found in filter(None, (unembedding_directions(unembedding), whole_unembedding(unembedding))):
        rest = unembedding.double() - unembedding.double().mean(1, keepdim=True) - found.directions @ found.classes
        assert bool((rest.abs().amax(1) <= found.left_out).all())
        assert float(found.left_out.max()) <= 1e-6 * float(unembedding.abs().max())


@pytest.mark.parametrize("harmonics", [1, 2, 3])
def test_a_re_cut_unembedding_needs_two_directions_for_each_wave(harmonics: int):
    operated = transplant(random_network(Shape(modulus=31, width=40)), own_recipe(97, (2, 7), harmonics))
    found = unembedding_directions(operated.unembedding)
    assert found.directions.shape == (40, 4 * harmonics)
    assert found.classes.shape == (4 * harmonics, 97)
    assert not found.is_whole


def test_directions_hold_a_wave_that_changes_sign_from_class_to_class():
    """The highest frequency of an even modulus, which counts once where all others count twice."""
    numbers = torch.arange(24, dtype=torch.float64)
    waves = torch.stack([torch.cos(2 * torch.pi * 5 * numbers / 24), 1.0 - 2 * (numbers % 2)])
    mixed = torch.randn(16, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    unembedding = mixed @ waves + 3
    found = unembedding_directions(unembedding)
    assert found.directions.shape == (16, 4)
    assert float(found.left_out.max()) < 1e-12


def test_what_directions_leave_out_is_more_than_rounding_by_a_rounding_for_each_of_them():
    unembedding = torch.randn(6, 31, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = whole_unembedding(unembedding)
    mean = unembedding.mean(1, keepdim=True)
    rest = (unembedding - mean - found.directions @ found.classes).abs().amax(1)
    sizes = unembedding.abs().amax(1) + mean[:, 0].abs() + found.directions.abs() @ found.classes.abs().amax(1)
    roundings = ((found.left_out - rest) / sizes * 2**53).tolist()
    assert roundings == pytest.approx([6 + 4] * 6, rel=1e-6)
