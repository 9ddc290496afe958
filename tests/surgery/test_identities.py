"""The exact identities of surgery: on random weights where they hold for any network, else on the oracle."""

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from models.circuits.spectra import embedding_spectrum
from models.circuits.transforms.fourier import frequencies
from models.evaluation import Counts, evaluate, predictions
from models.groups.characters import FULL_TURN
from models.network import Network
from models.surgery.margin import recipe_margin
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, fold, oracle, oracle_waves, random_network

# Odd and even alike, and the smallest of all; biases where a file may have them.
clocks = st.builds(Shape, modulus=st.integers(2, 24), attention_biases=st.booleans(), unembedding_bias=st.booleans())
networks = st.builds(random_network, clocks, seed=st.integers(0, 99), dtype=st.just(torch.float64))
moduli = st.integers(2, 40)
harmonics = st.integers(1, 3)


@st.composite
def oracle_settings(draw: st.DrawFn) -> tuple[int, dict[int, float], dict[int, int]]:
    """A new modulus, the amplitudes of an oracle mod 23 by frequency, and whole signed targets for its dials."""
    q = draw(moduli)
    dials = sorted(draw(st.sets(st.integers(1, 11), min_size=1, max_size=4)))
    return q, {k: draw(st.floats(0.5, 2)) for k in dials}, {k: draw(st.integers(-q, q)) for k in dials}


def tells_all_classes_apart(setting: tuple[int, dict[int, float], dict[int, int]]) -> bool:
    q, _, targets = setting
    return math.gcd(q, *targets.values()) == 1


telling_settings = oracle_settings().filter(tells_all_classes_apart)


def assert_same_weights(found: Network, expected: Network):
    """Equal up to rounding; tables of order 1 pass through sums over 24 numbers."""
    assert found.tensors().keys() == expected.tensors().keys()
    for name, tensor in expected.tensors().items():
        torch.testing.assert_close(found.tensors()[name], tensor, rtol=0, atol=1e-13, msg=name)


def assert_same_logits(found: Network, expected: Network):
    """Equal up to rounding, and up to a constant over the classes."""
    pairs = expected.task.pairs()
    difference = found.logits(*pairs) - expected.logits(*pairs)
    difference = difference - difference.mean(1, keepdim=True)
    assert float(difference.abs().max()) <= 1e-12 * max(1, float(expected.logits(*pairs).abs().max()))


def without_class_means(network: Network) -> Network:
    """The network with the mean over c taken off its readout, as surgery leaves it."""
    bias = network.unembedding_bias
    return replace(
        network,
        unembedding=network.unembedding - network.unembedding.mean(1, keepdim=True),
        unembedding_bias=None if bias is None else bias - bias.mean(),
    )


def with_rows(network: Network, rows: torch.Tensor) -> Network:
    """The network with number n called by the name rows[n], on inputs and readout."""
    table, bias = network.table_a[rows], network.unembedding_bias
    return replace(
        network,
        table_a=table,
        table_b=table,
        unembedding=network.unembedding[:, rows],
        unembedding_bias=None if bias is None else bias[rows],
    )


# The identity


@given(networks, harmonics)
def test_own_dials_at_all_frequencies_give_everything_back(network: Network, h: int):
    p = network.modulus
    same = transplant(network, own_recipe(p, frequencies(p), h))
    assert_same_weights(same, without_class_means(network))
    assert_same_logits(same, network)
    assert torch.equal(evaluate(same).states, evaluate(network).states)


# Multiplying by a unit


@given(networks, harmonics, st.data())
def test_multiplying_all_dials_by_a_unit_renames_the_numbers(network: Network, h: int, data: st.DataObject):
    p = network.modulus
    m = data.draw(st.integers(1, p - 1).filter(lambda m: math.gcd(m, p) == 1))
    turn = data.draw(st.sampled_from([0, -p]))  # forwards, or the same hand named backwards
    turned = transplant(network, linked_recipe(p, {k: m * k % p + turn for k in frequencies(p)}, h))
    rows = m * torch.arange(p) % p
    assert_same_weights(turned, with_rows(without_class_means(network), rows))
    before, after = evaluate(network), evaluate(turned)
    assert after.counts == before.counts
    assert torch.equal(after.states, before.states[rows][:, rows])
    powers = embedding_spectrum(turned).power[[fold(m * k, p) - 1 for k in frequencies(p)]]
    torch.testing.assert_close(powers, embedding_spectrum(network).power, rtol=1e-12, atol=1e-12)


def test_a_folded_target_is_another_operation():
    network = random_network(Shape(modulus=7), dtype=torch.float64)
    folded = transplant(network, linked_recipe(7, {k: fold(3 * k, 7) for k in frequencies(7)}))
    rows = 3 * torch.arange(7) % 7
    assert float((folded.table_a - network.table_a[rows]).abs().max()) > 0.1


