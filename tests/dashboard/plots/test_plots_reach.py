"""The chart of every modulus: each line, mark and band with its own figures, on a curve on which no two are alike."""

import pytest

from dashboard.plots.reach import ANALYTIC, BAND_DASHES, MARK_SIZES, MARKS, OWN, ReachCurve, reach_figure
from dashboard.theme import DARK, LIGHT, READOUT_COLOURS, faded
from models.analysis.baselines import Baseline
from models.evaluation import Counts
from tests.dashboard.plots.reading import axes, hovered, points

BASELINES = [Baseline(5, 0.6, 0.9), Baseline(7, 0.875, 1.0), Baseline(9, None, 0.25), Baseline(11, None, None)]
RUNGS = {
    "keep": {9: Counts(80, 1, 0), 5: Counts(25, 0, 0)},
    "balance": {9: Counts(79, 0, 2)},
    "calibrate": {11: Counts(0, 100, 21), 9: Counts(78, 2, 1)},
    "refit": {9: Counts(77, 0, 4)},
}
SHUFFLED = {"balance": {9: (0.02, 0.01)}, "calibrate": {11: (0.3, 0.1, 0.2), 9: (0.15, 0.4)}, "refit": {9: (0.5, 0.7)}}
CURVE = ReachCurve(7, BASELINES, RUNGS, SHUFFLED, {9: 0.4, 5: 1e-17, 6: -0.25})


@pytest.fixture(scope="module")
def traces():
    found: dict[str, list] = {}
    for trace in reach_figure(CURVE, LIGHT).data:
        found.setdefault(trace.name, []).append(trace)
    return found


def test_the_untouched_network_both_ways(traces):
    [raw], [reduced] = traces["untouched, answer as it is"], traces["untouched, answer read mod q"]
    [alone] = traces[OWN]
    assert points(raw) == [(5, 0.6)]  # a line to the trained modulus would say that it goes on like that
    assert points(alone) == [(7, 0.875)]
    assert points(reduced) == [(5, 0.9), (9, 0.25)]
    assert hovered(raw) == ["mod 5: 60.00% | untouched, answer as it is"]
    assert hovered(alone) == [f"mod 7: 87.50% | {OWN}"]
    assert hovered(reduced)[1] == "mod 9: 25.00% | untouched, answer read mod q"
    assert (raw.line.dash, reduced.line.dash, raw.mode, reduced.mode) == ("solid", "dot", "lines", "lines")


@pytest.mark.parametrize("readout", RUNGS)
def test_each_rung_has_its_own_counts_by_modulus(traces, readout):
    [marks] = traces[readout]
    counted = sorted(RUNGS[readout].items())
    assert points(marks) == [(q, counts.right / counts.pairs) for q, counts in counted]
    assert marks.mode == "markers"
    assert (marks.marker.symbol, marks.marker.size) == (MARKS[readout], MARK_SIZES[readout])
    for (q, counts), said in zip(counted, hovered(marks), strict=True):
        share = "100%" if counts.right == counts.pairs else f"{counts.right / counts.pairs:.2%}".replace("0.00%", "0%")
        rest = f"{counts.right} of all {q * q} pairs right; {counts.undecided} undecided, {counts.wrong} wrong"
        assert said == f"mod {q}: {share} | {rest} | {readout}"


@pytest.mark.parametrize("readout", SHUFFLED)
def test_each_band_goes_from_the_worst_to_the_best_shuffled_body_of_its_own_rung(traces, readout):
    upper, lower = traces[f"the same {readout} on shuffled bodies"]
    by_modulus = sorted(SHUFFLED[readout].items())
    assert points(upper) == [(q, max(found)) for q, found in by_modulus]
    assert points(lower) == [(q, min(found)) for q, found in by_modulus]
    assert (upper.fill, lower.fill) == (None, "tonexty")
    assert (upper.showlegend, lower.showlegend) == (False, True)
    colour = READOUT_COLOURS[readout][0]
    for edge in (upper, lower):
        assert (edge.line.color, edge.line.dash, edge.legendgroup) == (colour, BAND_DASHES[readout], readout)
        assert edge.fillcolor == faded(colour, 0.25)
        assert edge.mode == "lines"
    q, found = by_modulus[0]
    assert hovered(upper)[0] == f"mod {q}: {max(found):.1%} | {readout} on a shuffled body"


def test_cosines_alone_are_right_wherever_their_margin_is_above_zero(traces):
    [line] = traces[ANALYTIC]
    assert [q for q, _ in points(line)] == [5, 6, 9]
    assert [share for _, share in points(line)][1:] == [0.0, 1.0]
    assert hovered(line)[1:] == [f"mod 6: 0% | margin -0.250 | {ANALYTIC}", f"mod 9: 100% | margin 0.400 | {ANALYTIC}"]


def test_the_more_a_rung_fits_the_larger_is_its_mark():
    assert list(MARK_SIZES) == list(RUNGS)
    assert [*MARK_SIZES.values()] == sorted(set(MARK_SIZES.values()))


def test_rungs_are_drawn_over_bands_and_the_lowest_last():
    names = [trace.name for trace in reach_figure(CURVE, LIGHT).data]
    assert names[-5:] == ["refit", "calibrate", "balance", "keep", ANALYTIC]
    assert names[:3] == ["untouched, answer as it is", "untouched, answer read mod q", OWN]


def test_the_frame_shades_what_lies_above_the_trained_modulus():
    figure = reach_figure(CURVE, DARK)
    [shade] = figure.layout.shapes
    assert (shade.x0, shade.x1, shade.fillcolor) == (7.5, 257, DARK.soft)
    assert axes(figure) == {
        "xaxis": ("modulus q (shaded: above the trained one)", None, (0, 258)),
        "yaxis": ("pairs right", ".0%", (-0.03, 1.06)),
    }
    assert figure.layout.title.text == "Accuracy against modulus, all pairs of each"


def test_the_legend_has_room_for_a_row_an_entry_below_the_figure():
    full, empty = reach_figure(CURVE, LIGHT), reach_figure(ReachCurve(7, [], {}, {}, {}), LIGHT)
    rows = len({trace.name for trace in full.data}), len({trace.name for trace in empty.data})
    assert rows == (11, 2)
    for figure, entries in zip((full, empty), rows, strict=True):
        assert figure.layout.height == 380 + 21 * entries
        assert figure.layout.margin.b == 64 + 21 * entries
        assert (figure.layout.showlegend, figure.layout.legend.yref, figure.layout.legend.y) == (True, "container", 0)
        assert figure.layout.legend.orientation == "v"


def test_colours_are_those_of_the_pages_light():
    for ink in (LIGHT, DARK):
        figure = reach_figure(CURVE, ink)
        marks = {trace.name: trace.marker.color for trace in figure.data if trace.mode == "markers"}
        assert marks == {readout: READOUT_COLOURS[readout][ink.dark] for readout in RUNGS} | {OWN: ink.soft}
        assert figure.data[0].line.color == ink.soft
