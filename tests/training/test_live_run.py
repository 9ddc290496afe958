"""The live run: its random numbers, its gradients against autograd, its steps against torch's AdamW, what it learns."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from models.errors import TrainingError
from models.evaluation import evaluate
from models.training.live_random import TABLE, UNEMBEDDING, normals, shown_pairs, shuffled_answers, words
from models.training.live_run import LiveRun, LiveSettings, Weights, live_network, rate_at

SMALL = LiveSettings(modulus=11, seed=3, share=60)


def mixed(x: int) -> int:
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = ((x ^ x >> shift) * factor) % 2**32
    return x ^ x >> 16


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_words_are_those_of_the_definition(seed: int):
    key = mixed((mixed(seed) + 2) % 2**32)
    assert words(seed, 2, 50).tolist() == [mixed(key ^ mixed(i)) for i in range(50)]


def test_streams_and_seeds_differ_in_nearly_every_word():
    drawn = [set(words(seed, stream, 1000).tolist()) for seed in (0, 1) for stream in (1, 2)]
    assert all(len(one & other) < 3 for one, other in pairwise(drawn))


def test_normal_numbers_have_the_moments_of_normal_ones():
    drawn = normals(5, TABLE, 200_000).astype(float)
    assert abs(drawn.mean()) < 0.01
    assert drawn.std() == pytest.approx(1, abs=0.01)
    assert abs((drawn**3).mean()) < 0.03
    assert (drawn**4).mean() == pytest.approx(2.9, abs=0.05)  # 3 − 6/(5·12), of a sum of twelve
    assert abs(np.corrcoef(drawn, normals(5, UNEMBEDDING, 200_000))[0, 1]) < 0.01


def test_each_pair_is_shown_about_as_often():
    shown = sum(shown_pairs(seed, 5, 10).astype(int) for seed in range(500))
    assert shown.sum() == 5000
    assert abs(shown - 200).max() < 5 * (500 * 0.4 * 0.6) ** 0.5


def test_shuffled_answers_are_the_same_dealt_anew():
    a, b = np.triu_indices(13)
    dealt = shuffled_answers(1, 13)
    assert sorted(dealt[a, b]) == sorted((a + b) % 13)
    assert (dealt == dealt.T).all()
    assert (dealt[a, b] == (a + b) % 13).mean() < 0.25
    assert (dealt != shuffled_answers(2, 13)).any()


@pytest.mark.parametrize("settings", [SMALL, replace(SMALL, shuffled=True), replace(SMALL, modulus=6, share=30)])
def test_gradients_are_those_of_autograd(settings: LiveSettings):
    run = LiveRun(settings)
    weights = Weights(*(5 * each.double().requires_grad_() for each in run.first_state().weights))
    for each in weights:
        each.retain_grad()
    a, b = run.is_shown.nonzero(as_tuple=True)
    logits = (weights.table[a] + weights.table[b]) ** 2 @ weights.unembedding
    cross_entropy(logits, run.answers[a, b]).backward()
    for found, leaf in zip(run.gradients(Weights(*(each.detach() for each in weights))), weights, strict=True):
        assert leaf.grad.abs().max() > 1e-3
        torch.testing.assert_close(found, leaf.grad, rtol=1e-9, atol=1e-12)


def test_steps_are_those_of_torch():
    run = LiveRun(SMALL)
    state = run.first_state()
    leaves = [each.clone() for each in state.weights]
    optimiser = torch.optim.AdamW(leaves, lr=0.1, betas=(0.8, 0.98), eps=1e-8, weight_decay=2.0)
    for step in range(12):
        for leaf, gradient in zip(leaves, run.gradients(state.weights), strict=True):
            leaf.grad = gradient.clone()
        optimiser.param_groups[0]["lr"] = rate_at(step)
        optimiser.step()
        state = run.next_state(state)
        for found, leaf in zip(state.weights, leaves, strict=True):
            torch.testing.assert_close(found, leaf, rtol=1e-5, atol=1e-6)


def test_a_step_leaves_the_state_before_it_as_it_was():
    run = LiveRun(SMALL)
    before = run.first_state()
    run.next_state(before)
    for found, first in zip(before.weights, run.first_state().weights, strict=True):
        assert torch.equal(found, first)


def test_the_same_seed_gives_the_same_run_and_another_another():
    ends = [[*LiveRun(replace(SMALL, seed=seed)).states(5)][-1].weights.table for seed in (3, 3, 4)]
    assert torch.equal(ends[0], ends[1])
    assert (ends[0] - ends[2]).abs().mean() > 0.01


@pytest.mark.parametrize(("modulus", "share", "seed"), [(113, 30, 0), (59, 60, 1), (59, 60, 2), (59, 60, 3)])
def test_it_learns_every_pair(modulus: int, share: int, seed: int):
    settings = LiveSettings(modulus=modulus, share=share, seed=seed)
    run = LiveRun(settings)
    *_, last = run.states(45)
    measures = run.measured(last)
    assert measures.right == modulus**2
    assert measures.unseen.right == measures.unseen.pairs > 0.1 * modulus**2
    counts = evaluate(live_network(last.weights)).counts
    assert (counts.right, counts.wrong) == (modulus**2, 0)


def test_with_an_even_modulus_pairs_half_of_it_apart_are_what_stays_wrong():
    """There every wave of an odd frequency cancels: cos(wa + φ) + cos(wb + φ) = 0."""
    run = LiveRun(LiveSettings(modulus=34, share=60, seed=1))
    *_, last = run.states(60)
    right, _ = run.right_and_losses(last.weights)
    a, b = (~right).nonzero(as_tuple=True)
    assert 0 < len(a) < 34
    assert set((a - b).abs().tolist()) == {17}


def test_shuffled_answers_are_memorised_and_nothing_is_known_of_others():
    run = LiveRun(LiveSettings(modulus=59, share=40, shuffled=True))
    *_, last = run.states(60)
    measures = run.measured(last)
    assert measures.shown.right > 0.95 * measures.shown.pairs
    assert measures.unseen.right < 0.06 * measures.unseen.pairs  # chance is 1 in 59


def test_parts_and_mirrors_are_all_pairs():
    run = LiveRun(SMALL)
    measures = run.measured(run.first_state())
    mirrors = run.is_shown.T & ~run.is_shown
    assert measures.shown.pairs + measures.unseen.pairs + int(mirrors.sum()) == 121
    assert measures.shown.pairs == SMALL.shown_count == 72
    assert measures.shown.loss == pytest.approx(np.log(11), rel=0.05)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("modulus", 128, "modulus"), ("modulus", 4, "modulus"), ("seed", -1, "seed"), ("share", 0, "share"),
     ("decay", 5.1, "decay"), ("decay", float("nan"), "decay")],
)  # fmt: skip
def test_settings_out_of_bounds_are_refused(name: str, value: float, said: str):
    with pytest.raises(TrainingError, match=f"The {said} of a live run is from"):
        replace(SMALL, **{name: value})


def test_weights_that_do_not_fit_each_other_are_refused():
    table, unembedding = LiveRun(SMALL).first_state().weights
    with pytest.raises(
        TrainingError, match=r"Expected a table \[p, m\] and an unembedding \[m, p\]; found \[10, 256\]"
    ):
        live_network(Weights(table[:-1], unembedding))
