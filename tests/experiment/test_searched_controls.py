"""The fair control of a search: every shuffled body with dials of its own."""

import pytest

from models.ablation.shuffles import NO_BODY, shuffled_body
from models.circuits.logits import logit_waves
from models.experiment.searched_controls import (
    ANEW,
    REMARK,
    BodySearches,
    growing_search,
    searched_control,
    shuffled_search,
)
from models.planner import SAMPLED_CANDIDATES, SearchOptions, find_dials
from models.runtime.steps import finished
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

DIALS = (1, 3, 4)
NETWORK = hand_built(13, DIALS)
WAVES = logit_waves(NETWORK, DIALS)


def bodies(seeds: int, rounds: int) -> BodySearches:
    return BodySearches(17, 1.0, SearchOptions(rounds=rounds), seeds)


@pytest.mark.parametrize("shuffle", [0, 1])
def test_a_shuffled_body_is_searched_as_the_trained_one_would_be(shuffle: int):
    body = shuffled_body(NETWORK, shuffle)
    plan = find_dials(body, logit_waves(body, DIALS), 17, seed=3, rounds=1)
    found = finished(shuffled_search(NETWORK, WAVES, 17, shuffle, SearchOptions(seed=3, rounds=1)))
    assert found == plan.evaluation.counts.accuracy


def test_it_gets_at_least_what_its_largest_margin_gets_and_nowhere_near_the_trained_body():
    few, many = (finished(shuffled_search(NETWORK, WAVES, 17, 0, SearchOptions(rounds=rounds))) for rounds in (0, 2))
    assert few <= many < 0.5


def test_the_control_grows_by_a_body_at_a_time_and_goes_on_where_it_was_stopped():
    grown = list(searched_control(NETWORK, WAVES, bodies(3, 0)))
    assert [len(each.accuracies) for each in grown] == [1, 2, 3]
    assert all((each.name, each.readout, each.trained, each.remark) == (ANEW, "keep", 1, REMARK) for each in grown)
    known = grown[1].accuracies
    assert list(searched_control(NETWORK, WAVES, bodies(3, 0), known=known)) == grown[2:]
    assert list(searched_control(NETWORK, WAVES, bodies(2, 0), known=known)) == []


def test_every_setting_is_told_with_its_shuffle():
    heard: list[tuple[int, int, int]] = []
    list(searched_control(NETWORK, WAVES, bodies(2, 1), on_setting=lambda *each: heard.append(each)))
    assert {shuffle for shuffle, _, _ in heard} == {0, 1}
    assert {most for _, _, most in heard} == {1 + SAMPLED_CANDIDATES}


def test_a_search_can_be_stopped_between_two_settings():
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(searched_control(NETWORK, WAVES, BodySearches(17, 1.0), on_setting=stop))


def test_the_search_of_a_body_is_told_a_setting_at_a_time_with_what_is_known_before_it():
    steps = list(growing_search(NETWORK, WAVES, bodies(2, 1)))
    whole = list(searched_control(NETWORK, WAVES, bodies(2, 1)))
    assert [step.control for step in steps if step.done == 0] == whole
    assert {(step.body, step.most) for step in steps if step.done} == {
        (body, 1 + SAMPLED_CANDIDATES) for body in (0, 1)
    }
    known = whole[0].accuracies
    assert list(growing_search(NETWORK, WAVES, bodies(2, 1), known=known)) == [
        step for step in steps if step.body >= 1 and step != steps[-1] and step.done
    ] + [steps[-1]]


def test_without_a_body_there_is_nothing_to_search():
    network = hand_built_mlp(13, DIALS)
    (found,) = searched_control(network, logit_waves(network, DIALS), BodySearches(17, 1.0))
    assert (found.accuracies, found.remark) == ((), NO_BODY)
