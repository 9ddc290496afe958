"""Don't believe us: is it a trick?"""

import streamlit as st

from dashboard import cache, shipped, wording
from dashboard.components.chart import show_chart
from dashboard.components.guess import show_share_of
from dashboard.components.heading import show_heading
from dashboard.components.job import show_failure, show_progress
from dashboard.components.operations import named
from dashboard.components.origin import show_origin
from dashboard.plots.blend import BlendCurves, blend_figure
from dashboard.plots.controls import controls_figure
from dashboard.recipes.operations import Controlled
from dashboard.recipes.prompts import first_stop
from dashboard.recipes.strengths import mode_named, plain_dials
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
from dashboard.session.operations import controlled
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
from dashboard.tables.tried import how_it_ended
from dashboard.theme import current_ink
from models.ablation.shuffles import NO_BODY, WHOLE_BODY, own_parameters, recut_parameters
from models.experiment.blend import BLENDS, STEPS
from models.experiment.controls import SEEDS, Control
from models.network import Network
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe

# Readout → how it is asked about.
GUESSED: dict[ReadoutMode, str] = {"keep": "With nothing fitted (keep)", "refit": "With a new readout fitted (refit)"}
OF_OPERATION = "controls of the operation"  # the key of a widget
HOW_FAR = "0%: as trained. 100%: the entries of every weight of the body permuted. Between: their weighted mean"
LARGE_MODULUS = 10007
SAMPLED_PAIRS = 300


def recipe_in_question(opened: Opened, here: Bench) -> Recipe:
    """What stands on *Turn it*; at the trained modulus, where nothing would be shown, dials found for another one."""
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


def show_controls(network: Network, of: Controlled) -> None:
    """Every control of the operation in question, one after the other."""
    show_parameters(network, of.recipe)
    if not controls_seen(network, of).is_through:
        begin_unasked(network, controls_work(network, of))
    show_in_fragment(lambda: show_counts(network, of), CONTROLS, owner_of(network, of))


def choose_controlled(network: Network, recipe: Recipe) -> Controlled:
    """The sum with the dials of *Turn it*, or what was chosen on *Every operation*; of networks that have dials."""
    here, of_sums = session(), Controlled(plain_dials(network, recipe))
    if not cache.waves(network).frequencies:
        return of_sums
    sums, operation = f"sums {told(of_sums)}, of *Turn it*", f"{named(here.offered)}, of *Every operation*"
    st.session_state.setdefault(OF_OPERATION, here.asks_of_operation)
    chosen = st.pills(
        "Controls of which operation?",
        (False, True),
        format_func=lambda each: operation if each else sums,
        required=True,
        key=OF_OPERATION,
    )
    here.asks_of_operation = bool(chosen)
    if not here.asks_of_operation:
        return of_sums
    with st.spinner("Searching for dials …"):
        return controlled(here, network, here.offered)


@st.fragment
def show_guesses(network: Network, of: Controlled) -> None:
    """What the visitor expects of a shuffled body, before they come to it; what was counted, once they have guessed."""
    if not own_parameters(network):
        return
    counted_of, controls = told_first(network, controls_seen(network, of))
    counted = {control.key: control.mean for control in controls}
    st.markdown(
        "**Guess first.** Every weight of the body is put in another place; its dials and its tables stay. How many "
        f"pairs {'of ' if counted_of.offered else ''}{told(counted_of)} are right then?"
    )
    for place, (readout, label) in zip(st.columns(len(GUESSED)), GUESSED.items(), strict=True):
        with place:
            show_share_of(
                label,
                counted.get((WHOLE_BODY, readout)),
                key=f"guess {network.digest} {counted_of} {readout}",
                not_yet="Not counted yet: the controls further below say when.",
                counted=lambda share: (
                    f"Counted: {wording.percent(share)}, the mean of its shuffles; the table below has the others."
                ),
            )


def told_first(network: Network, seen: SeenControls) -> tuple[Controlled, list[Control]]:
    """An operation with its controls that are whole: of sums those that come counted, while those of `seen` are not."""
    comes = None if seen.of.offered else shipped.controls_of(network)
    if comes and not seen.is_through:
        return Controlled(comes.recipe), comes.all_together
    return seen.of, [control for control in seen.together if control.is_whole]


