"""Figures that stand for themselves, each made of what is known of a network without a further count."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard import cache, shipped
from dashboard.plots.blend import BlendCurves, blend_figure
from dashboard.plots.clock import clock_figure
from dashboard.plots.controls import controls_figure
from dashboard.plots.reach import ReachCurve, reach_figure
from dashboard.plots.spectrum import spectrum_figure
from dashboard.session.state import bench_of
from dashboard.session.sweep import known_by_modulus
from dashboard.theme import colours_of, current_ink
from models.network import Network


@dataclass(frozen=True)
class StandingFigure:
    """A figure by name: how it is called, whether what it shows is known, and what makes it."""

    title: str
    is_known: Callable[[Network], bool]
    make: Callable[[Network], go.Figure]


def reach_of(network: Network) -> go.Figure:
    """Accuracy at every modulus that is counted, with nothing fitted."""
    found = known_by_modulus(network, bench_of(network))
    counts = {q: each.counts for q, each in found.items()}
    margins = {q: each.analytic_margin for q, each in found.items()}
    curve = ReachCurve(network.modulus, cache.all_baselines(network), {"keep": counts}, {}, margins)
    return reach_figure(curve, current_ink())


def controls_of(network: Network) -> go.Figure:
    """The controls that come with the project."""
    comes = shipped.controls_of(network)
    assert comes is not None  # whoever asks has looked
    return controls_figure([*comes.with_its_dials, *([comes.searched] if comes.searched else [])], current_ink())


def blend_of(network: Network) -> go.Figure:
    """The way from the trained body to shuffled ones that comes with the project."""
    comes = shipped.controls_of(network)
    assert comes is not None  # whoever asks has looked
    return blend_figure(BlendCurves(comes.recipe.modulus, comes.blends, 0.0), current_ink())


def dial_of(network: Network) -> go.Figure:
    """The numbers in the plane of the strongest frequency of a's table."""
    waves, ink = cache.waves(network), current_ink()
    strongest = waves.frequencies[int(waves.alphas.abs().argmax())]
    colours = colours_of(cache.keys(network).frequencies, ink)
    title = f"The numbers in the plane of k = {strongest}"
    return clock_figure(cache.plane(network, "a", strongest), colours[strongest], ink, title=title)


def spectrum_of(network: Network) -> go.Figure:
    """The share of power of every frequency in the embedding."""
    colours, spectra = colours_of(cache.keys(network).frequencies, current_ink()), cache.spectra(network)
    title = f"Share of power by frequency, mod {network.modulus}"
    return spectrum_figure({"E": spectra["E"]}, colours, current_ink(), logarithmic=False, title=title)


def _comes_counted(network: Network) -> bool:
    return shipped.controls_of(network) is not None


def _comes_blended(network: Network) -> bool:
    comes = shipped.controls_of(network)
    return comes is not None and bool(comes.blends)


FIGURES = {
    "reach": StandingFigure(
        "Accuracy at every modulus", lambda network: bool(known_by_modulus(network, bench_of(network))), reach_of
    ),
    "dial": StandingFigure("One dial", lambda network: bool(cache.keys(network).frequencies), dial_of),
    "spectrum": StandingFigure("Which frequencies its table holds", lambda _: True, spectrum_of),
    "controls": StandingFigure("What was tried against it", _comes_counted, controls_of),
    "blend": StandingFigure("From the trained body to a shuffled one", _comes_blended, blend_of),
}


def figures_at_hand(network: Network) -> list[str]:
    """The names of those whose figures are known."""
    return [name for name, figure in FIGURES.items() if figure.is_known(network)]


def title_of(name: str) -> str:
    """How a figure is called."""
    return FIGURES[name].title
