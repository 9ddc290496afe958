"""Figures and tables of Any base and Evidence, from small data."""

import pytest

from dashboard.plots.controls import LABEL_LETTERS, controls_figure
from dashboard.plots.reach import (
    ANALYTIC,
    BAND_OPACITY,
    LEGEND_GAP,
    LEGEND_ROW,
    MARKS,
    PLOT_HEIGHT,
    ReachCurve,
    reach_figure,
)
from dashboard.tables.spreadsheet import BYTE_ORDER_MARK
from dashboard.tables.sweeps import reach_csv
from dashboard.theme import DARK, LIGHT, READOUT_COLOURS, faded
from models.ablation.shuffles import NO_BODY
from models.analysis.baselines import Baseline
from models.evaluation import Counts
from models.experiment.controls import Control
from models.experiment.searched_controls import ANEW
from models.surgery.readout import READOUT_MODES

INKS = pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
BASELINES = [Baseline(5, 0.6, 0.9), Baseline(7, 1.0, 1.0), Baseline(9, None, None)]
KEPT = {9: Counts(80, 1, 0), 5: Counts(25, 0, 0)}
SHUFFLED = {"balance": {9: (0.01, 0.02)}, "calibrate": {9: (0.1, 0.2)}, "refit": {9: (0.5, 0.7, 0.6)}}
FITTED = {"balance": {9: Counts(81, 0, 0)}, "calibrate": {9: Counts(80, 0, 1)}, "refit": {9: Counts(81, 0, 0)}}
CURVE = ReachCurve(7, BASELINES, {"keep": KEPT} | FITTED, SHUFFLED, {9: 0.4, 5: 1e-17})
EMPTY_BUT_KEPT = ReachCurve(7, BASELINES, {"keep": KEPT}, {}, {})
EMPTY = ReachCurve(7, [], {}, {}, {})


@INKS
def test_every_counted_modulus_has_its_mark(ink):
    traces = {trace.name: trace for trace in reach_figure(CURVE, ink).data}
    assert traces.keys() >= set(READOUT_MODES)
    assert list(traces["keep"].x) == [5, 9]
    assert list(traces["keep"].y) == [1, 80 / 81]
    assert list(traces["refit"].y) == [1]
    assert list(traces["calibrate"].y) == [80 / 81]
    for readout in READOUT_MODES:
        assert traces[readout].marker.color == READOUT_COLOURS[readout][ink.dark]
        assert traces[readout].marker.symbol == MARKS[readout]


def test_a_mark_that_is_not_all_never_reads_100_percent():
    curve = ReachCurve(7, [], {"keep": {400: Counts(159_999, 1, 0), 401: Counts(160_801, 0, 0)}}, {}, {})
    told = [tuple(each[1:]) for each in reach_figure(curve, LIGHT).data[-1].customdata]
    assert told[0] == ("99.99%", "159,999 of all 160,000 pairs right; 1 undecided, 0 wrong")
    assert told[1][0] == "100%"


@INKS
def test_the_untouched_network_is_drawn_as_far_as_it_has_tokens(ink):
    raw, reduced, own = (trace for trace in reach_figure(CURVE, ink).data if trace.name.startswith("untouched"))
    assert (list(raw.x), list(raw.y)) == ([5], [0.6])
    assert (list(reduced.x), list(reduced.y)) == ([5], [0.9])
    assert (list(own.x), list(own.y), own.mode) == ([7], [1.0], "markers")
    assert raw.line.dash != reduced.line.dash


@INKS
def test_the_control_of_a_fitted_readout_is_a_band_from_the_worst_to_the_best_body(ink):
    bands = [trace for trace in reach_figure(CURVE, ink).data if "shuffled" in trace.name]
    assert [list(trace.y) for trace in bands] == [[0.02], [0.01], [0.2], [0.1], [0.7], [0.5]]
    assert [trace.showlegend for trace in bands] == [False, True] * 3
    for readout, edges in (("balance", bands[:2]), ("calibrate", bands[2:4]), ("refit", bands[4:])):
        assert {trace.name for trace in edges} == {f"the same {readout} on shuffled bodies"}
        assert {trace.line.color for trace in edges} == {READOUT_COLOURS[readout][ink.dark]}
        assert edges[1].fillcolor == faded(READOUT_COLOURS[readout][ink.dark], BAND_OPACITY)
    assert len({trace.line.dash for trace in bands}) == 3


