import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.spectra import key_frequencies
from models.errors import RecipeError
from models.surgery.dial_map import parse_map
from models.surgery.margin import alias_distance
from models.surgery.recipe import (
    LARGEST_MODULUS,
    Dial,
    Recipe,
    Turn,
    even_recipe,
    linked_recipe,
    own_recipe,
    signed_steps,
)
from models.surgery.transplant import transplant
from tests.oracles import oracle

turns = st.builds(Turn, st.floats(-1e9, 1e9), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.booleans())
dials = st.builds(Dial, st.integers(1, 100), turns, st.none() | turns, st.none() | turns, st.floats(-1, 1))
recipes = st.builds(
    Recipe,
    st.integers(2, 100_000),
    st.lists(dials, max_size=5, unique_by=lambda dial: dial.frequency).map(tuple),
    st.integers(1, 64),
    st.none() | st.integers(1, 64),
    st.booleans(),
)


def recipe_file(**changes: Any) -> dict[str, Any]:
    return {"clockwork_recipe": 1, "modulus": 7, "dials": []} | changes


def dial_file(**changes: Any) -> dict[str, Any]:
    return recipe_file(dials=[{"frequency": 2, "target": 3} | changes])


@given(recipes)
def test_a_recipe_survives_its_file(recipe: Recipe):
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_a_recipe_file_may_leave_out_what_says_nothing_new():
    assert Recipe.from_json(dial_file()) == linked_recipe(7, {2: 3}, harmonics=2)


def test_whole_targets_are_written_as_whole_numbers():
    written = json.dumps(linked_recipe(7, {2: 3.0, 5: 40.5}).to_json())
    assert '"target": 3,' in written
    assert '"target": 40.5,' in written


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], 'expected an object with "clockwork_recipe": 1'),
        ({"modulus": 7, "dials": []}, 'expected an object with "clockwork_recipe": 1'),
        (recipe_file(clockwork_recipe=2), 'expected an object with "clockwork_recipe": 1'),
        ({"clockwork_recipe": 1, "modulus": 7}, 'no list of "dials"'),
        (recipe_file(dials={"16": 22}), 'no list of "dials"'),
        (recipe_file(dials=[16]), "A dial of the recipe is 16; expected an object with frequency and target"),
        (recipe_file(modulus="7"), "\"modulus\" is '7'; expected a whole number"),
        (recipe_file(modulus=True), '"modulus" is True; expected a whole number'),
        (recipe_file(modulus=7.0), '"modulus" is 7.0; expected a whole number'),
        (recipe_file(harmonics=1.5), '"harmonics" is 1.5; expected a whole number'),
        (dial_file(frequency=None), '"frequency" is None; expected a whole number'),
        (dial_file(target=None), 'Dial 2: "target" is None; expected a number'),
        (dial_file(target=True), 'Dial 2: "target" is True; expected a number'),
        (dial_file(amplitude="loud"), "Dial 2: \"amplitude\" is 'loud'; expected a number"),
        (dial_file(phase=[]), r'Dial 2: "phase" is \[\]; expected a number'),
        (dial_file(on=1), 'Dial 2: "on" is 1; expected true or false'),
        (dial_file(b=3), 'Dial 2: "b" is 3; expected an object'),
        (dial_file(readout="keep"), "Dial 2: \"readout\" is 'keep'; expected an object"),
        (dial_file(b={}), 'Dial 2, b: "target" is None; expected a number'),
        (dial_file(readout={"target": 1, "on": 0}), 'Dial 2, readout: "on" is 0; expected true or false'),
        (dial_file(target=math.nan), "Dial 2 holds a value that is not a finite number"),
        (dial_file(target=10**400), "Dial 2 holds a value that is not a finite number"),
        (recipe_file(modulus=1), "Modulus 1 is out of range; expected a whole number from 2 to 100000"),
    ],
)
def test_a_recipe_file_that_is_off_says_where(data: Any, message: str):
    with pytest.raises(RecipeError, match=message):
        Recipe.from_json(data)


@pytest.mark.parametrize("modulus", [-1, 0, 1, 100_001])
def test_a_modulus_out_of_range_is_refused(modulus: int):
    with pytest.raises(RecipeError, match=f"Modulus {modulus} is out of range; expected .* from 2 to 100000"):
        Recipe(modulus, ())


@pytest.mark.parametrize("modulus", [2, LARGEST_MODULUS])
def test_a_modulus_at_either_bound_is_taken(modulus: int):
    assert Recipe(modulus, ()).modulus == modulus


@pytest.mark.parametrize("harmonics", [0, 65])
def test_harmonics_out_of_range_are_refused(harmonics: int):
    with pytest.raises(RecipeError, match=f"{harmonics} harmonics asked for; expected .* from 1 to 64"):
        Recipe(7, (), harmonics)


def test_a_dial_given_twice_is_refused():
    with pytest.raises(RecipeError, match=r"A dial is given twice among \[2, 2\]; expected each frequency once"):
        Recipe(7, (Dial(2, Turn(1)), Dial(2, Turn(3))))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("setting", ["target", "amplitude", "phase"])
