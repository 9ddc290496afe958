"""Neurons in rows by cluster, how pure they are, what one of them hears and says: read mark by mark."""

import pytest
import torch

from dashboard.plots.neurons import along_figure, explained_figure, says_figure, strip_figure
from dashboard.theme import LIGHT, colours_of
from models.circuits.neurons import NeuronPortrait, NeuronTable
from tests.dashboard.plots.reading import axes, hovered, points

COLOURS = colours_of((2, 5), LIGHT)
FREQUENCIES = [5, 2, 5, 3, 2, 5, 5, 0]
EXPLAINED = [0.9, 0.99, 0.95, 0.4, 0.86, 0.97, 0.85, 0.0]
NOTHING = torch.zeros(8, dtype=torch.float64)
TABLE = NeuronTable(
    11, torch.tensor(FREQUENCIES), torch.tensor(EXPLAINED, dtype=torch.float64), *([NOTHING] * 6)
)  # clusters: 2 → 1, 4; 5 → 5, 2, 0, 6; none → 3, 7
PORTRAIT = NeuronPortrait(
    3,
    torch.zeros(5, 5),
    torch.zeros(5, 5),
    torch.tensor([0.0, 1.0, 4.0, 2.0, -1.0]),
    torch.tensor([3.0, -2.0, 0.5, 0.0, 1.5]),
    torch.zeros(5),
    torch.tensor([1.0, 3.0]),
)


def test_neurons_stand_in_rows_by_cluster_the_purest_first():
    figure = strip_figure(TABLE, COLOURS, LIGHT, chosen=0, columns=3)
    told = {
        text: (x, y, customdata)
        for trace in figure.data
        for text, (x, y), customdata in zip(trace.text, points(trace), trace.customdata, strict=True)
    }
    places = {number: (x, y) for number, (x, y, _) in told.items()}
    assert places == {
        "1": (0, 0), "4": (1, 0),
        "5": (0, 2), "2": (1, 2), "0": (2, 2), "6": (0, 3),
        "3": (0, 5), "7": (1, 5),
    }  # fmt: skip
    assert list(figure.layout.yaxis.ticktext) == ["k = 2 · 2", "k = 5 · 4", "no cluster · 2"]
    assert list(figure.layout.yaxis.tickvals) == [0, 2, 5]
    assert figure.layout.height == 120 + 17 * 7
    assert hovered(figure.data[1])[0] == "neuron 5 | frequency 5 | explained 0.970"
    assert hovered(figure.data[2])[0] == "neuron 3 | frequency 3 | explained 0.400"
    assert axes(figure)["xaxis"][2] == (-0.7, 2.7)


def test_each_neuron_has_its_clusters_colour_and_the_chosen_one_a_frame():
    figure = strip_figure(TABLE, COLOURS, LIGHT, chosen=2, columns=3)
    colours = [list(trace.marker.color) for trace in figure.data]
    assert colours == [[COLOURS[2]] * 2, [COLOURS[5]] * 4, [LIGHT.line] * 2]
    assert [list(trace.marker.line.width) for trace in figure.data] == [[0, 0], [0, 2, 0, 0], [0, 0]]
    assert (figure.layout.clickmode, figure.layout.dragmode, figure.layout.yaxis.autorange) == (
        "event+select",
        False,
        "reversed",
    )


def test_a_cluster_of_a_frequency_without_a_colour_is_soft():
    table = NeuronTable(11, torch.tensor([4]), torch.tensor([0.9]), *([NOTHING[:1]] * 6))
    assert list(strip_figure(table, COLOURS, LIGHT, chosen=0, columns=3).data[0].marker.color) == [LIGHT.soft]


def test_neurons_are_sorted_by_how_pure_they_are():
    figure = explained_figure(TABLE, COLOURS, LIGHT)
    [marks] = figure.data
    order = [1, 5, 2, 0, 4, 6, 3, 7]
    assert points(marks) == [(place, pytest.approx(EXPLAINED[number])) for place, number in enumerate(order, 1)]
    assert hovered(marks) == [
        f"neuron {number} | frequency {FREQUENCIES[number]} | explained {EXPLAINED[number]:.3f}" for number in order
    ]
    assert list(marks.marker.color) == [COLOURS.get(FREQUENCIES[number], LIGHT.soft) for number in order]
    assert axes(figure) == {
        "xaxis": ("neurons, the purest first", None, None),
        "yaxis": ("fraction of variance explained", None, (-0.03, 1.03)),
    }
    assert figure.layout.shapes[0].y0 == figure.layout.shapes[0].y1 == 0.85


def test_a_neuron_is_followed_along_the_sum_and_along_the_difference():
    figure = along_figure(PORTRAIT, "#123456", LIGHT)
    along_sum, along_difference = figure.data
    assert list(along_sum.y) == PORTRAIT.along_sum.tolist()
    assert list(along_difference.y) == PORTRAIT.along_difference.tolist()
    assert hovered(along_sum)[2] == "a + b mod p = 2 | mean activation 4"
    assert hovered(along_difference)[1] == "a − b mod p = 1 | mean activation -2"
    found = axes(figure)
    assert (found["xaxis"][0], found["xaxis2"][0]) == ("a + b mod p", "a − b mod p")
    assert found["yaxis"] == found["yaxis2"] == ("mean activation", None, pytest.approx((-2.48, 4.48)))
    assert (along_sum.yaxis, along_difference.yaxis) == ("y", "y2")
    assert figure.layout.title.text == "Neuron 3 along the sum and the difference"


def test_what_a_neuron_says_is_in_shares_of_its_power():
    figure = says_figure(PORTRAIT, COLOURS, LIGHT)
    [bars] = figure.data
    assert points(bars) == [(1, 0.25), (2, 0.75)]
    assert hovered(bars) == ["frequency 1 | share 0.2500", "frequency 2 | share 0.7500"]
    assert list(bars.marker.color) == [LIGHT.soft, COLOURS[2]]
    assert axes(figure)["yaxis"] == ("share of power", ".0%", None)
    assert figure.layout.title.text == "What neuron 3 writes into the logits"


def test_neurons_that_are_as_pure_as_each_other_stay_in_their_order():
    nothing = torch.zeros(40, dtype=torch.float64)
    table = NeuronTable(11, torch.full((40,), 5), nothing + 0.9, *([nothing] * 6))
    [marks] = explained_figure(table, COLOURS, LIGHT).data
    assert [text.split(" | ")[0] for text in hovered(marks)] == [f"neuron {number}" for number in range(40)]
    assert table.clusters == {5: list(range(40))}
