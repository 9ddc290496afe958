"""The browser's live run against Python's: equal numbers to begin with, and every step to rounding."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.training.live_run import LiveRun, LiveSettings, rate_at
from tests.training.live_kernel import KernelStep, kernel_run

STEPS = 40
RUNS = {  # both builds; an odd and an even modulus; the control; a run to the end of its learning
    "113": (LiveSettings(seed=5), "learn-fused"),
    "59": (LiveSettings(modulus=59, seed=2, share=60), "learn"),
    "12": (LiveSettings(modulus=12, seed=4_000_000_000, share=80, decay=0.5), "learn"),
    "shuffled": (LiveSettings(modulus=31, seed=1, share=45, shuffled=True), "learn-fused"),
}


@pytest.fixture(scope="module", params=list(RUNS))
def both(request: pytest.FixtureRequest) -> tuple[LiveRun, list[KernelStep]]:
    """Python's run, and every step of the browser's."""
    settings, kernel = RUNS[request.param]
    return LiveRun(settings), kernel_run(settings, STEPS, kernel)


def test_the_noise_is_the_same_bit_for_bit(both: tuple[LiveRun, list[KernelStep]]):
    run, kernel = both
    for ours, theirs in zip(run.first_state().weights, kernel[0].weights, strict=True):
        assert torch.equal(ours, theirs)


def test_the_same_pairs_are_shown(both: tuple[LiveRun, list[KernelStep]]):
    run, kernel = both
    shown = run.is_shown.numpy()
    assert ((kernel[0].states & 1 > 0) == shown).all()
    assert ((kernel[0].states & 2 > 0) == (shown.T & ~shown)).all()


def test_each_step_is_pythons_to_rounding(both: tuple[LiveRun, list[KernelStep]]):
    """Python takes every step from where the browser's weights are, with averages of its own."""
    run, kernel = both
    state = run.first_state()
    for after in kernel[1:]:
        stepped = run.next_state(state)
        for ours, theirs, before in zip(stepped.weights, after.weights, state.weights, strict=True):
            off = (ours - theirs).abs()
            assert (ours - before).abs().max() > 1e-4
            assert (off > 1e-5).sum() <= 0.001 * off.numel()
            assert off.max() < 2.1 * rate_at(state.step)  # a gradient that is nearly 0 may have either sign
        state = replace(stepped, weights=after.weights)


def test_the_whole_run_is_pythons(both: tuple[LiveRun, list[KernelStep]]):
    run, kernel = both
    for state, after in zip(run.states(STEPS), kernel, strict=True):
        ours, theirs = run.measured(state), after.measures
        assert abs(ours.right - theirs.right) <= 0.002 * run.settings.modulus**2
        for our_part, their_part in ((ours.shown, theirs.shown), (ours.unseen, theirs.unseen)):
            assert our_part.pairs == their_part.pairs
            assert their_part.loss == pytest.approx(our_part.loss, rel=2e-3, abs=1e-4)
    assert kernel[-1].measures.shown.right > 0.99 * kernel[-1].measures.shown.pairs
    assert not torch.equal(kernel[-1].weights.table, kernel[0].weights.table)


def test_states_are_those_of_the_weights(both: tuple[LiveRun, list[KernelStep]]):
    run, kernel = both
    for step in kernel[:: STEPS // 4]:
        right, _ = run.right_and_losses(step.weights)
        assert ((step.states & 4 > 0) != right.numpy()).sum() <= 2
        assert (step.states & 4 > 0).sum() == step.measures.right


def test_powers_are_those_of_a_fourier_transform(both: tuple[LiveRun, list[KernelStep]]):
    run, kernel = both
    p = run.settings.modulus
    for step in (kernel[0], kernel[-1]):
        expected = np.abs(np.fft.fft(step.weights.table.double().numpy(), axis=0)[1 : p // 2 + 1]) ** 2
        np.testing.assert_allclose(step.powers, expected, rtol=1e-4, atol=1e-4 * expected.max())
