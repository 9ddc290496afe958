"""What an operation does to a network as an object, and how frequencies are shared out among dials."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.spectra import table_spectrum
from models.errors import RecipeError
from models.network import Network
from models.surgery.partials import partials
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.surgery.transplant import tables_at, transplant
from tests.oracles import Shape, circle_table, fold, oracle, random_network

FULL = Shape(modulus=13, attention_biases=True, unembedding_bias=True)
APART = Recipe(17, (Dial(2, Turn(5, 0.5, 1.0), b=Turn(3), readout=Turn(1, phase=2.0)), Dial(4, Turn(-7.5))))


@st.composite
def operations(draw: st.DrawFn) -> tuple[int, Recipe]:
    """A trained modulus, odd or even, and a linked recipe for it."""
    p, q = draw(st.integers(2, 30)), draw(st.integers(2, 30))
    dials = draw(st.sets(st.integers(1, p // 2), max_size=4))
    return p, linked_recipe(q, {k: draw(st.integers(-q, q)) for k in dials}, draw(st.integers(1, 5)))


def test_the_operated_network_is_left_bitwise_unchanged():
    network = random_network(FULL)
    before = {name: tensor.clone() for name, tensor in network.tensors().items()}
    transplant(network, APART)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.tensors().items())
    assert network.modulus == 13


def test_the_body_is_the_very_same_object():
    network = random_network(FULL)
    assert transplant(network, APART).body is network.body


@given(operations())
def test_only_modulus_and_tables_change_and_shapes_follow(operation: tuple[int, Recipe]):
    p, recipe = operation
    network = random_network(replace(FULL, modulus=p))
    operated, q, d = transplant(network, recipe), recipe.modulus, network.body.width
    assert operated.modulus == q
    assert operated.layout is network.layout
    assert operated.table_a.shape == (q, d)
    assert operated.unembedding.shape == (d, q)
    assert operated.unembedding_bias.shape == (q,)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tables_come_back_in_the_precision_they_had(dtype: torch.dtype):
    operated = transplant(random_network(FULL, dtype=dtype), APART)
    assert {tensor.dtype for tensor in operated.tensors().values()} == {dtype}


def test_a_shared_table_stays_shared_until_a_dial_sets_b_apart():
    network = random_network(FULL)
    assert transplant(network, own_recipe(17, (2, 4))).tables_shared
    assert not transplant(network, APART).tables_shared


def test_two_tables_are_re_cut_each_for_itself():
    network = replace(oracle(13, {2: 1.0}), table_b=circle_table(13, [5]))
    operated = transplant(network, linked_recipe(17, {2: 3, 5: 4}))
    torch.testing.assert_close(operated.table_a, circle_table(17, [3]), rtol=0, atol=1e-14)
    torch.testing.assert_close(operated.table_b, circle_table(17, [4]), rtol=0, atol=1e-14)


def test_each_table_follows_its_own_setting():
    dial = Dial(2, Turn(3), b=Turn(4), readout=Turn(5))
    network = oracle(13, {2: 1.0})
    operated = transplant(replace(network, unembedding_bias=network.unembedding[1]), Recipe(17, (dial,)))
    for table, target in ((operated.table_a, 3), (operated.table_b, 4), (operated.unembedding.T, 5)):
        torch.testing.assert_close(table, circle_table(17, [target]), rtol=0, atol=1e-14)
    torch.testing.assert_close(operated.unembedding_bias, operated.unembedding[1], rtol=0, atol=1e-14)


def test_with_no_dial_there_remains_the_mean_of_the_tables_and_no_readout():
    network = random_network(FULL, dtype=torch.float64)
    still = transplant(network, own_recipe(17, ()))
    assert torch.equal(still.table_a, network.table_a.mean(0).expand(17, -1))
    assert not still.unembedding.any()
    assert not still.unembedding_bias.any()


@given(operations())
def test_hands_that_point_the_same_way_give_bitwise_equal_rows(operation: tuple[int, Recipe]):
    p, recipe = operation
    table = transplant(random_network(replace(FULL, modulus=p)), recipe).table_a
    steps = torch.tensor([[turn * n % recipe.modulus for turn in recipe.targets.values()] for n in range(len(table))])
    alike = (steps[:, None] == steps).all(-1)
    assert (table[:, None] == table).all(-1)[alike].all()


@given(operations())
def test_harmonics_are_shared_out_once_smallest_first(operation: tuple[int, Recipe]):
    p, recipe = operation
    waves = partials(recipe, p)
    claims = [
        (fold(harmonic * dial.frequency, p), harmonic)
        for dial in recipe.dials
        for harmonic in range(1, recipe.harmonics + 1)
    ]
    found = {fold(wave.source, p): wave.harmonic for wave in waves}
    assert len(found) == len(waves)
    assert found == {k: min(h for claimed, h in claims if claimed == k) for k, _ in claims if k}
    assert all(wave.source == wave.harmonic * wave.dial.frequency % p for wave in waves)


def test_a_harmonic_goes_to_the_dial_that_has_it_with_the_smaller_number():
    waves = partials(own_recipe(13, (2, 4), harmonics=3), 13)
    assert [(wave.dial.frequency, wave.harmonic) for wave in waves] == [(2, 1), (4, 1), (4, 2), (2, 3), (4, 3)]


def test_a_harmonic_beyond_half_the_modulus_is_conjugated():
    network = oracle(7, {1: 1.0})  # read as the second harmonic of 3: 2·3 = 6 = −1 (mod 7)
    operated = transplant(network, linked_recipe(11, {3: 2}))
    torch.testing.assert_close(operated.table_a, circle_table(11, [-4]), rtol=0, atol=1e-14)


def test_a_harmonic_is_turned_as_many_times_as_its_number():
    network = oracle(13, {4: 1.0})
    operated = transplant(network, Recipe(11, (Dial(2, Turn(3, phase=0.5)),)))
    assert table_spectrum(operated.table_a).share_of((5,)) == pytest.approx(1)  # 2·3 folds to 5 (mod 11)
    cosine, sine = operated.table_a[0]
    assert torch.atan2(sine, cosine).item() == pytest.approx(2 * 0.5)


@given(st.integers(1, 15), st.integers(1, 15))
def test_the_sign_of_an_even_modulus_is_counted_once(half: int, new_half: int):
    sign = torch.tensor([1.0, -1.0], dtype=torch.float64)
    network = random_network(replace(FULL, modulus=2 * half), dtype=torch.float64)
    network = replace(network, table_a=sign.repeat(half)[:, None].expand(-1, 8).contiguous())
    operated = transplant(network, linked_recipe(2 * new_half, {half: new_half}))
    torch.testing.assert_close(operated.table_a[:, 0], sign.repeat(new_half), rtol=0, atol=1e-14)


@pytest.mark.parametrize("frequency", [-1, 0, 7, 13])
def test_a_dial_that_the_network_cannot_have_is_refused(frequency: int):
    with pytest.raises(RecipeError, match=f"Dial {frequency} is no frequency of a network mod 13; .* from 1 to 6"):
        transplant(random_network(FULL), linked_recipe(17, {frequency: 1}))


@given(operations())
def test_tables_at_whole_numbers_are_the_transplanted_tables(operation: tuple[int, Recipe]):
    p, recipe = operation
    network = random_network(replace(FULL, modulus=p), dtype=torch.float64)
    table_a, table_b = tables_at(network, recipe, torch.arange(recipe.modulus))
    assert table_a is table_b
    assert torch.equal(table_a, transplant(network, recipe).table_a)


def test_tables_at_half_steps_lie_between():
    half = torch.arange(13) + 0.5
    table, _ = tables_at(oracle(13, {2: 1.0}), own_recipe(13, (2,)), half)
    angles = 2 * torch.pi * 2 * half.double() / 13
    torch.testing.assert_close(table, torch.stack([angles.cos(), angles.sin()], dim=1), rtol=0, atol=1e-14)


def apart_at(network: Network) -> tuple[torch.Tensor, torch.Tensor]:
    return tables_at(network, APART, torch.arange(17))


def test_tables_at_any_number_can_be_set_apart():
    operated = transplant(random_network(FULL), APART)
    table_a, table_b = apart_at(random_network(FULL))
    assert torch.equal(table_a, operated.table_a)
    assert torch.equal(table_b, operated.table_b)
