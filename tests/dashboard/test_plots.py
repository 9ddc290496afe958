"""Figures of every plot, from networks whose numbers are known."""

import pytest

from dashboard.plots.clock import clock_figure, sinusoid_figure
from dashboard.plots.scalogram import scalogram_figure
from dashboard.plots.spectrum import gap_figure, spectrum_figure
from dashboard.tables.spreadsheet import BYTE_ORDER_MARK
from dashboard.tables.sweeps import spectrum_csv
from dashboard.theme import DARK, LIGHT, PALETTE, colours_of
from models.circuits.planes import frequency_plane
from models.circuits.spectra import embedding_spectrum, key_frequencies, unembedding_spectrum
from models.wavelets.scalogram import scalogram
from tests.oracles import oracle

INKS = pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def network():
    return oracle(13, {2: 1.0, 5: 1.0})


@INKS
@pytest.mark.parametrize("logarithmic", [False, True])
def test_bars_add_up_to_the_shares(network, ink, logarithmic):
    spectra = {"E": embedding_spectrum(network), "U": unembedding_spectrum(network)}
    figure = spectrum_figure(spectra, colours_of((2, 5), ink), ink, logarithmic=logarithmic, title="t")
    bars = sum(sum(trace.y) for trace in figure.data)
    assert bars == pytest.approx(2.0)
    assert len(figure.data) == (2 if logarithmic else 4)


@INKS
def test_the_gap_figure_marks_every_key_frequency(network, ink):
    keys = key_frequencies(network)
    figure = gap_figure(keys, colours_of(keys.frequencies, ink), ink)
    assert [note.text for note in figure.layout.annotations] == ["2", "5"]


@INKS
def test_clock_and_sinusoid_show_every_number(network, ink):
    plane = frequency_plane(network.table_a, 5)
    assert len(clock_figure(plane, ink.text, ink, title="t").data[1].x) == 13
    assert len(sinusoid_figure(plane, ink.text, ink, title="t").data[1].y) == 13
    assert plane.share_of_first == pytest.approx(1.0)


@INKS
@pytest.mark.parametrize("relative", [True, False])
def test_a_scalogram_has_a_row_per_frequency_and_a_column_per_number(network, ink, relative):
    found = scalogram(network.table_a)
    (heat,) = scalogram_figure(found, ink, relative=relative, title="t").data
    assert heat.z.shape == (6, 13)
    assert list(heat.y) == [1, 2, 3, 4, 5, 6]
    assert heat.z.mean(1) == pytest.approx([1] * 6 if relative else found.power.mean(1).tolist(), rel=1e-5)


def test_one_colour_per_frequency_also_past_the_palette():
    many = tuple(range(1, 2 * len(PALETTE) + 2))
    colours = colours_of(many, LIGHT)
    assert len(colours) == len(many)
    assert len({colours[k] for k in many[: len(PALETTE)]}) == len(PALETTE)


def test_the_csv_has_a_row_per_frequency(network):
    lines = spectrum_csv({"E": embedding_spectrum(network)}).removeprefix(BYTE_ORDER_MARK).splitlines()
    assert lines[0] == "frequency,E cosine,E sine,E share"
    assert len(lines) == 1 + 13 // 2
