"""Evidence: is it really the circuit?"""

import streamlit as st

from dashboard import cache, shipped, wording
from dashboard.components.chart import show_chart
from dashboard.components.heading import show_heading
from dashboard.components.job import show_failure, show_progress
from dashboard.components.origin import show_origin
from dashboard.plots.blend import BlendCurves, blend_figure
from dashboard.plots.controls import controls_figure
from dashboard.recipes.prompts import first_stop
from dashboard.recipes.strengths import mode_of, plain_dials
from dashboard.session.blend import BLEND, SEED, blend_work, start_blend
from dashboard.session.controls import (
    CONTROLS,
    SEARCHED,
    control_job,
    controls_work,
    start_controls,
    start_searching,
    stop_controls,
)
from dashboard.session.state import (
    Bench,
    Opened,
    SeenControls,
    bench,
    blend_seen,
    controls_seen,
    current,
    owner_of,
    session,
)
from dashboard.session.unasked import begin_unasked, show_in_fragment
from dashboard.theme import current_ink
from models.ablation.shuffles import NO_BODY, own_parameters, recut_parameters
from models.experiment.blend import BLENDS, STEPS
from models.experiment.controls import SEEDS
from models.network import Network
from models.surgery.recipe import Recipe

HOW_FAR = "0%: as trained. 100%: the entries of every weight of the body permuted. Between: their weighted mean"
LARGE_MODULUS = 10007
SAMPLED_PAIRS = 300


def recipe_in_question(opened: Opened, here: Bench) -> Recipe:
    """What stands on Play; at the trained modulus, where nothing would be shown, the dials found for another one."""
    if here.recipe.modulus != opened.network.modulus:
        return here.recipe
    if comes := shipped.controls_of(opened.network):
        return comes.recipe
    return cache.swept(opened.network, first_stop(opened.network.modulus)).recipe


def show_half_steps(opened: Opened) -> None:
    """The half-step test and its toy."""
    st.header("Between the numbers", anchor=False)
    found = cache.inspection(opened.network)
    st.markdown(
        "Tables written at **half steps** hold angles that no training pair ever had. A network that adds angles must "
        "answer (a + ½) + (b + ½) ≡ a + b + 1 (mod p). This one does on "
        f"**{wording.percent(found.half_step_accuracy)}** of all pairs; a network that memorised its table would not. "
        "No new modulus, no search, no answers looked at."
    )
    p = opened.network.modulus
    one, two, three = st.columns([1, 1, 2], vertical_alignment="bottom")
    a = one.number_input("a", 0.5, p - 0.5, 3.5, 1.0, format="%g")  # as typed: what is rounded is another sum
    b = two.number_input("b", 0.5, p - 0.5, 4.5, 1.0, format="%g")
    answer = cache.half_step(opened.network, a, b)
    three.metric("the network answers", answer)
    st.caption(wording.sum_answered(a, b, p, answer))


def show_controls(opened: Opened, recipe: Recipe) -> None:
    """Every control of the operation in question, one after the other."""
    st.header(f"Could anything else do it? The operation to mod {recipe.modulus}", anchor=False)
    show_parameters(opened.network, recipe)
    st.markdown(
        "The same dials, surgery and count, on bodies whose weights are shuffled (all of them, or the MLP alone), on "
        "tables whose columns no longer agree on an angle, and on frequencies that the network does not use. With "
        "*keep* all of them should fall; what is left with the MLP alone shuffled is what attention does before a "
        "random MLP. *Refit* shows why it needs its control: a fitted readout can do much of the work. And since these "
        "dials were found for the trained body, each shuffled body can get a search of its own."
    )
    network = opened.network
    if not controls_seen(network, recipe).is_through:
        begin_unasked(network, controls_work(network, recipe))
    show_in_fragment(lambda: show_counts(network, recipe), CONTROLS, owner_of(network, recipe))


def show_counts(network: Network, recipe: Recipe) -> None:
    """The controls as they come in."""
    jobs, owner, seen = session().jobs, owner_of(network, recipe), controls_seen(network, recipe)
    job = control_job(network, recipe)
    show_buttons(network, recipe, seen)
    if job:
        show_progress(job.progress)
    for kind in (CONTROLS, SEARCHED):
        show_failure(kind, owner)
    if seen.together:
        show_chart(
            controls_figure(seen.together, current_ink()), key="controls", alt="Accuracy of each control by seed"
        )
        if seen.shipped_by:
            show_origin(seen.shipped_by, key="controls")
    elif not job:
        st.caption(f"{SEEDS} seeds each, all pairs: some seconds to a minute.")
    for control in seen.together:
        if not control.is_whole:
            st.caption(
                f"{control.name}, {control.readout}: {len(control.accuracies)} of {control.wanted} seeds so far."
            )
        if control.remark:
            st.caption(f"{control.name}: {control.remark}.")
    for kind in (CONTROLS, SEARCHED):
        jobs.go_on(kind, owner)


