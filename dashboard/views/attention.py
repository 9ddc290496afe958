"""Attention: how much the last position reads of a, head by head."""

from functools import partial

import streamlit as st
from torch import Tensor

from dashboard import circuit_cache
from dashboard.components.chart import Source, show_chart, show_source
from dashboard.plots.maps import heads_figure
from dashboard.tables.circuits import heads_table, pairs_table
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject
from models.circuits.attention import AttentionHeads


def show_attention(subject: Subject) -> None:
    """A map and a row for every head, or why there is none."""
    heads = circuit_cache.attention(subject.network)
    if heads is None:
        st.info(
            f"{subject.network.body.about_attention.capitalize()}."
            if subject.network.body.about_attention
            else "Its attention is the same for every pair: it copies both numbers and decides nothing."
            if subject.network.body.attention
            else "This network has no attention: both numbers go straight into its neurons. "
            "A transformer, like transformer-113, has."
        )
        return
    st.markdown(
        "How much the last position reads of **a**, for every pair; the rest it reads of b and of the other tokens. "
        "Attention that swings at a key frequency is one place where the network multiplies a wave of a by one of b."
    )
    source = Source(
        f"attention-{subject.file}",
        lambda: csv(heads_table(heads)),
        subject.notebook("models.attention_heads(network).found"),
    )
    st.dataframe(heads_table(heads), hide_index=True, width="stretch")
    show_source(source, key=subject.key("heads"))
    _show_heads(subject, heads, source)


def _show_heads(subject: Subject, heads: AttentionHeads, source: Source) -> None:
    found = list(zip(heads.found.frequencies.tolist(), heads.found.explained.tolist(), strict=True))
    titles = [
        f"Head {h}: k = {k} explains {explained:.0%}" if k else f"Head {h}: the same for every pair"
        for h, (k, explained) in enumerate(found)
    ]
    figures = heads_figure(heads.weights, titles, subject.ink)
    for start in range(0, len(figures), 2):
        for place, head in zip(subject.columns(1, 1), range(start, min(start + 2, len(figures))), strict=False):
            with place:
                show_chart(
                    figures[head],
                    key=subject.key(f"head {head}"),
                    alt=f"Attention of head {head} from the last position to a, for every pair",
                    source=Source(
                        f"attention-head-{head}-{subject.file}",
                        partial(_head_csv, heads.weights[head]),
                        source.notebook,
                    ),
                )


def _head_csv(weights: Tensor) -> str:
    return csv(pairs_table(weights, "attention on a"))
