"""Whatever is drawn by a seed: the same for the same seed, another for another; every function hands its seed on."""

import ast
from collections.abc import Callable
from typing import Any

import pytest
import torch

import models
from models.ablation.phases import phase_scrambled
from models.ablation.random_phases import random_phase_mlp
from models.ablation.shuffles import shuffled_body
from models.analysis.sampled_inspection import inspect_sample
from models.analysis.torus import torus_of
from models.circuits.gradients import gradient_symmetricity
from models.circuits.logits import logit_waves
from models.commands.long_integers import _adder
from models.evaluation import evaluate
from models.evaluation.certificate import certify
from models.evaluation.sample import sampled_interval
from models.experiment.apply import apply_readout_mode
from models.experiment.auto import ControlOptions, auto_select, select_mode
from models.experiment.blend import blend_curve, counts_at_blend, growing_blend
from models.experiment.certificate_check import operated_by
from models.experiment.controls import accuracy_of, run_controls, shuffled_control
from models.experiment.request import Request
from models.experiment.run import run
from models.experiment.sampled import sample
from models.experiment.searched_controls import BodySearches, searched_control, shuffled_search
from models.numbers.periods import periods_of
from models.numbers.probe import kappa, read_unseen
from models.numbers.table import NumberTable
from models.planner import (
    SearchOptions,
    best_by_margin,
    candidate_settings,
    dial_choice,
    find_dials,
    random_dials,
    search,
)
from models.runtime.steps import finished
from models.surgery.angles import random_angles
from models.surgery.balance import RandomAngles
from models.surgery.readout import fit_readout, fitted_pairs
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from models.task import Addition
from models.training import live_random
from models.training.architectures import (
    Sizes,
    fresh_layernorm_transformer,
    fresh_mlp,
    fresh_one_hot_mlp,
    fresh_square_mlp,
    fresh_transformer,
)
from models.training.oscillators import fresh_coupled, fresh_pairwise, fresh_three_body
from models.training.recipes import RECIPES, schedule_of
from models.training.trainer import Schedule, TrainingRun
from models.wavelets.breaks import breaks_of
from models.wavelets.defects import find_defects
from models.wavelets.planting import Planted, planted, with_noise
from models.wavelets.rows import odd_row
from models.wavelets.surrogates import random_turns
from tests.conftest import ROOT
from tests.numbers.tables import helix
from tests.oracles import Shape, hand_built, random_network

DIALS = (1, 3, 4)
NETWORK = random_network(Shape(modulus=13, unembedding_bias=True))
WAVES = logit_waves(NETWORK, DIALS)
RECIPE = linked_recipe(17, {1: 2, 3: -3, 4: 5})
OPERATED = transplant(NETWORK, RECIPE)
SMALL = Sizes(modulus=7, width=8, heads=2, neurons=6)


def searched(network: Any = NETWORK, **options: Any) -> Any:
    return find_dials(network, WAVES, 17, rounds=0, **options).recipe


def scrambled(table: str) -> Callable[[int], Any]:
    network = random_network(Shape(modulus=13, separate_tables=True))
    return lambda seed: getattr(phase_scrambled(network, seed), table).tolist()


