"""Other operations than a + b mod q: chosen or typed, carried out by the network in use, and turned."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.circles import circles_data, sent_turn, show_circles
from dashboard.components.console import live_for
from dashboard.foreign_text import in_markdown
from dashboard.navigation import entry_of
from dashboard.recipes.operations import OFFERED, OWN, Offered
from dashboard.session.operations import CarriedOut, carried_out, turn_dials, turned_of
from dashboard.session.state import Opened, ask_for_weights, current, session
from models.errors import RecipeError

BY_LABEL = {offered.label: offered for offered in (*OFFERED, OWN)}
CHOSEN, FORMULA, IN_NUMBERS = "operation chosen", "operation typed", "numbers typed"  # keys of widgets
ALL_CONTROLS = "Each readout mode on five shuffled bodies, scrambled phases, other frequencies; with these dials"
FORMULAS = (
    "x·a + y·b + z with whole numbers, such as a−b or 2*a+3*b; a*b, a/b, a**3*b, 2**a*b, log(a*b) mod a number; a^b "
    "(XOR); hours, weekday:2024, interval, degree"
)
NUMBERS = "A modulus, such as 127, or circles, such as 12x20 or 2x3x5; of a^b how many bits; nothing of a name"


def show_operations(opened: Opened) -> None:
    """A choice of operations, and what becomes of the chosen one; of a network that has dials."""
    st.header("Any operation", anchor=False)
    st.markdown(
        "Whatever can be renamed into sums can be asked of the same body. Numbers that are multiplied have "
        "**logarithms**, which are added; bits, hours and squares are **several small circles** at once, and each dial "
        "turns by a step of its own for each circle. Only rows of the tables get other names; nothing is fitted."
    )
    here = session()
    begin_with(CHOSEN, here.offered.label)
    label = st.pills("Operation", list(BY_LABEL), key=CHOSEN, label_visibility="collapsed")
    if label is None:
        return
    offered = typed_operation() if label == OWN.label else BY_LABEL[label]
    try:
        operation = offered.operation()
    except RecipeError as error:
        st.error(in_markdown(str(error)))
        return
    here.offered = offered
    done = carried_out(opened.network, operation, turned_of(here, opened.network, operation))
    show_carried_out(offered, done)
    show_dials(opened, done)
    if st.button("The controls of this operation", help=ALL_CONTROLS):
        here.asks_of_operation = True
        st.switch_page(entry_of("evidence.py").path)


def begin_with(key: str, value: str) -> None:
    """What a widget holds at first: what was carried out last, for whoever comes back, since pages forget widgets.

    Right before the widget: what is set for one that is not shown would stay, whatever is typed later.
    """
    st.session_state.setdefault(key, value)


def typed_operation() -> Offered:
    """Whatever a visitor types: a formula, and in which numbers."""
    typed = session().offered if session().offered.label == OWN.label else OWN
    begin_with(FORMULA, typed.formula)
    begin_with(IN_NUMBERS, typed.numbers)
    first, second = st.columns(2)
    formula = first.text_input("What is asked", max_chars=60, help=FORMULAS, key=FORMULA)
    numbers = second.text_input("In which numbers", max_chars=60, help=NUMBERS, key=IN_NUMBERS)
    return Offered(OWN.label, formula, numbers)


def show_carried_out(offered: Offered, done: CarriedOut) -> None:
    """How many pairs are right, beside shuffled bodies; and before that, where none can be."""
    if done.impossible:
        st.warning(in_markdown(done.impossible))
    set_by = "" if done.is_found else " With your dials."
    st.markdown(f"**{named(offered)}**: {wording.counted(done.counts.counts)}.{set_by}{left_out(done)}{beside(done)}")
    if done.operation.says:
        st.caption(in_markdown(done.operation.says))


def named(offered: Offered) -> str:
    """What an operation is called, in Markdown."""
    return in_markdown(offered.name) if offered.label == OWN.label else offered.label


def show_dials(opened: Opened, done: CarriedOut) -> None:
    """Tokens, dials with a step for each circle, and the map of all pairs; they are counted while they turn."""
    network, here = opened.network, session()
    live = live_for(network, done.recipe, with_bytes=here.weights_asked)
    here.weights_asked = False
    data = circles_data(
        done, network=network.digest, turn=here.turns, strengths=cache.waves(network).weight_of, live=live
    )
    show_circles(data, take_turn, ask_for_weights)


def take_turn() -> None:
    """The visitor let go of a dial, or wants the dials that were found."""
    here, network = session(), current().network
    try:
        sent = sent_turn()
        here.turns = sent.turn  # of a refused one too: the browser waits for its number
        if sent.network == network.digest:  # else turned while another network was on its way to the browser
            turn_dials(here, network, sent.group, sent.steps)
    except RecipeError:
        return  # no browser of ours sends that; the dials stay as they are


def left_out(done: CarriedOut) -> str:
    """Pairs without an answer here, and why; nothing where there are none."""
    if not done.counts.left_out:
        return ""
    return f" Left out are {done.counts.left_out:,} pairs: {done.operation.left_out}."


def beside(done: CarriedOut) -> str:
    """The dials found on shuffled bodies; nothing where there is no body to shuffle."""
    accuracies = done.shuffled.accuracies
    if not accuracies:
        return ""
    shares = " and ".join(map(wording.percent, accuracies))
    dials = "the same dials" if done.is_found else "the dials found for it"
    return f" On {len(accuracies)} shuffled bodies, with {dials}: {shares} of all sums in its group."