@INKS
def test_cosines_alone_are_right_wherever_their_margin_is_above_0(ink):
    curve = next(trace for trace in reach_figure(CURVE, ink).data if trace.name == ANALYTIC)
    assert (list(curve.x), list(curve.y)) == ([5, 9], [0, 1])
    assert [shown[0] for shown in curve.customdata] == ["0.000", "0.400"]


@INKS
def test_every_name_in_the_legend_has_a_row_of_its_own_in_the_ink_of_text(ink):
    for curve in (EMPTY_BUT_KEPT, CURVE):
        figure = reach_figure(curve, ink)
        layout = figure.layout
        named = [trace for trace in figure.data if trace.showlegend is not False]
        assert layout.legend.orientation == "v"
        assert layout.legend.font.color == ink.text
        assert layout.margin.b == LEGEND_GAP + len(named) * LEGEND_ROW
        assert layout.height == PLOT_HEIGHT + len(named) * LEGEND_ROW


@INKS
def test_nothing_counted_yet_is_a_figure_too(ink):
    figure = reach_figure(EMPTY, ink)
    assert [list(trace.x) for trace in figure.data] == [[], []]
    assert figure.layout.title.text


def test_every_rung_has_a_mark_and_colours_of_its_own():
    assert MARKS.keys() == READOUT_COLOURS.keys() == set(READOUT_MODES)
    assert len(set(MARKS.values())) == len(set(READOUT_COLOURS.values())) == len(READOUT_MODES)


def test_the_csv_has_a_row_for_each_modulus():
    lines = reach_csv(CURVE).removeprefix(BYTE_ORDER_MARK).splitlines()
    assert len(lines) == 1 + len(BASELINES)
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
    assert [row["modulus"] for row in rows] == ["5", "7", "9"]
    assert (rows[0]["raw"], rows[0]["answer mod q"]) == ("0.6", "0.9")
    assert (rows[2]["raw"], rows[2]["answer mod q"]) == ("", "")
    assert [float(rows[2][f"keep {what}"]) for what in ("right", "undecided", "wrong")] == [80, 1, 0]
    assert float(rows[2]["keep accuracy"]) == pytest.approx(80 / 81)
    assert float(rows[2]["refit right"]) == 81
    assert float(rows[2]["refit on shuffled bodies"]) == 0.7
    assert float(rows[2]["calibrate on shuffled bodies"]) == 0.2
    assert [row["analytic_margin"] for row in rows] == ["1e-17", "", "0.4"]
    assert [row["analytic accuracy"] for row in rows] == ["0.0", "", "1.0"]
    assert rows[1]["keep right"] == rows[1]["refit right"] == rows[1]["refit on shuffled bodies"] == ""


def test_the_csv_of_nothing_is_text():
    assert isinstance(reach_csv(EMPTY), str)


CONTROLS = [
    Control("whole body shuffled", "keep", (0.01, 0.03), 1.0),
    Control("whole body shuffled", "refit", (0.8, 0.9, 1.0), 1.0),
    Control("phases of the tables scrambled", "keep", (), 1.0, NO_BODY),
]


@INKS
def test_every_control_that_was_run_has_a_bar_its_seeds_and_the_trained_body(ink):
    figure = controls_figure(CONTROLS, ink)
    assert len(figure.data) == 6
    for place, control in enumerate(CONTROLS[:2]):
        bar, seeds, trained = figure.data[3 * place : 3 * place + 3]
        assert list(bar.x) == [pytest.approx(control.mean)]
        assert list(seeds.x) == list(control.accuracies)
        assert list(trained.x) == [control.trained]
        assert {*bar.y, *seeds.y, *trained.y} == {f"{control.name}, {control.readout}"}
        assert bar.marker.color == seeds.marker.color == READOUT_COLOURS[control.readout][ink.dark]
        assert trained.marker.color == ink.text


def test_names_of_controls_are_wrapped_so_that_a_phone_has_room_for_the_bars():
    named = controls_figure([Control(ANEW, "keep", (0.01,), 1.0)], LIGHT).layout
    (label,) = named.yaxis.ticktext
    assert label.replace("<br>", " ") == f"{ANEW}, keep" == named.yaxis.tickvals[0]
    assert max(map(len, label.split("<br>"))) <= LABEL_LETTERS
    assert len(named.title.text) <= 45


@INKS
@pytest.mark.parametrize("controls", [[], CONTROLS[2:]], ids=["none", "none that could be run"])
def test_no_controls_are_a_figure_too(ink, controls):
    figure = controls_figure(controls, ink)
    assert len(figure.data) == 0
    assert figure.layout.height > 0