HANDS = (3, 7, 12)
CLOCK = hand_built(31, HANDS)
BROKEN = with_noise(planted(CLOCK, Planted("seam", "a", 2, 7, 0.4), HANDS), 0.3, 0)
SPOILING = Planted("noisy", "a", 2, None, 5.0)
SPOILT = planted(CLOCK, SPOILING, HANDS)
NUMBERS = NumberTable("rows", helix(60, (10.0,), 1.0, width=4))
DRAWN: dict[str, Callable[[int], Any]] = {
    "Addition.split": lambda seed: Addition(13).split(0.3, seed)[0].tolist(),
    "Run": lambda seed: TrainingRun(fresh_mlp(SMALL, 0), Schedule(seed=seed)).train_pairs[0].tolist(),
    "fresh_layernorm_transformer": lambda seed: fresh_layernorm_transformer(SMALL, seed).digest,
    "fresh_transformer": lambda seed: fresh_transformer(SMALL, seed).digest,
    "fresh_mlp": lambda seed: fresh_mlp(SMALL, seed).digest,
    "fresh_one_hot_mlp": lambda seed: fresh_one_hot_mlp(SMALL, seed).digest,
    "words": lambda seed: live_random.words(seed, live_random.TABLE, 5).tolist(),
    "normals": lambda seed: live_random.normals(seed, live_random.TABLE, 5).tolist(),
    "shown_pairs": lambda seed: live_random.shown_pairs(seed, 7, 20).tolist(),
    "shuffled_answers": lambda seed: live_random.shuffled_answers(seed, 7).tolist(),
    "fresh_square_mlp": lambda seed: fresh_square_mlp(SMALL, seed).digest,
    "schedule_of": lambda seed: schedule_of(RECIPES["record"], seed).seed,
    "train": lambda seed: (
        models.train("record", modulus=7, neurons=6, steps=1, seed=seed, progress=False).network().digest
    ),
    "read_unseen": lambda seed: read_unseen(NUMBERS.rows, NUMBERS.rows[:, :1], seed).tolist(),
    "random_turns": lambda seed: random_turns(1, 3, seed).tolist(),
    "breaks_of": lambda seed: breaks_of(BROKEN.table_a, HANDS, 9, seed)[1].standing.score,
    "find_defects": lambda seed: find_defects(BROKEN, seed=seed).breaks["a"][1].standing.score,
    "odd_row": lambda seed: odd_row(SPOILT.table_a, HANDS, 9, seed).standing.score,
    "planted": lambda seed: planted(CLOCK, SPOILING, HANDS, seed).digest,
    "with_noise": lambda seed: with_noise(CLOCK, 0.1, seed).digest,
    "kappa": lambda seed: kappa(NUMBERS, 7, seed),
    "_surrogates": lambda seed: [each.surrogate for each in periods_of(NUMBERS, seed)],
    "periods_of": lambda seed: [each.surrogate for each in periods_of(NUMBERS, seed)],
    "fresh_three_body": lambda seed: fresh_three_body(7, 6, seed).digest,
    "fresh_pairwise": lambda seed: fresh_pairwise(7, 6, seed).digest,
    "fresh_coupled": lambda seed: fresh_coupled(7, 6, seed).digest,
    "candidate_settings": lambda seed: candidate_settings(WAVES, 17, {}, seed).tolist(),
    "best_by_margin": lambda seed: best_by_margin(WAVES, 64, seed=seed),
    "find_dials": lambda seed: searched(seed=seed),
    "find_dials, balanced": lambda seed: searched(seed=seed, balanced=True),
    "Search.__init__": lambda seed: search.Search(NETWORK, WAVES, 17, {}, 2, seed).candidates.tolist(),
    "dial_choice": lambda seed: finished(dial_choice(NETWORK, WAVES, 17, SearchOptions(rounds=0, seed=seed))).recipe,
    "random_dials": lambda seed: list(random_dials(NETWORK, WAVES, 17, count=3, seed=seed)),
    "shuffled_body": lambda seed: shuffled_body(NETWORK, seed).digest,
    "phase_scrambled": lambda seed: phase_scrambled(NETWORK, seed).digest,
    "phase_scrambled, b": scrambled("table_b"),
    "random_phase_mlp": lambda seed: random_phase_mlp(17, 3, 12, seed=seed).table_a.tolist(),
    "random_phase_mlp, unembedding": lambda seed: random_phase_mlp(
        17, 3, 12, seed=seed, matched=False
    ).unembedding.tolist(),
    "sampled_interval": lambda seed: [sampled_interval(OPERATED, n, seed=seed).right for n in (30, 60, 90)],
    "inspect_sample": lambda seed: [
        inspect_sample(OPERATED, seed).accuracy.right,
        inspect_sample(NETWORK, seed).half_step,
    ],
    "gradient_symmetricity": lambda seed: gradient_symmetricity(NETWORK, 20, seed=seed).value,
    "RandomAngles.__init__": lambda seed: RandomAngles(NETWORK, DIALS, seed).theta_b.tolist(),
    "random_angles": lambda seed: random_angles(NETWORK, len(DIALS), seed)[1].tolist(),
    "torus_of": lambda seed: torus_of(NETWORK, DIALS, seed).along.tolist(),
    "fitted_pairs": lambda seed: [part.tolist() for part in fitted_pairs(17, seed)],
    "fit_readout": lambda seed: fit_readout(NETWORK, RECIPE, OPERATED, WAVES, "refit", seed).network.digest,
    "apply_readout_mode": lambda seed: (
        apply_readout_mode(NETWORK, RECIPE, WAVES, "calibrate", seed=seed).network.digest
    ),
    "run": lambda seed: run(NETWORK, Request(17, "keep", rounds=0, seed=seed), WAVES).recipe,
    "run, calibrated": lambda seed: (
        run(NETWORK, Request(17, "calibrate", rounds=0, seed=seed), WAVES).result.network.digest
    ),
    "run, given dials": lambda seed: run(NETWORK, Request.by(RECIPE, "refit", seed=seed), WAVES).result.network.digest,
    "run, random": lambda seed: run(NETWORK, Request(17, "keep", rounds=1, seed=seed, random_settings=3), WAVES).random,
    "_adder": lambda seed: _adder(NETWORK, 17, seed).network.digest,
    "sample": lambda seed: [sample(NETWORK, Request.by(RECIPE, seed=seed), n).interval.right for n in (30, 60, 90)],
    "sample, dials": lambda seed: sample(NETWORK, Request(17, rounds=0, seed=seed), 5).recipe,
    "accuracy_of": lambda seed: accuracy_of(NETWORK, RECIPE, WAVES, "refit", seed),
    "shuffled_control": lambda seed: shuffled_control(NETWORK, RECIPE, WAVES, "calibrate", fit_seed=seed).accuracies,
    "shuffled_control, trained": lambda seed: (
        shuffled_control(NETWORK, RECIPE, WAVES, "refit", seeds=1, fit_seed=seed).trained
    ),
    "run_controls": lambda seed: [
        each.accuracies
        for each in run_controls(NETWORK, RECIPE, WAVES, seeds=1, fit_seed=seed)
        if each.readout == "calibrate"
    ],
    "counts_at_blend": lambda seed: [counts_at_blend(NETWORK, RECIPE, blend, seed) for blend in (0.25, 0.5, 1.0)],
    "blend_curve": lambda seed: blend_curve(NETWORK, RECIPE, seed),
    "growing_blend": lambda seed: list(growing_blend(NETWORK, RECIPE, seed)),
    "shuffled_search": lambda seed: [
        finished(shuffled_search(NETWORK, WAVES, 29, n, SearchOptions(seed=seed, rounds=0))) for n in range(3)
    ],
    "searched_control": lambda seed: list(
        searched_control(NETWORK, WAVES, BodySearches(29, 1.0, SearchOptions(seed=seed, rounds=0), 3))
    ),
}


@pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN.keys())
def test_a_seed_decides_and_another_decides_otherwise(drawn: Callable[[int], Any]):
    assert drawn(1) == drawn(1)
    assert len({repr(drawn(seed)) for seed in range(4)}) >= 3  # a few settings may happen to be the best of several


def test_both_operands_tables_are_scrambled_by_draws_of_their_own():
    network = random_network(Shape(modulus=13, separate_tables=True))
    alike = phase_scrambled(type(network)(**{**vars_of(network), "table_b": network.table_a.clone()}), 1)
    assert not torch.allclose(alike.table_a, alike.table_b)


def vars_of(network: Any) -> dict[str, Any]:
    return {name: getattr(network, name) for name in network.__dataclass_fields__}


# Handed on unchanged, and looked at where it arrives
HANDED_ON = {
    "_fresh", "_calibrated", "certify", "Request.by", "sweep", "attached", "_angles", "counted_again",
    "check_certificate", "training_request",
    "operated_by", "_sampled", "foretell",
    "_best", "_damaged", "_largest", "_mended",
    "growing_controls", "_trials", "_shuffled_trial", "_accuracy_on_shuffled", "_require_true", "_require",
}  # fmt: skip


def test_every_function_with_a_seed_is_asked_here_or_hands_it_on():
    found = set()
    for path in (ROOT / "models").rglob("*.py"):
        for owner in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for node in ast.iter_child_nodes(owner):
                if isinstance(node, ast.FunctionDef) and {"seed", "fit_seed"} & {
                    argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)
                }:
                    found.add(f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name)
    known = {name.split(",")[0] for name in DRAWN} - {"Run"}
    assert found - known - HANDED_ON == set()


