"""The readout modes above `keep`: what is fitted, on which pairs, and what is left alone."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.logits import logit_waves
from models.evaluation import evaluate
from models.network import Network
from models.surgery.readout import FITTED_FRACTION, MOST_FITTED_PAIRS, fit_readout, fitted_pairs
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network

DIALS = (1, 3, 4)
TURNED = linked_recipe(17, {1: 2, 3: -3, 4: 5})
ALPHAS = {2: 1.0, 5: 0.7, 9: 0.5}
FITTED = pytest.mark.parametrize("readout", ["calibrate", "refit"])
SOURCES = {
    "transformer": hand_built(13, DIALS),
    "biased transformer": random_network(Shape(modulus=13, unembedding_bias=True, attention_biases=True)),
    "he": hand_built_mlp(13, DIALS, "he"),
    "chughtai_mlp": hand_built_mlp(13, DIALS, "chughtai_mlp"),
    "clockwork": hand_built_mlp(13, DIALS, "clockwork"),
    "oracle": oracle(13, dict.fromkeys(DIALS, 1.0)),
}
EVERY_SOURCE = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)


def fit(source: Network, readout: str, recipe: Recipe = TURNED, seed: int = 0):
    operated = transplant(source, recipe)
    waves = logit_waves(source, tuple(dial.frequency for dial in recipe.dials))
    return operated, fit_readout(source, recipe, operated, waves, readout, seed)


@FITTED
@EVERY_SOURCE
def test_the_body_and_the_operand_tables_are_left_alone(source: Network, readout: str):
    before = source.digest
    operated, fitted = fit(source, readout)
    assert fitted.network.body is source.body
    assert fitted.network.table_a is operated.table_a
    assert fitted.network.table_b is operated.table_b
    assert fitted.network.tables_shared == source.tables_shared
    assert fitted.network.layout is source.layout
    assert source.map_tensors(torch.clone).digest == before
    assert fitted.readout == readout


@FITTED
@EVERY_SOURCE
def test_shapes_and_precision_stay(source: Network, readout: str):
    operated, fitted = fit(source, readout)
    assert fitted.network.unembedding.shape == operated.unembedding.shape
    assert fitted.network.unembedding.dtype == source.unembedding.dtype
    if fitted.network.unembedding_bias is not None:
        assert fitted.network.unembedding_bias.shape == (17,)
        assert fitted.network.unembedding_bias.dtype == source.unembedding.dtype


@pytest.mark.parametrize("dials", [(1,), (1, 3), (1, 3, 4)])
@pytest.mark.parametrize("layout", ["he", "chughtai_mlp", "clockwork"])
def test_an_mlp_without_a_bias_is_fitted_without_a_constant(layout: str, dials: tuple[int, ...]):
    source, recipe = hand_built_mlp(13, DIALS, layout), linked_recipe(17, {k: k + 1 for k in dials})
    along, neurons = 2 * len(dials), source.unembedding.shape[0]
    calibrated, refitted = (fit(source, readout, recipe)[1] for readout in ("calibrate", "refit"))
    assert (calibrated.parameters, refitted.parameters) == (along * along, neurons * along)
    assert calibrated.network.unembedding_bias is None
    assert refitted.network.unembedding_bias is None


@pytest.mark.parametrize("dials", [(1,), (1, 3), (1, 3, 4)])
def test_a_transformer_is_fitted_with_a_constant(dials: tuple[int, ...]):
    source, recipe = SOURCES["transformer"], linked_recipe(17, {k: k + 1 for k in dials})
    along, width = 2 * len(dials), source.unembedding.shape[0]
    calibrated, refitted = (fit(source, readout, recipe)[1] for readout in ("calibrate", "refit"))
    assert (calibrated.parameters, refitted.parameters) == ((along + 1) * along, (width + 1) * along)
    assert calibrated.network.unembedding_bias is not None


@FITTED
def test_a_dial_that_is_off_on_the_readout_is_not_fitted(readout: str):
    recipe = Recipe(17, (Dial(1, Turn(2)), Dial(3, Turn(-3)), Dial(4, Turn(5), readout=Turn(5, on=False))))
    two = linked_recipe(17, {1: 2, 3: -3})
    source = SOURCES["he"]
    assert fit(source, readout, recipe)[1].parameters == fit(source, readout, two)[1].parameters


@FITTED
@pytest.mark.parametrize("q", [7, 16, 31])
def test_a_fitted_oracle_stays_right_everywhere(readout: str, q: int):
    source, recipe = oracle(23, ALPHAS), linked_recipe(q, {2: 1, 5: 2, 9: -3})
    fitted = fit_readout(source, recipe, transplant(source, recipe), oracle_waves(ALPHAS), readout, 0)
    assert evaluate(fitted.network).counts.right == q**2


def test_what_the_oracle_says_already_is_what_is_fitted():
    source, recipe = oracle(23, ALPHAS), linked_recipe(31, {2: 1, 5: 2, 9: -3})
    operated = transplant(source, recipe)
    for readout in ("calibrate", "refit"):
        fitted = fit_readout(source, recipe, operated, oracle_waves(ALPHAS), readout, 0)
        torch.testing.assert_close(fitted.network.unembedding, operated.unembedding, rtol=0, atol=1e-9)


@FITTED
def test_a_fit_is_decided_by_its_seed(readout: str):
    source = SOURCES["biased transformer"]
    first, again, other = (fit(source, readout, seed=seed)[1] for seed in (0, 0, 1))
    assert first.network.digest == again.network.digest != other.network.digest


@pytest.mark.parametrize("readout", ["calibrate", "refit"])
def test_with_no_dial_on_every_pair_is_undecided(readout: str):
    _, fitted = fit(SOURCES["transformer"], readout, Recipe(17, (Dial(1, Turn(2, on=False)),)))
    assert fitted.parameters == 0
    assert evaluate(fitted.network).counts.undecided == 289


# Which pairs


@given(st.integers(2, 300), st.integers(0, 99))
def test_a_stated_part_of_all_pairs_is_drawn_none_twice(q: int, seed: int):
    a, b = fitted_pairs(q, seed)
    assert len(a) == len(b) == max(1, min(MOST_FITTED_PAIRS, int(FITTED_FRACTION * q**2)))
    assert len((a * q + b).unique()) == len(a)
    assert int(torch.stack([a, b]).min()) >= 0
    assert int(torch.stack([a, b]).max()) < q


@pytest.mark.parametrize("q", [1000, 1001, 10007, 100_000])
def test_at_large_moduli_no_more_are_drawn_than_stated(q: int):
    a, b = fitted_pairs(q, 0)
    assert len(a) == MOST_FITTED_PAIRS
    assert len((a * q + b).unique()) == len(a)
    assert int(a.max()) < q
    # Spread over all rows and columns: half of them within a few standard deviations of the lower half.
    assert all(abs(float((operand < q / 2).double().mean()) - 0.5) < 0.02 for operand in (a, b))


@pytest.mark.parametrize("q", [17, 1009])
def test_the_pairs_are_decided_by_their_seed(q: int):
    first, again, other = (torch.stack(fitted_pairs(q, seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
