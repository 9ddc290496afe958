"""Patching: which parts, trained or operated, carry the result at the modulus on Play's wheel."""

import streamlit as st

from dashboard import circuit_cache, wording
from dashboard.circuit_tables import csv, patching_table
from dashboard.components.chart import Source, show_chart
from dashboard.plots.patching import patching_figure
from dashboard.views.subject import Subject
from models.patching import Patched, best_mix


def show_patching(subject: Subject) -> None:
    """Every mix of tables, then every dial put back alone."""
    recipe, network = subject.recipe, subject.opened.network
    st.markdown(
        f"Surgery for **mod {recipe.modulus}** writes three things: the table of a, the table of b, the readout. "
        "Here each is put back as it was trained, in every mix; the body is the trained one throughout."
    )
    with st.spinner("Every mix, all pairs …"):
        mixes = circuit_cache.parts_patched(network, recipe)
        dials = circuit_cache.dials_patched(network, recipe)
    told = f"Trained tables know 0 to {network.modulus - 1}"
    st.caption(told + (", and begin again beyond." if recipe.modulus > network.modulus else "."))
    lines = "models.patched_parts(network, models.open_recipe(RECIPE))"
    _show(subject, [_mix_label(mix) for mix in mixes], mixes, "Which parts are operated", "parts", lines)
    st.caption(
        f"The best of the mixes of trained and operated parts, {_mix_label(best_mix(mixes))} operated, has "
        f"{wording.percent(best_mix(mixes).counts.accuracy)} of all pairs right: all three must speak the same clock."
        if recipe.modulus != network.modulus
        else "At the trained modulus, operated tables differ from trained ones by the dials that you turned, and by "
        "what lies outside the key frequencies."
    )
    if dials:
        lines = "models.patched_dials(network, models.open_recipe(RECIPE))"
        labels = [f"k = {mix.trained[0]} put back" for mix in dials]
        _show(subject, labels, dials, "One dial put back to its trained wave", "dials", lines)
        st.caption("The lower a bar, the more the result rests on this dial.")


def _mix_label(mix: Patched) -> str:
    if not mix.operated:
        return "nothing: as trained"
    return "all three" if not mix.trained else " + ".join(mix.operated)


def _show(subject: Subject, labels: list[str], mixes: list[Patched], title: str, name: str, lines: str) -> None:
    show_chart(
        patching_figure(labels, mixes, subject.ink, title=title),
        key=subject.key(f"patching {name}"),
        alt=f"{title}: right, undecided and wrong pairs of each",
        source=Source(
            f"patching-{name}-{subject.file}",
            lambda: csv(patching_table(labels, mixes)),
            subject.notebook_of_trained(lines),
        ),
    )