def test_a_fitted_mode_is_fitted_by_the_seed_that_was_asked_for():
    plan = find_dials(NETWORK, WAVES, 17, rounds=0)
    for seed in (0, 3):
        expected = apply_readout_mode(NETWORK, plan.recipe, WAVES, "calibrate", seed=seed).network.digest
        controls = ControlOptions(0, seed)
        steps = select_mode(NETWORK, plan, WAVES, "calibrate", controls=controls, search_balanced=lambda: None)
        assert finished(steps).result.network.digest == expected
    assert apply_readout_mode(NETWORK, plan.recipe, WAVES, "calibrate", seed=0).network.digest != expected


@pytest.mark.parametrize("readout", ["calibrate", "refit"])
def test_a_mode_stands_beside_shuffled_bodies_fitted_by_its_own_seed(readout: Any):
    found = [run(NETWORK, Request(17, readout, rounds=0, seed=seed), WAVES) for seed in (0, 3)]
    for outcome, seed in zip(found, (0, 3), strict=True):
        result = outcome.result
        assert outcome.control == shuffled_control(NETWORK, result.recipe, WAVES, result.readout, fit_seed=seed)
        assert outcome.control.trained == result.evaluation.counts.accuracy
    assert found[0].control.accuracies != found[1].control.accuracies


def test_a_certificate_of_a_fitted_mode_names_its_seed_and_is_recounted_with_it():
    result = apply_readout_mode(NETWORK, RECIPE, WAVES, "calibrate", seed=3)
    written = certify(NETWORK, RECIPE, result.network, result.evaluation, "calibrate", seed=3)
    assert written.to_json()["seed"] == 3
    assert operated_by(NETWORK, RECIPE, "calibrate", 3).digest == result.network.digest
    assert operated_by(NETWORK, RECIPE, "calibrate", 0).digest != result.network.digest


def test_auto_fits_by_the_seed_too():
    plan = find_dials(NETWORK, WAVES, 17, rounds=0)
    digests = {digest_of_auto(plan, seed) for seed in (0, 1, 2)}
    assert len(digests) == 3


def digest_of_auto(plan: Any, seed: int) -> str:
    found = finished(auto_select(NETWORK, plan.recipe, WAVES, controls=ControlOptions(1, seed))).result
    assert evaluate(found.network).counts == found.evaluation.counts
    return found.network.digest


def test_equals_are_sorted_in_their_order_whatever_the_processor():
    """PyTorch's other way of sorting depends on the vectors of the processor; a seed would mean another draw there."""
    found = {}
    for path in [*(ROOT / "models").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "argsort":
                stable = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "stable"]
                found[f"{path.relative_to(ROOT)}:{node.lineno}"] = stable
    assert len(found) >= 7
    assert {place: stable for place, stable in found.items() if stable != ["True"]} == {}
