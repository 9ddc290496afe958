"""Logits: of one pair as a sum of sinusoids, and of all pairs as maps."""

from typing import Any

import streamlit as st

from dashboard import circuit_cache, wording
from dashboard.components.chart import Source, show_chart, show_clickable_chart
from dashboard.plots.logits import alphas_figure, waves_figure
from dashboard.plots.maps import grid_spectrum_figure, pairs_figure, with_pair
from dashboard.session.state import pair_followed, session
from dashboard.tables.circuits import fit_table, grid_spectrum_table, pair_table, pairs_table
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject

STILL, WALK_A, WALK_B = "this pair", "a walks", "b walks"


def show_logits(subject: Subject) -> None:
    """One pair, then all."""
    with st.spinner("The logits of all pairs …"):
        found = circuit_cache.logits(subject.network)
    explained = wording.percent(found.fit.explained_by(subject.keys), 1)
    st.markdown(
        f"Every logit is a sum of waves over the classes c, one for each key frequency, and all of them peak at "
        f"(a + b) mod {subject.network.modulus}. Together they explain **{explained}** of the logits of all pairs."
    )
    a, b = _chosen_pair(subject)
    _show_pair(subject, a, b)
    _show_all(subject, found, a, b)


def _keys(subject: Subject) -> tuple[str, str]:
    """Of the two fields, apart for each modulus: it bounds them."""
    return subject.key(f"a mod {subject.network.modulus}"), subject.key(f"b mod {subject.network.modulus}")


def _chosen_pair(subject: Subject) -> tuple[int, int]:
    """The numbers in the two fields."""
    most = subject.network.modulus - 1
    for key, first in zip(_keys(subject), pair_followed(subject.network), strict=True):
        st.session_state.setdefault(key, first)
    places = st.columns(2)
    found = [
        place.slider(f"Operand {name}", 0, most, key=key)
        for place, name, key in zip(places, "ab", _keys(subject), strict=True)
    ]
    pair = int(found[0]), int(found[1])
    if pair != pair_followed(subject.network):
        session().pair = pair
    return pair


def _show_pair(subject: Subject, a: int, b: int) -> None:
    moving = st.segmented_control(
        "Show",
        [STILL, WALK_A, WALK_B],
        default=STILL,
        required=True,
        key=subject.key("walk"),
        help="Walking: press Play under the waves, and one operand goes through all numbers from 0",
    )
    pair = circuit_cache.pair(subject.network, subject.keys, a, b)
    shown, name = [pair], ""
    if moving != STILL:
        name = "a" if moving == WALK_A else "b"
        with st.spinner("The logits of a whole row of pairs …"):
            shown = circuit_cache.walk(
                subject.network, subject.keys, None if name == "a" else a, None if name == "b" else b
            )
    show_chart(
        waves_figure(shown, subject.colours, subject.ink, moving=name),
        key=subject.key(f"waves {moving}"),
        alt=f"Logits of {a} plus {b} over the classes as a sum of waves, with what they leave over",
        source=Source(
            f"logits-{a}-{b}-{subject.file}",
            lambda: csv(pair_table(pair)),
            subject.notebook(
                f"models.pair_waves(network, models.logit_fit(models.LogitGrid(network)), {subject.keys!r}, {a}, {b})"
            ),
        ),
    )
    legend = "Bold line: the sum of the waves. Dots: the network's logits. Below: what the waves leave over."
    said = wording.answered(circuit_cache.answer(subject.network, a, b)) if moving == STILL else ""
    st.caption(f"The network: {said}. {legend}" if said else legend)


def _show_all(subject: Subject, found: circuit_cache.Logits, a: int, b: int) -> None:
    def take(clicked: dict[str, Any]) -> None:
        for key, axis in zip(_keys(subject), "yx", strict=True):
            st.session_state[key] = int(clicked[axis])

    left, right = subject.columns(1, 1)
    lines = subject.notebook("models.logit_maps(models.LogitGrid(network)).margins")
    with left:
        title = f"Lead of the right class, {subject.where}"
        figure = pairs_figure(found.maps.margins, subject.ink, title=title, unit="logits", signed=True)
        show_clickable_chart(
            with_pair(figure, subject.ink, subject.network.modulus, (a, b)),
            key=subject.key("margins"),
            alt="The right class's logit less the largest other, for every pair",
            on_click=take,
            source=Source(f"margins-{subject.file}", lambda: csv(pairs_table(found.maps.margins, "margin")), lines),
        )
        st.caption("Below zero the network is wrong. Click a pair to see its waves above.")
    with right:
        show_chart(
            grid_spectrum_figure(found.maps.spectrum, subject.ink, title="2-D spectrum of the logits"),
            key=subject.key("logit spectrum"),
            alt="Power of the logits at each pair of Fourier waves along a and b, all classes together",
            source=Source(
                f"logit-spectrum-{subject.file}", lambda: csv(grid_spectrum_table(found.maps.spectrum)), lines
            ),
        )
        st.caption(
            "The power stands where cos w_k·a meets cos w_k·b and sine meets sine: products, which make cos w_k(a + b)."
        )
    show_chart(
        alphas_figure(found.fit, subject.colours, subject.ink),
        key=subject.key("alphas"),
        alt="Coefficient of every frequency's wave in the logits",
        source=Source(
            f"alphas-{subject.file}",
            lambda: csv(fit_table(found.fit)),
            subject.notebook("models.logit_fit(models.LogitGrid(network)).alphas"),
        ),
    )
    st.caption("The least-squares fit of all logits on cos w_k(a + b − c); hover for the fraction that each explains.")
