"""Tables of Look inside and of the sweeps, cell by cell, where no two columns are alike."""

import csv
import io

import pytest
import torch

from dashboard.plots.reach import ReachCurve
from dashboard.tables import circuits, sweeps
from dashboard.tables.circuits import MeasureRow
from models.analysis.baselines import Baseline
from models.analysis.patching import Patched
from models.analysis.published import Figure
from models.circuits.attention import attention_heads
from models.circuits.logit_fit import LogitFit, PairDecomposition
from models.circuits.measures import MEASURES, Measured
from models.circuits.neurons import neuron_portrait, neuron_table
from models.circuits.planes import frequency_plane
from models.circuits.spectra import embedding_spectrum, key_frequencies, unembedding_spectrum
from models.evaluation import Counts
from models.formats.series import Curve
from tests.oracles import Shape, random_network

NETWORK = random_network(Shape(modulus=7, unembedding_bias=True))
NEURONS = neuron_table(NETWORK)


def test_neurons_by_their_own_columns():
    table = circuits.neurons_table(NEURONS)
    expected = {
        "neuron": list(range(12)),
        "frequency": NEURONS.frequencies.tolist(),
        "explained": NEURONS.explained.tolist(),
        "clustered": (NEURONS.explained >= 0.85).tolist(),
        "deviation": NEURONS.deviations.tolist(),
        "φ of a": NEURONS.phases_a.tolist(),
        "φ of b": NEURONS.phases_b.tolist(),
        "ψ": NEURONS.phases_out.tolist(),
        "D = φ_a + φ_b − ψ mod 2π": NEURONS.phase_differences.tolist(),
        "IPR heard": NEURONS.ipr_in.tolist(),
        "IPR said": NEURONS.ipr_out.tolist(),
    }
    assert {name: table[name].tolist() for name in table} == expected
    assert list(table) == list(expected)


def test_pairs_and_waves_along_a_before_those_along_b():
    values = torch.arange(9.0).reshape(3, 3)
    table = circuits.pairs_table(values, "value")
    assert table.values.tolist() == [[a, b, 3 * a + b] for a in range(3) for b in range(3)]
    assert list(table) == ["a", "b", "value"]
    spectrum = circuits.grid_spectrum_table(values)
    names = spectrum["wave along b"].tolist()[:3]
    assert spectrum["wave along a"].tolist() == [name for name in names for _ in range(3)]
    assert spectrum["power"].tolist() == list(range(9))


def test_a_portrait_along_the_sum_and_along_the_difference():
    portrait = neuron_portrait(NETWORK, 3)
    along = circuits.along_table(portrait)
    assert along["along a + b"].tolist() == portrait.along_sum.tolist()
    assert along["along a − b"].tolist() == portrait.along_difference.tolist()
    assert along["number"].tolist() == list(range(7))
    says = circuits.says_table(portrait)
    assert says.values.tolist() == [[c, weight] for c, weight in enumerate(portrait.logit_weights.tolist())]


def test_heads():
    heads = attention_heads(NETWORK)
    table, flat = circuits.heads_table(heads), heads.weights.flatten(1)
    assert table["head"].tolist() == [0, 1]
    assert table["frequency"].tolist() == heads.found.frequencies.tolist()
    assert table["explained by it"].tolist() == heads.found.explained.tolist()
    assert table["mean attention on a"].tolist() == flat.mean(1).tolist()
    assert table["least"].tolist() == flat.amin(1).tolist()
    assert table["most"].tolist() == flat.amax(1).tolist()


def test_a_pair_as_waves_and_the_fit_by_frequency():
    pair = PairDecomposition(1, 4, (1, 3), torch.arange(7.0).double(), torch.tensor([2.0, 0.5]).double())
    table = circuits.pair_table(pair)
    assert list(table) == ["class", "logit", "wave k=1", "wave k=3", "left over"]
    assert table["wave k=3"].tolist() == pair.waves[1].tolist()
    assert table["left over"].tolist() == pair.residual.tolist()
    assert table["logit"].tolist() == list(range(7))
    fit = circuits.fit_table(LogitFit(7, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.5, 0.25, -0.5])))
    assert fit.values.tolist() == [[1, 1, 0.5, 0.25], [2, 2, 0.25, 0.0625], [3, 3, -0.5, 0.25]]
    assert list(fit) == ["frequency", "alpha", "similarity", "explained"]


def test_key_frequencies_and_a_plane():
    keys = key_frequencies(NETWORK)
    table = circuits.keys_table(keys)
    rows = [[k, strength, k in keys.frequencies] for k, strength in enumerate(keys.strengths.tolist(), 1)]
    assert table.values.tolist() == rows
    plane = frequency_plane(NETWORK.table_a, 2)
    assert circuits.plane_table(plane).values.tolist() == [[n, *point] for n, point in enumerate(plane.points.tolist())]
    assert list(circuits.plane_table(plane)) == ["number", "cosine direction", "sine direction"]


