"""The logits of a pair as a sum of sinusoids, one a key frequency, and how much of all logits these explain."""

from collections.abc import Callable, Iterator, Sequence

import plotly.graph_objects as go
import torch
from plotly.subplots import make_subplots

from dashboard.theme import Ink, styled
from models.circuits.logit_fit import LogitFit, PairDecomposition

ROWS = (0.34, 0.42, 0.24)  # heights: each wave, their sum, what they leave
FRAME_MILLISECONDS = 120
FINE_STEPS = 4  # points of a wave from class to class,
FINE_UP_TO = 128  # classes: a walk through more of them would be too much for the wire


def waves_figure(
    pairs: Sequence[PairDecomposition], colours: dict[int, str], ink: Ink, *, moving: str = ""
) -> go.Figure:
    """Waves, sum and residual over the classes c: of one pair, or of several that are played one after another.

    `moving` names the operand that walks.
    """
    first, p = pairs[0], len(pairs[0].logits)
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.07, row_heights=list(ROWS))
    for number, trace in enumerate(_traces(first, colours, ink)):
        figure.add_trace(trace, row=_row_of(number, len(first.frequencies)), col=1)
    added = {"a": f"a + {first.b}", "b": f"{first.a} + b"}.get(moving, f"{first.a} + {first.b}")
    title = f"The logits of {added} as a sum of {len(first.frequencies)} waves"
    styled(figure, ink, title=title, height=640)
    limits = [_limits(pairs, part) for part in (_waves, _sum_and_logits, _residual)]
    for row, (name, limit) in enumerate(zip(("each wave", "sum · logits", "left over"), limits, strict=True), start=1):
        figure.update_yaxes(title_text=name, range=limit, row=row, col=1)
    figure.update_xaxes(showgrid=False, range=[-1, p])
    figure.update_xaxes(title_text="class c (logits less their mean over c)", row=3, col=1)
    if len(pairs) > 1:
        _played(figure, pairs, colours, ink, moving)
    return figure


def alphas_figure(fit: LogitFit, colours: dict[int, str], ink: Ink) -> go.Figure:
    """α of every frequency: the height of its wave in the logits of every pair."""
    frequencies = list(range(1, len(fit.alphas) + 1))
    figure = go.Figure(
        go.Bar(
            x=frequencies,
            y=fit.alphas.tolist(),
            customdata=fit.explained.tolist(),
            marker={"color": [colours.get(k, ink.soft) for k in frequencies]},
            hovertemplate="frequency %{x}<br>α %{y:.4g}<br>explains %{customdata:.4%} of the logits<extra></extra>",
        )
    )
    styled(figure, ink, title="α: how high each frequency's wave stands", height=300)
    figure.update_xaxes(title_text="frequency k", showgrid=False)
    figure.update_yaxes(title_text="α (units of the logits)")
    return figure


def _traces(pair: PairDecomposition, colours: dict[int, str], ink: Ink) -> Iterator[go.Scatter]:
    """One a wave, then the sum, the logits, the line at the right class, the residual."""
    p = len(pair.logits)
    classes = torch.arange(p).numpy()
    between = torch.arange(p * FINE_STEPS) / FINE_STEPS if p <= FINE_UP_TO else torch.arange(p)
    waves = pair.waves_at(between)
    for k, wave in zip(pair.frequencies, waves, strict=True):
        line = {"color": colours[k], "width": 1.5}
        hover = f"k = {k}<br>class %{{x}}<br>%{{y:.3f}}<extra></extra>"
        yield go.Scatter(x=between.numpy(), y=wave.float().numpy(), mode="lines", line=line, hovertemplate=hover)
    whole = waves.sum(0)
    yield go.Scatter(
        x=between.numpy(),
        y=whole.float().numpy(),
        mode="lines",
        line={"color": ink.text, "width": 2.5},
        hovertemplate="class %{x}<br>sum of the waves %{y:.3f}<extra></extra>",
    )
    yield go.Scatter(
        x=classes,
        y=pair.logits.float().numpy(),
        mode="markers",
        marker={"color": ink.soft, "size": 5},
        hovertemplate="class %{x}<br>logit %{y:.3f}<extra></extra>",
    )
    right, top = (pair.a + pair.b) % len(pair.logits), float(torch.maximum(whole.max(), pair.logits.max()))
    yield go.Scatter(
        x=[right, right],
        y=[float(whole.min()), top],
        mode="lines+text",
        line={"color": ink.text, "width": 1, "dash": "dot"},
        text=["", f"{pair.a} + {pair.b} ≡ {right} (mod {p})"],
        textposition="top left" if right > len(pair.logits) / 2 else "top right",
        textfont={"color": ink.text},
        hoverinfo="skip",
    )
    yield go.Bar(
        x=classes,
        y=pair.residual.float().numpy(),
        marker={"color": ink.soft},
        hovertemplate="class %{x}<br>left over %{y:.3f}<extra></extra>",
    )


