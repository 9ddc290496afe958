"""Two networks on the same scales: their frequencies, the logits of one pair, and every modulus."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from plotly.subplots import make_subplots

from dashboard import wording
from dashboard.plots.numbered import shift_of
from dashboard.plots.reach import styled_with_legend
from dashboard.theme import Ink, styled
from models.circuits.logit_fit import PairDecomposition
from models.evaluation import Counts

HEIGHT = 254  # pixels: many small figures stand below each other
LEAST_SHOWN = 1e-6  # on a logarithmic axis
ROOM = 1.15  # above the highest bar, for its number
MOST_NUMBERED = 12  # bars
FINE_STEPS = 4  # points of a wave from class to class
# Where both are right, the one is seen inside the other.
MARKS, MARK_SIZES, DASHES = ("circle", "square-open"), (5, 10), ("solid", "dot")


@dataclass(frozen=True)
class FrequencyShares:
    """A share for every frequency 1 … ⌊p/2⌋ of a network, and the colours of its key frequencies."""

    modulus: int
    shares: Sequence[float]
    colours: Mapping[int, str]


@dataclass(frozen=True)
class SharedAxes:
    """What the figures of two networks share: how frequencies are told, and how high the axis is."""

    by_turn: bool  # k/p in place of k, where the moduli differ
    highest: float
    furthest: float  # the last frequency, as it is told
    logarithmic: bool = False


def axes_of(both: Sequence[FrequencyShares], *, logarithmic: bool = False) -> SharedAxes:
    """Axes that have room for all of them."""
    by_turn = len({each.modulus for each in both}) > 1
    furthest = 0.5 if by_turn else max(each.modulus for each in both) / 2
    highest = max((share for each in both for share in each.shares), default=0.0)
    return SharedAxes(by_turn, highest or 1.0, furthest, logarithmic)


def frequencies_figure(found: FrequencyShares, axes: SharedAxes, ink: Ink, *, title: str, unit: str) -> go.Figure:
    """A bar for every frequency, in its colour where it is a key frequency; these are numbered where they are few."""
    frequencies = list(range(1, len(found.shares) + 1))
    scale = found.modulus if axes.by_turn else 1
    figure = go.Figure(
        go.Bar(
            x=[k / scale for k in frequencies],
            y=list(found.shares),
            width=0.8 / scale,
            customdata=[[k, f"{found.modulus / k:.4g}"] for k in frequencies],
            marker={"color": [found.colours.get(k, ink.soft) for k in frequencies]},
            hovertemplate=f"k = %{{customdata[0]}} of {found.modulus}"
            f"<br>%{{customdata[1]}} numbers to a round<br>{unit} %{{y:.4f}}<extra></extra>",
        )
    )
    styled(figure, ink, title=title, height=HEIGHT)
    _number(figure, found, axes)
    told = "turns a number, k/p" if axes.by_turn else "frequency k"
    figure.update_xaxes(title_text=told, range=[0, axes.furthest * 1.02], showgrid=False)
    figure.update_yaxes(title_text=unit, tickformat=".0%", range=[0, ROOM * axes.highest])
    if axes.logarithmic:
        figure.update_yaxes(type="log", tickformat=".0e", range=[math.log10(LEAST_SHOWN), math.log10(ROOM)])
    return figure


def _number(figure: go.Figure, found: FrequencyShares, axes: SharedAxes) -> None:
    """The key frequencies over their bars, a little apart where two would touch."""
    if axes.logarithmic or len(found.colours) > MOST_NUMBERED:
        return
    places = {k: k / found.modulus if axes.by_turn else float(k) for k in sorted(found.colours)}
    for k, place in places.items():
        figure.add_annotation(
            x=place,
            y=found.shares[k - 1],
            text=str(k),
            showarrow=False,
            yshift=9,
            xshift=shift_of(place, places.values(), axes.furthest),
            font={"color": found.colours[k]},
        )


def logits_figure(pair: PairDecomposition, limits: tuple[float, float], ink: Ink, *, title: str) -> go.Figure:
    """The logits of one pair around the right answer, a round from side to side, and the sum of its dials' waves."""
    p, right = len(pair.logits), pair.a + pair.b
    steps = list(range(-(p // 2), p - p // 2))
    between = [step / FINE_STEPS for step in range(-(p // 2) * FINE_STEPS, (p - p // 2) * FINE_STEPS)]
    classes = [(right + step) % p for step in steps]
    whole = go.Scatter(
        x=[step / p for step in between],
        y=pair.waves_at(right + torch.tensor(between, dtype=torch.float64)).sum(0).tolist(),
        mode="lines",
        line={"color": ink.soft, "width": 1.5},
        hovertemplate="sum of the waves %{y:.3f}<extra></extra>",
    )
    logits = go.Scatter(
        x=[step / p for step in steps],
        y=pair.logits[classes].tolist(),
        mode="markers",
        marker={"color": ink.text, "size": 4},
        customdata=classes,
        hovertemplate="class %{customdata}<br>logit %{y:.3f}<extra></extra>",
    )
    figure = go.Figure([whole, logits])
    figure.add_vline(x=0, line={"color": ink.soft, "dash": "dot", "width": 1})
    styled(figure, ink, title=title, height=HEIGHT + 40)
    figure.update_xaxes(title_text="rounds from the right answer, (c − a − b)/p", range=[-0.51, 0.51], showgrid=False)
    figure.update_yaxes(title_text="logit less their mean", range=list(limits))
    return figure


def limits_of(pairs: Sequence[PairDecomposition]) -> tuple[float, float]:
    """Lowest and highest of what `logits_figure` shows of any of them, with room."""
    values = [value for pair in pairs for value in [*pair.logits.tolist(), *pair.waves.sum(0).tolist()]]
    room = 0.08 * (max(values) - min(values)) or 1.0
    return min(values) - room, max(values) + room


@dataclass(frozen=True)
class EveryModulus:
    """What is known of one network at every modulus: after surgery, and untouched."""

    name: str
    trained: int
    counts: Mapping[int, Counts]
    margins: Mapping[int, float]  # of the very dials, for exact cosines; units of α's sum
    untouched: Mapping[int, float]


def every_modulus_figure(both: Sequence[EveryModulus], chosen: int, ink: Ink) -> go.Figure:
    """Above, marks for what was counted after surgery and lines for the untouched; below, the margins of the dials."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.09, row_heights=[0.55, 0.45])
    for each, dash in zip(both, DASHES, strict=False):
        figure.add_trace(_untouched(each, dash, ink), row=1, col=1)
    for each, mark, size in reversed(list(zip(both, MARKS, MARK_SIZES, strict=False))):
        figure.add_trace(_counted(each, mark, size, ink), row=1, col=1)
        figure.add_trace(_margins(each, mark, size, ink), row=2, col=1)
    figure.add_vline(x=chosen, line={"color": ink.soft, "dash": "dash", "width": 1})
    styled_with_legend(figure, ink, title="Every modulus, all pairs of each")
    figure.update_xaxes(range=[0, 258], showgrid=False)
    figure.update_xaxes(title_text="modulus q", row=2, col=1)
    figure.update_yaxes(title_text="pairs right", tickformat=".0%", range=[-0.06, 1.1], row=1, col=1)
    rises = all(margin > 0 for each in both for margin in each.margins.values())
    figure.update_yaxes(title_text="margin of the dials", type="log" if rises else "linear", row=2, col=1)
    return figure


def _untouched(each: EveryModulus, dash: str, ink: Ink) -> go.Scatter:
    name = f"{each.name} untouched (mod {each.trained})"
    return go.Scatter(
        x=list(each.untouched),
        y=list(each.untouched.values()),
        mode="lines",
        line={"color": ink.soft, "dash": dash, "width": 1.5},
        name=name,
        hovertemplate="mod %{x}: %{y:.2%}<extra>" + name + "</extra>",
    )


def _counted(each: EveryModulus, mark: str, size: int, ink: Ink) -> go.Scatter:
    name = f"{each.name} after surgery"
    moduli = sorted(each.counts)
    return go.Scatter(
        x=moduli,
        y=[each.counts[q].accuracy for q in moduli],
        mode="markers",
        marker={"color": ink.text, "symbol": mark, "size": size},
        name=name,
        customdata=[[wording.percent(each.counts[q].accuracy), wording.counted(each.counts[q])] for q in moduli],
        hovertemplate="mod %{x}: %{customdata[0]}<br>%{customdata[1]}<extra>" + name + "</extra>",
    )


def _margins(each: EveryModulus, mark: str, size: int, ink: Ink) -> go.Scatter:
    moduli = sorted(each.margins)
    return go.Scatter(
        x=moduli,
        y=[each.margins[q] for q in moduli],
        mode="markers",
        marker={"color": ink.text, "symbol": mark, "size": size // 2 + 1},
        showlegend=False,
        hovertemplate="mod %{x}: margin %{y:.3f}<extra>" + each.name + "</extra>",
    )