def test_mixes_by_kind():
    table = circuits.patching_table(
        ["one", "other"], [Patched((), (), Counts(3, 2, 1)), Patched((), (), Counts(9, 8, 7))]
    )
    assert table.values.tolist() == [["one", 3, 2, 1], ["other", 9, 8, 7]]
    assert list(table) == ["mix", "right", "undecided", "wrong"]


def test_measures_stand_beside_their_own_published_figures():
    measure = next(each for each in MEASURES if each.name == "q_clock_explained")
    figures = [
        Figure("q_clock_explained", 0.5, "source"),
        Figure("q_clock_explained", 0.25, "source", 3, remark="on a sample"),
        Figure("q_pizza_explained", 0.9, "source", 2),
    ]
    rows = circuits.rows_of(measure, Measured(0.75, {2: 0.6, 3: 0.7}), figures)
    assert [(row.title, row.value, row.unit) for row in rows] == [
        (measure.title, 0.75, measure.unit),
        (f"{measure.title}, k = 2", 0.6, measure.unit),
        (f"{measure.title}, k = 3", 0.7, measure.unit),
    ]
    assert [row.published for row in rows] == [figures[0], None, figures[1]]
    assert [row.difference for row in rows] == [0.25, None, pytest.approx(0.45)]
    table = circuits.measures_table(rows).astype(object).where(lambda cells: cells.notna(), None)
    assert list(table) == ["measure", "ours", "unit", "published", "difference", "their source"]
    assert table["published"].tolist() == [0.5, None, 0.25]
    assert table["their source"].tolist() == ["source", None, "source on a sample"]
    assert table["ours"].tolist() == [0.75, 0.6, 0.7]


@pytest.mark.parametrize(
    ("value", "said"), [(48.0, "48"), (1234.0, "1,234"), (1.0, "1"), (-2.0, "-2"), (0.12345, "0.1235"), (2.5, "2.5")]
)
def test_a_measures_figure_as_people_read_it(value: float, said: str):
    assert circuits.figure_told(value) == said
    assert MeasureRow("", value, "", None).difference is None


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_spectra_have_a_row_a_frequency():
    spectra = {"E": embedding_spectrum(NETWORK), "U": unembedding_spectrum(NETWORK)}
    rows = rows_of(sweeps.spectrum_csv(spectra))
    assert [int(row["frequency"]) for row in rows] == [1, 2, 3]
    for name, spectrum in spectra.items():
        for part, values in (("cosine", spectrum.cosine), ("sine", spectrum.sine), ("share", spectrum.shares)):
            assert [float(row[f"{name} {part}"]) for row in rows] == pytest.approx(values.tolist(), rel=1e-6)


def test_recorded_curves_have_a_row_a_value():
    rows = rows_of(sweeps.curves_csv({"train loss": Curve((1, 5), (0.5, 0.25)), "test loss": Curve((3,), (0.75,))}))
    assert [tuple(row.values()) for row in rows] == [
        ("train loss", "1", "0.5"),
        ("train loss", "5", "0.25"),
        ("test loss", "3", "0.75"),
    ]


def test_a_sweep_has_a_row_a_modulus_with_what_is_known_of_it():
    curve = ReachCurve(
        7,
        [Baseline(5, 0.6, 0.9), Baseline(9, None, None)],
        {"keep": {9: Counts(80, 1, 0)}, "refit": {9: Counts(70, 4, 7), 5: Counts(20, 3, 2)}},
        {"refit": {9: (0.5, 0.7, 0.6)}},
        {9: 0.4, 5: -0.1},
    )
    five, nine = rows_of(sweeps.reach_csv(curve))
    assert (five["modulus"], five["raw"], five["answer mod q"], five["keep right"]) == ("5", "0.6", "0.9", "")
    assert [float(nine[f"keep {kind}"]) for kind in ("right", "undecided", "wrong")] == [80, 1, 0]
    assert float(nine["keep accuracy"]) == pytest.approx(80 / 81)
    refit = [float(nine[f"refit {kind}"]) for kind in ("right", "undecided", "wrong")]
    assert refit == [70, 4, 7]
    assert (float(nine["refit on shuffled bodies"]), five["refit on shuffled bodies"]) == (0.7, "")
    assert [float(row["analytic_margin"]) for row in (five, nine)] == [-0.1, 0.4]
    assert [float(row["analytic accuracy"]) for row in (five, nine)] == [0, 1]
