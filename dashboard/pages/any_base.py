"""Every modulus: how far does it carry?"""

import math
from collections.abc import Sequence

import streamlit as st

from dashboard import cache, shipped, wording
from dashboard.components.chart import show_selectable_chart
from dashboard.components.guess import guess_of, show_several_of, show_share_of
from dashboard.components.heading import show_heading
from dashboard.components.job import show_failure
from dashboard.components.origin import show_origin
from dashboard.navigation import entry_of
from dashboard.plots.reach import ReachCurve, reach_figure
from dashboard.recipes.guesses import each_ticked
from dashboard.recipes.prompts import SECOND_STOP
from dashboard.session.state import Bench, Opened, bench, current, session
from dashboard.session.sweep import (
    CONTROL_SEEDS,
    SWEEP,
    SWEEP_ORDER,
    is_swept,
    known_by_modulus,
    moduli_all_right,
    moduli_swept,
    progress_of,
    start_sweep,
    sweep_work,
    unlike_shipped,
)
from dashboard.session.unasked import begin_unasked, show_in_fragment
from dashboard.tables.sweeps import reach_csv
from dashboard.theme import current_ink
from models.ablation.shuffles import NO_BODY, own_parameters
from models.evaluation import Counts
from models.experiment.sweep import Reached, reach_of
from models.network import Network
from models.surgery.margin import degenerate_moduli
from models.surgery.readout import READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe, even_recipe

EXPLAINED: dict[ReadoutMode, str] = {
    "keep": "the readout is rewritten from its own waves, as the tables are; nothing is fitted",
    "balance": "nothing fitted at any modulus: the same dials, their strengths tuned once on random angles. The band "
    "is the same done to shuffled bodies",
    "calibrate": "(2 · dials)² numbers are fitted to what the network gives out. The band is the same done to shuffled "
    "bodies",
    "refit": "a whole new readout is fitted, which may add by itself: compare it with its band, the same done to "
    "shuffled bodies",
}
MOST_LISTED = 8  # dials whose steps are told one by one
OFFERED = (96, 111, 120, 127, 128, 210)


def recipe_to_guess(opened: Opened, here: Bench) -> Recipe:
    """The dials on *Turn it*; where they share no factor with any modulus on offer, the network's own in even steps."""
    if degenerate_moduli(here.recipe, OFFERED):
        return here.recipe
    return even_recipe(SECOND_STOP, opened.network.modulus, cache.keys(opened.network).frequencies)


def steps_listed(recipe: Recipe) -> str:
    """The steps of all dials; of many, the first and what the others share with them."""
    targets = list(recipe.targets.values())
    listed = ", ".join(f"{target:g}" for target in targets[:MOST_LISTED])
    if len(targets) <= MOST_LISTED:
        return listed
    whole = [int(target) for target in targets if target == int(target)]
    factor = math.gcd(*whole) if len(whole) == len(targets) else 1
    alike = f", all multiples of {factor:d}" if factor > 1 else ""
    more = len(targets) - MOST_LISTED
    return f"{listed} and {more} other{'s' if more > 1 else ''}{alike}"


@st.fragment
def show_reach_guess(network: Network, here: Bench) -> None:
    """What the visitor expects of the curve below, before they come to it; what was counted, once they have guessed."""
    first, last = min(SWEEP_ORDER), max(SWEEP_ORDER)
    all_right = moduli_all_right(known_by_modulus(network, here))
    st.markdown(
        f"**Guess first.** There are {len(SWEEP_ORDER)} moduli from {first} to {last}. At how many of them is the "
        "network right on *every* pair, once its tables are re-cut?"
    )
    show_share_of(
        "Share of the moduli",
        None if all_right is None else all_right / len(SWEEP_ORDER),
        key=f"guess reach {network.digest}",
        not_yet="Not counted yet: the curve below says when.",
        counted=lambda _: f"Counted: at {all_right} of {len(SWEEP_ORDER)}. The curve below shows each of them.",
    )


def show_steps_guess(opened: Opened, here: Bench) -> None:
    """The visitor guesses where dials that stay must fail, then sees what the dials alone foretell."""
    st.header("And with dials that stay?", anchor=False)
    recipe = recipe_to_guess(opened, here)
    st.markdown(
        f"Above, the dials were found anew for each modulus. Suppose they took **{steps_listed(recipe)}** steps per "
        "number at every modulus. At which of these must such dials fail on *every* pair, whatever the network has "
        "learned?"
    )
    key = f"guess {opened.network.digest} {recipe.targets}"
    degenerate, guessed = degenerate_moduli(recipe, OFFERED), guess_of(key)
    show_several_of("Moduli", OFFERED, lambda q: each_ticked(q, guessed, degenerate), key=key)
    if guessed is None:
        return
    hit = set(guessed) == set(degenerate)
    told = [
        f"mod {q}: all dials share a factor, c and c + {distance} look the same" for q, distance in degenerate.items()
    ]
    st.markdown(
        ("**Right.** " if hit else "**Not quite.** ") + ("; ".join(told) or "None of them: no factor is shared.")
    )
    counted = [f"{q}: {wording.percent(cache.at_modulus(opened.network, recipe, q).accuracy)}" for q in OFFERED]
    st.caption("Counted on all pairs, dials unmoved: " + ", ".join(counted))


def curve_of(network: Network, here: Bench, readouts: Sequence[ReadoutMode]) -> ReachCurve:
    """Everything counted so far; a readout mode above keep as far as it and its control are counted."""
    found = known_by_modulus(network, here)
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