def told(of: Controlled) -> str:
    """What is controlled, in Markdown."""
    return named(of.offered) if of.offered else f"mod {of.recipe.modulus}"


def show_counts(network: Network, of: Controlled) -> None:
    """The controls as they come in."""
    jobs, owner, seen = session().jobs, owner_of(network, of), controls_seen(network, of)
    job = control_job(network, of)
    with st.container():  # keeps what stands below in its place, so that it is never there twice
        show_ending(network, seen)
    show_buttons(network, of, seen)
    with st.container():
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


def show_ending(network: Network, seen: SeenControls) -> None:
    """What was tried and how it ended; of the operation that comes counted, while the one in question is not."""
    first, controls = told_first(network, seen)
    if not seen.is_through and first is seen.of:
        return
    ending = how_it_ended(controls, first.recipe.modulus, told(first))
    if ending is None:
        return
    st.subheader("What was tried, and how it ended", anchor=False)
    if not seen.is_through or seen.shipped_by:
        beforehand = f"Counted beforehand at {told(first)}, with dials found for it"
        below = "" if seen.is_through else f"; {told(seen.of)} comes in below"
        st.caption(f"{beforehand}{below}.")
    for sentence in ending.sentences:
        st.markdown(sentence)
    st.table(ending.rows.set_index("what was changed"))


def show_buttons(network: Network, of: Controlled, seen: SeenControls) -> None:
    """What can be started now, and what can be stopped."""
    run, search, stop = st.columns(3)
    jobs, owner = session().jobs, owner_of(network, of)
    run.button(
        "Count them again" if seen.shipped_by else "Run the controls",
        disabled=(seen.is_through and not seen.shipped_by) or jobs.going(CONTROLS, owner) is not None,
        on_click=start_controls,
        args=(network, of),
        width="stretch",
        help="Some seconds to a minute; Stop ends it. It goes on where it was stopped",
    )
    search.button(
        "Search dials for shuffled bodies",
        disabled=not own_parameters(network) or seen.is_searched or jobs.going(SEARCHED, owner) is not None,
        on_click=start_searching,
        args=(network, of),
        width="stretch",
        help="The fair control: each shuffled body gets a search of its own. It goes on where it was stopped",
    )
    stop.button(
        "Stop",
        disabled=control_job(network, of) is None,
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


def show_blend(opened: Opened, recipe: Recipe, of: Controlled) -> None:
    """From the trained body to a shuffled one."""
    st.header("From trained to shuffled", anchor=False)
    if not own_parameters(opened.network):
        st.info(f"Nothing to blend: {NO_BODY}. {wording.shown_without_a_body(opened.network)}")
        return
    if of.offered:
        st.caption(f"Of sums mod {recipe.modulus}, as on *Turn it*.")
    network, owner = opened.network, owner_of(opened.network, recipe)
    is_counting = session().jobs.going(CONTROLS, owner_of(network, of)) is not None
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
        f"pairs right, mod {recipe.modulus}, {mode_named(network, recipe)}",
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
        "Does it take training at all, or would random waves add? Here is a network (one hidden layer, a row of the "
        "table for each number) whose frequencies and input phases φ are drawn at random. Where each neuron writes its "
        "wave out at twice its input phase, ψ = 2φ (mod 2π), it adds; where it writes at a random phase, it does not. "
        "So what training has to find is this rule, and whoever writes by it needs no training."
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
    "Is it a trick?",
    "We claim: the body adds angles, so that new tables are all that a new modulus takes. You could object that it "
    "learned its sums by heart, or that any body would do with such tables. Here is what we tried, and how it ended.",
)
question = recipe_in_question(current(), bench())
above_its_answer = st.container()
show_half_steps(current())
st.header("Could anything else do it?", anchor=False)
asked = choose_controlled(current().network, question)
with above_its_answer:
    show_guesses(current().network, asked)
show_controls(current().network, asked)
show_blend(current(), question, asked)
show_random_phases()
