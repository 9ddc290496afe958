"""Surgery for products of cyclic groups: identities, on any network and on the oracle."""

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from models import key_frequencies, logit_waves, zoo
from models.analysis.failures import explain_failure
from models.analysis.separability import impossible_because
from models.errors import RecipeError
from models.evaluation import Counts, State, evaluate, unembedding_directions
from models.evaluation.certificate import Certificate, certify
from models.experiment.certificate_check import check_certificate
from models.experiment.request import Request
from models.experiment.run import run
from models.groups import Cyclic, Product
from models.network import Network
from models.planner import find_dials
from models.surgery.margin import NO_MARGIN, alias_distance, margins, recipe_margin
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.surgery.transplant import transplant
from tests.oracles import Shape, hand_built, oracle, oracle_waves, random_network

products = st.lists(st.integers(2, 5), min_size=2, max_size=3).map(lambda factors: Product(tuple(factors)))


@st.composite
def oracle_settings(draw: st.DrawFn) -> tuple[Product, dict[int, float], dict[int, int]]:
    """A product of groups, amplitudes of an oracle mod 23 by frequency, and characters for its dials."""
    group = draw(products)
    dials = sorted(draw(st.sets(st.integers(1, 11), min_size=2, max_size=4)))
    characters = st.integers(1 - group.order, group.order - 1)
    return group, {k: draw(st.floats(0.5, 2)) for k in dials}, {k: draw(characters) for k in dials}


@given(oracle_settings())
def test_the_oracle_adds_in_every_group_that_its_characters_tell_apart(setting):
    group, alphas, targets = setting
    recipe = linked_recipe(group, targets, harmonics=1)
    margin = recipe_margin(recipe, oracle_waves(alphas))
    assume(not NO_MARGIN / 10 < margin < 1e-6)
    found = evaluate(transplant(oracle(23, alphas), recipe))
    if margin > NO_MARGIN:
        assert found.counts == Counts(group.order**2, 0, 0)
    else:
        assert found.counts == Counts(0, group.order**2, 0)
        assert alias_distance(recipe) is not None


@given(oracle_settings())
def test_the_alias_is_the_first_element_that_no_dial_tells_from_0(setting):
    group, _, targets = setting
    recipe = linked_recipe(group, targets)
    unseen = [
        element
        for element in range(1, group.order)
        if all(float(group.character(target, torch.tensor(element))[0]) > 1 - 1e-12 for target in targets.values())
    ]
    assert alias_distance(recipe) == (unseen[0] if unseen else None)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("cyclic", "factors"), [(15, (3, 5)), (12, (3, 4)), (30, (2, 3, 5))])
