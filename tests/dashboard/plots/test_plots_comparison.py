"""Two networks on the same scales: the data of their figures, on networks of unlike moduli."""

import pytest
import torch

from dashboard.plots.comparison import (
    EveryModulus,
    FrequencyShares,
    axes_of,
    every_modulus_figure,
    frequencies_figure,
    limits_of,
    logits_figure,
)
from dashboard.plots.spectrum import gap_figure
from dashboard.theme import DARK, LIGHT, PALETTE, TITLE_ROOM, colours_of, hues_of
from models.circuits.logit_fit import PairDecomposition
from models.circuits.spectra import key_frequencies
from models.evaluation import Counts
from models.zoo import load
from tests.dashboard.plots.reading import axes, hovered, points

OF_SEVEN = FrequencyShares(7, (0.5, 0.3, 0.2), {1: "#111111", 3: "#333333"})
OF_TEN = FrequencyShares(10, (0.0, 0.6, 0.0, 0.1, 0.3), {2: "#222222"})


def pair(modulus: int, a: int, b: int) -> PairDecomposition:
    logits = torch.arange(modulus, dtype=torch.float64) ** 2
    return PairDecomposition(a, b, (1, 2), logits, torch.tensor([3.0, 0.5], dtype=torch.float64))


def test_two_moduli_stand_on_the_axis_of_turns_and_have_one_height():
    shared = axes_of([OF_SEVEN, OF_TEN])
    figures = [frequencies_figure(each, shared, LIGHT, title="t", unit="share") for each in (OF_SEVEN, OF_TEN)]
    assert [x for x, _ in points(figures[0].data[0])] == [1 / 7, 2 / 7, 3 / 7]
    assert [x for x, _ in points(figures[1].data[0])] == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert axes(figures[0]) == axes(figures[1])
    assert axes(figures[0])["yaxis"][2][1] > 0.6
    assert axes(figures[0])["xaxis"][0] == "turns a number, k/p"
    assert hovered(figures[1].data[0])[1] == "k = 2 of 10 | 5 numbers to a round | share 0.6000"
    assert list(figures[0].data[0].marker.color) == ["#111111", LIGHT.soft, "#333333"]
    assert [(note.text, note.x, note.y) for note in figures[0].layout.annotations] == [
        ("1", 1 / 7, 0.5),
        ("3", 3 / 7, 0.2),
    ]


def test_one_modulus_is_told_by_k_and_close_numbers_stand_apart():
    found = FrequencyShares(113, [0.01] * 56, {5: "#111111", 6: "#222222", 40: "#333333"})
    figure = frequencies_figure(found, axes_of([found, found]), LIGHT, title="t", unit="share")
    assert axes(figure)["xaxis"][0] == "frequency k"
    assert [x for x, _ in points(figure.data[0])] == list(range(1, 57))
    shifts = {note.text: note.xshift for note in figure.layout.annotations}
    assert shifts["5"] < 0 < shifts["6"]
    assert shifts["40"] == 0


def test_many_key_frequencies_are_not_numbered_and_a_logarithmic_axis_neither():
    many = FrequencyShares(97, [1 / 48] * 48, dict.fromkeys(range(1, 49), "#111111"))
    assert not frequencies_figure(many, axes_of([many, OF_TEN]), LIGHT, title="t", unit="share").layout.annotations
    logarithmic = frequencies_figure(OF_TEN, axes_of([OF_TEN], logarithmic=True), LIGHT, title="t", unit="share")
    assert logarithmic.layout.yaxis.type == "log"
    assert not logarithmic.layout.annotations


def test_the_logits_of_a_pair_stand_around_its_right_answer():
    found = pair(7, 5, 6)
    figure = logits_figure(found, (-1.0, 40.0), LIGHT, title="t")
    whole, logits = figure.data
    classes = [(11 + step) % 7 for step in range(-3, 4)]
    assert points(logits) == [(step / 7, float(c**2)) for step, c in zip(range(-3, 4), classes, strict=True)]
    assert hovered(logits)[3] == "class 4 | logit 16.000"
    peak = max(points(whole), key=lambda point: point[1])
    assert peak == (0.0, pytest.approx(3.5))  # both waves at their highest
    assert axes(figure)["yaxis"][2] == (-1.0, 40.0)


def test_limits_have_room_for_both_pairs():
    low, high = limits_of([pair(7, 5, 6), pair(12, 1, 2)])
    assert low < -3.5
    assert high > 121


def test_every_modulus_tells_the_two_apart_without_colour():
    one = EveryModulus("one", 7, {5: Counts(20, 5, 0), 9: Counts(81, 0, 0)}, {5: 0.25, 9: 0.5}, {5: 0.4, 7: 1.0})
    other = EveryModulus("other", 10, {9: Counts(80, 0, 1)}, {9: 0.125}, {5: 0.75})
    figure = every_modulus_figure([one, other], 9, LIGHT)
    traces = {trace.name: trace for trace in figure.data if trace.name}
    assert list(traces) == [
        "one untouched (mod 7)",
        "other untouched (mod 10)",
        "other after surgery",
        "one after surgery",
    ]
    assert points(traces["one untouched (mod 7)"]) == [(5, 0.4), (7, 1.0)]
    assert points(traces["one after surgery"]) == [(5, 0.8), (9, 1.0)]
    assert hovered(traces["other after surgery"])[0].startswith("mod 9: 98.77% | 80 of all 81 pairs right")
    looks = {(trace.marker.symbol, trace.line.dash) for trace in traces.values()}
    assert len(looks) == 4
    margins = [trace for trace in figure.data if not trace.name]
    assert [points(trace) for trace in margins] == [[(9, 0.125)], [(5, 0.25), (9, 0.5)]]


def test_no_hue_stands_for_two_and_what_is_past_the_palette_is_in_ink():
    hues = hues_of([*"abcdefghij", "a"], DARK)
    assert list(hues.values()) == [dark for _, dark in PALETTE] + [DARK.text] * 2
    assert hues_of("ba", LIGHT) == {"b": PALETTE[0][0], "a": PALETTE[1][0]}


def test_the_toolbar_has_room_above_the_title_of_every_small_figure():
    one = FrequencyShares(11, [0.2] * 5, {1: "red"})
    small = frequencies_figure(one, axes_of([one]), LIGHT, title="", unit="")
    logits = logits_figure(pair(11, 2, 3), (-1, 1), LIGHT, title="")
    assert [each.layout.margin.t for each in (small, logits)] == [TITLE_ROOM, TITLE_ROOM]


def test_numbers_of_key_frequencies_beside_each_other_stand_apart():
    keys = key_frequencies(load("transformer-113"))
    figure = gap_figure(keys, colours_of(keys.frequencies, LIGHT), LIGHT)
    shifts = {int(note.text): note.xshift for note in figure.layout.annotations}
    assert shifts == {5: -6, 6: 6, 43: -6, 45: 6, 52: 0}