def show_buttons(network: Network, recipe: Recipe, seen: SeenControls) -> None:
    """What can be started now, and what can be stopped."""
    run, search, stop = st.columns(3)
    jobs, owner = session().jobs, owner_of(network, recipe)
    run.button(
        "Count them again" if seen.shipped_by else "Run the controls",
        disabled=(seen.is_through and not seen.shipped_by) or jobs.going(CONTROLS, owner) is not None,
        on_click=start_controls,
        args=(network, recipe),
        width="stretch",
        help="Some seconds to a minute; Stop ends it. It goes on where it was stopped",
    )
    search.button(
        "Search dials for shuffled bodies",
        disabled=not own_parameters(network) or seen.is_searched or jobs.going(SEARCHED, owner) is not None,
        on_click=start_searching,
        args=(network, recipe),
        width="stretch",
        help="The fair control: each shuffled body gets a search of its own. It goes on where it was stopped",
    )
    stop.button(
        "Stop",
        disabled=control_job(network, recipe) is None,
        on_click=stop_controls,
        width="stretch",
        help="Ends what is running and keeps what has been counted",
    )


def show_parameters(network: Network, recipe: Recipe) -> None:
    """What surgery keeps, what it replaces, what it fits."""
    dials = len(recipe.targets)
    one, two, three = st.columns(3)
    one.metric(
        "body: parameters kept",
        f"{own_parameters(network):,}",
        help="never touched; 0 where the weights are the tables",
    )
    two.metric(
        "tables and readout: re-cut",
        f"{recut_parameters(network):,}",
        help="written from the waves that the network learned",
    )
    three.metric(
        "fitted with keep",
        "0",
        help=f"balance would tune {2 * dials} strengths at random angles, once for all moduli; "
        f"calibrate would fit {(2 * dials) ** 2} numbers and a constant",
    )


def show_blend(opened: Opened, recipe: Recipe) -> None:
    """From the trained body to a shuffled one."""
    st.header("From trained to shuffled", anchor=False)
    if not own_parameters(opened.network):
        st.info(f"Nothing to blend: {NO_BODY}. Here surgery shows that training found the phase rule.")
        return
    network, owner = opened.network, owner_of(opened.network, recipe)
    is_counting = session().jobs.going(CONTROLS, owner_of(network, plain_dials(network, recipe))) is not None
    if len(blend_seen(network, recipe).curves.get(SEED, {})) < len(BLENDS) and not is_counting:
        begin_unasked(network, blend_work(network, recipe))
    show_in_fragment(lambda: show_curve(network, recipe), BLEND, owner)


def show_curve(network: Network, recipe: Recipe) -> None:
    """The whole way as a curve, and the place on it where the slider stands."""
    seen, owner, jobs = blend_seen(network, recipe), owner_of(network, recipe), session().jobs
    percents = st.slider("How far the body is shuffled", 0, 100, 0, 100 // STEPS, format="%d%%", help=HOW_FAR)
    blend = BLENDS[percents * STEPS // 100]
    curve = seen.curves.get(SEED, {})
    accuracy = curve[blend] if blend in curve else cache.blended(network, recipe, blend, SEED).accuracy
    st.metric(
        f"pairs right, mod {recipe.modulus}, {mode_of(network, recipe)}",
        wording.percent(accuracy),
        help=f"{round(accuracy * recipe.modulus**2):,} of all {recipe.modulus**2:,} pairs, first shuffle",
    )
    if job := jobs.going(BLEND, owner):
        show_progress(job.progress)
    elif len(curve) < len(BLENDS):
        st.button("Draw the whole curve", on_click=start_blend, args=(network, recipe))
    show_failure(BLEND, owner)
    if curve:
        figure = blend_figure(BlendCurves(recipe.modulus, seen.curves, blend), current_ink())
        show_chart(figure, key="blend", alt="Accuracy against how far the body is shuffled")
    jobs.go_on(BLEND, owner)


def show_random_phases() -> None:
    """A network that nobody trained, and the trained one, at a modulus too large to count while you wait."""
    st.header(f"Nobody trained this one: mod {LARGE_MODULUS}", anchor=False)
    st.markdown(
        "A one-hot MLP of random frequencies and random input phases φ adds too, if its output phases obey ψ = 2φ "
        "(mod 2π). With output phases drawn at random it does not. So for one-hot MLPs the phase rule is all there is "
        "to find."
    )
    if not st.button("Draw and sample"):
        return
    with st.spinner("Sampling pairs …"):
        rows = cache.random_phase_samples(LARGE_MODULUS, SAMPLED_PAIRS)
    for name, seen in rows.items():
        st.markdown(
            f"**{name}**: {seen.right} of {seen.sampled} sampled pairs right "
            f"(95% interval {wording.percent(seen.low, 1)} to {wording.percent(seen.high, 1)}). "
            "A sample, no certificate."
        )


show_heading(
    "Is it really the circuit?",
    "A figure without its control is not a result. Here is what could explain it away, each with the same operation.",
)
question = recipe_in_question(current(), bench())
show_half_steps(current())
show_controls(current(), plain_dials(current().network, question))
show_blend(current(), question)
show_random_phases()
