import math
from collections.abc import Mapping

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.surgery import margin
from models.surgery.margin import alias_distance, margins, recipe_margin
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from tests.oracles import oracle_waves

moduli = st.integers(2, 40)
weights = st.lists(st.floats(0.1, 2), min_size=1, max_size=4)


def by_double_loop(settings: list[float], alphas: list[float], q: int) -> float:
    """The definition, word by word."""
    return min(
        sum(alpha * (1 - math.cos(2 * math.pi * s * delta / q)) for s, alpha in zip(settings, alphas, strict=True))
        for delta in range(1, q)
    )


def one_margin(settings: list[float], alphas: list[float], q: int) -> float:
    found = margins(torch.tensor([settings], dtype=torch.float64), torch.tensor(alphas, dtype=torch.float64), q)
    return float(found)


@given(moduli, weights, st.data())
def test_margins_of_whole_targets_agree_with_a_double_loop(q: int, alphas: list[float], data: st.DataObject):
    settings = [data.draw(st.integers(-2 * q, 2 * q)) for _ in alphas]
    # The loop's own angles, of up to 80 turns, are rounded by 1e-13.
    assert one_margin(settings, alphas, q) == pytest.approx(by_double_loop(settings, alphas, q), abs=1e-12)


@given(moduli, weights, st.data())
def test_margins_of_real_targets_agree_with_a_double_loop(q: int, alphas: list[float], data: st.DataObject):
    settings = [data.draw(st.floats(-q, q)) for _ in alphas]
    assert one_margin(settings, alphas, q) == pytest.approx(by_double_loop(settings, alphas, q), abs=1e-12)


@given(moduli, weights, st.data())
def test_a_margin_is_exactly_0_where_all_targets_share_a_factor_with_the_modulus(
    q: int, alphas: list[float], data: st.DataObject
):
    settings = [data.draw(st.integers(-q, q)) for _ in alphas]
    assert (one_margin(settings, alphas, q) == 0) == (math.gcd(q, *settings) > 1)


def test_many_settings_are_scored_in_blocks(monkeypatch: pytest.MonkeyPatch):
    targets = torch.arange(1.0, 31).reshape(10, 3)
    whole = margins(targets, torch.ones(3), 61)
    monkeypatch.setattr(margin, "LARGEST_BLOCK", 1)
    assert torch.equal(margins(targets, torch.ones(3), 61), whole)
    assert len(whole) == 10


ALPHAS = {2: 3.0, 5: 1.0}


def margin_of(turns: Mapping[int, Turn], readouts: Mapping[int, Turn] | None = None) -> float:
    dials = tuple(Dial(k, turn, readout=(readouts or {}).get(k)) for k, turn in turns.items())
    return recipe_margin(Recipe(11, dials), oracle_waves(ALPHAS))


def test_the_margin_of_a_recipe_weighs_dials_by_what_they_bring_to_the_logits():
    found = recipe_margin(linked_recipe(11, {2: 3, 5: 4}), oracle_waves(ALPHAS))
    assert found == pytest.approx(by_double_loop([3, 4], [0.75, 0.25], 11), abs=1e-14)


def test_a_dial_that_is_off_weighs_nothing():
    alone = margin_of({2: Turn(3)})
    assert margin_of({2: Turn(3), 5: Turn(4, on=False)}) == alone
    assert margin_of({2: Turn(3), 5: Turn(4, amplitude=0)}) == alone


def test_a_dial_that_is_off_on_the_readout_alone_weighs_nothing():
    assert margin_of({2: Turn(3), 5: Turn(4)}, readouts={5: Turn(4, on=False)}) == margin_of({2: Turn(3)})


def test_amplitudes_of_inputs_and_readout_multiply():
    found = margin_of({2: Turn(3), 5: Turn(4, amplitude=2)}, readouts={5: Turn(4, amplitude=3)})
    assert found == pytest.approx(by_double_loop([3, 4], [3 / 9, 6 / 9], 11), abs=1e-14)


@pytest.mark.parametrize("turns", [{}, {2: Turn(3, on=False)}, {2: Turn(3, amplitude=0)}])
def test_with_no_dial_to_hear_the_margin_is_0(turns: dict[int, Turn]):
    assert margin_of(turns) == 0


def test_a_frequency_that_the_logits_lack_weighs_nothing():
    assert margin_of({2: Turn(3), 4: Turn(1)}) == margin_of({2: Turn(3)})


@given(moduli, st.lists(st.integers(-80, 80), max_size=4))
def test_the_lookalike_distance_is_the_first_at_which_all_hands_agree(q: int, targets: list[int]):
    agree = [delta for delta in range(1, q) if all(target * delta % q == 0 for target in targets)]
    assert alias_distance(linked_recipe(q, dict(enumerate(targets)))) == min(agree, default=None)


def test_dials_that_do_not_sound_on_the_readout_tell_nothing_apart():
    even, odd = Dial(2, Turn(2)), Turn(3)
    silent = (Turn(3, on=False), Turn(3, amplitude=0))
    assert alias_distance(Recipe(8, (even, Dial(5, odd)))) is None
    assert [alias_distance(Recipe(8, (even, Dial(5, odd, readout=turn)))) for turn in silent] == [4, 4]


def test_a_detuned_hand_looks_like_no_other():
    assert alias_distance(linked_recipe(8, {1: 2, 2: 4.5})) is None
    assert alias_distance(own_recipe(8, (2, 4))) == 4
