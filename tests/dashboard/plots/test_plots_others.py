"""Clocks, spectra, gaps, controls, patching and recorded curves: their data and words, on unlike numbers."""

import pytest

from dashboard.plots.clock import clock_figure, sinusoid_figure
from dashboard.plots.controls import controls_figure
from dashboard.plots.patching import patching_figure
from dashboard.plots.spectrum import gap_figure, spectrum_figure
from dashboard.plots.training import MOST_POINTS, training_figure
from dashboard.theme import DARK, FONT, LIGHT, PALETTE, READOUT_COLOURS, colour_pairs, colours_of, faded, styled
from models.analysis.patching import Patched
from models.circuits.planes import frequency_plane
from models.circuits.spectra import embedding_spectrum, key_frequencies, unembedding_spectrum
from models.evaluation import Counts
from models.experiment.controls import Control
from models.formats.series import Curve
from tests.dashboard.plots.reading import axes, hovered, points
from tests.oracles import Shape, random_network

NETWORK = random_network(Shape(modulus=13))
PLANE = frequency_plane(NETWORK.table_a, 5)


def test_a_clock_joins_the_numbers_as_the_hand_visits_them():
    figure = clock_figure(PLANE, "#123456", LIGHT, title="t")
    way, numbers = figure.data
    order = sorted(range(13), key=lambda n: 5 * n % 13)
    stand = [(float(PLANE.points[n, 1]), float(PLANE.points[n, 0])) for n in order]  # the cosine upwards
    assert points(numbers) == stand
    assert points(way) == [*stand, stand[0]]
    assert list(numbers.text) == [str(n) if n < 12 else "" for n in order]
    assert hovered(numbers)[1] == f"number {order[1]} | ({stand[1][0]:.3f}, {stand[1][1]:.3f})"
    assert axes(figure) == {"xaxis": ("sine direction", None, None), "yaxis": ("cosine direction", None, None)}
    assert (way.mode, numbers.mode, numbers.marker.color) == ("lines", "markers+text", "#123456")
    assert figure.layout.yaxis.scaleanchor == "x"


def test_a_sinusoid_goes_through_the_values_of_the_table():
    figure = sinusoid_figure(PLANE, "#123456", LIGHT, title="t")
    wave, values = figure.data
    assert points(wave) == list(zip(PLANE.numbers.tolist(), PLANE.wave.tolist(), strict=True))
    assert points(values) == list(enumerate(PLANE.points[:, 0].tolist()))
    assert (wave.name, values.name) == ("sinusoid of frequency 5", "values in the table")
    assert hovered(values)[2] == f"number 2 | value {float(PLANE.points[2, 0]):.4f}"
    assert [title for title, *_ in axes(figure).values()] == ["number n", "along the cosine direction"]


@pytest.mark.parametrize("logarithmic", [True, False])
def test_each_table_has_its_own_bars_cosine_and_sine_apart(logarithmic: bool):
    spectra = {"E": embedding_spectrum(NETWORK), "U": unembedding_spectrum(NETWORK)}
    colours = colours_of((2, 5), LIGHT)
    figure = spectrum_figure(spectra, colours, LIGHT, logarithmic=logarithmic, title="Spectra")
    each = 1 if logarithmic else 2
    assert [trace.yaxis for trace in figure.data] == ["y"] * each + ["y2"] * each
    for place, spectrum in enumerate(spectra.values()):
        total = float(spectrum.power.sum())
        parts = [spectrum.shares] if logarithmic else [spectrum.cosine / total, spectrum.sine / total]
        for trace, part in zip(figure.data[each * place :], parts, strict=False):
            assert points(trace) == [pytest.approx(point) for point in enumerate(part.tolist(), 1)]
            shades = trace.marker.color
            assert list(shades) == [colours.get(k, LIGHT.soft) for k in range(1, 7)]
        assert hovered(figure.data[each * place])[1] == (
            f"frequency 2 | share {float(spectrum.shares[1]):.4f} | power {float(spectrum.power[1]):.4g}"
            f" | cosine part {float(spectrum.cosine[1]):.4g} | sine part {float(spectrum.sine[1]):.4g}"
        )
    assert [note.text for note in figure.layout.annotations] == ["embedding E", "readout U"]
    found = axes(figure)
    shown = (".0e", "log") if logarithmic else (".0%", "linear")
    assert (found["yaxis"][:2], found["yaxis2"][:2]) == (("share of power", shown[0]), ("share of power", shown[0]))
    assert figure.layout.yaxis.type == figure.layout.yaxis2.type == shown[1]
    assert found["xaxis2"][0] == "frequency k (turns of its dial per round of numbers)"
    if not logarithmic:
        assert [trace.name for trace in figure.data] == ["cosine", "sine"] * 2
        assert [trace.marker.pattern.shape for trace in figure.data] == [None, "/"] * 2
        assert figure.layout.barmode == "stack"