def begin_where_nothing_comes_counted(network: Network, here: Bench) -> None:
    """So that the page of an upload opens with results too."""
    if not is_swept(here) and not shipped.sweep_of(network).found:
        begin_unasked(network, sweep_work(network, here))


def show_reach() -> None:
    """The curve, streaming in, with what it says."""
    st.header("Counted, modulus by modulus", anchor=False)
    opened, here, ink = current(), bench(), current_ink()
    network = opened.network
    picked = st.pills(
        "Readout", list(EXPLAINED), default=["keep"], selection_mode="multi", help="Which readout modes to count"
    )
    readouts = here.readouts = tuple(readout for readout in READOUT_MODES if readout in picked)
    for readout in readouts:
        st.caption(f"{readout}: {EXPLAINED[readout]}")
    if set(readouts) - {"keep"} and not own_parameters(network):
        st.caption(f"A readout above keep has no control here: {NO_BODY}.")
    show_sweep(network, here)
    curve = curve_of(network, here, readouts)
    alt = "Accuracy against modulus for the untouched network, for cosines alone, and for the operated network"
    chosen = show_selectable_chart(reach_figure(curve, ink), key="reach", alt=alt)
    found = known_by_modulus(network, here)
    if chosen is not None and int(chosen) in found:
        here.turn(found[int(chosen)].recipe)
        st.switch_page(entry_of("play.py").path)
    st.caption(
        "Click a mark to open that modulus on *Turn it*, with its dials. *Cosines alone* is no network: a sum of one "
        "exact cosine per dial, with the very same dials. It is right on all pairs wherever the dials tell all classes "
        "apart."
    )
    show_summary(opened, found)
    st.download_button(
        "Data (.csv)", data=lambda: reach_csv(curve), file_name=f"{opened.stem}-reach.csv", on_click="ignore"
    )
    session().jobs.go_on(SWEEP, network.digest)


def why_above_tells_more(p: int) -> str:
    """Why a modulus above the trained one is stronger evidence than one below."""
    return (
        f"**Above {p} is the stronger evidence.** Untouched, the network has no number from {p} on, so that nothing it "
        f"learned by heart can help there: what is right, surgery made right. Below {p} a network that adds mod {p} "
        "has all the numbers, and is right without surgery wherever a + b stays below the modulus."
    )


def show_sweep(network: Network, here: Bench) -> None:
    """Its buttons, and how far it is."""
    jobs, progress = session().jobs, progress_of(here)
    start, stop, told = st.columns([1, 1, 3], vertical_alignment="center")
    is_going = jobs.going(SWEEP, network.digest) is not None
    comes = shipped.sweep_of(network)
    start.button(
        "Count them again" if comes.found else "Count every modulus",
        disabled=is_going or is_swept(here),
        on_click=start_sweep,
        args=(network, here, here.readouts),
        width="stretch",
    )
    stop.button("Stop", disabled=not is_going, on_click=jobs.stop, args=(SWEEP,), width="stretch")
    if here.swept or not comes.found:
        told.progress(progress.share, progress.sentence)
    show_failure(SWEEP, network.digest)
    if comes.found:
        show_origin(comes.command, key="reach", again=told_of_recount(network, here))


def told_of_recount(network: Network, here: Bench) -> str:
    """Whether what was counted again here is what came with the project; nothing before anything was."""
    if not here.swept:
        return ""
    unlike = unlike_shipped(network, here)
    listed = f"at {', '.join(map(str, unlike))} with another result" if unlike else "each with the same result"
    return f"Counted again here at {here.swept} of {len(SWEEP_ORDER)} moduli, {listed}."


def show_summary(opened: Opened, found: dict[int, Reached]) -> None:
    """How far without a gap, and why the first failure fails."""
    if not found:
        return
    short = sorted(q for q, each in found.items() if each.counts.right < each.counts.pairs)
    if len(found) == len(SWEEP_ORDER):
        st.markdown(f"**Reach {reach_of(found)}** with keep: every modulus from 2 to there is right on all pairs.")
        st.markdown(wording.how_dials_were_found(found))
    if not short and len(found) < len(SWEEP_ORDER):
        st.markdown(f"All {len(found)} moduli counted so far are right on all pairs with keep.")
    if not short:
        return
    first = found[short[0]]
    why = cache.failure(opened.network, first.recipe)
    if why is None:
        return
    if why.law:
        st.markdown(f"**First failure: mod {first.modulus}**, {wording.counted(first.counts)}: {why.law}.")
        return
    share = wording.percent(why.share_in_classes, 0)
    classes = ", ".join(f"{difference} ({count})" for difference, count in why.difference_classes)
    st.markdown(
        f"**First failure: mod {first.modulus}**, {wording.counted(first.counts)} after {first.tried} settings. The "
        f"failed pairs lie on stripes in a − b: {classes} hold {share} of them. They "
        f"are taken for the class {why.distance} further on; dial {why.dial} should have told these apart and is too "
        "weak there. A longer search (*Find dials* on *Turn it*) may still find dials without such a stripe."
    )


show_heading(
    "How far does it carry?",
    f"The network learned mod **{current().network.modulus}** only. For each modulus, Clockwork looks for dials, "
    "re-cuts the tables, leaves the body alone, and counts all pairs.",
)
show_reach_guess(current().network, bench())
st.markdown(why_above_tells_more(current().network.modulus))
begin_where_nothing_comes_counted(current().network, bench())
show_in_fragment(show_reach, SWEEP, current().network.digest)
show_steps_guess(current(), bench())
