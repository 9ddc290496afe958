"""Small functions on cases of which nothing is like anything else: operands, tables, dials, bounds met exactly."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from models.analysis.failures import explain_failure
from models.analysis.inspection import half_step_accuracy, half_step_answer
from models.circuits.circles import circularity
from models.circuits.logits import CosineFit
from models.circuits.spectra import component_power
from models.evaluation import Counts, State, answer_of, evaluate, threads
from models.evaluation.certificate import certify
from models.experiment.certificate_check import check_certificate
from models.experiment.store import SweepStore
from models.experiment.sweep import Reached, coarse_to_fine, reach_of
from models.surgery.recipe import Dial, Recipe, Turn
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, hand_built, noisy, random_network

DIALS = (1, 3, 4)
NOISY = noisy(hand_built(13, DIALS))
APART = random_network(Shape(modulus=7, separate_tables=True, unembedding_bias=True, layout="any"), seed=1)


@pytest.mark.parametrize("network", [NOISY, APART], ids=["noisy", "apart"])
def test_an_answer_is_of_its_own_pair_and_the_largest_logit(network):
    counted, q = evaluate(network), network.modulus
    logits = network.cast(torch.float64).logits(*network.task.pairs()).reshape(q, q, q)
    for a, b in [(0, 1), (1, 0), (2, 5), (5, 2), (q - 1, 3)]:
        found = answer_of(network, counted, a, b)
        assert (found.a, found.b, found.state) == (a, b, State(int(counted.states[a, b])))
        assert found.classes[0] == int(logits[a, b].argmax())


def test_circularity_looks_at_both_operands_tables():
    def by_hand(*tables: torch.Tensor) -> float:
        table = torch.cat(tables, dim=1).double()
        left, sizes, _ = torch.linalg.svd(table - table.mean(0), full_matrices=False)
        scores = (left * sizes)[:, :4]
        return float((component_power(scores).amax(0) / scores.square().sum(0)).mean())

    assert circularity(APART) == pytest.approx(by_hand(APART.table_a, APART.table_b))
    assert circularity(APART) != pytest.approx(by_hand(APART.table_a))
    assert circularity(NOISY) == pytest.approx(by_hand(NOISY.table_a))


@pytest.mark.parametrize(
    ("alphas", "amplitudes"),
    [([1.0, 0.2, 0.3], [1, 1, 1]), ([0.2, 0.3, 0.25], [0.2, 2, 0.3]), ([1, 1, 1], [0, 1, 0.9])],
)
def test_the_telling_dial_is_the_one_that_should_have_told_the_most(alphas, amplitudes):
    dials = tuple(Dial(k, Turn(t, size)) for k, t, size in zip(DIALS, (2, -7, 5), amplitudes, strict=True))
    recipe, waves = Recipe(17, dials), CosineFit(DIALS, torch.tensor(alphas, dtype=torch.float64))
    operated = transplant(NOISY, recipe)
    found = explain_failure(operated, recipe, waves, evaluate(operated))
    told = {
        dial.frequency: weight * dial.strength * (1 - math.cos(2 * math.pi * dial.a.target * found.distance / 17))
        for dial, weight in zip(dials, waves.weights.tolist(), strict=True)
    }
    assert found.dial == max(told, key=told.get)


def test_half_steps_of_unlike_numbers():
    network = NOISY
    answers = [half_step_answer(network, DIALS, a + 0.5, b + 0.5) for a in range(13) for b in range(13)]
    right = sum(answer == (n // 13 + n % 13 + 1) % 13 for n, answer in enumerate(answers))
    assert half_step_accuracy(network, DIALS) == pytest.approx(right / 169)
    some = torch.tensor([0, 5, 12]), torch.tensor([7, 3, 1])
    expected = [answers[13 * a + b] == (a + b + 1) % 13 for a, b in zip(*map(torch.Tensor.tolist, some), strict=True)]
    assert half_step_accuracy(network, DIALS, pairs=some) == pytest.approx(sum(expected) / 3)
    apart = random_mlp(MlpShape(modulus=7, shared=False), seed=3)
    assert half_step_answer(apart, (1, 2), 2, 5) == half_step_answer(apart, (1, 2), 2.0, 5.0)


@pytest.mark.parametrize(
    ("count", "rows", "most"), [(1, 10, 4), (2, 10, 4), (2, 100, 7), (3, 50, 50), (4, 1000, 10), (2, 3, 2)]
)
def test_parts_are_as_many_as_keep_every_thread_busy_and_no_more(monkeypatch, count: int, rows: int, most: int):
    monkeypatch.setattr(torch, "get_num_threads", lambda: count)
    parts = threads.equal_parts(torch.arange(rows), most)
    wanted = -(-rows // most)
    if count > 1:
        wanted = max(threads.PARTS_A_THREAD * count, count * math.ceil(wanted / count))
    assert len(parts) == min(rows, wanted)
    assert torch.cat(parts).tolist() == list(range(rows))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def reached(q: int, right: int) -> Reached:
    return Reached(q, Recipe(q, (Dial(1, Turn(1)),)), Counts(right, 0, q * q - right), 5)


@pytest.mark.parametrize(
    ("right", "reach"),
    [({2: 4, 3: 9, 4: 16}, 4), ({2: 4, 3: 8, 4: 16}, 2), ({2: 3, 3: 9}, 1), ({3: 9, 4: 16}, None), ({2: 4, 4: 16}, 2)],
)
def test_reach_ends_before_the_first_gap(right: dict[int, int], reach: int | None):
    assert reach_of({q: reached(q, n) for q, n in right.items()}) == reach


@pytest.mark.parametrize(("low", "high"), [(2, 2), (2, 9), (5, 20), (2, 256)])
def test_a_sweep_shows_the_whole_range_early(low: int, high: int):
    order = coarse_to_fine(low, high)
    assert sorted(order) == list(range(low, high + 1))
    assert order[0] == high
    for few in (4, 16, 64):
        taken = sorted({low, *order[:few]})
        gaps = [after - before for before, after in pairwise(taken)]
        assert all(gap <= max(1, 4 * (high - low) / few) for gap in gaps)


class Place:
    """Stands for a file: notes what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)


