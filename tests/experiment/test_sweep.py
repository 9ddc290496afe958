import pickle
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.logits import logit_waves
from models.evaluation import Counts, evaluate
from models.experiment import sweep as sweeping
from models.experiment.held_networks import HeldNetworks
from models.experiment.request import Request
from models.experiment.sweep import Reached, coarse_to_fine, reach_of, reached, sweep
from models.network import Network
from models.planner import SAMPLED_CANDIDATES
from models.runtime.workers import one_thread_each
from models.surgery.transplant import transplant
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network

ALPHAS = {2: 1.0, 5: 0.7}


def keeping(modulus: int, rounds: int = 1) -> Request:
    return Request(modulus, "keep", rounds=rounds)


@given(st.integers(2, 300), st.integers(0, 300))
def test_every_modulus_comes_once_and_the_whole_range_early(lowest: int, more: int):
    order = coarse_to_fine(lowest, lowest + more)
    assert sorted(order) == list(range(lowest, lowest + more + 1))
    for count in (2, 4, 8, 16):
        seen = sorted([lowest, *order[:count]])
        # The stride is a power of two, at most twice that of an even spread, and the next one has only begun.
        assert max((right - left for left, right in pairwise(seen)), default=0) <= max(1, 4 * (more + 1) / count)


def test_strides_halve_from_the_top():
    assert coarse_to_fine(2, 9) == [9, 5, 7, 3, 8, 6, 4, 2]


def test_what_is_reached_is_the_best_recipe_with_all_its_pairs():
    network = oracle(23, ALPHAS)
    found = reached(network, keeping(31), oracle_waves(ALPHAS))
    assert (found.modulus, found.tried, found.counts.right) == (31, 1, 31**2)
    assert evaluate(transplant(network, found.recipe)).counts == found.counts


def test_copies_of_a_network_are_met_as_the_first_one(monkeypatch: pytest.MonkeyPatch):
    met = []
    monkeypatch.setattr(sweeping, "reached", lambda network, *_, **__: met.append(network) or "reached")
    network, waves = oracle(23, ALPHAS), oracle_waves(ALPHAS)
    with ThreadPoolExecutor(1) as executor:
        copies = [pickle.loads(pickle.dumps(network)) for _ in range(3)]
        for each in (*copies, oracle(29, ALPHAS), *copies):
            list(sweep(each, waves, [keeping(5)], executor))
    assert met[0] is met[1] is met[2] is not met[3]
    assert met[3].modulus == 29
    assert met[4] is met[5] is met[6] is met[0]


class Counting:
    """An executor that counts how often a network is sent along."""

    def __init__(self, executor: Executor) -> None:
        self.executor, self.sent = executor, 0

    def submit(self, task, *arguments):
        self.sent += any(isinstance(each, Network) for each in arguments)
        return self.executor.submit(task, *arguments)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, one_thread_each])
def test_two_sweeps_side_by_side_keep_their_networks_apart(pool):
    networks = [hand_built(13, (1, 3, 4)), hand_built(11, (1, 2, 4))]
    waves = [logit_waves(network, keys) for network, keys in zip(networks, ((1, 3, 4), (1, 2, 4)), strict=True)]
    moduli = [5, 7, 3, 9, 8, 6, 12]
    expected = [{q: reached(n, keeping(q), w) for q in moduli} for n, w in zip(networks, waves, strict=True)]
    assert expected[0] != expected[1]
    with pool(2) as executor:
        counting = [Counting(executor), Counting(executor)]
        asked = [keeping(q) for q in moduli]
        runs = [sweep(n, w, asked, c, ahead=2) for n, w, c in zip(networks, waves, counting, strict=True)]
        found: list[dict[int, Reached]] = [{}, {}]
        for together in zip(*runs, strict=True):
            for number, each in enumerate(together):
                found[number][each.modulus] = each
    assert found == expected
    if pool is ThreadPoolExecutor:
        assert [each.sent for each in counting] == [0, 0]
    else:  # as often as a process did not hold it: in the first tasks of each
        assert all(0 < each.sent < len(moduli) for each in counting)


def test_more_networks_than_are_held_are_looked_up_by_digest():
    held = HeldNetworks(most=2)
    networks = [oracle(p, {1: 1.0}) for p in (5, 7, 11)]
    for network in networks:
        assert held.hold(network) is network
    assert held.of_digest(networks[0].digest) is None
    assert [held.of_digest(network.digest) for network in networks[1:]] == networks[1:]
    copy = pickle.loads(pickle.dumps(networks[1]))
    assert held.hold(copy) is networks[1]
    held.hold(networks[0])  # the one that was used longest ago goes
    assert held.of_digest(networks[2].digest) is None


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_no_more_settings_are_tried_than_the_rounds_allow(rounds: int):
    waves = oracle_waves({1: 1.0, 2: 1.0})
    assert reached(random_network(Shape()), keeping(101, rounds), waves).tried == 1 + rounds * SAMPLED_CANDIDATES


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, one_thread_each])
def test_a_sweep_runs_over_any_executor(pool):
    network, waves = hand_built(13, (1, 3, 4)), logit_waves(hand_built(13, (1, 3, 4)), (1, 3, 4))
    with pool(2) as executor:
        found = {each.modulus: each for each in sweep(network, waves, map(keeping, [5, 7, 3]), executor)}
    assert found == {q: reached(network, keeping(q), waves) for q in (3, 5, 7)}


def test_reach_is_told_only_where_it_starts_at_two():
    network, waves = oracle(23, ALPHAS), oracle_waves(ALPHAS)
    found = {q: reached(network, keeping(q), waves) for q in (3, 4)}
    assert reach_of(found) is None
    failed = replace(found[3], modulus=2, counts=Counts(3, 0, 1))
    assert reach_of(found | {2: failed}) == 1
