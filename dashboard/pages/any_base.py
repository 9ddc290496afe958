"""Any base: how far does it carry?"""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.chart import show_selectable_chart
from dashboard.components.heading import show_heading
from dashboard.navigation import page_file
from dashboard.pacing import a_few
from dashboard.plots.reach import ReachCurve, reach_figure
from dashboard.recipes.prompts import SECOND_STOP
from dashboard.tables.sweeps import reach_csv
from dashboard.theme import current_ink
from dashboard.visit.state import Bench, Opened, bench, current
from dashboard.visit.sweep import SWEEP_ORDER, found_by_sweep, is_swept, moduli_swept, sweep_a_few
from models.ablation.shuffles import NO_BODY, own_parameters
from models.evaluation import Counts
from models.experiment.sweep import Reached, reach_of
from models.network import Network
from models.surgery.margin import degenerate_moduli
from models.surgery.readout import READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe, even_recipe

EXPLAINED: dict[ReadoutMode, str] = {
    "keep": "nothing fitted: the headline",
    "balance": "nothing fitted at any modulus: keep's dials at strengths tuned once, at random angles; its band is the "
    "same on shuffled bodies",
    "calibrate": "(2 · dials)² numbers fitted from the network's own outputs; its band is the same on shuffled bodies",
    "refit": "a whole new readout fitted: means nothing without its band, the same on shuffled bodies",
}
OFFERED = (96, 111, 120, 127, 128, 210)
CONTROL_SEEDS = 2


def recipe_to_guess(opened: Opened, here: Bench) -> Recipe:
    """The dials on Play; where they share no factor with any modulus on offer, the network's own in even steps."""
    if degenerate_moduli(here.recipe, OFFERED):
        return here.recipe
    return even_recipe(SECOND_STOP, opened.network.modulus, cache.keys(opened.network).frequencies)


def show_guess(opened: Opened, here: Bench) -> None:
    """The visitor guesses, then sees what the dials alone foretell."""
    st.header("First guess", anchor=False)
    recipe = recipe_to_guess(opened, here)
    targets = ", ".join(f"{target:g}" for target in recipe.targets.values())
    st.markdown(
        f"Suppose the dials took **{targets}** steps per number, at every modulus. At which of these must such dials "
        "fail on *every* pair, whatever the network has learned?"
    )
    guessed = st.pills("Moduli", OFFERED, selection_mode="multi", label_visibility="collapsed")
    if not st.button("Check"):
        return
    degenerate = degenerate_moduli(recipe, OFFERED)
    hit = set(guessed) == set(degenerate)
    told = [
        f"mod {q}: all dials share a factor, c and c + {distance} look the same" for q, distance in degenerate.items()
    ]
    st.markdown(
        ("**Right.** " if hit else "**Not quite.** ") + ("; ".join(told) or "None of them: no factor is shared.")
    )
    counted = [f"{q}: {wording.percent(cache.at_modulus(opened.network, recipe, q).accuracy)}" for q in OFFERED]
    st.caption("Counted on all pairs, dials unmoved: " + ", ".join(counted))


def curve_of(network: Network, here: Bench, readouts: list[ReadoutMode]) -> ReachCurve:
    """Everything counted so far; a readout mode above keep as far as it and its control are counted."""
    found = found_by_sweep(network, here)
    counts: dict[ReadoutMode, dict[int, Counts]] = {}
    shuffled: dict[ReadoutMode, dict[int, tuple[float, ...]]] = {}
    for readout in readouts:
        if readout == "keep":
            counts[readout] = {q: each.counts for q, each in found.items()}
            continue
        done = {q: found[q].recipe for q in moduli_swept(here)[: here.fitted.get(readout, 0)]}
        counts[readout] = {q: cache.mode_counts(network, recipe, readout) for q, recipe in done.items()}
        if done and own_parameters(network):
            controls = {q: cache.mode_on_shuffled(network, done[q], readout, CONTROL_SEEDS) for q in done}
            shuffled[readout] = {q: control.accuracies for q, control in controls.items()}
    analytic = {q: each.analytic_margin for q, each in found.items()}
    return ReachCurve(network.modulus, cache.all_baselines(network), counts, shuffled, analytic)


def lagging(here: Bench, readouts: list[ReadoutMode]) -> ReadoutMode | None:
    """A readout mode above keep that is not yet counted at every modulus that was searched."""
    fitted = [readout for readout in readouts if readout != "keep"]
    return next((readout for readout in fitted if here.fitted.get(readout, 0) < here.swept), None)


