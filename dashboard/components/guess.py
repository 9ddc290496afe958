"""Chips to guess with: what was chosen stays, and is ticked once it can be told."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard.recipes.guesses import SHARES, one_ticked, share_named


def guess_of(key: str) -> Any:
    """What was guessed there; None before."""
    return st.session_state.get(f"{key} guessed")


def show_one_of(label: str, chips: Sequence[str], ticked: Callable[[str], str], *, key: str) -> None:
    """Chips of which one is chosen, which is the guess."""
    if guess_of(key) is None:
        st.pills(label, chips, key=key, on_change=lambda: _keep(key))
    else:
        _show_ticked(label, chips, ticked, [guess_of(key)], key=key)


def show_share_of(label: str, share: float | None, *, key: str, not_yet: str, counted: Callable[[float], str]) -> None:
    """Chips of shares; once one is guessed, what it came to (`counted`), or that it is not known (`not_yet`)."""
    guessed, right = guess_of(key), None if share is None else share_named(share)
    show_one_of(label, SHARES, lambda each: one_ticked(each, guessed, right) if right else each, key=key)
    if guessed is not None:
        st.caption(not_yet if share is None else counted(share))


def show_several_of(label: str, chips: Sequence[int], ticked: Callable[[int], str], *, key: str) -> None:
    """Chips of which any are chosen; they are the guess once it is to be checked."""
    if guess_of(key) is None:
        st.pills(label, chips, selection_mode="multi", key=key, label_visibility="collapsed")
        st.button("Check", on_click=_keep, args=(key,))
    else:
        _show_ticked(label, chips, ticked, guess_of(key), key=key, label_visibility="collapsed")


def _show_ticked(
    label: str,
    chips: Sequence[Any],
    ticked: Callable[[Any], str],
    guessed: Sequence[Any],
    *,
    key: str,
    label_visibility: Any = "visible",
) -> None:
    """In a widget of its own: chips under other names are others, and would not stay chosen."""
    names = {chip: ticked(chip) for chip in chips}
    st.pills(
        label,
        list(names.values()),
        selection_mode="multi",
        default=[names[chip] for chip in guessed],
        disabled=True,
        key=f"{key} ticked {' '.join(names.values())}",
        label_visibility=label_visibility,
    )
    st.button("Guess again", on_click=_forget, args=(key,), key=f"{key} again", type="tertiary")


def _keep(key: str) -> None:
    st.session_state[f"{key} guessed"] = st.session_state.get(key)


def _forget(key: str) -> None:
    del st.session_state[f"{key} guessed"]