def test_what_was_counted_is_written_once_and_nothing_without_it():
    place = Place()
    store = SweepStore(place, {"seed": 0}, lambda said: None)
    store.save()
    assert place.written == []
    store.add(reached(5, 20))
    store.save()
    assert len(place.written) == 1


@pytest.mark.parametrize(("moved", "holds"), [(0, True), (3, False), (-3, False)])
def test_a_certificate_is_held_against_a_recount(moved: int, holds: bool):
    recipe = Recipe(17, (Dial(1, Turn(2, 1.5)), Dial(3, Turn(-7, 0.75)), Dial(4, Turn(5))))
    operated = transplant(NOISY, recipe)
    written = certify(NOISY, recipe, operated, evaluate(operated), "keep")
    changed = replace(written, right=written.right + moved, wrong=written.wrong - moved)
    assert check_certificate(changed, NOISY).holds == holds


@pytest.mark.parametrize(("share", "holds"), [(None, True), (0.08, True), (0.26, False), (0.95, False)])
def test_a_sampled_certificate_is_held_against_what_a_sample_makes_likely(share: float | None, holds: bool):
    recipe = Recipe(17, (Dial(1, Turn(2, 1.5)), Dial(3, Turn(-7, 0.75)), Dial(4, Turn(5))))
    operated = transplant(NOISY, recipe)
    written = certify(NOISY, recipe, operated, evaluate(operated), "keep")
    right = written.right if share is None else round(share * written.pairs)
    changed = replace(written, right=right, wrong=written.pairs - right - written.undecided)
    assert check_certificate(changed, NOISY, sample=400).holds == holds
