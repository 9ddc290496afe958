"""Controls: what they change, what they leave alone, and what they decide."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.frequencies import other_frequencies
from models.ablation.phases import phase_scrambled
from models.ablation.random_phases import random_phase_mlp
from models.ablation.shuffles import NO_BODY, own_parameters, recut_parameters, shuffled_body, shuffles_of
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.circuits.table_spectra import table_spectrum
from models.evaluation import Evaluation, counts_of, evaluate
from models.evaluation.sample import sampled_interval
from models.experiment.controls import (
    Control,
    accuracy_of,
    controls_at_most,
    growing_controls,
    relative_margin,
    run_controls,
    shuffled_control,
)
from models.network import Network
from models.surgery.readout import READOUT_MODES
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network, shapes

DIALS = (1, 3, 4)
seeds = st.integers(0, 99)
TURNED = linked_recipe(17, {1: 2, 3: -3, 4: 5})


# Shuffled bodies


@given(shapes, seeds)
def test_a_shuffle_moves_entries_and_makes_none(shape: Shape, seed: int):
    network = random_network(shape)
    shuffled = shuffled_body(network, seed)
    before, after = network.body.tensors(), shuffled.body.tensors()
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert after[name].shape == tensor.shape
        assert torch.equal(after[name].flatten().sort().values, tensor.flatten().sort().values)
    assert shuffled.table_a is network.table_a
    assert shuffled.table_b is network.table_b
    assert shuffled.unembedding is network.unembedding
    assert shuffled.unembedding_bias is network.unembedding_bias


@given(shapes, seeds)
def test_a_blend_of_0_is_the_trained_body_to_the_last_bit(shape: Shape, seed: int):
    network = random_network(shape)
    assert shuffled_body(network, seed, blend=0).digest == network.digest


@given(st.floats(0, 1), seeds)
def test_a_blend_is_the_weighted_mean(blend: float, seed: int):
    network = random_network(Shape(), dtype=torch.float64)
    whole, part = shuffled_body(network, seed), shuffled_body(network, seed, blend=blend)
    for name, tensor in network.body.tensors().items():
        expected = (1 - blend) * tensor + blend * whole.body.tensors()[name]
        torch.testing.assert_close(part.body.tensors()[name], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("only", ["W_in", "W_in W_out b_in"])
def test_only_the_named_weights_are_shuffled(only: str):
    network = random_network(Shape(layers=2))
    shuffled = shuffled_body(network, 0, only=only).body.tensors()
    changed = {name for name, tensor in network.body.tensors().items() if not torch.equal(tensor, shuffled[name])}
    assert changed == {f"blocks.{number}.{name}" for number in range(2) for name in only.split()}


def test_a_shuffle_is_decided_by_its_seed_and_leaves_the_network_alone():
    network = random_network(Shape())
    before = network.digest
    first, again, other = (shuffled_body(network, seed).digest for seed in (0, 0, 1))
    assert first == again != other
    assert network.map_tensors(torch.clone).digest == before


def test_a_one_hot_mlp_has_nothing_to_shuffle():
    network = random_mlp(MlpShape(layers=0, layout="he"))
    assert own_parameters(network) == 0
    assert shuffled_body(network, 0).digest == network.digest


def test_the_parameters_of_body_and_tables_are_counted_apart():
    network = random_network(Shape())
    assert own_parameters(network) == sum(tensor.numel() for tensor in network.body.tensors().values())
    assert recut_parameters(network) == network.table_a.numel() + network.unembedding.numel()
    apart = hand_built_mlp(13, DIALS, "chughtai_mlp")
    assert own_parameters(apart) == 0
    assert recut_parameters(apart) == 2 * apart.table_a.numel() + apart.unembedding.numel()
    assert own_parameters(hand_built_mlp(13, DIALS, "clockwork")) > 0


# Scrambled phases, other frequencies


def powers(table: torch.Tensor) -> torch.Tensor:
    return torch.fft.rfft(table.double(), dim=0).abs()


@given(st.integers(2, 20), seeds)
def test_scrambling_keeps_the_power_of_every_column_at_every_frequency(p: int, seed: int):
    for network in (random_network(Shape(modulus=p)), random_mlp(MlpShape(modulus=p, shared=False))):
        scrambled = phase_scrambled(network, seed)
        for table, before in ((scrambled.table_a, network.table_a), (scrambled.table_b, network.table_b)):
            assert table.dtype == before.dtype
            torch.testing.assert_close(powers(table), powers(before), rtol=0, atol=1e-5)  # float32's rounding
            torch.testing.assert_close(table.mean(0), before.mean(0), rtol=0, atol=1e-5)
        assert scrambled.tables_shared == network.tables_shared
        assert (scrambled.body, scrambled.unembedding) == (network.body, network.unembedding)


def test_scrambled_phases_fall_and_the_trained_ones_do_not():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    assert accuracy_of(network, TURNED, waves, "keep") == 1
    assert max(accuracy_of(phase_scrambled(network, seed), TURNED, waves, "keep") for seed in range(5)) < 0.5


def noisy(p: int) -> Network:
    network = hand_built(p, DIALS)
    generator = torch.Generator().manual_seed(0)
    table = network.table_a + 0.01 * torch.randn(network.table_a.shape, generator=generator)
    unembedding = network.unembedding + 0.01 * torch.randn(network.unembedding.shape, generator=generator)
    return replace(network, table_a=table, table_b=table, unembedding=unembedding)


@pytest.mark.parametrize("p", [13, 23])
def test_other_frequencies_are_none_of_the_key_ones_and_get_their_power(p: int):
    network = noisy(p)
    assert key_frequencies(network).frequencies == DIALS
    rescaled, chosen = other_frequencies(network)
    assert len(chosen) == len(DIALS)
    assert not set(chosen) & set(DIALS)
    for table, before in ((rescaled.table_a, network.table_a), (rescaled.unembedding.T, network.unembedding.T)):
        power = powers(table).square().sum(1)
        wanted = powers(before).square().sum(1)[list(DIALS)].mean()
        torch.testing.assert_close(power[list(chosen)], wanted.expand(3), rtol=1e-4, atol=0)
        torch.testing.assert_close(power[list(DIALS)], powers(before).square().sum(1)[list(DIALS)], rtol=1e-4, atol=0)
    assert rescaled.body is network.body
    assert rescaled.tables_shared


@pytest.mark.parametrize("q", [7, 8])
def test_random_frequencies_are_all_that_turn(q: int):
    """From 1 on; half an even modulus only changes its sign, and has no phase."""
    seen: set[int] = set()
    for seed in range(20):
        table = table_spectrum(random_phase_mlp(q, 1, 2, seed=seed).table_a)
        seen.add(int((table.cosine.square() + table.sine.square()).sum(1).argmax()))
    assert seen == set(range(1, q // 2))


@pytest.mark.parametrize("strongest", [1, 4, 6])
def test_the_strongest_of_the_others_is_taken_wherever_it_stands(strongest: int):
    network = hand_built(13, (2, 3, 5))
    wave = torch.cos(2 * torch.pi * strongest * torch.arange(13) / 13)[:, None] / 20
    table = network.table_a + wave
    louder = replace(network, table_a=table, table_b=table)
    assert key_frequencies(louder).frequencies == (2, 3, 5)
    assert strongest in other_frequencies(louder)[1]


def test_where_every_frequency_is_a_key_one_there_are_no_others():
    network = hand_built_mlp(7, (1, 2, 3))
    assert key_frequencies(network).frequencies == (1, 2, 3)
    rescaled, chosen = other_frequencies(network)
    assert chosen == ()
    torch.testing.assert_close(rescaled.table_a, network.table_a, rtol=0, atol=1e-6)
    waves = logit_waves(network, (1, 2, 3))
    names = [each.name for each in run_controls(network, own_recipe(7, (1, 2, 3)), waves, seeds=1)]
    assert "other frequencies scaled up instead" not in names


def test_a_network_without_key_frequencies_has_no_others():
    still = replace(hand_built(13, DIALS), unembedding=torch.zeros(12, 13))
    assert key_frequencies(still).frequencies == ()
    assert other_frequencies(still)[1] == ()


# All of them together


def test_every_control_stands_beside_what_the_trained_body_gets():
    network = noisy(13)
    waves = logit_waves(network, DIALS)
    found = list(run_controls(network, TURNED, waves, seeds=2))
    assert [(each.name, each.readout, len(each.accuracies)) for each in found] == [
        ("whole body shuffled", "keep", 2),
        ("MLP alone shuffled", "keep", 2),
        ("whole body shuffled", "balance", 2),
        ("MLP alone shuffled", "balance", 2),
        ("whole body shuffled", "calibrate", 2),
        ("MLP alone shuffled", "calibrate", 2),
        ("whole body shuffled", "refit", 2),
        ("MLP alone shuffled", "refit", 2),
        ("phases of the tables scrambled", "keep", 2),
        ("other frequencies scaled up instead", "keep", 1),
    ]
    assert all(each.trained == accuracy_of(network, TURNED, waves, each.readout) for each in found)
    assert found[0].accuracies == tuple(
        accuracy_of(shuffled_body(network, seed), TURNED, waves, "keep") for seed in range(2)
    )
    for place, readout in ((3, "balance"), (5, "calibrate")):  # a shuffled body is balanced for itself
        assert found[place].accuracies == tuple(
            accuracy_of(shuffled_body(network, seed, only="W_in W_out b_in"), TURNED, waves, readout)
            for seed in range(2)
        )
    assert found[0].mean < 0.5 < found[0].trained
    assert len(found) == controls_at_most(network)
    assert "on the same targets" in found[-1].remark


def test_a_one_hot_body_says_that_there_is_nothing_to_shuffle():
    network = hand_built_mlp(13, DIALS)
    waves = logit_waves(network, DIALS)
    first = next(run_controls(network, TURNED, waves, seeds=2))
    refitted = shuffled_control(network, TURNED, waves, "refit", seeds=2)
    for control in (first, refitted):
        assert (control.accuracies, control.mean, control.remark) == ((), 0.0, NO_BODY)
        assert control.trained == accuracy_of(network, TURNED, waves, control.readout)


def test_a_part_of_the_dials_is_controlled_too():
    network = noisy(13)
    recipe = linked_recipe(17, {1: 2, 3: -3})
    assert len(list(run_controls(network, recipe, logit_waves(network, (1, 3)), seeds=1))) == 10


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (hand_built(13, DIALS), 10),
        (random_network(Shape(layers=2)), 10),
        (hand_built_mlp(13, DIALS, "clockwork"), 6),
        (hand_built_mlp(13, DIALS, "chughtai_mlp"), 3),
    ],
    ids=["one layer", "two layers", "an MLP with a body", "an MLP without"],
)
def test_only_a_transformer_has_an_mlp_apart_from_the_rest(network: Network, expected: int):
    assert controls_at_most(network) == expected
    assert ("MLP alone shuffled" in shuffles_of(network)) == (expected == 10)


def test_every_seed_is_told_before_it_is_counted():
    network, heard = noisy(13), []
    list(run_controls(network, TURNED, logit_waves(network, DIALS), seeds=2, on_seed=lambda *what: heard.append(what)))
    names = [
        f"{name}, {readout}" for readout in READOUT_MODES for name in ("whole body shuffled", "MLP alone shuffled")
    ]
    assert heard == [(name, seed) for name in [*names, "phases of the tables scrambled"] for seed in range(2)]


def test_controls_grow_by_a_seed_at_a_time_into_the_same(grown: list[Control]):
    network = noisy(13)
    whole = list(run_controls(network, TURNED, logit_waves(network, DIALS), seeds=2))
    assert [each for each in grown if each.is_whole] == whole
    assert [each.key for each in grown if not each.is_whole] == [each.key for each in whole[:-1]]
    assert [each.accuracies[:1] for each in grown if not each.is_whole] == [each.accuracies[:1] for each in whole[:-1]]


def test_controls_of_some_of_the_sums_grow_into_the_same():
    network = noisy(13)
    operation = network, TURNED, logit_waves(network, DIALS)

    def below_half(evaluation: Evaluation) -> float:
        return counts_of(evaluation.states[:8, :8]).accuracy

    grown = [each for each in growing_controls(*operation, seeds=2, share=below_half) if each.is_whole]
    assert grown == list(run_controls(*operation, seeds=2, share=below_half))
    assert [each.accuracies for each in grown] != [each.accuracies for each in run_controls(*operation, seeds=2)]
    assert all(round(each * 64) == pytest.approx(each * 64) for control in grown for each in control.accuracies)


@pytest.fixture(scope="module")
def grown() -> list[Control]:
    network = noisy(13)
    return list(growing_controls(network, TURNED, logit_waves(network, DIALS), seeds=2))


@pytest.mark.parametrize("through", [1, 6, 19])  # between two controls, and in the middle of one
def test_controls_that_were_stopped_go_on_after_what_is_known_and_count_nothing_twice(
    grown: list[Control], through: int
):
    network = noisy(13)
    known = {each.key: each for each in grown[:through]}
    assert list(growing_controls(network, TURNED, logit_waves(network, DIALS), seeds=2, known=known)) == grown[through:]


def test_of_a_body_with_nothing_to_shuffle_that_is_told_once():
    network = hand_built_mlp(13, DIALS)
    operation = network, TURNED, logit_waves(network, DIALS)
    first, *others = growing_controls(*operation, seeds=1)
    assert (first.remark, first.is_whole) == (NO_BODY, True)
    assert list(growing_controls(*operation, seeds=1, known={first.key: first})) == others


def test_the_refits_control_is_the_same_refit_on_every_shuffled_body():
    network = hand_built(13, DIALS)
    waves = logit_waves(network, DIALS)
    found = shuffled_control(network, TURNED, waves, "refit", seeds=3)
    assert (found.readout, found.trained) == ("refit", accuracy_of(network, TURNED, waves, "refit"))
    expected = tuple(accuracy_of(shuffled_body(network, s), TURNED, waves, "refit") for s in range(3))
    assert found.accuracies == expected
    assert found.mean == pytest.approx(sum(expected) / 3)


def test_the_analytic_network_has_the_analytic_margin():
    alphas = {2: 1.0, 5: 0.7}
    recipe = linked_recipe(31, {2: 3, 5: -4})
    evaluation = evaluate(transplant(oracle(23, alphas), recipe))
    assert relative_margin(evaluation, recipe, oracle_waves(alphas)) == pytest.approx(1, rel=1e-6)
    alias = own_recipe(16, alphas)
    flat = replace(alias, dials=alias.dials[:1])  # 2 alone: c and c + 8 look the same
    assert relative_margin(evaluate(transplant(oracle(23, alphas), flat)), flat, oracle_waves({2: 1.0})) == 0


# Networks that nobody trained


@pytest.mark.parametrize("seed", [0, 1])
def test_the_phase_rule_alone_adds(seed: int):
    matched = random_phase_mlp(211, 12, 1024, seed=seed)
    unmatched = random_phase_mlp(211, 12, 1024, seed=seed, matched=False)
    assert sampled_interval(matched, 500, seed=seed).right == 500
    assert sampled_interval(unmatched, 500, seed=seed).right < 50
    assert torch.equal(matched.table_a, unmatched.table_a)
    assert own_parameters(matched) == 0


def test_random_frequencies_are_within_reach_and_no_more_than_asked_for():
    network = random_phase_mlp(31, 4, 64)
    waves = table_spectrum(network.table_a)
    power = (waves.cosine.square() + waves.sine.square()).sum(1)[1:16]
    assert 1 <= int((power > 1e-6).sum()) <= 4
    assert network.table_a.shape == (31, 64)


def test_a_sample_is_decided_by_its_seed_and_counts_what_it_says():
    network = random_mlp(MlpShape(modulus=13, layers=0, layout="he"))
    first, again = (sampled_interval(network, 300, seed=0) for _ in range(2))
    assert first == again
    assert first.sampled == 300
    assert first.low <= evaluate(network).counts.accuracy <= first.high


@pytest.mark.parametrize("seed", range(3))
def test_pairs_that_tie_are_not_right_in_a_sample_either(seed: int):
    tied = transplant(hand_built(13, DIALS), linked_recipe(16, {1: 2, 3: 4, 4: 6}))
    assert evaluate(tied).counts.right == 0
    assert sampled_interval(tied, 300, seed=seed).right == 0


@pytest.mark.parametrize("modulus", [16, 17])
def test_a_sample_of_every_pair_is_the_count(modulus: int, monkeypatch: pytest.MonkeyPatch):
    operated = transplant(hand_built(13, DIALS), linked_recipe(modulus, {1: 2, 3: -3, 4: 7}))
    monkeypatch.setattr(torch, "randint", lambda *_, **__: torch.stack(operated.task.pairs()))
    assert sampled_interval(operated, modulus**2).right == evaluate(operated).counts.right