def count_more(network: Network, here: Bench, readouts: list[ReadoutMode]) -> None:
    """A few moduli more: of a readout that lags behind the search, or else of the search."""
    readout = lagging(here, readouts)
    if readout is None:
        sweep_a_few(network, here)
        return
    through = here.fitted.get(readout, 0)
    for q in a_few(moduli_swept(here)[through:]):
        recipe = cache.swept(network, q).recipe
        cache.mode_counts(network, recipe, readout)
        cache.mode_on_shuffled(network, recipe, readout, CONTROL_SEEDS)
        here.fitted[readout] = here.fitted.get(readout, 0) + 1


def progress_told(here: Bench, readouts: list[ReadoutMode]) -> str:
    """How far the search is, and every readout that lags behind it."""
    told = [f"{here.swept} of {len(SWEEP_ORDER)} moduli searched and counted"]
    fitted = [readout for readout in readouts if readout != "keep"]
    return "; ".join(told + [f"{readout} and its control at {here.fitted.get(readout, 0)}" for readout in fitted])


def set_sweeping(here: Bench, on: bool) -> None:
    """Before the buttons are drawn, so that each shows whether it can be pressed now."""
    here.sweeping = on


@st.fragment
def show_reach() -> None:
    """The curve, streaming in, with what it says."""
    opened, here, ink = current(), bench(), current_ink()
    network = opened.network
    picked = st.pills(
        "Readout", list(EXPLAINED), default=["keep"], selection_mode="multi", help="Which rungs of the ladder to count"
    )
    readouts = [readout for readout in READOUT_MODES if readout in picked]
    for readout in readouts:
        st.caption(f"{readout}: {EXPLAINED[readout]}")
    if set(readouts) - {"keep"} and not own_parameters(network):
        st.caption(f"A readout above keep has no control here: {NO_BODY}.")
    start, stop, told = st.columns([1, 1, 3], vertical_alignment="center")
    complete = is_swept(here) and lagging(here, readouts) is None
    start.button(
        "Count every modulus",
        disabled=here.sweeping or complete,
        on_click=lambda: set_sweeping(here, True),
        width="stretch",
    )
    stop.button("Stop", disabled=not here.sweeping, on_click=lambda: set_sweeping(here, False), width="stretch")
    told.progress(here.swept / len(SWEEP_ORDER), progress_told(here, readouts))
    curve = curve_of(network, here, readouts)
    alt = "Accuracy against modulus for the untouched network, for cosines alone, and for the operated network"
    chosen = show_selectable_chart(reach_figure(curve, ink), key="reach", alt=alt)
    found = found_by_sweep(network, here)
    if chosen is not None and int(chosen) in found:
        here.turn(found[int(chosen)].recipe)
        st.switch_page(page_file("Play"))
    st.caption(
        "Click a mark to open that modulus on Play, with its dials. *Cosines alone* is no network: a sum of one exact "
        "cosine per dial, with the very same dials. It is right on all pairs wherever the dials tell all classes apart."
    )
    show_summary(opened, found)
    st.download_button(
        "Data (.csv)", data=lambda: reach_csv(curve), file_name=f"{opened.name}-reach.csv", on_click="ignore"
    )
    if here.sweeping:
        count_more(network, here, readouts)
        if is_swept(here) and lagging(here, readouts) is None:
            here.sweeping = False  # never switched on: this run may have been left, and count beside its successor
        st.rerun(scope="fragment")


def show_summary(opened: Opened, found: dict[int, Reached]) -> None:
    """How far without a gap, and why the first failure fails."""
    if not found:
        return
    short = sorted(q for q, each in found.items() if each.counts.right < each.counts.pairs)
    if len(found) == len(SWEEP_ORDER):
        st.markdown(f"**Reach {reach_of(found)}** with keep: every modulus from 2 to there is right on all pairs.")
    if not short:
        st.markdown(f"All {len(found)} moduli counted so far are right on all pairs with keep.")
        return
    first = found[short[0]]
    why = cache.failure(opened.network, first.recipe)
    if why is None:
        return
    share = wording.percent(why.share_on_stripes, 0)
    stripes = ", ".join(f"{difference} ({count})" for difference, count in why.stripes)
    st.markdown(
        f"**First failure: mod {first.modulus}**, {wording.counted(first.counts)} after {first.tried} settings. The "
        f"failed pairs lie on stripes in a − b: {stripes} hold {share} of them. They "
        f"are taken for the class {why.distance} further on; dial {why.dial} should have told these apart and is too "
        "weak there. A longer search (Find dials on Play) may still find dials without such a stripe."
    )


bench().sweeping = False  # a sweep belongs to the visit of this page
show_heading(
    "How far does it carry?",
    f"The network learned mod **{current().network.modulus}** only. For each modulus, Clockwork looks for dials, "
    "re-cuts the tables, leaves the body alone, and counts all pairs.",
)
show_guess(current(), bench())
st.header("Every modulus", anchor=False)
show_reach()
