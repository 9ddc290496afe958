"""What the address asks for: followed when a session begins, and awaited where its file is not open yet."""

from dataclasses import replace

import streamlit as st

from dashboard import cache
from dashboard.recipes.bounds import for_frequencies, for_network, within_bounds
from dashboard.session.link import DIGEST_LETTERS, Link, LinkError, link_of_query, query_of, query_of_address
from dashboard.session.link_hyperparameters import hyperparameters_chosen
from dashboard.session.state import Opened, Session, bench, current, opening_recipe, session
from dashboard.session.uploads import read_again, show_checkpoint
from models.errors import CheckpointError, RecipeError
from models.surgery.half_steps import halves_linked
from models.surgery.recipe import Recipe

WHY = "said by the link that was opened"


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
    return _link_to(opened, recipe if recipe.dials else None)


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


def _link_to(opened: Opened, recipe: Recipe | None) -> Link:
    """The link that names an opened network."""
    if not opened.run:
        return Link(opened.name, recipe=recipe)
    of_file = _checkpoints_of(opened, opened.file_digest)
    checkpoint = of_file.index(opened.checkpoint) if len(of_file) > 1 else None
    digest, roles = opened.file_digest[:DIGEST_LETTERS], _roles_were_given(opened)
    return Link("", digest, recipe, opened.linked_hyperparameters, checkpoint, roles)


def _roles_were_given(opened: Opened) -> bool:
    return bool(opened.run and opened.run.checkpoints[opened.checkpoint].roles)


def _checkpoints_of(opened: Opened, digest: str) -> list[int]:
    """Which checkpoints of an upload are those of the file whose digest begins so."""
    checkpoints = opened.run.checkpoints if opened.run else ()
    of_file = [number for number, checkpoint in enumerate(checkpoints) if checkpoint.file_digest.startswith(digest)]
    if not of_file and any(each.startswith(digest) for each in opened.also_in):
        return [max(len(checkpoints) - 1, 0)]  # by which it was opened, and which is what the other file holds
    return of_file


def _key_of(here: Session, link: Link) -> str | None:
    """Which of the opened networks a link names."""
    return next((key for key, opened in here.opened.items() if _is_named(opened, link)), None)


def _is_named(opened: Opened, link: Link) -> bool:
    """By the zoo's name or by its file, with roles of its tensors where the link had any.

    Links of older versions named the network as it was read.
    """
    if link.network:
        return not opened.uploaded and opened.name == link.network
    if link.roles and not _roles_were_given(opened):
        return False
    as_read = opened.uploaded and opened.network.digest.startswith(link.digest)
    return as_read or bool(_checkpoints_of(opened, link.digest))


def _follow(here: Session, link: Link, key: str) -> None:
    here.current = key
    try:
        _read_as_linked(link, key)
    except CheckpointError as error:
        here.link_error = f"How this link reads its file cannot be followed: {error}"
        return
    try:
        _set_as_linked(link)
    except RecipeError as error:
        here.link_error = f"The settings in this link cannot be used: {error}"


def _read_as_linked(link: Link, key: str) -> None:
    """Show the checkpoint that a link names, and read it as the link says where it is read otherwise.

    Raises CheckpointError and leaves the reading as it was.
    """
    here = session()
    of_file = _checkpoints_of(here.opened[key], link.digest) if link.digest else []
    if of_file and (checkpoint := _checkpoint_named(link, of_file)) != here.opened[key].checkpoint:
        show_checkpoint(key, checkpoint)
    opened = here.opened[key]
    if not link.hyperparameters:
        return
    chosen = (
        hyperparameters_chosen(link.hyperparameters, opened.run.checkpoints[opened.checkpoint])
        if opened.run
        else dict(link.hyperparameters)
    )
    now = opened.network.hyperparameters.values()
    if all(name in now and now[name] == value for name, value in chosen.items()):
        return
    if not opened.run:
        raise CheckpointError(
            "it holds a network of the zoo, which is read in one way here; expected a link to it by its name."
        )
    read_again(key, chosen, WHY)


def _checkpoint_named(link: Link, of_file: list[int]) -> int:
    """The checkpoint of a run that a link names. Raises CheckpointError where its file holds fewer."""
    number = link.checkpoint if link.checkpoint is not None and len(of_file) > 1 else 0
    if number >= len(of_file):
        raise CheckpointError(
            f"it names checkpoint {number}, and the file holds 0 to {len(of_file) - 1}; ask for it again."
        )
    return of_file[number]


def _set_as_linked(link: Link) -> None:
    """Set a link's recipe on the current network. Raises RecipeError and leaves the dials as they were."""
    if link.recipe:
        network = current().network
        dials = link.recipe.dials or opening_recipe(network).dials
        asked = halves_linked(within_bounds(replace(link.recipe, dials=dials)))
        bench().turn(for_network(for_frequencies(asked, cache.keys(network).frequencies), network))
