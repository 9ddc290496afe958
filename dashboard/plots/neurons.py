"""Neurons: all of them by cluster, how pure they are, and what one of them receives and writes."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.plots.maps import MAP_HEIGHT
from dashboard.theme import Ink, styled
from models.circuits.neurons import CLUSTERED, NeuronPortrait, NeuronTable

ROW_HEIGHT = 17


def strip_figure(table: NeuronTable, colours: dict[int, str], ink: Ink, *, chosen: int, columns: int) -> go.Figure:
    """Every neuron a square, in rows by the frequency of its cluster, the purest first; those of none come last."""
    figure, row, labels = go.Figure(), 0, {}
    for frequency, members in table.clusters.items():
        labels[row] = f"k = {frequency} · {len(members)}" if frequency else f"no cluster · {len(members)}"
        places = [(i % columns, row + i // columns) for i in range(len(members))]
        figure.add_trace(
            go.Scatter(
                x=[x for x, _ in places],
                y=[y for _, y in places],
                mode="markers",
                text=[str(number) for number in members],
                customdata=[
                    [number, int(table.frequencies[number]), float(table.explained[number])] for number in members
                ],
                hovertemplate="neuron %{customdata[0]}<br>frequency %{customdata[1]}"
                "<br>explained %{customdata[2]:.3f}<extra></extra>",
                marker={
                    "symbol": "square",
                    "size": 9,
                    "color": [
                        colours.get(int(table.frequencies[number]), ink.soft) if frequency else ink.line
                        for number in members
                    ],
                    "line": {"width": [2 if number == chosen else 0 for number in members], "color": ink.text},
                },
                unselected={"marker": {"opacity": 1}},
                selected={"marker": {"opacity": 1}},
            )
        )
        row += -(-len(members) // columns) + 1
    styled(figure, ink, title="Every neuron by its frequency", height=120 + ROW_HEIGHT * row)
    figure.update_layout(clickmode="event+select", dragmode=False)
    figure.update_xaxes(visible=False, range=[-0.7, columns - 0.3])
    figure.update_yaxes(
        tickvals=list(labels), ticktext=list(labels.values()), autorange="reversed", showgrid=False, automargin=True
    )
    return figure


def explained_figure(table: NeuronTable, colours: dict[int, str], ink: Ink) -> go.Figure:
    """Fraction of each neuron's variance that its own frequency explains, sorted, with the line of the clusters."""
    order = table.explained.argsort(descending=True, stable=True).tolist()
    figure = go.Figure(
        go.Scatter(
            x=list(range(1, len(order) + 1)),
            y=table.explained[order].tolist(),
            mode="markers",
            customdata=[[number, int(table.frequencies[number])] for number in order],
            hovertemplate="neuron %{customdata[0]}<br>frequency %{customdata[1]}<br>explained %{y:.3f}<extra></extra>",
            marker={"size": 5, "color": [colours.get(int(table.frequencies[number]), ink.soft) for number in order]},
        )
    )
    figure.add_hline(y=CLUSTERED, line={"color": ink.text, "dash": "dot", "width": 1})
    styled(figure, ink, title="How much one frequency explains of each", height=300)
    figure.update_xaxes(title_text="neurons, the purest first", showgrid=False)
    figure.update_yaxes(title_text="fraction of variance explained", range=[-0.03, 1.03])
    return figure


def along_figure(portrait: NeuronPortrait, colour: str, ink: Ink) -> go.Figure:
    """The neuron's mean activation along a + b and along a − b."""
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.28)
    along = {"a + b mod p": portrait.along_sum, "a − b mod p": portrait.along_difference}
    for row, (what, values) in enumerate(along.items(), start=1):
        figure.add_trace(
            go.Scatter(
                y=values.tolist(),
                mode="lines+markers",
                line={"color": colour, "width": 1.5},
                marker={"size": 4},
                hovertemplate=f"{what} = %{{x}}<br>mean activation %{{y:.4g}}<extra></extra>",
            ),
            row=row,
            col=1,
        )
        figure.update_xaxes(title_text=what, row=row, col=1)
    styled(figure, ink, title=f"Neuron {portrait.number} along the sum and the difference", height=MAP_HEIGHT)
    low = min(float(values.min()) for values in along.values())
    high = max(float(values.max()) for values in along.values())
    room = 0.08 * (high - low) or 1.0
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(title_text="mean activation", range=[low - room, high + room])
    return figure


def says_figure(portrait: NeuronPortrait, colours: dict[int, str], ink: Ink) -> go.Figure:
    """The spectrum of what the neuron writes into the logits of the classes."""
    power = portrait.logit_spectrum
    shares = (power / (float(power.sum()) or 1.0)).tolist()
    frequencies = list(range(1, len(shares) + 1))
    figure = go.Figure(
        go.Bar(
            x=frequencies,
            y=shares,
            marker={"color": [colours.get(k, ink.soft) for k in frequencies]},
            hovertemplate="frequency %{x}<br>share %{y:.4f}<extra></extra>",
        )
    )
    styled(figure, ink, title=f"What neuron {portrait.number} writes into the logits", height=300)
    figure.update_xaxes(title_text="frequency k over the classes c", showgrid=False)
    figure.update_yaxes(title_text="share of power", tickformat=".0%")
    return figure