def _row_of(trace: int, waves: int) -> int:
    return 1 if trace < waves else 2 if trace < waves + 3 else 3


def _played(
    figure: go.Figure, pairs: Sequence[PairDecomposition], colours: dict[int, str], ink: Ink, moving: str
) -> None:
    """Frames for every pair, a button that plays them, and a slider."""
    named = [str(pair.a if moving == "a" else pair.b) for pair in pairs]
    figure.frames = [
        go.Frame(
            data=list(_traces(pair, colours, ink)),
            name=name,
        )
        for name, pair in zip(named, pairs, strict=True)
    ]
    at_once = {"mode": "immediate", "transition": {"duration": 0}, "frame": {"duration": 0, "redraw": False}}
    playing = {"fromcurrent": True, "transition": {"duration": 0}}
    playing["frame"] = {"duration": FRAME_MILLISECONDS, "redraw": False}
    figure.update_layout(
        height=740,
        margin_b=150,
        updatemenus=[
            {
                "type": "buttons",
                "direction": "left",
                "x": 0,
                "xanchor": "left",
                "y": -0.28,
                "yanchor": "top",
                "showactive": False,
                "bgcolor": ink.paper,
                "bordercolor": ink.line,
                "font": {"color": ink.text},
                "buttons": [
                    {"label": "Play", "method": "animate", "args": [None, playing]},
                    {"label": "Pause", "method": "animate", "args": [[None], at_once]},
                ],
            }
        ],
        sliders=[
            {
                "active": 0,
                "x": 0.0,
                "y": -0.13,
                "len": 1.0,
                "pad": {"t": 8},
                "currentvalue": {"prefix": f"{moving} = ", "font": {"color": ink.text}},
                "font": {"color": "rgba(0,0,0,0)"},
                "ticklen": 0,
                "bordercolor": ink.line,
                "bgcolor": ink.line,
                "steps": [{"label": name, "method": "animate", "args": [[name], at_once]} for name in named],
            }
        ],
    )


def _waves(pair: PairDecomposition) -> torch.Tensor:
    heights = pair.alphas.abs() if len(pair.alphas) else pair.logits.new_ones(1)
    return torch.cat([heights, -heights])


def _sum_and_logits(pair: PairDecomposition) -> torch.Tensor:
    return torch.cat([pair.waves.sum(0), pair.logits])


def _residual(pair: PairDecomposition) -> torch.Tensor:
    return pair.residual


def _limits(pairs: Sequence[PairDecomposition], part: Callable[[PairDecomposition], torch.Tensor]) -> list[float]:
    """What all pairs need, with a little air: axes that do not jump while the waves turn."""
    low = min(float(part(pair).min()) for pair in pairs)
    high = max(float(part(pair).max()) for pair in pairs)
    air = 0.12 * (high - low) or 1.0
    return [low - air, high + air]