def test_isomorphic_groups_agree_pair_by_pair(cyclic: int, factors: tuple[int, ...], seed: int):
    """By n ↦ (n mod m_1, …), and a target s by the digits of the same character."""
    group, network = Product(factors), random_network(Shape(modulus=13), seed=seed, dtype=torch.float64)
    targets = {1: 7, 4: -2, 5: 3}
    element = [group.number_of(tuple(n % m for m in factors)) for n in range(cyclic)]
    character = {k: group.number_of(tuple(s * pow(cyclic // m, -1, m) for m in factors)) for k, s in targets.items()}
    one = evaluate(transplant(network, linked_recipe(cyclic, targets)))
    other = evaluate(transplant(network, linked_recipe(group, character)))
    assert one.counts.right > 0
    assert torch.equal(other.states[element][:, element], one.states)


@pytest.mark.parametrize("seed", [0, 3])
def test_an_automorphism_of_the_group_changes_no_count(seed: int):
    """Exchanging two equal factors in every character."""
    group, network = Product((4, 4)), random_network(Shape(modulus=13), seed=seed, dtype=torch.float64)
    targets = {1: 7, 3: 2, 5: 13}
    exchanged = {k: group.number_of(group.digits_of(s)[::-1]) for k, s in targets.items()}
    assert exchanged != targets
    one, other = (evaluate(transplant(network, linked_recipe(group, each))) for each in (targets, exchanged))
    swap = [group.number_of(group.digits_of(n)[::-1]) for n in range(16)]
    assert torch.equal(other.states[swap][:, swap], one.states)


@given(products, st.integers(0, 20))
def test_margins_are_those_of_a_double_loop(group: Product, seed: int):
    generator = torch.Generator().manual_seed(seed)
    settings = torch.randint(1 - group.order, group.order, (3, 4), generator=generator).double()
    weights = torch.rand(4, generator=generator, dtype=torch.float64)
    for setting, found in zip(settings.tolist(), margins(settings, weights, group).tolist(), strict=True):
        told = [
            sum(
                float(weight * (1 - group.character(int(s), torch.tensor(delta))[0]))
                for s, weight in zip(setting, weights, strict=True)
            )
            for delta in range(1, group.order)
        ]
        assert found == pytest.approx(min(told), abs=1e-12)


@pytest.fixture(scope="module")
def clock() -> Network:
    return hand_built(23, (2, 5, 7, 11))


@pytest.fixture(scope="module")
def trained() -> Network:
    return zoo.load("transformer-113")


@pytest.mark.parametrize("factors", [(2, 2, 2), (3, 6), (5, 8)])
def test_a_search_finds_characters_and_every_count_agrees(trained: Network, factors: tuple[int, ...]):
    group = Product(factors)
    plan = find_dials(trained, logit_waves(trained, key_frequencies(trained).frequencies), group)
    assert plan.recipe.group == group
    assert plan.evaluation.counts == Counts(group.order**2, 0, 0)
    for method in ("plain", "exact") if group.order < 20 else ("plain",):
        assert torch.equal(evaluate(plan.network, method).states, plan.evaluation.states)
    assert plan.evaluation.proof.method == "rows"
    assert plan.evaluation.not_wrapping.pairs == math.prod(m * (m + 1) // 2 for m in factors)


def test_an_unembedding_of_few_characters_is_read_along_few_directions(trained: Network):
    plan = find_dials(trained, logit_waves(trained, key_frequencies(trained).frequencies), Product((5, 8)))
    found = unembedding_directions(plan.network.unembedding, Product((5, 8)))
    assert found
    assert not found.is_whole
    centred = plan.network.unembedding.double() - plan.network.unembedding.double().mean(1, keepdim=True)
    rest = centred - found.directions @ found.classes
    assert bool((rest.abs().amax(1) <= found.left_out).all())
    assert float(found.left_out.max()) < 1e-4 * float(centred.abs().max())


def test_what_cannot_be_told_apart_is_said_before_it_is_counted(trained: Network):
    group = Product((2,) * 6)
    assert impossible_because(group, 5).startswith("5 dials cannot tell the 64 elements of 2x2x2x2x2x2 apart")
    assert impossible_because(group, 6) == impossible_because(Cyclic(64), 1) == ""
    outcome = run(trained, Request(64, "keep", factors=group.factors))
    assert (outcome.margin, outcome.tried, outcome.result.evaluation.counts.right) == (pytest.approx(0), 1, 0)


@pytest.mark.parametrize("readout", ["calibrate", "refit"])
def test_a_fitted_readout_is_fitted_to_the_characters(trained: Network, readout: ReadoutMode):
    outcome = run(trained, Request(32, readout, factors=(4, 8), shuffles=1))
    assert outcome.result.evaluation.counts == Counts(1024, 0, 0)
    assert outcome.result.rest == Counts(717, 0, 0)
    assert outcome.control
    assert len(outcome.control.accuracies) == 1


def test_failures_are_differences_in_the_group(clock: Network):
    recipe = linked_recipe(Product((2, 8)), {2: 8, 5: 1, 7: 9, 11: 4})
    operated = transplant(clock, recipe)
    spoilt = operated.map_tensors(lambda tensor: tensor)
    spoilt.unembedding[:, 3] += spoilt.unembedding[:, 11] * 3
    counted = evaluate(spoilt)
    failure = explain_failure(spoilt, recipe, oracle_waves({2: 1.0, 5: 1.0, 7: 1.0, 11: 1.0}), counted)
    assert failure
    a, b = (counted.states != State.RIGHT).nonzero(as_tuple=True)
    differences = Product((2, 8)).difference(a, b).bincount(minlength=16)
    assert failure.difference_classes[0][1] == int(differences.max())
    assert failure.failed == len(a)


def test_a_recipe_and_a_certificate_keep_the_group(clock: Network):
    recipe = linked_recipe(Product((3, 4)), {2: 5, 5: -7, 7: 1})
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe.to_json()["group"] == [3, 4]
    assert "group" not in linked_recipe(12, {2: 5}).to_json()
    operated = transplant(clock, recipe)
    said = Certificate.from_json(certify(clock, recipe, operated, evaluate(operated), "keep").to_json())
    assert check_certificate(said, clock).holds
    assert not check_certificate(said, transplant(clock, linked_recipe(12, recipe.targets))).holds


def test_networks_of_different_groups_are_different_networks(clock: Network):
    product, cyclic = (transplant(clock, Recipe(12, (), factors=factors)) for factors in ((3, 4), ()))
    assert torch.equal(product.table_a, cyclic.table_a)
    assert product.digest != cyclic.digest


@pytest.mark.parametrize(
    ("modulus", "factors", "target", "expected"),
    [(12, (3, 5), 1, "12"), (12, (12,), 1, "two groups"), (12, (1, 12), 1, "2 or more"), (12, (3, 4), 0.5, "character"),
     (12, (3, 4), 12, "character"), (12, (3, 4), -12, "character")],
)  # fmt: skip
def test_a_recipe_that_cannot_be_is_refused(modulus: int, factors: tuple[int, ...], target: float, expected: str):
    with pytest.raises(RecipeError, match=expected):
        Recipe(modulus, (Dial(1, Turn(target)),), factors=factors)


@pytest.mark.parametrize("found", [[], "3x4", [3, "4"], [3, True], 12, [3, 4, 1]])
def test_a_recipe_file_with_another_group_is_refused(found: object):
    with pytest.raises(RecipeError):
        Recipe.from_json({"clockwork_recipe": 1, "modulus": 12, "dials": [], "group": found})
