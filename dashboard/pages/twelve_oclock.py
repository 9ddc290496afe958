"""Twelve o'clock: why a clock?"""

import streamlit as st

from dashboard import cache
from dashboard.components.heading import show_heading
from dashboard.components.watch import scene_data, show_watch, watch_data
from dashboard.session.state import Opened, bench, current, opening_recipe
from dashboard.session.sweep import recipe_at
from models.surgery.recipe import Recipe

HOURS = 12


def recipes_to_show(opened: Opened) -> list[Recipe]:
    """The network's dials for a watch, and as it was trained; the latter alone where it was trained on a watch."""
    own = opening_recipe(opened.network)
    if own.modulus == HOURS:
        return [own]
    at_hours = recipe_at(opened.network, bench(), HOURS)
    return [at_hours, own] if own.modulus <= cache.HIGHEST_MODULUS else [at_hours]


def show_sum(opened: Opened) -> None:
    """The animation, of the network in use."""
    network, waves = opened.network, cache.waves(opened.network)
    if not waves.frequencies:
        st.info("This network has no dials, so there is nothing to watch. Choose another one.")
        return
    recipes = recipes_to_show(opened)
    show_watch(
        watch_data(
            network, [scene_data(network, each, waves.weight_of, cache.outcome(network, each)) for each in recipes]
        )
    )


show_heading(
    "Why a clock?",
    "Nine o'clock and five hours more is two o'clock: past twelve, a watch starts again. It adds **mod 12**. This "
    f"network was shown sums mod **{current().network.modulus}** and nothing else, and it learned to add as a watch "
    "does: by angles.",
)
show_sum(current())
