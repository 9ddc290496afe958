"""For a class: a start at mod 12, a sheet of questions about the network in use, and one figure to present."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components.heading import show_heading
from dashboard.components.presenting import present, presented, show_presented
from dashboard.navigation import entry_of
from dashboard.recipes.questions import Question, question_sheet
from dashboard.session.state import Opened, bench, current
from dashboard.session.sweep import recipe_at
from dashboard.views.figures import FIGURES, figures_at_hand, title_of
from models.surgery.recipe import Recipe

WATCH = 12


def show_start(opened: Opened) -> None:
    """A watch, and a button that sets the network's dials to it."""
    st.header("Start at twelve", anchor=False)
    st.markdown(
        f"A watch adds mod **{WATCH}**: five hours after nine it is two. This network learned mod "
        f"{opened.network.modulus}; set its dials to {WATCH}, choose a pair of hours, and turn a dial to see what "
        "breaks."
    )
    if st.button(f"Set the dials to mod {WATCH}"):
        here = bench()
        here.turn(recipe_at(opened.network, here, WATCH))
        st.switch_page(entry_of("play.py").path)


@st.fragment
def show_sheet(opened: Opened) -> None:
    """The questions; the answers only where they are asked for."""
    st.header("A sheet of questions", anchor=False)
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    number = left.number_input("Sheet", 1, 999, 1, help="Every number is another sheet; the same one comes again")
    with_answers = right.toggle("Show the answers, with the counts of this network")
    waves = cache.waves(opened.network)
    strengths = dict(zip(waves.frequencies, waves.alphas.abs().tolist(), strict=True))
    strongest_first = sorted(strengths, key=lambda k: -strengths[k])
    if not strongest_first:
        st.info("This network has no dials, so there is nothing to ask about them. Choose another one.")
        return
    for place, question in enumerate(question_sheet(opened.network.modulus, strongest_first, int(number)), start=1):
        show_question(opened, place, question, with_answer=with_answers)
    st.caption("Printed from the browser, the page has no menu and no buttons: once without answers, once with them.")


def show_question(opened: Opened, place: int, question: Question, *, with_answer: bool) -> None:
    """A question, and below it what the dials answer and what the network was counted at."""
    st.markdown(f"**{place}. {question.title}** {question.text}")
    if not with_answer:
        return
    st.markdown(f"> {question.answer}")
    if question.untouched:
        share = next(each.raw for each in cache.all_baselines(opened.network) if each.modulus == question.untouched)
        if share is not None:
            right = round(share * question.untouched**2)
            st.caption(f"Counted: {right:,} pairs right, {wording.percent(share)} of all.")
    for told, recipe in question.operations:
        show_count(opened, told, recipe)


def show_count(opened: Opened, told: str, recipe: Recipe) -> None:
    """What the network gets right with dials of a question; all others of it are off."""
    evaluation = cache.outcome(opened.network, recipe)
    wrapping, others = evaluation.wrapping.accuracy, evaluation.not_wrapping.accuracy
    st.caption(
        f"Counted {told}: {wording.counted(evaluation.counts)}; of the pairs that wrap {wording.percent(wrapping)} are "
        f"right, of the others {wording.percent(others)}."
    )


def show_choice(opened: Opened) -> None:
    """Which figure to present; only what is counted already."""
    st.header("One figure, in large type", anchor=False)
    at_hand = figures_at_hand(opened.network)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    chosen = left.selectbox("Figure", at_hand, format_func=title_of)
    right.button("Present it", on_click=present, args=(chosen,), width="stretch")
    st.caption("Fills the window, without the menu. The figure stays alive: point at it.")


def show_page() -> None:
    """The figure that is presented, alone; or else everything."""
    opened = current()
    name = presented()
    if name in figures_at_hand(opened.network):
        show_presented(FIGURES[name].make(opened.network), alt=title_of(name))
        return
    show_heading(
        "What can we work out before we count?",
        "A start for those who have never met mod, a sheet of questions that the network itself then answers, and "
        "figures for the wall.",
    )
    with st.container(key="screen-only-start"):
        show_start(opened)
    show_sheet(opened)
    with st.container(key="screen-only-figure"):
        show_choice(opened)


show_page()
