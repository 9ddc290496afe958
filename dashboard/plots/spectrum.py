"""Spectra of tables, and how clearly the key frequencies stand out."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.plots.numbered import shift_of
from dashboard.theme import TITLE_GAP, TITLE_ROOM, Ink, styled
from models.circuits.spectra import KEY_THRESHOLD, KeyFrequencies, Spectrum

SUBTITLE = 20  # pixels of the first table's name, which stands below the title
MOST_NUMBERED = 16  # key frequencies
NAMES = {"E": "embedding E", "U": "readout U", "W_L": "neuron–logit map W_L"}


def spectrum_figure(
    spectra: dict[str, Spectrum], colours: dict[int, str], ink: Ink, *, logarithmic: bool, title: str
) -> go.Figure:
    """One row of bars per table: share of power against frequency; cosine part solid, sine part hatched above it.

    On a logarithmic axis parts do not add up to the eye, so one bar shows both together there.
    """
    figure = make_subplots(
        rows=len(spectra), cols=1, shared_xaxes=True, vertical_spacing=0.09, subplot_titles=[NAMES[k] for k in spectra]
    )
    for row, spectrum in enumerate(spectra.values(), start=1):
        for bars in _bars(spectrum, colours, ink, together=logarithmic):
            figure.add_trace(bars, row=row, col=1)
    styled(figure, ink, title=title, height=190 * len(spectra) + 100)
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_yaxes(type="log" if logarithmic else "linear", title_text="share of power")
    figure.update_yaxes(tickformat=".0e" if logarithmic else ".0%")
    figure.update_xaxes(showgrid=False)
    figure.update_xaxes(title_text="frequency k (turns of its dial per round of numbers)", row=len(spectra), col=1)
    figure.update_layout(title_pad_b=TITLE_GAP + SUBTITLE, margin_t=TITLE_ROOM + SUBTITLE)
    figure.update_annotations(font_size=14, font_color=ink.text, xanchor="left", x=0)
    return figure


def _bars(spectrum: Spectrum, colours: dict[int, str], ink: Ink, *, together: bool) -> list[go.Bar]:
    total = float(spectrum.power.sum()) or 1.0
    shades = [colours.get(k, ink.soft) for k in spectrum.frequencies]
    told = list(
        zip(
            spectrum.power.tolist(),
            spectrum.shares.tolist(),
            spectrum.cosine.tolist(),
            spectrum.sine.tolist(),
            strict=True,
        )
    )
    hover = (
        "frequency %{x}<br>share %{customdata[1]:.4f}<br>power %{customdata[0]:.4g}"
        "<br>cosine part %{customdata[2]:.4g}<br>sine part %{customdata[3]:.4g}<extra></extra>"
    )
    common = {"x": spectrum.frequencies, "customdata": told, "hovertemplate": hover}
    if together:
        return [go.Bar(y=spectrum.shares.tolist(), marker={"color": shades}, **common)]
    hatched = {"color": shades, "pattern": {"shape": "/", "fillmode": "replace", "fgcolor": shades, "solidity": 0.45}}
    return [
        go.Bar(y=(spectrum.cosine / total).tolist(), marker={"color": shades}, name="cosine", **common),
        go.Bar(y=(spectrum.sine / total).tolist(), marker=hatched, name="sine", **common),
    ]


def gap_figure(keys: KeyFrequencies, colours: dict[int, str], ink: Ink) -> go.Figure:
    """The strength of every frequency relative to the strongest, the threshold, and the gap around it."""
    frequencies = list(range(1, len(keys.strengths) + 1))
    figure = go.Figure(
        go.Scatter(
            x=frequencies,
            y=keys.strengths.tolist(),
            mode="markers",
            marker={"color": [colours.get(k, ink.soft) for k in frequencies], "size": 8},
            hovertemplate="frequency %{x}<br>strength %{y:.3f} of the strongest<extra></extra>",
        )
    )
    figure.add_hrect(y0=keys.highest_dropped, y1=keys.lowest_kept, fillcolor=ink.soft, opacity=0.12, line_width=0)
    figure.add_hline(y=KEY_THRESHOLD, line={"color": ink.soft, "dash": "dot"})
    numbered = keys.frequencies[:MOST_NUMBERED]
    for k in numbered:
        figure.add_annotation(
            x=k,
            y=float(keys.strengths[k - 1]),
            text=str(k),
            showarrow=False,
            yshift=14,
            xshift=shift_of(k, numbered, len(frequencies)),
            font={"color": colours[k]},
        )
    styled(figure, ink, title=f"Key frequencies, and the gap of {keys.gap:.2f} below them", height=300)
    figure.update_xaxes(title_text="frequency k", showgrid=False)
    figure.update_yaxes(title_text="√(share in E · share in U), relative", range=[-0.05, 1.15])
    return figure