def test_the_gap_stands_between_the_weakest_kept_and_the_strongest_dropped():
    keys = key_frequencies(random_network(Shape(modulus=23), seed=5))
    colours = colours_of(keys.frequencies, LIGHT)
    figure = gap_figure(keys, colours, LIGHT)
    [marks] = figure.data
    assert points(marks) == [pytest.approx(point) for point in enumerate(keys.strengths.tolist(), 1)]
    assert hovered(marks)[0] == f"frequency 1 | strength {float(keys.strengths[0]):.3f} of the strongest"
    band, line = figure.layout.shapes
    assert (band.y0, band.y1) == (keys.highest_dropped, keys.lowest_kept)
    assert line.y0 == line.y1
    for note, k in zip(figure.layout.annotations, keys.frequencies[:16], strict=True):
        assert (note.text, note.x, note.y) == (str(k), k, float(keys.strengths[k - 1]))
        assert note.font.color == colours[k]
    assert figure.layout.title.text == f"Key frequencies, and the gap of {keys.gap:.2f} below them"
    assert axes(figure)["yaxis"] == ("√(share in E · share in U), relative", None, (-0.05, 1.15))


CONTROLS = [
    Control("whole body shuffled", "keep", (0.1, 0.3, 0.2), 0.9),
    Control("nothing to shuffle", "keep", (), 0.8),
    Control("phases of the tables scrambled", "refit", (0.5, 0.75), 0.95),
]


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_each_control_has_its_seeds_their_mean_and_the_trained_body_in_its_own_row(ink):
    figure = controls_figure(CONTROLS, ink)
    rows = ["whole body shuffled, keep", "phases of the tables scrambled, refit"]
    for place, (row, control) in enumerate(zip(rows, (CONTROLS[0], CONTROLS[2]), strict=True)):
        mean, seeds, trained = figure.data[3 * place : 3 * place + 3]
        assert points(mean) == [(pytest.approx(control.mean), row)]
        assert points(seeds) == [(accuracy, row) for accuracy in control.accuracies]
        assert points(trained) == [(control.trained, row)]
        assert hovered(mean) == [f"mean {control.mean:.2%}"]
        assert hovered(seeds) == [f"one seed: {accuracy:.2%}" for accuracy in control.accuracies]
        assert hovered(trained) == [f"trained body: {control.trained:.2%}"]
        assert mean.marker.color == seeds.marker.color == READOUT_COLOURS[control.readout][ink.dark]
        assert (mean.orientation, seeds.mode, trained.marker.symbol) == ("h", "markers", "line-ns-open")
    assert len(figure.data) == 6
    assert list(figure.layout.yaxis.tickvals) == rows
    assert [text.replace("<br>", " ") for text in figure.layout.yaxis.ticktext] == rows
    assert max(len(line) for text in figure.layout.yaxis.ticktext for line in text.split("<br>")) <= 22
    assert figure.layout.yaxis.autorange == "reversed"
    assert axes(figure)["xaxis"] == ("pairs right, all pairs", ".0%", (-0.02, 1.05))
    assert figure.layout.title.text == "Dot: a seed; bar: their mean; stroke: trained"


