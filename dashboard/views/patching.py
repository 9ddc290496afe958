"""Patching: which parts, trained or operated, carry the result at the modulus on *Turn it*'s wheel."""

import streamlit as st

from dashboard import cache, circuit_cache, wording
from dashboard.components.chart import Source, show_chart
from dashboard.notebook import lines_for, recipe_expression
from dashboard.plots.patching import patching_figure
from dashboard.tables.circuits import patching_table
from dashboard.tables.spreadsheet import csv
from dashboard.views.subject import Subject
from models.analysis.patching import Patched, best_mix
from models.surgery.recipe import Recipe

FIRST_MODULUS = 127  # where *Turn it* stands at the trained one, at which there is little to put back
IN_A_NOTEBOOK = {"patched_parts": "models.patched_parts", "patched_dials": "models.patched_dials"}


def show_patching(subject: Subject) -> None:
    """Every mix of tables, then every dial put back alone."""
    network, recipe = subject.opened.network, _chosen_recipe(subject)
    beyond = ", and begin again beyond" if recipe.modulus > network.modulus else ""
    st.markdown(
        f"Surgery for **mod {recipe.modulus}** writes three things: the table of a, the table of b, the readout. "
        "Here each is put back as it was trained, in every mix; the body is the trained one throughout. "
        f"Trained tables know 0 to {network.modulus - 1}{beyond}."
    )
    with st.spinner("Every mix, all pairs …"):
        mixes = circuit_cache.parts_patched(network, recipe)
        dials = circuit_cache.dials_patched(network, recipe)
    _show(subject, recipe, "patched_parts", [_mix_label(mix) for mix in mixes], mixes, "Which parts are operated")
    best = best_mix(mixes)
    st.caption(
        f"The best of the mixes of trained and operated parts, {_mix_label(best)} operated, has "
        f"{wording.percent(best.counts.accuracy)} of all pairs right."
    )
    if dials:
        labels = [f"k = {mix.trained[0]} put back" for mix in dials]
        _show(subject, recipe, "patched_dials", labels, dials, "One dial put back to its trained wave")
        st.caption("The less is right, the more the result rests on this dial.")


def _chosen_recipe(subject: Subject) -> Recipe:
    """The dials of *Turn it* at its modulus, or, for any other modulus, those that a quick search finds."""
    network, as_turned = subject.opened.network, subject.recipe
    first = as_turned.modulus if as_turned.modulus != network.modulus else FIRST_MODULUS
    modulus = st.number_input(
        "Modulus", 2, cache.HIGHEST_MODULUS, first, key=subject.key(f"patching {network.digest} {as_turned.modulus}")
    )
    if modulus == as_turned.modulus:
        st.caption("With the dials as they stand on *Turn it*.")
        return as_turned
    with st.spinner("Searching dials …"):
        found = cache.swept(network, int(modulus)).recipe
    told = ", ".join(f"{k} → {target:g}" for k, target in found.targets.items())
    st.caption(f"With dials that a quick search found: {told}.")
    return found


def _mix_label(mix: Patched) -> str:
    if not mix.operated:
        return "nothing: as trained"
    return "all three" if not mix.trained else " + ".join(mix.operated)


def _show(subject: Subject, recipe: Recipe, computed: str, labels: list[str], mixes: list[Patched], title: str) -> None:
    expression = f"{IN_A_NOTEBOOK[computed]}(network, {recipe_expression(subject.opened, recipe)})"
    show_chart(
        patching_figure(labels, mixes, subject.ink, title=title),
        key=subject.key(computed),
        alt=f"{title}: right, undecided and wrong pairs of each",
        source=Source(
            f"{computed.replace('_', '-')}-{subject.opened.stem}-mod-{recipe.modulus}",
            lambda: csv(patching_table(labels, mixes)),
            lines_for(subject.opened, None, expression),
        ),
    )