# Signs


@given(networks, moduli, harmonics, st.data())
def test_a_common_sign_of_all_dials_changes_nothing(network: Network, q: int, h: int, data: st.DataObject):
    dials = data.draw(st.sets(st.sampled_from(frequencies(network.modulus)), min_size=1, max_size=4))
    targets = {k: data.draw(st.integers(-q, q)) for k in dials}
    there, back = linked_recipe(q, targets, h), linked_recipe(q, {k: -s for k, s in targets.items()}, h)
    forwards, backwards = evaluate(transplant(network, there)), evaluate(transplant(network, back))
    mirrored = -torch.arange(q) % q
    assert torch.equal(backwards.states, forwards.states[mirrored][:, mirrored])
    waves = oracle_waves(dict.fromkeys(targets, 1.0))
    assert recipe_margin(there, waves) == recipe_margin(back, waves)


def test_mixed_signs_change_the_answers_of_a_body_where_dials_meet():
    network = random_network(Shape(modulus=7), dtype=torch.float64)
    forwards = evaluate(transplant(network, linked_recipe(11, {1: 2, 2: 3})))
    mixed = evaluate(transplant(network, linked_recipe(11, {1: 2, 2: -3})))
    assert forwards.counts != mixed.counts


# Ablation


def without(network: Network, ablated: Iterable[int]) -> Network:
    left = set(frequencies(network.modulus)) - set(ablated)
    return transplant(network, own_recipe(network.modulus, left, harmonics=1))


@given(networks, st.data())
def test_ablating_twice_is_ablating_once(network: Network, data: st.DataObject):
    ablated = data.draw(st.sets(st.sampled_from(frequencies(network.modulus)), min_size=1))
    once = without(network, ablated)
    assert_same_weights(without(once, ablated), once)
    assert embedding_spectrum(once).share_of(tuple(ablated)) < 1e-25 or len(ablated) == len(
        frequencies(network.modulus)
    )


@given(networks, st.data())
def test_ablations_commute(network: Network, data: st.DataObject):
    one, other = (data.draw(st.sets(st.sampled_from(frequencies(network.modulus)))) for _ in range(2))
    assert_same_weights(without(without(network, one), other), without(without(network, other), one))
    assert_same_weights(without(without(network, one), other), without(network, one | other))


@given(networks, st.data())
def test_a_dial_that_is_off_is_ablated(network: Network, data: st.DataObject):
    p = network.modulus
    off = data.draw(st.sampled_from(frequencies(p)))
    dials = tuple(Dial(k, Turn(k, on=k != off)) for k in frequencies(p))
    switched = transplant(network, Recipe(p, dials, harmonics=1))
    assert all(torch.equal(found, switched.tensors()[n]) for n, found in without(network, [off]).tensors().items())


@given(networks, moduli, st.floats(-2, 2))
def test_amplitude_scales_what_the_tables_add_to_their_mean(network: Network, q: int, amplitude: float):
    all_of_them = frequencies(network.modulus)
    plain = transplant(network, linked_recipe(q, {k: k for k in all_of_them}))
    scaled = transplant(network, Recipe(q, tuple(Dial(k, Turn(k, amplitude)) for k in all_of_them)))
    mean = network.table_a.mean(0)
    torch.testing.assert_close(scaled.table_a - mean, amplitude * (plain.table_a - mean), rtol=0, atol=1e-13)
    torch.testing.assert_close(scaled.unembedding, amplitude * plain.unembedding, rtol=0, atol=1e-13)


# There and back


@given(networks, st.data())
def test_to_another_modulus_and_back_restores_the_kept_part(network: Network, data: st.DataObject):
    p = network.modulus
    q, h = data.draw(st.integers(9, 60)), data.draw(st.integers(1, 2))
    dials = data.draw(st.sets(st.sampled_from(frequencies(p)), min_size=1, max_size=3))
    targets = {k: data.draw(st.integers(-q, q)) for k in dials}
    folds = [fold(harmonic * s, q) for harmonic in range(1, h + 1) for s in targets.values()]
    assume(len(set(folds)) == len(folds) and not {0, q / 2} & set(folds))
    there = transplant(network, linked_recipe(q, targets, h))
    # A dial that came to lie beyond half the modulus is found there folded, and turning backwards.
    inverse = {fold(s, q): k if s % q == fold(s, q) else -k for k, s in targets.items()}
    assert_same_weights(transplant(there, linked_recipe(p, inverse, h)), transplant(network, own_recipe(p, dials, h)))


# Phases


