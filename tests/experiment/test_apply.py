import pytest
import torch

from models.circuits.logits import logit_waves
from models.evaluation import Counts, counts_of, evaluate
from models.experiment.apply import apply_readout_mode
from models.surgery.readout import fitted_pairs
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network

DIALS = (1, 3, 4)
FITTED = pytest.mark.parametrize("readout", ["calibrate", "refit"])


@pytest.mark.parametrize("source", [hand_built(13, DIALS), hand_built_mlp(13, DIALS, "clockwork")])
def test_keep_fits_nothing(source):
    recipe = linked_recipe(14, {1: 2, 3: -3, 4: 5})
    rung = apply_readout_mode(source, recipe, logit_waves(source, DIALS), "keep")
    assert (rung.readout, rung.fitted_parameters, rung.fitted_pairs, rung.rest) == ("keep", 0, 0, None)
    assert rung.network.digest == transplant(source, recipe).digest
    assert rung.network.body is source.body


@FITTED
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("q", [5, 14, 17])
def test_the_rest_are_exactly_the_pairs_that_nothing_was_fitted_on(q: int, seed: int, readout: str):
    source = random_network(Shape(modulus=13))  # wrong often enough for the counts to tell
    rung = apply_readout_mode(
        source, linked_recipe(q, {1: 2, 3: 1, 4: -1}), logit_waves(source, DIALS), readout, seed=seed
    )
    a, b = fitted_pairs(q, seed)
    fitted = set(zip(a.tolist(), b.tolist(), strict=True))
    rest = [rung.evaluation.states[i, j] for i in range(q) for j in range(q) if (i, j) not in fitted]
    assert rung.rest == counts_of(torch.stack(rest))
    assert rung.fitted_pairs + rung.rest.pairs == rung.evaluation.counts.pairs == q**2
    assert rung.fitted_pairs == len(fitted)


@FITTED
def test_what_is_counted_is_the_network_that_comes_back(readout: str):
    source = random_network(Shape(modulus=13))
    rung = apply_readout_mode(source, linked_recipe(14, {1: 2, 3: 1}), logit_waves(source, (1, 3)), readout)
    assert evaluate(rung.network).counts == rung.evaluation.counts
    assert rung.network.modulus == 14


@pytest.mark.parametrize("readout", ["keep", "calibrate", "refit"])
def test_every_rung_of_an_oracle_is_right(readout: str):
    alphas = {2: 1.0, 5: 0.7}
    rung = apply_readout_mode(oracle(23, alphas), linked_recipe(31, {2: 3, 5: -7}), oracle_waves(alphas), readout)
    assert rung.evaluation.counts == Counts(right=961, undecided=0, wrong=0)
