"""What a view looks at: one network, as trained or after surgery, in the colours of its frequencies."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache
from dashboard.notebook import lines_for
from dashboard.session.state import Opened, bench_of
from dashboard.theme import Ink, colours_of, current_ink
from models.network import Network
from models.surgery.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Subject:
    """One network under a view."""

    opened: Opened
    recipe: Recipe  # that is that the visitor turns on *Turn it*
    operated: bool
    network: Network  # the one that is shown
    colours: dict[int, str]  # of its key frequencies; after surgery where their waves landed, in the dial's colour
    ink: Ink
    side: str  # tells the widgets of two subjects apart; empty where there is one
    narrow: bool  # it has half the page

    @property
    def keys(self) -> tuple[int, ...]:
        """Its key frequencies; after surgery, those at which whole dials landed."""
        return tuple(sorted(self.colours))

    @property
    def where(self) -> str:
        """For titles: the modulus, and whether surgery came before."""
        return f"mod {self.network.modulus}" + (", after surgery" if self.operated else "")

    @property
    def file(self) -> str:
        """The beginning of file names."""
        return f"{self.opened.stem}-mod-{self.network.modulus}" + ("-operated" if self.operated else "")

    def key(self, name: str) -> str:
        """A widget's key."""
        return f"inside {self.side} {name}"

    def notebook(self, expression: str) -> str:
        """The lines that compute the same in a notebook; `network` is the network that is shown."""
        return lines_for(self.opened, self.recipe if self.operated else None, expression)

    def columns(self, *widths: int) -> list[DeltaGenerator]:
        """Columns of these widths, or the same below one another where there is only half a page."""
        return [st.container() for _ in widths] if self.narrow else list(st.columns(list(widths)))


def subject_of(opened: Opened, *, operated: bool, side: str, narrow: bool) -> Subject:
    """An opened network as it is to be shown."""
    ink, recipe = current_ink(), bench_of(opened.network).recipe
    colours = colours_of(cache.keys(opened.network).frequencies, ink)
    if not operated:
        return Subject(opened, recipe, operated, opened.network, colours, ink, side, narrow)
    landed = {target: colours[k] for k, target in recipe.landed.items() if k in colours}
    return Subject(opened, recipe, operated, cache.operated(opened.network, recipe), landed, ink, side, narrow)
