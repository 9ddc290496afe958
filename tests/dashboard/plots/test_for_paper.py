"""Every plot of the pages as a figure for a paper: small vectors with its data, or a sentence that says why not."""

import ast
import io
import re
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import plotly.graph_objects as go
import pytest
import torch
from matplotlib.figure import Figure

import models
from dashboard.plots.blend import BlendCurves, blend_figure
from dashboard.plots.clock import clock_figure, sinusoid_figure
from dashboard.plots.comparison import (
    EveryModulus,
    FrequencyShares,
    axes_of,
    every_modulus_figure,
    frequencies_figure,
    limits_of,
    logits_figure,
)
from dashboard.plots.controls import controls_figure
from dashboard.plots.logits import alphas_figure, waves_figure
from dashboard.plots.maps import grid_spectrum_figure, heads_figure, pairs_figure, with_pair
from dashboard.plots.neurons import along_figure, explained_figure, says_figure, strip_figure
from dashboard.plots.numbered import shift_of
from dashboard.plots.patching import patching_figure
from dashboard.plots.reach import ReachCurve, reach_figure, styled_with_legend
from dashboard.plots.scalogram import scalogram_figure
from dashboard.plots.spectrum import gap_figure, spectrum_figure
from dashboard.plots.training import training_figure
from dashboard.theme import DARK, LIGHT, Ink, colours_of
from models.analysis.baselines import Baseline
from models.analysis.patching import Patched
from models.circuits.planes import frequency_plane
from models.errors import ClockworkError
from models.evaluation import Counts
from models.experiment.controls import Control
from models.formats.series import Curve
from models.library.paper.drawing import _drawn, style
from models.library.paper.traces import POINTS
from models.wavelets.scalogram import scalogram
from tests.conftest import ROOT
from tests.oracles import hand_built

P = 113
NETWORK = models.open_network("mlp-113")
KEYS = models.key_frequencies(NETWORK)
COLOURS = colours_of(KEYS.frequencies, LIGHT)
SPECTRA = {"E": models.embedding_spectrum(NETWORK), "U": models.unembedding_spectrum(NETWORK)}
SMALL = hand_built(13, (1, 3, 4))
FIT = models.logit_fit(models.LogitGrid(SMALL))
PAIR = models.pair_waves(SMALL, FIT, (1, 3, 4), 5, 11)
PORTRAIT = models.neuron_portrait(SMALL, 2)
TABLE = models.neuron_table(SMALL)
PLANE = frequency_plane(NETWORK.table_a, KEYS.frequencies[0])
COUNTS = {q: Counts(q * q - q, q, 0) for q in range(2, 257, 4)}
SHARES = FrequencyShares(P, SPECTRA["E"].shares.tolist(), COLOURS)
BOTH = [EveryModulus(name, P, COUNTS, dict.fromkeys(COUNTS, 0.5), {2: 1.0, 256: 0.2}) for name in ("one", "other")]
REACH = ReachCurve(
    P,
    [Baseline(5, 0.6, 0.9), Baseline(256, None, None)],
    {"keep": COUNTS, "refit": COUNTS},
    {"refit": {2: (0.1, 0.2), 256: (0.0, 0.1)}},
    dict.fromkeys(COUNTS, 0.3),
)
MAP = torch.arange(P * P, dtype=torch.float64).reshape(P, P) / P**2
CONTROLS = [Control("shuffled bodies", "keep", (0.01, 0.02), 0.99), Control("phases", "refit", (0.5, 0.6), 0.98)]
CURVES = {"train loss": Curve((0, 10), (4.0, 1e-3)), "test loss": Curve((0, 10), (5.0, 1e-2))}

