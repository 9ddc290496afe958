"""Single-frequency neurons: what is left of each column, and which networks have any."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.random_phases import random_phase_mlp
from models.circuits.logits import logit_waves
from models.errors import RecipeError
from models.evaluation import evaluate
from models.formats.registry import open_file
from models.planner import best_by_margin
from models.readings.choose import read_network
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.single_frequency import has_neuron_columns, neuron_frequencies, single_frequency_neurons
from models.surgery.transplant import tables_at, transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import hand_built


@given(st.integers(5, 24), st.integers(0, 99))
def test_each_column_keeps_its_mean_and_its_strongest_wave_and_nothing_else(modulus: int, seed: int):
    network = random_mlp(MlpShape(modulus=modulus, layers=0, width=8), seed)
    found = single_frequency_neurons(network)
    own = neuron_frequencies(network)
    for before, after, has_mean in (
        (network.table_a, found.table_a, True),
        (network.table_b, found.table_b, True),
        (network.unembedding.T, found.unembedding.T, False),
    ):
        was, left = (torch.fft.rfft(table.double(), dim=0) for table in (before, after))
        for column, frequency in enumerate(own.tolist()):
            for k in range(len(was)):
                expected = was[k, column] if k == frequency or (k == 0 and has_mean) else torch.zeros(())
                torch.testing.assert_close(left[k, column], expected.to(was.dtype), rtol=1e-5, atol=1e-4)
    assert found.body is network.body
    assert found.tables_shared == network.tables_shared


def test_the_frequency_of_a_neuron_is_the_one_with_the_most_power_in_both_tables():
    network = random_phase_mlp(23, 3, 12)
    frequencies = neuron_frequencies(network)
    spectrum = torch.fft.rfft(network.table_a.double(), dim=0).abs()
    spectrum[0] = 0
    assert frequencies.tolist() == spectrum.argmax(0).tolist()
    assert len(set(frequencies.tolist())) <= 3


def test_a_network_of_single_frequencies_stays_as_it_is():
    network = random_phase_mlp(23, 3, 12)
    again = single_frequency_neurons(single_frequency_neurons(network))
    torch.testing.assert_close(again.table_a, network.table_a, rtol=0, atol=1e-5)


def test_a_recipe_that_says_so_re_cuts_the_single_frequency_network():
    network = random_mlp(MlpShape(modulus=13, layers=0, width=8))
    recipe = linked_recipe(17, {1: 2, 3: -3, 4: 5})
    flagged = replace(recipe, single_frequency=True)
    assert transplant(network, flagged).digest == transplant(single_frequency_neurons(network), recipe).digest
    assert transplant(network, flagged).digest != transplant(network, recipe).digest
    halves = torch.arange(13) + 0.5
    expected = tables_at(single_frequency_neurons(network), recipe, halves)
    assert torch.equal(tables_at(network, flagged, halves)[0], expected[0])


@pytest.mark.parametrize("network", [hand_built(13, (1, 3)), random_mlp(MlpShape(layers=1))])
def test_tables_without_neurons_are_refused_with_what_to_do(network):
    assert not has_neuron_columns(network)
    recipe = replace(own_recipe(network.modulus, (1, 3)), single_frequency=True)
    with pytest.raises(RecipeError, match=r"one-hot MLP has them.*Leave the setting out"):
        transplant(network, recipe)


def test_a_real_one_hot_network_gains_what_it_lacked(shared: Path):
    """At 1009, by the largest margin: no answers looked at, nothing fitted."""
    network = read_network(open_file(shared / "he/p97_relu.pth")).network
    frequencies = tuple(range(1, 49))
    accuracies = []
    for source in (network, single_frequency_neurons(network)):
        recipe = best_by_margin(logit_waves(source, frequencies), 1009)
        accuracies.append(evaluate(transplant(source, recipe)).counts.accuracy)
    assert accuracies[0] < accuracies[1] == 1