def test_every_mix_has_its_counts_by_kind():
    mixes = [Patched(("table a",), ("readout",), Counts(70, 20, 10)), Patched((), ("table a",), Counts(5, 15, 30))]
    figure = patching_figure(["one", "other"], mixes, LIGHT, title="t")
    assert [trace.name for trace in figure.data] == ["right", "undecided", "wrong"]
    for trace in figure.data:
        counts = [getattr(mix.counts, trace.name) for mix in mixes]
        assert points(trace) == [(counts[0] / 100, "one"), (counts[1] / 50, "other")]
        assert hovered(trace) == [
            f"{trace.name}: {n} pairs ({n / mix.counts.pairs:.2%})" for n, mix in zip(counts, mixes, strict=True)
        ]
    right, undecided, wrong = figure.data
    assert (right.marker.color, undecided.marker.pattern.shape, wrong.marker.color) == (
        faded(LIGHT.text, 0.16),
        "/",
        LIGHT.text,
    )
    assert (figure.layout.barmode, figure.layout.showlegend, figure.layout.yaxis.autorange) == (
        "stack",
        True,
        "reversed",
    )
    assert axes(figure)["xaxis"] == ("share of all pairs", ".0%", (0, 1))
    assert figure.layout.height == 170 + 34 * 2


def curve(count: int, start: float) -> Curve:
    return Curve(tuple(range(0, 10 * count, 10)), tuple(start + n for n in range(count)))


def test_recorded_curves_stand_at_their_steps_and_a_line_at_the_step_that_is_shown():
    figure = training_figure({"train loss": curve(3, 5.0), "test loss": curve(2, 1.0)}, 10, LIGHT, what="loss")
    train, test = figure.data
    assert points(train) == [(0, 5.0), (10, 6.0), (20, 7.0)]
    assert points(test) == [(0, 1.0), (10, 2.0)]
    assert (train.line.dash, test.line.dash) == ("solid", "dash")
    assert hovered(train)[2] == "step 20: 7 | train loss"
    [line] = figure.layout.shapes
    assert (line.x0, line.x1) == (10, 10)
    assert (figure.layout.yaxis.type, axes(figure)["yaxis"][0]) == ("log", "loss (nats)")
    assert (figure.layout.title.text, axes(figure)["xaxis"][0]) == ("Recorded loss", "step of training")


def test_accuracy_is_a_share_and_without_a_step_there_is_no_line():
    figure = training_figure({"test accuracy": curve(2, 0.0)}, None, LIGHT, what="accuracy")
    assert axes(figure)["yaxis"] == ("pairs right", ".0%", (-0.03, 1.06))
    assert (len(figure.layout.shapes), figure.layout.title.text) == (0, "Recorded accuracy")


@pytest.mark.parametrize(("count", "stride"), [(MOST_POINTS, 1), (MOST_POINTS + 1, 2), (3 * MOST_POINTS, 3)])
def test_a_long_curve_is_thinned_evenly(count: int, stride: int):
    [drawn] = training_figure({"train loss": curve(count, 0.0)}, None, LIGHT, what="loss").data
    assert points(drawn) == [(10 * n, float(n)) for n in range(0, count, stride)]
    assert len(drawn.x) <= MOST_POINTS


def test_the_house_style():
    figure = styled(clock_figure(PLANE, "#123456", LIGHT, title="old"), DARK, title="new", height=333)
    layout = figure.layout
    assert (layout.title.text, layout.title.x, layout.title.xanchor, layout.title.font.size) == ("new", 0, "left", 16)
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == (DARK.paper, "rgba(0,0,0,0)")
    assert (layout.font.color, layout.font.size, layout.font.family) == (DARK.soft, 13, FONT)
    assert (layout.height, layout.showlegend) == (333, False)
    assert layout.margin.to_plotly_json() == {"l": 64, "r": 16, "t": 72, "b": 52}
    hover = layout.hoverlabel
    assert (hover.bgcolor, hover.font.color, hover.bordercolor) == (DARK.paper, DARK.text, DARK.line)
    assert (layout.modebar.color, layout.modebar.activecolor) == (DARK.soft, DARK.text)
    for axis in (layout.xaxis, layout.yaxis):
        assert (axis.gridcolor, axis.linecolor, axis.zerolinecolor, axis.zeroline) == (DARK.line,) * 3 + (False,)
        assert axis.title.font.size == 13


def test_colours_by_frequency_and_by_light():
    assert colour_pairs(10) == [*PALETTE, *PALETTE[:2]]
    assert colours_of((4, 9), LIGHT) == {4: PALETTE[0][0], 9: PALETTE[1][0]}
    assert colours_of((4, 9), DARK) == {4: PALETTE[0][1], 9: PALETTE[1][1]}
    assert faded("#0a14ff", 0.3) == "rgba(10,20,255,0.3)"
