"""What the address asks for: followed when a session begins, and awaited where its file is not open yet."""

import streamlit as st

from dashboard import cache
from dashboard.recipes.bounds import for_frequencies, for_network, within_bounds
from dashboard.visit.link import DIGEST_LETTERS, Link, LinkError, link_of_query, query_of, query_of_address
from dashboard.visit.state import Opened, Session, bench, current, session
from models.errors import RecipeError


def follow_address() -> None:
    """Set what the address asks for, once a session, and an awaited file's recipe as soon as it is open.

    The first wins over the fresh session; afterwards the session wins, and the address follows it.
    """
    here = session()
    here.runs += 1
    if not here.arrived:
        here.arrived = True
        try:
            here.awaited = link_of_query(query_of_address(_parts_of_address()))
        except LinkError as error:
            here.link_error = str(error)
        here.before_awaited = link_here()
    if here.awaited and (key := _key_of(here, here.awaited)):
        link, here.awaited = here.awaited, None
        _follow(here, link, key)


def _parts_of_address() -> list[tuple[str, str]]:
    return [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]


def link_here() -> Link:
    """What every page shows, as a link."""
    opened, recipe = current(), bench().recipe
    return Link(*_name_of(opened), recipe if recipe.dials else None)


def query_here() -> dict[str, str] | None:
    """The address's query; None where it grows too long. An awaited link stays until something else is set."""
    here, link = session(), link_here()
    try:
        return query_of(here.awaited if here.awaited and link == here.before_awaited else link)
    except LinkError:
        return None


def dismiss_link() -> None:
    """The visitor does not have the file, or has read what was wrong with the link."""
    here = session()
    here.awaited, here.link_error = None, ""


def _name_of(opened: Opened) -> tuple[str, str]:
    """The name of a network of the zoo, or the start of a file's digest."""
    return ("", opened.network.digest[:DIGEST_LETTERS]) if opened.uploaded else (opened.name, "")


def _key_of(here: Session, link: Link) -> str | None:
    """Which of the opened networks a link names."""
    named = (link.network, link.digest)
    return next((key for key, opened in here.opened.items() if _name_of(opened) == named), None)


def _follow(here: Session, link: Link, key: str) -> None:
    here.current = key
    if not link.recipe:
        return
    try:
        network = current().network
        recipe = for_network(for_frequencies(within_bounds(link.recipe), cache.keys(network).frequencies), network)
    except RecipeError as error:
        here.link_error = f"The settings in this link cannot be used: {error}"
    else:
        bench().turn(recipe)