FIGURES: dict[str, Callable[[Ink], go.Figure]] = {
    "blend_figure": lambda ink: blend_figure(BlendCurves(127, {0: {0.0: 1.0, 0.5: 0.2, 1.0: 0.01}}, 0.5), ink),
    "clock_figure": lambda ink: clock_figure(PLANE, "#0b78c2", ink, title="t"),
    "sinusoid_figure": lambda ink: sinusoid_figure(PLANE, "#0b78c2", ink, title="t"),
    "frequencies_figure": lambda ink: frequencies_figure(SHARES, axes_of([SHARES]), ink, title="t", unit="share"),
    "logits_figure": lambda ink: logits_figure(PAIR, limits_of([PAIR]), ink, title="t"),
    "every_modulus_figure": lambda ink: every_modulus_figure(BOTH, 127, ink),
    "controls_figure": lambda ink: controls_figure(CONTROLS, ink),
    "waves_figure": lambda ink: waves_figure([PAIR], colours_of((1, 3, 4), LIGHT), ink),
    "alphas_figure": lambda ink: alphas_figure(FIT, colours_of((1, 3, 4), LIGHT), ink),
    "pairs_figure": lambda ink: pairs_figure(MAP - 0.5, ink, title="t", unit="logit", signed=True),
    "with_pair": lambda ink: with_pair(pairs_figure(MAP, ink, title="t", unit="logit"), ink, P, (3, 4)),
    "grid_spectrum_figure": lambda ink: grid_spectrum_figure(MAP, ink, title="t"),
    "heads_figure": lambda ink: heads_figure(MAP[None], ["head 0"], ink)[0],
    "strip_figure": lambda ink: strip_figure(TABLE, colours_of((1, 3, 4), LIGHT), ink, chosen=0, columns=30),
    "explained_figure": lambda ink: explained_figure(TABLE, colours_of((1, 3, 4), LIGHT), ink),
    "along_figure": lambda ink: along_figure(PORTRAIT, "#0b78c2", ink),
    "says_figure": lambda ink: says_figure(PORTRAIT, colours_of((1, 3, 4), LIGHT), ink),
    "patching_figure": lambda ink: patching_figure(
        ["tables", "body"], [Patched((), (), COUNTS[10])] * 2, ink, title="t"
    ),
    "reach_figure": lambda ink: reach_figure(REACH, ink),
    "styled_with_legend": lambda ink: styled_with_legend(go.Figure(go.Scatter(y=[1, 2], name="n")), ink, title="t"),
    "scalogram_figure": lambda ink: scalogram_figure(scalogram(NETWORK.table_a), ink, relative=True, title="t"),
    "spectrum_figure": lambda ink: spectrum_figure(SPECTRA, COLOURS, ink, logarithmic=False, title="t"),
    "gap_figure": lambda ink: gap_figure(KEYS, COLOURS, ink),
    "training_figure": lambda ink: training_figure(CURVES, 5, ink, what="loss"),
}
MAPS = {"pairs_figure", "with_pair", "heads_figure", "scalogram_figure"}
MOST_KB, MOST_KB_OF_A_MAP = 100, 1_000


def test_every_plot_of_the_pages_is_here():
    found = set()
    for path in (ROOT / "dashboard" / "plots").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "go.Figure" in ast.unparse(node.returns or ast.Constant("")):
                found |= {node.name} - {name for name in [node.name] if name.startswith("_")}
    assert found == FIGURES.keys()


@pytest.mark.parametrize("name", FIGURES)
def test_it_is_small_and_holds_no_picture(name: str, monkeypatch: pytest.MonkeyPatch):
    if name not in MAPS and name != "spectrum_figure":  # what is drawn is the same; its letters are sought out faster
        monkeypatch.setattr("models.library.paper.drawing.PDF_FONTS", 3)
    found = models.figure_for_paper(FIGURES[name](LIGHT))
    assert b"/Subtype /Image" not in found.pdf
    assert b"<image" not in found.svg
    assert re.search(rb"/MediaBox \[ 0 0 237\.6 ", found.pdf)  # 3.3 inches of 72 points
    assert b'width="237.6pt"' in found.svg
    assert len(found.pdf) <= 1000 * MOST_KB
    assert len(found.svg) <= 1000 * (MOST_KB_OF_A_MAP if name in MAPS else 2.5 * MOST_KB)


def drawn(figure: go.Figure) -> Figure:
    with mpl.rc_context(style(8)):
        return _drawn(figure.to_dict(), 3.3, None, False)


def test_bars_are_the_spectrum_s_and_stand_on_each_other():
    above, below = drawn(FIGURES["spectrum_figure"](LIGHT)).axes
    for axes, spectrum in zip((above, below), SPECTRA.values(), strict=True):
        total = float(spectrum.power.sum())
        cosine, sine = ([box.vertices for box in each.get_paths()] for each in axes.collections)
        assert [box[2, 1] - box[0, 1] for box in cosine] == pytest.approx((spectrum.cosine / total).tolist())
        assert [box[2, 1] for box in sine] == pytest.approx(spectrum.shares.tolist(), abs=1e-12)
        assert [box[:, 0].mean() for box in (each[:4] for each in sine)] == pytest.approx(list(spectrum.frequencies))
    assert (above.get_title(loc="left"), below.get_title(loc="left")) == ("embedding E", "readout U")
    assert below.get_xlabel().startswith("frequency k")