@pytest.mark.parametrize("table", ["a", "b", "readout"])
def test_values_must_be_finite_on_every_table(table: str, setting: str, value: float):
    turns = {"a": Turn(1)} | {table: Turn(**{"target": 1, setting: value})}
    with pytest.raises(RecipeError, match="Dial 2 holds a value that is not a finite number"):
        Recipe(7, (Dial(2, **turns),))


@pytest.mark.parametrize(
    ("dial", "message"),
    [
        (Dial(2, Turn(1e308)), r"Dial 2: target 1e\+308 is out of range; expected -1e\+09 to 1e\+09"),
        (Dial(2, Turn(1), b=Turn(-2e9)), r"Dial 2: target -2e\+09 is out of range"),
        (Dial(2, Turn(1), readout=Turn(1, amplitude=-1e7)), r"Dial 2: amplitude -1e\+07 is out of range"),
        (Dial(2, Turn(1, phase=1e200)), r"Dial 2: phase 1e\+200 is out of range"),
        (Dial(2, Turn(1), weight=1e39), r"Dial 2: weight 1e\+39 is out of range; expected -1e\+06 to 1e\+06"),
        (Dial(10**299, Turn(1)), "Dial 10+… is no frequency; expected at most 100000"),
    ],
)
def test_values_that_rounding_would_swallow_are_refused(dial: Dial, message: str):
    with pytest.raises(RecipeError, match=message):
        Recipe(7, (dial,))


@given(turns)
def test_a_linked_dial_turns_the_readout_by_both_phases(turn: Turn):
    dial = Dial(3, turn)
    assert dial.is_linked
    assert dial.on_b == turn
    assert dial.on_readout == Turn(turn.target, turn.amplitude, 2 * turn.phase, turn.on)


def test_a_readout_follows_both_operands_phases():
    dial = Dial(3, Turn(1, phase=0.25), b=Turn(1, phase=0.5))
    assert not dial.is_linked
    assert dial.on_readout == Turn(1, phase=0.75)


def test_a_dial_set_apart_keeps_its_own_settings():
    dial = Dial(3, Turn(1, phase=0.25), readout=Turn(2))
    assert not dial.is_linked
    assert dial.on_readout == Turn(2)


def test_targets_are_those_of_the_dials_that_are_on():
    recipe = Recipe(7, (Dial(1, Turn(2)), Dial(3, Turn(4, on=False))))
    assert recipe.targets == {1: 2}


def test_own_dials_are_targets_at_themselves():
    assert own_recipe(9, (4, 2)) == linked_recipe(9, {2: 2, 4: 4})


@given(st.integers(2, 60), st.integers(-200, 200))
def test_signed_steps_are_the_fewest_of_the_same_hand(q: int, steps: int):
    signed = signed_steps(steps, q)
    assert -q / 2 < signed <= q / 2
    assert (signed - steps) % q == 0


def test_waves_land_at_the_frequencies_of_their_targets():
    recipe = linked_recipe(20, {1: 3, 2: -5, 4: 18, 5: 20, 6: 0.5})
    assert recipe.landed == {1: 3, 2: 5, 4: 2}
    operated = transplant(oracle(23, {1: 1.0, 2: 1.0, 4: 1.0}), linked_recipe(20, {1: 3, 2: -5, 4: 18}))
    assert key_frequencies(operated).frequencies == (2, 3, 5)


@pytest.mark.parametrize("frequencies", [(1, 3, 4), (2, 5, 9), (7,)])
def test_even_steps_are_the_own_hands_where_it_was_trained_and_tie_at_even_moduli(frequencies: tuple[int, ...]):
    own, even = (
        transplant(oracle(23, dict.fromkeys(frequencies, 1.0)), recipe)
        for recipe in (own_recipe(23, frequencies), even_recipe(23, 23, frequencies))
    )
    assert own.digest == even.digest
    for q in range(2, 60, 2):
        recipe = even_recipe(q, 23, frequencies)
        assert all(target % 2 == 0 for target in recipe.targets.values())
        assert alias_distance(recipe) <= q // 2


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("", {}),
        ("16:22", {16: 22}),
        ("16:22,30:-7,56:40.5", {16: 22, 30: -7, 56: 40.5}),
        (" 16 : 22 , ,30:-7,", {16: 22, 30: -7}),
    ],
)
def test_a_map_is_parsed(text: str, targets: dict[int, float]):
    assert parse_map(text) == targets


@pytest.mark.parametrize("part", ["16", "16=22", "16:", ":22", "x:22", "1.5:22", "16:x", "16:nan", "16:inf", "16:1:2"])
def test_a_map_that_is_off_names_the_part(part: str):
    with pytest.raises(RecipeError, match=f"--map has '{part}'; expected FREQUENCY:TARGET"):
        parse_map(f"30:-7,{part}")


def test_a_map_that_gives_a_frequency_twice_is_refused():
    with pytest.raises(RecipeError, match="--map gives frequency 16 twice"):
        parse_map("16:1,16:2")


def test_even_steps_where_the_trained_modulus_is_even_leave_odd_ones_as_they_are():
    assert even_recipe(128, 114, (3, 4)).targets == {3: 3, 4: 4}  # no turn of an even modulus makes 3 even
    assert even_recipe(128, 113, (3, 4)).targets == {3: 18, 4: 4}  # 3 − 113, mod 128
