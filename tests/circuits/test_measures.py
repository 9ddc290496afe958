import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import zoo
from models.circuits.findings import Findings
from models.circuits.measures import MEASURES, Measured, slow_measures, take_measures
from models.circuits.neurons import neuron_table
from models.circuits.spectra import embedding_spectrum, neuron_logit_spectrum, unembedding_spectrum
from models.network import Network
from tests.mlps import MlpShape, hand_built_mlp, random_mlp
from tests.oracles import Shape, fold, oracle, random_network

PROMISED = {
    "logits_explained",
    "similarity_explained",
    "restricted_loss",
    "excluded_loss",
    "clustered_neurons",
    "gradient_symmetricity",
    "distance_irrelevance",
    "circularity",
    "q_clock_explained",
    "q_pizza_explained",
    "ipr",
}


UNITS = {"fraction of variance", "fraction of power", "nats", "neurons", "ratio", "cosine", "2ρ − 1"}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Small networks of every kind, with weights that nothing was learned by."""
    p, seed = draw(st.integers(5, 11)), draw(st.integers(0, 99))
    kind = draw(st.sampled_from(["=", "two tokens", "deep", "one-hot", "side by side"]))
    if kind == "one-hot":
        return random_mlp(MlpShape(modulus=p, layers=0), seed, torch.float64)
    if kind == "side by side":
        return random_mlp(MlpShape(modulus=p, combination="concat", biases=True), seed, torch.float64)
    shape = Shape(modulus=p, equals=kind == "=", layers=2 if kind == "deep" else 1, unembedding_bias=True)
    return random_network(shape, seed, torch.float64)


def renumbered(network: Network, m: int) -> Network:
    """The same network with n called m·n: it still adds what it added."""
    order = m * torch.arange(network.modulus) % network.modulus
    table_a = network.table_a[order]
    return replace(
        network,
        table_a=table_a,
        table_b=table_a if network.tables_shared else network.table_b[order],
        unembedding=network.unembedding[:, order],
        unembedding_bias=None if network.unembedding_bias is None else network.unembedding_bias[order],
    )


def require_alike(found: dict[str, Measured], expected: dict[str, Measured], frequency) -> None:
    """The same measures, each with the same value, and per frequency the same once k is `frequency(k)`."""
    assert found.keys() == expected.keys()
    for name, measured in found.items():
        assert measured.value == pytest.approx(expected[name].value, abs=1e-5), name  # gradients: float32
        if measured.per_frequency is not None:
            moved = {frequency(k): value for k, value in expected[name].per_frequency.items()}
            assert measured.per_frequency == pytest.approx(moved, abs=1e-5), name


@given(networks(), st.data())
def test_calling_n_by_another_name_permutes_spectra_and_changes_no_measure(network: Network, data: st.DataObject):
    p = network.modulus
    m = data.draw(st.sampled_from([m for m in range(1, p) if math.gcd(m, p) == 1]))
    moved = renumbered(network, m)
    places = torch.tensor([fold(m * k, p) - 1 for k in range(1, p // 2 + 1)])
    for spectrum in (embedding_spectrum, unembedding_spectrum, neuron_logit_spectrum):
        torch.testing.assert_close(spectrum(moved).power[places], spectrum(network).power)
    keys = (1, 2)
    expected = take_measures(Findings(network, keys), slow_too=True)
    found = take_measures(Findings(moved, tuple(fold(m * k, p) for k in keys)), slow_too=True)
    require_alike(found, expected, lambda k: fold(m * k, p))
    before, after = neuron_table(network), neuron_table(moved)
    torch.testing.assert_close(after.explained, before.explained)
    # A neuron that answers a single pair has all frequencies alike: only a cluster's is its own.
    assert after.clustered.tolist() == before.clustered.tolist()
    moved_frequencies = [fold(m * k, p) for k in before.frequencies[before.clustered].tolist()]
    assert after.frequencies[after.clustered].tolist() == moved_frequencies


@given(networks(), st.floats(-50, 50))
def test_a_constant_on_all_logits_changes_nothing(network: Network, constant: float):
    bias = (
        torch.zeros(network.modulus, dtype=torch.float64)
        if network.unembedding_bias is None
        else network.unembedding_bias
    )
    expected = take_measures(Findings(network, (1, 2)), slow_too=True)
    found = take_measures(Findings(replace(network, unembedding_bias=bias + constant), (1, 2)), slow_too=True)
    require_alike(found, expected, lambda k: k)


def test_every_promised_measure_is_in_the_register_under_a_name_of_its_own():
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert set(names) >= PROMISED


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_the_register_says_what_a_measure_is_and_who_defined_it(measure):
    assert measure.title
    assert measure.definition.endswith(".")
    assert "arXiv" in measure.source
    assert measure.unit in UNITS
    assert measure.range[0] < measure.range[1]


@given(networks())
def test_values_lie_in_their_range(network: Network):
    found = take_measures(Findings(network, (1, 2)), slow_too=True)
    for measure in MEASURES:
        if measure.name in found:
            low, high = measure.range
            assert low - 1e-6 <= found[measure.name].value <= high + 1e-6, measure.name


def test_an_analytic_clock_gets_what_theory_says():
    found = take_measures(Findings(oracle(13, {2: 1.0}), (2,)), slow_too=True)
    ones = ("logits_explained", "similarity_explained", "circularity", "neurons_explained", "ipr", "q_clock_explained")
    assert [found[name].value for name in ones] == pytest.approx([1] * 6)
    assert found["excluded_loss"].value == pytest.approx(math.log(13))
    assert found["excluded_loss_sum_directions"].value == pytest.approx(math.log(13))
    assert found["gradient_symmetricity"].value == pytest.approx(0, abs=1e-6)
    assert found["clustered_neurons"].value == 2
    assert found["clustered_neurons"].per_frequency == {2: 2}
    # Nothing attends, the right logit never varies, and a product hears nothing of one operand alone.
    assert not {"attention_explained", "distance_irrelevance", "phase_alignment"} & found.keys()


def test_measures_that_do_not_apply_are_absent():
    found = take_measures(Findings(hand_built_mlp(7, (1, 2), "chughtai_mlp"), ()), slow_too=True)
    absent = {"attention_explained", "gradient_symmetricity", "q_clock_explained", "q_pizza_explained"}
    assert not absent & found.keys()


def test_slow_measures_are_taken_only_where_asked_for(monkeypatch: pytest.MonkeyPatch):
    findings = Findings(random_network(Shape()), (1,))
    assert slow_measures(findings) == ()
    monkeypatch.setattr("models.circuits.measures.QUICK_PRODUCTS", 20_000)
    slow = slow_measures(findings)
    assert "gradient_symmetricity" in slow
    assert not set(slow) & take_measures(findings).keys()
    assert "gradient_symmetricity" in take_measures(findings, slow_too=True)


@pytest.mark.parametrize("name", ["transformer-113", "kuramoto-113", "layernorm-97"])
def test_gradients_wait_wherever_they_take_longer_than_some_seconds(name: str):
    """Also those through a norm, which multiply little and move much."""
    assert "gradient_symmetricity" in slow_measures(Findings(zoo.load(name), (1,)))


def test_a_measure_is_written_as_a_number_or_with_what_it_is_made_of():
    assert Measured(0.5).to_json() == 0.5
    assert Measured(0.5, {3: 0.25}).to_json() == {"value": 0.5, "per_frequency": {"3": 0.25}}
    assert Measured(0.5, besides={"of": 8}).to_json() == {"value": 0.5, "of": 8}
