"""Which tensor of a transformer is which: shown, corrected, handed out and taken as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.foreign_text import in_file_name, in_markdown
from dashboard.session.state import Opened, session
from dashboard.session.uploads import forget_unread, open_unread, read_with_roles
from dashboard.tables.sweeps import roles_table
from models.errors import CheckpointError
from models.formats.decoding import Contents
from models.formats.endings import without_endings
from models.formats.roles.find import filled_in, in_words
from models.formats.roles.given import MOST_LAYERS, UNKNOWN, roles_of_as_many_axes, roles_text

MOST_TENSORS = 150  # that have a control each; of more the JSON tells
SIDE_BY_SIDE = 3
NOT_KNOWN = "not known"


@dataclass(frozen=True, eq=False)
class _Editor:
    """The controls of one file: what its tensors are taken for, and what is done with a person's choice."""

    contents: Contents
    roles: Mapping[str, str]
    apply: Callable[[Mapping[str, str]], None]

    def show(self) -> None:
        """A choice for each tensor, and the same as JSON."""
        here, chosen = self.contents.file_digest, dict(self.roles)
        if len(self.contents.tensors) <= MOST_TENSORS:
            layers = int(
                st.number_input("Layers of the network", 1, MOST_LAYERS, self._layers, key=f"layers of roles {here}")
            )
            with st.form(f"roles {here}", border=False):
                names = list(chosen)
                for first in range(0, len(names), SIDE_BY_SIDE):
                    row = names[first : first + SIDE_BY_SIDE]
                    for column, name in zip(st.columns(SIDE_BY_SIDE), row, strict=False):
                        with column:
                            chosen[name] = self._choice(name, layers)
                if st.form_submit_button("Read it with these roles"):
                    self._apply({name: role for name, role in chosen.items() if not role.startswith(UNKNOWN)})
        else:
            st.caption(
                f"{len(self.contents.tensors):,} tensors are too many to choose for here: download the roles, correct "
                "them, and drop them together with the file."
            )
        st.download_button(
            "Download these roles (JSON)",
            data=roles_text(chosen),
            file_name=f"{in_file_name(without_endings(self.contents.name))}-roles.json",
            on_click="ignore",
            help="Corrected, it is dropped together with the file, or given to the command line with --roles.",
        )

    @property
    def _layers(self) -> int:
        """How many the roles speak of, as far as so many are read."""
        last = max((int(role.split(".")[0]) for role in self.roles.values() if role[0].isdigit()), default=0)
        return min(last + 1, MOST_LAYERS)

    def _choice(self, name: str, layers: int) -> str:
        """The role that is chosen for a tensor."""
        tensor, now = self.contents.tensors[name], self.roles[name]
        options = list(dict.fromkeys([now, UNKNOWN, *roles_of_as_many_axes(tensor, layers)]))
        shape = " × ".join(map(str, tensor.shape)) or "one number"
        key = f"role {self.contents.file_digest} {name}"
        label = f"{in_markdown(name)} · {in_markdown(shape)}"
        return st.selectbox(label, options, format_func=_spoken, key=key)

    def _apply(self, roles: Mapping[str, str]) -> None:
        try:
            self.apply(roles)
        except CheckpointError as error:
            st.error(in_markdown(str(error)))
        else:
            st.rerun()


def _spoken(role: str) -> str:
    return NOT_KNOWN if role.startswith(UNKNOWN) else in_words(role)


def show_roles(opened: Opened) -> None:
    """What each tensor of an open transformer is taken for; of an upload it can be corrected."""
    with st.expander("Which tensor is which"):
        given = opened.network.layout.roles
        st.caption(
            "As it was said; of the others by the words in their names and by their shapes."
            if given
            else "By the words in their names and by their shapes."
        )
        if opened.run is None or len(opened.network.layout.retained) > MOST_TENSORS:
            st.dataframe(roles_table(opened.network), hide_index=True)
        if opened.run is None:
            return
        contents, key = opened.run.checkpoints[opened.checkpoint], session().current
        st.caption(
            "If one is wrong, choose what it is. An address does not carry roles: keep the JSON beside the file."
        )
        roles = filled_in(contents.tensors, given)
        _Editor(contents, roles, lambda chosen: read_with_roles(key, chosen)).show()


def show_unread() -> None:
    """The tensors of a file that fits no layout: a person may know what they are."""
    unread = session().unread
    if unread is None:
        return
    contents = unread.run.checkpoints[-1]
    with st.expander(f"Say which tensor is which in {in_markdown(contents.name)}", expanded=True):
        st.caption(
            "It fits no layout known here. If it is a transformer, say what each tensor is: its role. Roles that names "
            "and shapes tell are filled in."
        )
        _Editor(contents, filled_in(contents.tensors, contents.roles), open_unread).show()
        st.button("Forget this file", on_click=forget_unread)
