"""Neurons: all of them by frequency, how pure they are, and one of them at large."""

from typing import Any

import streamlit as st

from dashboard import circuit_cache, wording
from dashboard.components.chart import Source, show_chart, show_clickable_chart
from dashboard.plots.maps import grid_spectrum_figure, pairs_figure
from dashboard.plots.neurons import along_figure, explained_figure, says_figure, strip_figure
from dashboard.tables.circuits import (
    along_table,
    grid_spectrum_table,
    neurons_table,
    pairs_table,
    says_table,
)
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject
from models.circuits.neurons import NeuronTable

COLUMNS = 32  # of squares: as many as a phone has room for


def show_neurons(subject: Subject) -> None:
    """All neurons, then one."""
    with st.spinner("Every neuron over all pairs …"):
        table = circuit_cache.neurons(subject.network)
    if subject.network.body.about_neurons:
        st.info(f"{subject.network.body.about_neurons.capitalize()}.")
    told = [f"{count} at k = {k}" for k, count in table.counts.items()]
    st.markdown(
        f"**{int(table.clustered.sum()):,} of {len(table.explained):,} neurons** have one frequency that explains at "
        f"least 85% of what they do over all pairs" + (f": {', '.join(told)}." if told else ".")
    )
    chosen = _chosen_neuron(subject, table)
    _show_all(subject, table, chosen)
    _show_one(subject, table, chosen)
    with st.expander("All neurons as a table"):
        st.dataframe(neurons_table(table), hide_index=True, width="stretch")
        st.caption(
            "φ, ψ and D in radians, D mod 2π; deviation in units of the activations. Click a head to sort or filter."
        )


def _chosen_neuron(subject: Subject, table: NeuronTable) -> int:
    """The number in the field; at first the purest neuron."""
    return int(st.session_state.setdefault(_key(subject), int(table.explained.argmax())))


def _key(subject: Subject) -> str:
    return subject.key(f"neuron of {subject.opened.network.digest}")


def _show_all(subject: Subject, table: NeuronTable, chosen: int) -> None:
    def take(clicked: dict[str, Any]) -> None:
        st.session_state[_key(subject)] = int(clicked["text"])

    source = Source(
        f"neurons-{subject.file}",
        lambda: csv(neurons_table(table)),
        subject.notebook("models.neuron_table(network).explained"),
    )
    show_clickable_chart(
        strip_figure(
            table,
            subject.colours,
            subject.ink,
            chosen=chosen,
            columns=COLUMNS,
        ),
        key=subject.key("strip"),
        alt="Every neuron as a square, in rows by the frequency of its cluster",
        on_click=take,
        source=source,
    )
    show_chart(
        explained_figure(table, subject.colours, subject.ink),
        key=subject.key("explained"),
        alt="Fraction of variance explained by one frequency for every neuron, with a line at 0.85",
    )
    st.caption("The line at 0.85: from there on a neuron belongs to its frequency's cluster (Nanda et al. 2023).")


def _show_one(subject: Subject, table: NeuronTable, chosen: int) -> None:
    st.header("One neuron", anchor=False)
    st.number_input(
        f"Neuron, 0 to {len(table.explained) - 1}, or click a square above",
        min_value=0,
        max_value=len(table.explained) - 1,
        key=_key(subject),
    )
    _show_phases(subject, table, chosen)
    with st.spinner(f"Neuron {chosen} over all pairs …"):
        portrait = circuit_cache.portrait(subject.network, chosen)
    colour = subject.colours.get(int(table.frequencies[chosen]), subject.ink.soft)
    name = f"neuron-{chosen}-{subject.file}"
    lines = subject.notebook(f"models.neuron_portrait(network, {chosen})")
    left, right = subject.columns(1, 1)
    with left:
        show_chart(
            pairs_figure(
                portrait.activations,
                subject.ink,
                title=f"Neuron {chosen} at every pair, {subject.where}",
                unit="activation",
            ),
            key=subject.key("activations"),
            alt=f"Activation of neuron {chosen} at every pair a, b",
            source=Source(name, lambda: csv(pairs_table(portrait.activations, "activation")), lines),
        )
    with right:
        show_chart(
            along_figure(portrait, colour, subject.ink),
            key=subject.key("along"),
            alt=f"Mean activation of neuron {chosen} along a plus b and along a minus b",
            source=Source(f"along-{name}", lambda: csv(along_table(portrait)), lines),
        )
    left, right = subject.columns(1, 1)
    with left:
        show_chart(
            grid_spectrum_figure(portrait.spectrum, subject.ink, title=f"2-D spectrum of neuron {chosen}"),
            key=subject.key("neuron spectrum"),
            alt=f"Power of neuron {chosen} at each pair of Fourier waves along a and b",
            source=Source(f"spectrum-{name}", lambda: csv(grid_spectrum_table(portrait.spectrum)), lines),
        )
    with right:
        show_chart(
            says_figure(portrait, subject.colours, subject.ink),
            key=subject.key("says"),
            alt=f"Spectrum of what neuron {chosen} writes into the logits",
            source=Source(f"says-{name}", lambda: csv(says_table(portrait)), lines),
        )


def _show_phases(subject: Subject, table: NeuronTable, chosen: int) -> None:
    frequency = int(table.frequencies[chosen])
    figures = [
        ("Frequency", str(frequency) if frequency else "none", "The frequency that explains most of its variance"),
        ("Explained by it", wording.percent(float(table.explained[chosen]), 1), "Of its variance over all pairs"),
        ("φ of a", f"{float(table.phases_a[chosen]):+.2f} rad", "Phase of the wave that it receives of a"),
        ("φ of b", f"{float(table.phases_b[chosen]):+.2f} rad", "Phase of the wave that it receives of b"),
        ("ψ", f"{float(table.phases_out[chosen]):+.2f} rad", "Phase of the wave that it writes into the logits"),
        (
            "D mod 2π",
            f"{float(table.phase_differences[chosen]):+.2f} rad",
            "0: the phase that it writes is the sum of those that it receives (He et al. 2026)",
        ),
    ]
    for places in [figures[:3], figures[3:]] if subject.narrow else [figures]:
        for column, (label, value, explained) in zip(st.columns(len(places)), places, strict=True):
            column.metric(label, value, help=explained)
    st.caption("D = φ of a + φ of b − ψ mod 2π, told from −π to π; radians, rounded to hundredths.")
