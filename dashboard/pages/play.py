"""Play: what happens if I turn this?"""

import json
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.components.console import (
    LOWEST_MODULUS,
    console_data,
    live_data,
    reach_data,
    sent_action,
    sent_edit,
    sent_recipe,
    show_console,
)
from dashboard.components.heading import show_heading
from dashboard.pacing import a_few
from dashboard.prompts import prompt_for
from dashboard.state import Bench, Opened, bench, current, opening_recipe, session
from models.errors import RecipeError
from models.formats.registry import metadata_for, network_to_bytes
from models.planner import find_dials
from models.sweep import coarse_to_fine

SWEEP_ORDER = coarse_to_fine(LOWEST_MODULUS, cache.HIGHEST_MODULUS)


def take_recipe() -> None:
    """The visitor let go of a control."""
    session().edit = sent_edit()  # of a refused one too: the browser waits for its number
    try:
        bench().recipe = sent_recipe()
    except RecipeError as error:
        st.toast(str(error))


def take_action() -> None:
    """The visitor pressed a button of the console; finding waits for the page, which can show progress."""
    here, network = bench(), current().network
    action, modulus = sent_action()
    if action == "reset":
        here.recipe = opening_recipe(network)
    elif action == "visit" and LOWEST_MODULUS <= modulus <= cache.HIGHEST_MODULUS:
        swept = modulus in SWEEP_ORDER[: here.swept]
        here.recipe = cache.swept(network, modulus).recipe if swept else replace(here.recipe, modulus=modulus)
    here.sweeping = action == "sweep"
    st.session_state.finding = action == "find"


def send_weights() -> None:
    """The browser's kernel has not got the network that is shown."""
    session().weights_asked = True


def show_progress(bar: DeltaGenerator, done: int, most: int) -> None:
    """How far a search is."""
    bar.progress(done / most, f"{done} of at most {most} settings tried; the best of them on all pairs")


def find(opened: Opened, here: Bench) -> None:
    """Search dials for the modulus on the wheel; any other press of a button ends the search."""
    bar = st.progress(0.0, "Trying settings …")
    plan = find_dials(
        opened.network,
        cache.waves(opened.network),
        here.recipe.modulus,
        harmonics=here.recipe.harmonics,
        on_progress=lambda done, most: show_progress(bar, done, most),
    )
    here.recipe = plan.recipe
    bar.empty()


def show_downloads(opened: Opened, here: Bench) -> None:
    """The operated checkpoint, the recipe, and what was counted."""
    network, recipe = opened.network, here.recipe
    name = f"{opened.name.rsplit('.', 1)[0]}-mod-{recipe.modulus}"
    left, middle, right = st.columns(3)
    left.download_button(
        "Operated network (.safetensors)",
        data=lambda: network_to_bytes(
            cache.operated(network, recipe), ".safetensors", metadata_for(recipe.to_json(), network.digest)
        ),
        file_name=f"{name}.safetensors",
        on_click="ignore",
        width="stretch",
    )
    middle.download_button(
        "Recipe (.json)",
        data=json.dumps(recipe.to_json(), indent=2),
        file_name=f"{name}.json",
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        "Certificate (.json)",
        data=lambda: json.dumps(cache.certificate(network, recipe).to_json(), indent=2),
        file_name=f"{name}-certificate.json",
        on_click="ignore",
        width="stretch",
        help="What was counted: all pairs, the first hundred wrong ones, the smallest margin, recipe and digests",
    )


@st.fragment
def show_bench() -> None:
    """The console with everything counted for the recipe under the visitor's hands."""
    opened, here = current(), bench()
    if st.session_state.pop("finding", False):
        find(opened, here)
    network = opened.network
    evaluation = cache.outcome(network, here.recipe)
    prompt = prompt_for(network, here.recipe, opening_recipe(network), evaluation)
    found = [cache.swept(network, modulus) for modulus in SWEEP_ORDER[: here.swept]]
    data = console_data(
        recipe=here.recipe,
        edit=session().edit,
        trained=network.modulus,
        evaluation=evaluation,
        weights=cache.waves(network).weights.tolist(),
        prompt=prompt,
        reach=reach_data(cache.all_baselines(network), found, here.sweeping),
        live=live_data(
            f"{network.digest} {here.recipe.harmonics}",
            cache.live(network, here.recipe.harmonics),
            with_bytes=session().weights_asked,
        ),
    )
    session().weights_asked = False
    show_console(data, take_recipe, take_action, send_weights)
    show_downloads(opened, here)
    if here.sweeping:
        sweep_on(opened, here)


def sweep_on(opened: Opened, here: Bench) -> None:
    """A few moduli more, then show them: between two showings any press of a button ends the sweep.

    Only ever switched off here: a run that the visitor has left may still be counting beside the one that replaced it.
    """
    for modulus in a_few(SWEEP_ORDER[here.swept :]):
        cache.swept(opened.network, modulus)
        here.swept += 1
    if here.swept >= len(SWEEP_ORDER):
        here.sweeping = False
    st.rerun(scope="fragment")


bench().sweeping = False  # a sweep belongs to the visit of this page
show_heading(
    "What happens if I turn this?",
    f"A network trained to add mod **{current().network.modulus}** turns numbers into angles, adds the angles, and "
    "reads the answer off. Here you cut its angles anew for another modulus; its trained body is never touched.",
)
show_bench()
