"""The torus: oracles are steady everywhere, half steps are a case of it, and margins above the safe one are safe."""

import math
from dataclasses import replace

import pytest
import torch

from models import key_frequencies, logit_waves, zoo
from models.ablation.shuffles import shuffled_body
from models.analysis.inspection import half_step_accuracy
from models.analysis.ranks import rank_correlation
from models.analysis.torus import failing_share, half_step_angles, leads, safe_margins, torus_at, torus_of
from models.evaluation import evaluate
from models.groups import Cyclic, Product
from models.groups.characters import FULL_TURN
from models.network import Network
from models.planner import find_dials
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import hand_built, noisy, oracle

DIALS = (1, 3, 4)


@pytest.fixture(scope="module")
def trained() -> Network:
    return zoo.load("transformer-113")


def test_an_oracle_has_no_error_and_tells_everything_apart_that_its_setting_does():
    alphas = {2: 1.0, 5: 0.25}
    torus = torus_of(oracle(23, alphas), (2, 5))
    assert max(torus.steadiness) < 1e-5
    assert float(safe_margins(torus, torch.tensor([0.8, 0.2], dtype=torch.float64)).max()) < 1e-3
    assert failing_share(leads(torus, Cyclic(12), (1, 5))) == 0
    assert failing_share(leads(torus, Product((2, 2)), (2, 1))) == 0
    assert failing_share(leads(torus, Cyclic(12), (2, 4))) == 1  # 6 looks like 0
    assert failing_share(leads(torus, Product((2, 2)), (2, 2))) == 1


def test_a_lead_is_that_of_the_oracles_logits():
    """Of the class that is nearest by α_k (1 − cos): the same at all angles."""
    torus, q, targets = torus_of(oracle(23, {2: 1.0, 5: 0.25}), (2, 5)), 9, (1, 4)
    expected = min(
        sum(alpha * (1 - math.cos(2 * math.pi * s * d / q)) for alpha, s in zip((0.8, 0.2), targets, strict=True))
        for d in range(1, q)
    )
    torch.testing.assert_close(
        leads(torus, Cyclic(q), targets),
        torch.full((len(torus.along),), expected, dtype=torch.float64),
        rtol=1e-4,
        atol=0,
    )


def test_half_steps_are_a_case_of_it():
    network = hand_built(23, DIALS)
    lead = leads(torus_at(network, DIALS, half_step_angles(23, DIALS)), Cyclic(23), DIALS)
    assert 1 - failing_share(lead) == half_step_accuracy(network, DIALS) == 1
    worse = noisy(network, 0.3)
    alone = replace(worse, unembedding=transplant(worse, own_recipe(23, DIALS)).unembedding)
    lead = leads(torus_at(worse, DIALS, half_step_angles(23, DIALS)), Cyclic(23), DIALS)
    assert 0 < failing_share(lead) < 1
    assert 1 - failing_share(lead) == pytest.approx(half_step_accuracy(alone, DIALS))


@pytest.mark.parametrize("name", ["transformer-113", "mlp-113", "layernorm-97"])
def test_so_are_half_steps_of_trained_networks_whose_unembedding_has_the_key_frequencies_alone(name: str):
    network = zoo.load(name)
    keys, p = key_frequencies(network).frequencies, network.modulus
    own = transplant(network, own_recipe(p, keys))
    alone = replace(network, unembedding=own.unembedding, unembedding_bias=own.unembedding_bias)
    lead = leads(torus_at(network, keys, half_step_angles(p, keys)), Cyclic(p), keys)
    assert 1 - failing_share(lead) == pytest.approx(half_step_accuracy(alone, keys), abs=2 / p**2)


def test_at_the_numbers_of_a_modulus_it_is_the_count_of_all_pairs(trained: Network):
    """Also where some fail, as at dials that take few steps."""
    keys = key_frequencies(trained).frequencies
    group, targets = Cyclic(97), (1, 2, 3, 4, 6)
    angles = (FULL_TURN / 97) * torch.arange(97, dtype=torch.float64)[:, None] * torch.tensor(targets)
    lead = leads(torus_at(trained, keys, (angles, angles)), group, targets)
    recipe = linked_recipe(group, dict(zip(keys, targets, strict=True)))
    counted = evaluate(transplant(trained, recipe)).counts
    assert 0 < counted.right < counted.pairs
    assert failing_share(lead) * counted.pairs == pytest.approx(counted.pairs - counted.right, abs=3)


def test_above_the_safe_margin_nothing_fails_and_below_something_may(trained: Network):
    keys = key_frequencies(trained).frequencies
    waves, torus = logit_waves(trained, keys), torus_of(trained, keys)
    safe = safe_margins(torus, waves.weights)
    for q in (31, 97):
        plan = find_dials(trained, waves, q, rounds=0)
        lead = leads(torus, Cyclic(q), tuple(plan.recipe.targets[k] for k in keys))
        assert bool((lead[safe < plan.margin] > -0.02).all())  # harmonics add little
    assert float(safe.median()) < 0.1 < float(safe.max())


def test_it_sees_a_body_that_was_shuffled(trained: Network):
    keys = key_frequencies(trained).frequencies
    torus = torus_of(shuffled_body(trained, 0), keys)
    assert min(torus.steadiness) > 1
    assert failing_share(leads(torus, Cyclic(97), keys)) > 0.9


def test_ranks():
    x = torch.tensor([3.0, 1.0, 2.0, 2.0, 10.0])
    assert rank_correlation(x, -x) == -1
    assert rank_correlation(x, x**3) == 1
    # ranks 4, 1, 2.5, 2.5, 5 and 1, 2, 3, 4, 5: Σ dx·dy = 3.5, Σ d² = 9.5 and 10
    assert rank_correlation(x, torch.arange(5)) == pytest.approx(3.5 / math.sqrt(9.5 * 10))
    assert rank_correlation(x, torch.zeros(5)) is None
