"""Turn it: what happens if I turn this?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import cache, console_cache, shipped
from dashboard.components.console import (
    answer_data,
    bar_data,
    console_data,
    live_for,
    reach_data,
    sent_action,
    sent_edit,
    sent_file,
    sent_network,
    sent_pair,
    sent_recipe,
    show_console,
)
from dashboard.components.console_parts import frozen_data, untouched_data
from dashboard.components.heading import show_heading
from dashboard.components.job import show_failure
from dashboard.foreign_text import in_markdown
from dashboard.navigation import entry_of
from dashboard.notebook import recipe_file
from dashboard.recipes.bounds import LOWEST_MODULUS, for_frequencies, for_network, within_bounds
from dashboard.recipes.challenges import challenges_met
from dashboard.recipes.presets import presets_for
from dashboard.recipes.prompts import experiment_prompt, prompt_for
from dashboard.recipes.strengths import balanced_or_not, mode_named, mode_of
from dashboard.session.restore import query_here
from dashboard.session.search import SEARCH, start_search, tried
from dashboard.session.state import Bench, Opened, ask_for_weights, bench, current, opening_recipe, session
from dashboard.session.sweep import SWEEP, found_by_sweep, known_by_modulus, start_sweep
from dashboard.theme import ONE_SCREEN_STYLE
from models.analysis.circuitless import warning_of
from models.errors import RecipeError
from models.evaluation.certificate import certify
from models.files.json_text import json_text
from models.formats.registry import operated_to_bytes, suffixes_of
from models.network import Network
from models.surgery.half_steps import halves_ahead, halves_linked
from models.surgery.recipe import Recipe, parse_recipe


def take_recipe() -> None:
    """The visitor let go of a control; a search that goes on is over."""
    session().edit = sent_edit()  # of a refused one too: the browser waits for its number
    if sent_network() != current().network.digest:
        return  # turned while another network was on its way to the browser
    session().jobs.stop(SEARCH)
    set_or_refuse(lambda: for_network(sent_recipe(), current().network))


def take_action() -> None:
    """The visitor pressed a button of the console; it ends a sweep or a search."""
    here = bench()
    action, modulus = sent_action()
    here.refused = ""
    session().jobs.stop(SEARCH, SWEEP)
    if action == "find":
        start_search(current().network, here)
    elif action == "sweep":
        start_sweep(current().network, here)
    elif action == "undo":
        here.undo()
    elif action == "redo":
        here.redo()
    elif action == "open":
        set_or_refuse(opened_recipe)
    elif action == "balance":
        here.turn(balanced_or_not(current().network, here.recipe))
    elif action == "reset":
        here.turn(opening_recipe(current().network))
    elif action == "evidence":
        session().page_asked = "evidence.py"
    elif action == "visit" and LOWEST_MODULUS <= modulus <= cache.HIGHEST_MODULUS:
        here.turn(known_or_same_dials(here, modulus))


def go_where_asked() -> None:
    """To the page that a button of the console leads to: a callback itself cannot."""
    file, session().page_asked = session().page_asked, ""
    if file:
        st.switch_page(entry_of(file).path)


def take_pair() -> None:
    """The visitor looks at a pair that the network does not get right."""
    session().pair_asked = sent_pair()


def set_or_refuse(recipe: Callable[[], Recipe]) -> None:
    """Set what a browser or a file asks for; where that is no recipe, keep the sentence that says why."""
    here = bench()
    try:
        here.turn(recipe())
        here.refused = ""
    except RecipeError as error:
        here.refused = str(error)


def known_or_same_dials(here: Bench, modulus: int) -> Recipe:
    """The dials that are known for a modulus, by a sweep that comes with Clockwork or was made here; else the same."""
    known = known_by_modulus(current().network, here)
    return known[modulus].recipe if modulus in known else replace(here.recipe, modulus=modulus)


def answer_asked(network: Network, recipe: Recipe) -> dict[str, Any] | None:
    """What the network answers to the pair that the visitor looks at; None where there is no such pair."""
    pair = session().pair_asked
    if pair is None or not all(0 <= number < recipe.modulus for number in pair):
        return None
    found = cache.answer(network, recipe, *pair)
    if all(halves_ahead(recipe)):  # class c stands for c + 1
        found = replace(found, classes=tuple((c + 1) % recipe.modulus for c in found.classes))
    return answer_data(found)


def opened_recipe() -> Recipe:
    """The recipe of a file, for this network. Raises RecipeError."""
    recipe = within_bounds(parse_recipe(sent_file()))
    network = current().network
    return for_network(for_frequencies(halves_linked(recipe), cache.keys(network).frequencies), network)


ONE_TABLE = "Its layout has one table for both operands; press “Same on all tables”, or save the recipe."
GRAPH = ".onnx"  # may have sizes of its own written into it


def show_downloads(opened: Opened, here: Bench) -> None:
    """The operated checkpoint, the recipe, and what was counted.

    Files are made when they are pressed for, outside of the session's run: from what is at hand here, not from caches.
    """
    network, recipe = opened.network, here.recipe
    operated, counted = cache.operated(network, recipe), cache.outcome(network, recipe)
    readout = mode_of(network, recipe)
    name = f"{opened.stem}-mod-{recipe.modulus}"
    with (
        st.container(key="save"),
        st.popover("Save", help="The operated network, the recipe, the certificate"),
    ):
        left, middle, right = st.container(), st.container(), st.container()
    suffix = suffixes_of(network)[0]
    why_not = ONE_TABLE if network.tables_shared and recipe.sets_tables_apart else ""
    if suffix == GRAPH and not why_not:
        why_not = in_markdown(cache.unwritable(network, recipe))
    left.download_button(
        f"Operated network ({suffix})",
        data=lambda: operated_to_bytes(operated, suffix, recipe.to_json(), network.digest),
        file_name=f"{name}{suffix}",
        on_click="ignore",
        width="stretch",
        disabled=bool(why_not),
        help=why_not or None,
    )
    middle.download_button(
        "Recipe (.json)",
        data=json_text(recipe.to_json()),
        file_name=recipe_file(opened, recipe),
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        "Certificate (.json)",
        data=lambda: json_text(certify(network, recipe, operated, counted, readout).to_json()),
        file_name=f"{name}-certificate.json",
        on_click="ignore",
        width="stretch",
        help="What was counted: all pairs, the first hundred wrong ones, the smallest margin, recipe and digests",
    )


def show_what_it_learned(opened: Opened) -> None:
    """That it adds by angles; or that there is nothing to turn, before anything is.

    The latter of uploads alone, since networks of the zoo have circuits.
    """
    warning = warning_of(cache.sampled_inspection(opened.network)) if opened.uploaded else ""
    learned = "has numbers mod **{}**" if warning else "learned to add mod **{}** by angles"
    show_heading(
        "What happens if I turn this?",
        f"This network {learned.format(opened.network.modulus)}. Turn its dials or the modulus: only the number "
        "tables at its two ends are rewritten.",
    )
    if warning:
        st.warning(warning)


@st.fragment
def show_bench() -> None:
    """The console with everything counted for the recipe that the visitor turns."""
    opened, here = current(), bench()
    network, jobs = opened.network, session().jobs
    go_where_asked()
    evaluation = cache.outcome(network, here.recipe)
    opening, presets = opening_recipe(network), presets_for(network)
    live = live_for(network, here.recipe, with_bytes=session().weights_asked)
    readout = mode_of(network, here.recipe)
    known = known_by_modulus(network, here).get(here.recipe.modulus)
    prompt = prompt_for(network, here.recipe, opening, evaluation, known)
    if prompt.action == "find" and any(preset.recipe == here.recipe and preset.breaks for preset in presets):
        prompt = experiment_prompt(evaluation, opening)
    here.met |= challenges_met(network, here.recipe, evaluation, here.met)
    data = console_data(
        network=network.digest,
        title=opened.title,
        recipe=here.recipe,
        edit=session().edit,
        trained=network.modulus,
        evaluation=evaluation,
        margins=None if live else console_cache.margins(network, here.recipe),
        answer=answer_asked(network, here.recipe),
        readout=mode_named(network, here.recipe),
        weights=cache.waves(network).weights.tolist(),  # in the order of the dials: both by frequency
        prompt=prompt,
        untouched=untouched_data(network.modulus, console_cache.untouched_mistakes(network)),
        frozen=frozen_data(network.body),
        reach=reach_data(
            cache.all_baselines(network),
            list(found_by_sweep(network, here).values()),
            shipped=shipped.sweep_of(network).found.values(),
            running=jobs.going(SWEEP, network.digest) is not None,
        ),
        live=live,
        bar=bar_data(here, presets, query_here(), balanced=readout == "balance", tried=tried(network)),
    )
    session().weights_asked = False
    show_console(data, take_recipe, take_action, ask_for_weights, take_pair)
    show_downloads(opened, here)
    for kind in (SEARCH, SWEEP):  # between two showings any press of a button ends them
        show_failure(kind, network.digest)
        jobs.go_on(kind, network.digest)


st.html(ONE_SCREEN_STYLE)
show_what_it_learned(current())
show_bench()