def test_lines_and_marks_are_the_figure_s_own():
    [axes] = drawn(FIGURES["sinusoid_figure"](LIGHT)).axes
    assert axes.lines[0].get_ydata().tolist() == pytest.approx(PLANE.wave.tolist())
    assert axes.lines[1].get_ydata().tolist() == pytest.approx(PLANE.points[:, 0].tolist())
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("number n", "along the cosine direction")


def test_a_map_s_cells_have_the_colours_of_its_scale_and_0_is_at_the_top():
    figure = drawn(FIGURES["pairs_figure"](LIGHT))
    axes = figure.axes[0]
    area = sum(
        float(np.ptp(box.vertices[:, 0]) * np.ptp(box.vertices[:, 1]))
        for each in axes.collections
        for box in each.get_paths()
    )
    assert area == pytest.approx(P * P, rel=0.06)  # boxes lie a little over each other
    assert len(axes.collections) == 48
    assert axes.yaxis.get_inverted()
    first, last = (axes.collections[place].get_facecolor()[0] for place in (0, -1))
    assert np.argmax(first[:3]) == 0  # orange below zero,
    assert np.argmax(last[:3]) == 2  # blue above


def test_ranges_scales_and_legend_are_kept():
    figure = drawn(FIGURES["training_figure"](LIGHT))
    assert figure.axes[0].get_yscale() == "log"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["train loss", "test loss"]
    reach = drawn(FIGURES["reach_figure"](LIGHT)).axes[0]
    assert (reach.get_xlim(), reach.get_ylim()) == ((0.0, 258.0), (-0.03, 1.06))


def test_words_stand_where_the_figure_puts_them():
    figure = drawn(FIGURES["gap_figure"](LIGHT))
    [axes] = figure.axes
    places = {note.get_text(): note.xy for note in axes.texts}
    assert places == {str(k): (k, pytest.approx(float(KEYS.strengths[k - 1]))) for k in KEYS.frequencies}
    figure.draw_without_rendering()
    for note in axes.texts:
        box = note.get_window_extent()
        across, _ = axes.transData.transform(note.xy)
        aside = shift_of(note.xy[0], KEYS.frequencies, len(KEYS.strengths)) * POINTS * figure.dpi / 72
        assert (box.x0 + box.x1) / 2 == pytest.approx(across + aside, abs=1)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (go.Figure(go.Scatter3d(x=[1], y=[1], z=[1])), "the kind scatter3d is not drawn for a paper; expected scatter"),
        (go.Figure(), "nothing in it that is visible"),
        (FIGURES["gap_figure"](DARK), "drawn for a dark page"),
        (go.Figure(go.Heatmap(z=np.zeros((300, 300)))), "A map of 90,000 cells"),
        (go.Figure(go.Scatter(y=[1], marker_symbol="hexagon", mode="markers")), "The mark 'hexagon' is not drawn"),
        (go.Figure(go.Scatter(y=[1], marker_color="tomato", mode="markers")), "colour 'tomato' is none known here"),
        (go.Figure(go.Scatter(y=[1, 2])).add_annotation(x=0, y=1, text="n"), "note with an arrow"),
        (go.Figure(go.Scatter(y=[1, 2])).add_shape(type="circle", x0=0, x1=1, y0=0, y1=1), "kind circle"),
        (go.Figure([go.Scatter(y=[1]), go.Scatter(y=[1], yaxis="y2")], {"yaxis2": {"overlaying": "y"}}), "second axis"),
        ("spectrum.png", "A str is no figure"),
    ],
)
def test_what_is_not_drawn_is_said(figure: object, said: str):
    with pytest.raises(ClockworkError, match=said):
        models.figure_for_paper(figure)


def test_size_title_and_files(tmp_path):
    figure = FIGURES["says_figure"](LIGHT)
    wide = models.figure_for_paper(figure, width_in=5, height_in=2, title=True)
    assert re.search(rb"/MediaBox \[ 0 0 360 144 \]", wide.pdf)
    assert "writes into the logits" in wide.svg.decode()
    assert "writes into the logits" not in models.figure_for_paper(figure).svg.decode()
    for ending, data in (("pdf", wide.pdf), ("svg", wide.svg)):
        wide.save(tmp_path / f"says.{ending}")
        assert (tmp_path / f"says.{ending}").read_bytes() == data
    with pytest.raises(ClockworkError, match=r"ends in \.pdf or \.svg"):
        wide.save(tmp_path / "says.png")
    with pytest.raises(ClockworkError, match="width_in is 0; expected more than 0"):
        models.figure_for_paper(figure, width_in=0)
    assert io.BytesIO(wide.pdf).read(5) == b"%PDF-"
