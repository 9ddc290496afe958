"""Failures with a known cause: difference classes a − b, mistaken by a known distance, told by a known dial."""

from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from models.analysis.failures import MOST_CLASSES, explain_failure
from models.evaluation import evaluate
from models.network import Network
from models.surgery.recipe import Recipe, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import Enclosed, OracleBody, oracle, oracle_waves

ALPHAS = {2: 1.0, 5: 0.7}


@dataclass(frozen=True)
class Mistaken(OracleBody):
    """An oracle that takes a for a + distance where a − b is among some differences."""

    differences: tuple[int, ...] = ()
    distance: int = 0

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return super().readout_vectors(table_a, table_b, self.taken_for(a, b, len(table_a)), b)

    def enclosed_vectors(self, table_a: Enclosed, table_b: Enclosed, a: Tensor, b: Tensor) -> Enclosed:
        return super().enclosed_vectors(table_a, table_b, self.taken_for(a, b, len(table_a.values)), b)

    def taken_for(self, a: Tensor, b: Tensor, q: int) -> Tensor:
        mistaken = torch.isin((a - b) % q, torch.tensor(self.differences))
        return torch.where(mistaken, (a + self.distance) % q, a)


def failing(q: int, differences: tuple[int, ...], distance: int) -> tuple[Network, Recipe]:
    recipe = linked_recipe(q, {2: 3, 5: -4})
    operated = transplant(oracle(23, ALPHAS), recipe)
    body = Mistaken(operated.body.alphas, differences, distance)
    return replace(operated, body=body), recipe


def explained(network: Network, recipe: Recipe, alphas: dict[int, float]):
    return explain_failure(network, recipe, oracle_waves(alphas), evaluate(network))


def test_where_every_pair_is_right_there_is_nothing_to_explain():
    network, recipe = failing(31, (), 0)
    assert explained(network, recipe, ALPHAS) is None


@pytest.mark.parametrize("distance", [1, 7, 30])
@pytest.mark.parametrize("differences", [(0,), (4,), (4, 29)])
def test_difference_classes_and_the_distance_are_found(differences: tuple[int, ...], distance: int):
    network, recipe = failing(31, differences, distance)
    found = explained(network, recipe, ALPHAS)
    assert found.failed == 31 * len(differences)
    assert found.difference_classes == tuple((difference, 31) for difference in sorted(differences))
    assert found.share_in_classes == 1
    assert found.distance == distance


def test_more_classes_than_are_listed_leave_a_share():
    network, recipe = failing(31, tuple(range(8)), 5)
    found = explained(network, recipe, ALPHAS)
    in_their_order = tuple((difference, 31) for difference in range(MOST_CLASSES))  # equals
    assert found.difference_classes == in_their_order
    assert found.share_in_classes == pytest.approx(MOST_CLASSES / 8)


def test_as_json_difference_classes_are_called_stripes_as_they_always_were():
    network, recipe = failing(31, (4,), 7)
    found = explained(network, recipe, ALPHAS)
    expected = {"failed": 31, "stripes": ((4, 31),), "share_on_stripes": 1, "distance": 7, "dial": found.dial}
    assert found.to_json() == expected


def test_many_failures_are_looked_at_in_part():
    network, recipe = failing(101, tuple(range(60)), 9)  # 6,060 of them
    found = explained(network, recipe, ALPHAS)
    assert (found.failed, found.distance) == (6060, 9)


@pytest.mark.parametrize(("distance", "dial"), [(5, 2), (10, 5)])
def test_the_dial_that_should_have_told_is_the_one_whose_hand_moved_most(distance: int, dial: int):
    # The hands take 3 and −4 steps of 31: after 5 numbers they stand at 15 and 11, after 10 at 30 and 22.
    network, recipe = failing(31, (4,), distance)
    assert explained(network, recipe, ALPHAS).dial == dial


def test_twins_are_undecided_and_told_by_their_distance():
    alphas = {2: 1.0, 4: 1.0}
    network = transplant(oracle(13, alphas), own_recipe(16, alphas))  # even hands: c and c + 8 look the same
    found = explained(network, own_recipe(16, alphas), alphas)
    assert found.failed == 256
    assert found.distance == 8


def test_without_dials_there_is_none_to_blame():
    network = transplant(oracle(13, {2: 1.0}), Recipe(5, ()))
    found = explained(network, Recipe(5, ()), {2: 1.0})
    assert (found.failed, found.dial) == (25, None)
