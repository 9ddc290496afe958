"""Defects: a table by frequency and number, what is out of place in it, and its repair from the circuit."""

import streamlit as st

from dashboard import circuit_cache, wording
from dashboard.components.chart import Source, show_chart
from dashboard.plots.scalogram import scalogram_figure
from dashboard.tables.circuits import defects_table, scalogram_table
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject
from models.network import Network
from models.wavelets.defects import SURROGATES
from models.wavelets.planting import ON_ROWS
from models.wavelets.tables import TABLES, table_names

AS_IT_IS = "nothing"
IN_A_NOTEBOOK = {"a": "network.table_a", "b": "network.table_b", "u": "network.unembedding.T"}


def show_defects(subject: Subject) -> None:
    """Where each wave of a table is, with damage on purpose where it is wanted, and what the finder makes of it."""
    if not subject.keys:
        st.info("No dial stands at a whole frequency, so a row has nothing to depart from.")
        return
    st.markdown(
        "A spectrum says which waves a table holds; this says **where**. A replaced row, a wave that does not close or "
        "a gliding dial is in one place, and is found there against tables with the same spectrum and random phases. "
        "Damage it on purpose, and let it be repaired: rows are written anew from the other rows, nothing is trained."
    )
    first, second = subject.columns(1, 1)
    names = table_names(subject.network)
    table = first.selectbox("Table", names, format_func=lambda each: TABLES[each], key=subject.key("defects table"))
    kind = second.selectbox(
        "Damage on purpose",
        list(wording.DAMAGE),
        format_func=lambda kind: wording.DAMAGE[kind],
        key=subject.key("defects kind"),
    )
    network = subject.network if kind == AS_IT_IS else _damaged(subject, table, kind)
    _show_scalogram(subject, network, table, touched=kind != AS_IT_IS)
    _show_repair(subject, network)


def _damaged(subject: Subject, table: str, kind: str) -> Network:
    modulus, numbers, dials = subject.network.modulus, *subject.columns(1, 1)
    number, frequency = 0, subject.keys[0]
    if kind != "missing":
        number = numbers.number_input("Number", 0, modulus - 1, 0, key=subject.key(f"defects number {modulus}"))
    if kind not in ON_ROWS:
        frequency = dials.selectbox("Dial", subject.keys, key=subject.key("defects dial"))
    return circuit_cache.damaged(subject.network, kind, table, int(number), frequency)


def _show_scalogram(subject: Subject, network: Network, table: str, *, touched: bool) -> None:
    relative = st.toggle("Each frequency by its own mean", value=True, key=subject.key("defects relative"))
    found = circuit_cache.table_scalogram(network, table)
    show_chart(
        scalogram_figure(found, subject.ink, relative=relative, title=f"Where each wave is, {subject.where}"),
        key=subject.key("scalogram"),
        alt=f"Power of every frequency at every number, {TABLES[table]}",
        source=Source(
            f"scalogram-{table}-{subject.file}" + ("-damaged" if touched else ""),
            lambda: csv(scalogram_table(found)),
            subject.notebook(f"models.scalogram({IN_A_NOTEBOOK[table]}).power"),
        ),
    )
    st.caption(
        "Complex Morlet wavelets, wound round the circle of numbers: each is about two of its turns wide."
        + (" The notebook's lines are those of the undamaged table." if touched else "")
    )


def _show_repair(subject: Subject, network: Network) -> None:
    st.header("Where is it broken?", anchor=False)
    if not st.button("Find and repair from the circuit", key=subject.key("defects find"), type="primary"):
        return
    with st.spinner("Looking in every table, and counting all pairs …"):
        found = circuit_cache.diagnosis(network)
        before, after = circuit_cache.all_pairs(network), circuit_cache.all_pairs(found.mended)
    if not found.defects:
        st.success("Nothing stands out against tables with the same spectrum.")
        return
    st.dataframe(defects_table(found.defects), hide_index=True, width="stretch")
    left, right = st.columns(2)
    left.metric("of all pairs right, as it is", wording.percent(before.counts.accuracy))
    right.metric("repaired from the circuit", wording.percent(after.counts.accuracy))
    st.caption(
        f"Score: standard deviations above {SURROGATES} surrogates; of a missing dial, how often its share in the "
        "other tables would have to be halved. A missing dial cannot be had from its own table, and stays missing. "
        "What stands out need not be damage: a trained table may have a row of its own kind."
    )