@given(oracle_settings(), st.data())
def test_linked_phases_are_harmless(setting, data: st.DataObject):
    q, alphas, targets = setting
    phases = st.floats(-10, 10)
    dials = [Dial(k, Turn(s, phase=data.draw(phases)), b=Turn(s, phase=data.draw(phases))) for k, s in targets.items()]
    network = oracle(23, alphas)
    assert_same_logits(transplant(network, Recipe(q, tuple(dials))), transplant(network, linked_recipe(q, targets)))


@pytest.mark.parametrize(("inputs", "readout", "direction"), [(0.5, 0, 1), (0, 1, -1)])
@given(setting=telling_settings, data=st.data())
def test_unlinked_phases_move_every_answer(setting, data: st.DataObject, inputs: float, readout: float, direction: int):
    q, alphas, targets = setting
    steps = data.draw(st.integers(1, q - 1))
    dials = []
    for k, s in targets.items():
        phase = FULL_TURN * s * steps / q  # of an angle that far on
        dials.append(Dial(k, Turn(s, phase=inputs * phase), readout=Turn(s, phase=readout * phase)))
    operated = transplant(oracle(23, alphas), Recipe(q, tuple(dials)))
    a, b = operated.task.pairs()
    assert torch.equal(predictions(operated).flatten(), (a + b + direction * steps) % q)
    assert evaluate(operated).counts.right == 0


# Swapped dials


@given(telling_settings, st.permutations(range(4)))
def test_dials_swapped_on_all_tables_answer_as_before(setting, order: list[int]):
    q, alphas, targets = setting
    network = oracle(23, dict.fromkeys(alphas, 1.0))
    taken = [place for place in order if place < len(targets)]
    swapped = dict(zip(targets, (list(targets.values())[place] for place in taken), strict=True))
    before, after = (transplant(network, linked_recipe(q, which)) for which in (targets, swapped))
    assert_same_logits(after, before)  # equal dials bring the same cosines, in another order
    assert evaluate(transplant(oracle(23, alphas), linked_recipe(q, swapped))).counts.right == q**2


@pytest.mark.parametrize("table", ["a", "b", "readout"])
@pytest.mark.parametrize("q", [11, 12, 23, 31])
def test_dials_swapped_on_one_table_are_destroyed(q: int, table: str):
    targets, swapped = {2: 1, 5: 3}, {2: 3, 5: 1}
    dials = []
    for k, s in targets.items():
        turns = {"a": Turn(s), "b": Turn(s), "readout": Turn(s)} | {table: Turn(swapped[k])}
        dials.append(Dial(k, **turns))
    network = oracle(23, {2: 1.0, 5: 1.0})
    assert evaluate(transplant(network, linked_recipe(q, targets))).counts.right == q**2
    # What is left is chance, one in q, and the symmetric cases; a third is far above both.
    assert evaluate(transplant(network, Recipe(q, tuple(dials)))).counts.accuracy < 1 / 3


# The oracle


@given(oracle_settings())
def test_the_oracle_is_right_everywhere_or_undecided_everywhere(setting):
    q, alphas, targets = setting
    recipe = linked_recipe(q, targets)
    evaluation = evaluate(transplant(oracle(23, alphas), recipe))
    margin = recipe_margin(recipe, oracle_waves(alphas))
    tied = Counts(right=0, undecided=q**2, wrong=0)
    assert evaluation.counts == (Counts(right=q**2, undecided=0, wrong=0) if margin > 0 else tied)
    # In units of the logits the margin is the smallest logit margin; float32 knows it to 1e-6 of their scale.
    assert evaluation.smallest_margin == pytest.approx(margin * sum(alphas.values()), abs=1e-6 * sum(alphas.values()))


@pytest.mark.parametrize("q", range(2, 41))
def test_the_oracle_is_right_at_every_modulus(q: int):
    operated = transplant(oracle(23, {2: 1.0, 5: 0.7}), linked_recipe(q, {2: 1, 5: 3}))
    assert evaluate(operated).counts == Counts(right=q**2, undecided=0, wrong=0)


@pytest.mark.parametrize("q", range(2, 41, 2))
def test_with_all_hands_on_even_steps_an_even_modulus_is_undecided_everywhere(q: int):
    operated = transplant(oracle(23, {2: 1.0, 5: 0.7}), linked_recipe(q, {2: 2, 5: -4}))
    assert evaluate(operated).counts == Counts(right=0, undecided=q**2, wrong=0)


@pytest.mark.parametrize(("off", "wrapping"), [(0.0, 1.0), (0.2, 0.0)])
def test_a_detuned_hand_fails_where_it_has_to_come_round(off: float, wrapping: float):
    evaluation = evaluate(transplant(oracle(23, {2: 1.0}), linked_recipe(31, {2: 1 + off})))
    assert evaluation.not_wrapping.accuracy == 1
    assert evaluation.wrapping.accuracy == wrapping
