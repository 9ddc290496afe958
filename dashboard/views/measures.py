"""Measures: every one of the papers', defined, with its source, and the published figure beside ours."""

import streamlit as st

from dashboard import cache, circuit_cache
from dashboard.components.chart import Source, show_source
from dashboard.tables.circuits import (
    OF_PAIRS,
    OF_POWER,
    PERCENT_UNITS,
    MeasureRow,
    figure_told,
    measures_table,
    rows_of,
    rules_table,
)
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject
from models.analysis.published import Figure, published_figures
from models.circuits.measures import Measure, Measured, all_measures, measured_symmetricity

SLOW = "gradient_symmetricity"
SHARES = {
    "accuracy": ("Accuracy", OF_PAIRS, lambda found: found.evaluation.counts.accuracy),
    "loss": ("Loss", "nats", lambda found: found.loss),
    "embedding_share": ("Share of E", OF_POWER, lambda found: found.embedding_share),
    "unembedding_share": ("Share of U", OF_POWER, lambda found: found.unembedding_share),
    "neuron_logit_share": ("Share of W_L", OF_POWER, lambda found: found.neuron_logit_share),
}


def show_measures(subject: Subject) -> None:
    """Key frequencies by each rule, then every measure."""
    if not subject.keys:
        st.info("No dial stands at a whole frequency, so there is nothing to measure by. Reset the dials on *Turn it*.")
        return
    network = subject.network
    with st.spinner("Measures over all pairs …"):
        measured = circuit_cache.measures(network, subject.keys)
        rules = circuit_cache.rules(network)
    st.header("Key frequencies, by each rule", anchor=False)
    st.dataframe(rules_table(rules), hide_index=True, width="stretch")
    st.caption("No threshold was ever published; each rule keeps what has at least a quarter of the strongest.")
    figures = published_figures(network.digest)
    slow = circuit_cache.symmetricity_found(network)
    if slow is not None and SLOW not in measured:
        measured = measured | {SLOW: measured_symmetricity(slow)}
    st.header("Measures", anchor=False)
    rows = _share_rows(subject, figures)
    _show_shares(subject, rows)
    for measure in all_measures():
        if measure.name in measured:
            of_measure = rows_of(measure, measured[measure.name], figures)
            rows += of_measure
            _show_measure(subject, measure, of_measure)
            _show_error(measured[measure.name])
        elif measure.name == SLOW:
            _offer_slow(subject, measure)
    keys = f"{subject.keys!r}"
    show_source(
        Source(
            f"measures-{subject.file}",
            lambda: csv(measures_table(rows)),
            subject.notebook(f"models.take_measures(models.Findings(network, {keys}))"),
        ),
        key=subject.key("measures"),
    )


def _share_rows(subject: Subject, figures: tuple[Figure, ...]) -> list[MeasureRow]:
    found = cache.inspection(subject.network)
    theirs = {figure.measure: figure for figure in figures if figure.frequency is None}
    return [MeasureRow(title, take(found), unit, theirs.get(name)) for name, (title, unit, take) in SHARES.items()]


def _show_shares(subject: Subject, rows: list[MeasureRow]) -> None:
    places = [*st.columns(3), *st.columns(3)] if subject.narrow else st.columns(len(rows))
    for place, row in zip(places, rows, strict=False):
        place.metric(row.title, figure_told(row.value, row.unit), help=row.unit)
        if row.published:
            place.caption(f"published {_published(row)}")
    if subject.operated:
        st.caption("The shares of E and U are **set by surgery**: what was written, not evidence.")


def _show_measure(subject: Subject, measure: Measure, rows: list[MeasureRow]) -> None:
    whole, *parts = rows
    _show_row(subject, whole, f"{measure.definition} *{measure.source}.*", of_tables=measure.is_of_tables)
    if parts:
        listed = " · ".join(f"k = {row.title.rpartition(' ')[2]}: {figure_told(row.value)}" for row in parts)
        told = [f"k = {row.title.rpartition(' ')[2]}: {_published(row)}" for row in parts if row.published]
        st.caption(listed + ("  \nPublished: " + "; ".join(told) if told else ""))


def _show_error(measured: Measured) -> None:
    """A sample says that it is one."""
    if "standard_error" in measured.besides:
        pairs, error = measured.besides["sampled_pairs"], measured.besides["standard_error"]
        st.caption(f"Sampled: {pairs:,} pairs, each with all classes; standard error {error:.2g}.")


def _show_row(subject: Subject, row: MeasureRow, definition: str, *, of_tables: bool) -> None:
    name, value = st.columns([3, 1])
    marked = " :gray-badge[set by surgery]" if of_tables and subject.operated else ""
    beside = f"  \n:small[**Published {_published(row)}.**]" if row.published else ""
    name.markdown(f"**{row.title}**{marked}  \n:small[{definition}]{beside}")
    value.markdown(f"### {figure_told(row.value, row.unit)}\n:small[{row.unit}]")


def _published(row: MeasureRow) -> str:
    assert row.published is not None  # its callers looked
    remark = f" ({row.published.remark})" if row.published.remark else ""
    if row.unit in PERCENT_UNITS:
        points = 100 * (row.difference or 0.0)
        return f"{figure_told(row.published.value, row.unit)}, difference {points:+.2g} points{remark}"
    return f"{row.published.value:.4g}, difference {row.difference:+.2g}{remark}"


def _offer_slow(subject: Subject, measure: Measure) -> None:
    st.markdown(f"**{measure.title}**  \n:small[{measure.definition} *{measure.source}.*]")
    if not st.button("Compute (some seconds to a minute)", key=subject.key("slow")):
        return
    bar = st.progress(0.0, "Gradients of every triple; any other control stops it")

    def show_progress(done: int, of: int) -> None:
        bar.progress(done / of, f"{done:,} of {of:,} pairs, each with all classes; any other control stops it")

    circuit_cache.symmetricity(subject.network, show_progress)
    st.rerun()
