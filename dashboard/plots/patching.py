"""Right, undecided and wrong for every mix of trained and operated parts."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.theme import Ink, faded, styled
from models.analysis.patching import Patched


def patching_figure(labels: Sequence[str], mixes: Sequence[Patched], ink: Ink, *, title: str) -> go.Figure:
    """A bar a mix, of all pairs: right plain, undecided hatched, wrong solid."""
    kinds = {
        "right": {"color": faded(ink.text, 0.16)},
        "undecided": {
            "color": ink.soft,
            "pattern": {"shape": "/", "solidity": 0.4, "fgcolor": ink.soft, "bgcolor": ink.paper},
        },
        "wrong": {"color": ink.text},
    }
    figure = go.Figure()
    for kind, marker in kinds.items():
        counts = [getattr(mix.counts, kind) for mix in mixes]
        figure.add_trace(
            go.Bar(
                y=list(labels),
                x=[count / mix.counts.pairs for count, mix in zip(counts, mixes, strict=True)],
                customdata=counts,
                orientation="h",
                name=kind,
                marker=marker,
                hovertemplate=f"{kind}: %{{customdata:,}} pairs (%{{x:.2%}})<extra></extra>",
            )
        )
    styled(figure, ink, title=title, height=170 + 34 * len(mixes))
    below = {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    figure.update_layout(barmode="stack", showlegend=True, legend=below, margin_b=96)
    figure.update_xaxes(title_text="share of all pairs", tickformat=".0%", range=[0, 1])
    figure.update_yaxes(autorange="reversed", showgrid=False, automargin=True)
    return figure
