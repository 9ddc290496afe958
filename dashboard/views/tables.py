"""Tables: spectra of embedding, readout and neuron–logit map, the gap of the key frequencies, one as a dial."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.chart import Source, show_chart
from dashboard.plots.clock import clock_figure, sinusoid_figure
from dashboard.plots.spectrum import gap_figure, spectrum_figure
from dashboard.tables.circuits import keys_table, plane_table
from dashboard.tables.spreadsheet import csv
from dashboard.tables.sweeps import spectrum_csv
from dashboard.views.subject import Subject

TABLES = {"E, operand a": "a", "E, operand b": "b", "readout U": "U"}
IN_A_NOTEBOOK = {"a": "network.table_a", "b": "network.table_b", "U": "network.unembedding.T"}
MOST_LISTED = 8


def show_tables(subject: Subject) -> None:
    """Where the frequencies stand in the tables."""
    if subject.operated:
        st.info(
            f"These tables are **set by surgery**: what you see is what was written for mod {subject.network.modulus}, "
            "not evidence. Neurons, logits and accuracy are evidence."
        )
    _show_shares(subject)
    _show_spectra(subject)
    if not subject.operated:
        _show_gap(subject)
    _show_clock(subject)


def _show_shares(subject: Subject) -> None:
    found, keys = cache.inspection(subject.opened.network), cache.keys(subject.opened.network).frequencies
    listed = ", ".join(map(str, keys[:MOST_LISTED])) + (" …" if len(keys) > MOST_LISTED else "")
    left, middle, right, last = st.columns(4) if not subject.narrow else [*st.columns(2), *st.columns(2)]
    left.metric("Key frequencies" + (" as trained" if subject.operated else ""), listed)
    middle.metric("of the embedding's power", wording.percent(found.embedding_share, 1))
    right.metric("of the readout's power", wording.percent(found.unembedding_share, 1))
    last.metric("of the neuron–logit map's", wording.percent(found.neuron_logit_share, 1))


def _show_spectra(subject: Subject) -> None:
    st.header("Spectrum", anchor=False)
    logarithmic = st.toggle("Logarithmic", key=subject.key("logarithmic"))
    spectra = cache.spectra(subject.network)
    suffix = f", mod {subject.network.modulus}" + (" (set by surgery)" if subject.operated else "")
    show_chart(
        spectrum_figure(
            spectra, subject.colours, subject.ink, logarithmic=logarithmic, title=f"Share of power by frequency{suffix}"
        ),
        key=subject.key("spectrum"),
        alt="Bars of the share of power at each frequency for embedding, readout and neuron–logit map",
        source=Source(
            f"spectra-{subject.file}",
            lambda: spectrum_csv(spectra),
            subject.notebook("models.embedding_spectrum(network).shares"),
        ),
    )
    st.caption("Solid: cosine part. Hatched: sine part. The constant is left out; hover for values.")


def _show_gap(subject: Subject) -> None:
    keys = cache.keys(subject.network)
    show_chart(
        gap_figure(keys, subject.colours, subject.ink),
        key=subject.key("gap"),
        alt="Strength of every frequency, threshold and gap",
        source=Source(
            f"key-frequencies-{subject.file}",
            lambda: csv(keys_table(keys)),
            subject.notebook("models.key_frequencies(network).frequencies"),
        ),
    )
    st.caption(
        "A frequency is key when √(share in E · share in U) reaches a quarter of the largest. The band is the gap "
        "between the weakest kept and the strongest dropped; without a gap, the choice is unclear."
    )


def _show_clock(subject: Subject) -> None:
    st.header("One frequency as a dial", anchor=False)
    if not subject.keys:
        st.info("No dial stands at a whole frequency, so there is none to draw. Reset the dials on *Turn it*.")
        return
    one, two = st.columns(2)
    frequency = one.selectbox("Frequency", subject.keys, key=subject.key("clock frequency"))
    table = TABLES[two.selectbox("Table", list(TABLES), key=subject.key("clock table"))]
    plane = cache.plane(subject.network, table, frequency)
    source = Source(
        f"plane-{frequency}-{subject.file}",
        lambda: csv(plane_table(plane)),
        subject.notebook(f"models.frequency_plane({IN_A_NOTEBOOK[table]}, {frequency}).points"),
    )
    clock, sinusoid = subject.columns(2, 3)
    with clock:
        show_chart(
            clock_figure(
                plane, subject.colours[frequency], subject.ink, title=f"The numbers in the plane of k = {frequency}"
            ),
            key=subject.key("clock"),
            alt=f"All numbers in the plane of frequency {frequency}, joined in the order in which the dial visits them",
            source=source,
        )
    with sinusoid:
        show_chart(
            sinusoid_figure(
                plane, subject.colours[frequency], subject.ink, title=f"The wave of k = {frequency} through the table"
            ),
            key=subject.key("sinusoid"),
            alt=f"The table's values along one direction with the sinusoid of frequency {frequency}",
        )
        explained = wording.percent(plane.share_of_first)
        st.caption(f"Dots: values in the table. Line: the sinusoid, which explains {explained} of them.")
