import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.circuits.attention import attention_heads
from models.circuits.grid_spectrum import GridSpectrum
from models.circuits.key_rules import key_rules
from models.circuits.neurons import NeuronTable, neuron_portrait, neuron_table, wrapped
from models.circuits.transforms.fourier import fourier_basis
from models.errors import RecipeError
from models.network import Network
from tests.mlps import PHASES, MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, hand_built, oracle, random_network

BUILT = {"mlp": hand_built_mlp(13, (1, 3, 4)), "transformer": hand_built(13, (1, 3, 4))}


def activations(network: Network) -> torch.Tensor:
    """[p, p, m] of every pair."""
    exact = network.cast(torch.float64)
    _, active = exact.body.last_neurons(exact.table_a, exact.table_b, *network.task.pairs())
    return active.unflatten(0, (network.modulus, network.modulus))


def explained_by_the_basis(grid: torch.Tensor) -> list[float]:
    """Share of the 8 non-constant terms of each frequency in a map's power, straight from the basis."""
    p = len(grid)
    basis = fourier_basis(p)
    power = (basis @ (grid - grid.mean()) @ basis.T).square()
    rows = [[0, 2 * k - 1] if 2 * k == p else [0, 2 * k - 1, 2 * k] for k in range(1, p // 2 + 1)]
    return [float(power[some][:, some].sum() / power.sum()) for some in rows]


@given(st.integers(2, 13), st.integers(1, 4), st.integers(0, 50))
def test_the_spectrum_of_maps_is_the_fourier_basis_s(p: int, maps: int, seed: int):
    grids = torch.randn(p, p, maps, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + 3
    spectrum = GridSpectrum(p, maps)
    for rows in torch.arange(p).split(2):
        spectrum.add(rows, grids[rows])
    found = spectrum.result()
    for number in range(maps):
        expected = explained_by_the_basis(grids[..., number])
        assert found.shares[:, number].tolist() == pytest.approx(expected, abs=1e-12)
        assert int(found.frequencies[number]) == 1 + expected.index(max(expected))
        assert float(found.explained[number]) == pytest.approx(max(expected))
        assert float(found.deviations[number]) == pytest.approx(float(grids[..., number].std(unbiased=False)))


def test_a_constant_map_has_no_frequency():
    spectrum = GridSpectrum(5, 1)
    spectrum.add(torch.arange(5), torch.full((5, 5, 1), 0.1, dtype=torch.float64))
    found = spectrum.result()
    assert (int(found.frequencies), float(found.explained)) == (0, 0.0)


@given(st.integers(0, 20))
def test_the_neurons_of_any_body_are_read_out_to_its_logits(seed: int):
    transformer = random_network(Shape(layers=1 + seed % 2), seed, torch.float64)
    mlp = random_mlp(MlpShape(layers=seed % 3, biases=True), seed, torch.float64)
    pairs = mlp.task.pairs()
    received, active = mlp.body.last_neurons(mlp.table_a, mlp.table_b, *pairs)
    torch.testing.assert_close(active, mlp.body.readout_vectors(mlp.table_a, mlp.table_b, *pairs))
    torch.testing.assert_close(active, received.relu())
    block, tables = transformer.body.blocks[-1], (transformer.table_a, transformer.table_b)
    received, active = transformer.body.last_neurons(*tables, *pairs)
    whole = transformer.body.readout_vectors(*tables, *pairs)
    before = whole - active @ block.W_out - block.b_out  # the residual that the neurons heard
    torch.testing.assert_close(received, before @ block.W_in + block.b_in)


@pytest.mark.parametrize("name", BUILT)
def test_the_neurons_of_a_hand_built_network_obey_the_phase_rule(name: str):
    table = neuron_table(BUILT[name])
    phases = torch.arange(PHASES).repeat(3) * 2 * math.pi / PHASES
    assert table.frequencies.tolist() == [k for k in (1, 3, 4) for _ in range(PHASES)]
    for heard in (table.phases_a, table.phases_b):
        assert float(wrapped(heard - phases).abs().max()) < 1e-6
    assert float(wrapped(table.phases_out - 2 * phases).abs().max()) < 1e-6
    assert float(table.phase_differences.abs().max()) < 1e-6
    assert float((table.ipr_in - 1).abs().max()) < 1e-6  # each hears and says one frequency: float32 weights
    assert table.ipr == pytest.approx(1, abs=1e-6)
    for number in (0, 20, 47):
        expected = max(explained_by_the_basis(activations(BUILT[name])[..., number]))
        assert float(table.explained[number]) == pytest.approx(expected)


def test_the_participation_ratio_of_two_equal_frequencies_is_a_half():
    assert neuron_table(oracle(11, {2: 1.0})).ipr_out.tolist() == pytest.approx([1, 1])
    network = oracle(11, {2: 1.0, 5: 1.0})
    mixed = Network(
        network.task,
        network.table_a,
        network.table_b,
        network.body,
        network.unembedding.sum(0, keepdim=True).expand(4, -1),
        None,
        network.layout,
    )
    assert neuron_table(mixed).ipr_out.tolist() == pytest.approx([0.5] * 4)


def test_the_neurons_of_an_oracle_are_pure_waves_of_the_sum():
    table = neuron_table(oracle(11, {2: 1.0, 5: 0.5}))
    assert table.frequencies.tolist() == [2, 5, 2, 5]
    assert table.explained.tolist() == pytest.approx([1] * 4)
    assert table.counts == {2: 2, 5: 2}
    # α·cos over all pairs deviates by α/√2.
    assert table.deviations.tolist() == pytest.approx([0.5**0.5, 0.5**1.5] * 2)


def test_a_dead_neuron_has_no_frequency_and_is_in_no_cluster():
    network = random_mlp(MlpShape(neurons=3))
    silent = Network(
        network.task, 0 * network.table_a, 0 * network.table_a, network.body, network.unembedding, None, network.layout
    )
    table = neuron_table(silent)
    assert table.frequencies.tolist() == [0, 0, 0]
    assert table.counts == {}


@given(st.floats(-50, 50))
def test_wrapped_angles_point_the_same_way(angle: float):
    found = float(wrapped(torch.tensor(angle, dtype=torch.float64)))
    assert -math.pi <= found < math.pi + 1e-12
    assert math.cos(found - angle) == pytest.approx(1, abs=1e-12)


def test_a_portrait_shows_one_neuron_at_large():
    network, number = BUILT["mlp"], 20
    portrait = neuron_portrait(network, number)
    grid = activations(network)[..., number]
    torch.testing.assert_close(portrait.activations, grid)
    assert float(portrait.spectrum.sum()) == pytest.approx(float((grid - grid.mean()).square().sum()))
    a, b = network.task.pairs()
    for n in range(13):
        assert float(portrait.along_sum[n]) == pytest.approx(float(grid.flatten()[(a + b) % 13 == n].mean()))
        assert float(portrait.along_difference[n]) == pytest.approx(float(grid.flatten()[(a - b) % 13 == n].mean()))
    assert int(portrait.logit_spectrum.argmax()) + 1 == int(neuron_table(network).frequencies[number]) == 3
    torch.testing.assert_close(portrait.logit_weights, network.unembedding[number].double())


def test_attention_that_does_not_look_about_is_absent():
    assert attention_heads(BUILT["mlp"]) is None
    assert attention_heads(BUILT["transformer"]) is None  # even attention
    assert attention_heads(random_network(Shape(coefficient=0.0))) is None


@pytest.mark.parametrize("equals", [True, False])
@pytest.mark.parametrize("coefficient", [1.0, 0.5])
def test_attention_is_the_softmax_of_the_last_position_s_scores(equals: bool, coefficient: float):
    network = random_network(Shape(equals=equals, coefficient=coefficient), 2, torch.float64)
    heads, block = attention_heads(network), network.body.blocks[0]
    tokens = network.body.tokens(network.table_a, network.table_b)
    for a, b in ((0, 0), (2, 5), (6, 1)):
        seen = torch.stack([tokens[0][a], tokens[1][b], *([tokens[2][0]] if equals else [])])
        scores = (block.queries(seen[-1:]) * block.keys(seen)).sum(-1)  # [positions, h]
        expected = coefficient * scores.softmax(0)[0] + (1 - coefficient)
        torch.testing.assert_close(heads.weights[:, a, b], expected)
    assert heads.found.explained[0] == pytest.approx(max(explained_by_the_basis(heads.weights[0])))


def test_four_rules_agree_on_an_oracle():
    network = oracle(13, {2: 1.0, 5: 1.0})
    rules = key_rules(network, neuron_table(network))
    assert [rule.name for rule in rules] == [
        "both_tables",
        "embedding_power",
        "neuron_logit_power",
        "neuron_frequency",
    ]
    assert {rule.frequencies for rule in rules} == {(2, 5)}


def test_a_table_without_clusters_has_no_neuron_frequencies():
    flat = NeuronTable(5, *(torch.zeros(2) for _ in range(8)))
    network = oracle(5, {1: 1.0})
    assert key_rules(network, flat)[-1].frequencies == ()


def test_neurons_as_pure_as_each_other_are_listed_in_their_order():
    nothing = torch.zeros(40, dtype=torch.float64)
    table = NeuronTable(13, torch.tensor([1, 3]).repeat(20), nothing + 0.9, *([nothing] * 6))
    assert table.clusters == {1: list(range(0, 40, 2)), 3: list(range(1, 40, 2))}


@pytest.mark.parametrize("number", [-1, len(neuron_table(BUILT["mlp"]).frequencies), 1.0, True])
def test_a_neuron_that_is_not_there_is_refused(number: object):
    with pytest.raises(RecipeError, match="is no neuron of this network; expected a whole number from 0 to "):
        neuron_portrait(BUILT["mlp"], number)
