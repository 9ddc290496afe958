"""How a file was read: why so, what else would fit, and reading it otherwise."""

from functools import partial
from typing import Any

import streamlit as st

from dashboard.components.roles import show_roles
from dashboard.components.rules import show_rules
from dashboard.foreign_text import in_markdown, in_plain
from dashboard.session.state import Opened, session
from dashboard.session.uploads import read_again
from dashboard.tables.sweeps import readings_table
from models.errors import CheckpointError
from models.formats import general_transformer
from models.formats.registry import open_hyperparameters_of
from models.formats.roles.tokens import Tokens
from models.hyperparameters import CHOICES, SMALLEST_EPS

LABELS = {
    "activation": "Activation of the neurons",
    "mask": "Attention sees",
    "tables": "Tokens of a and b",
    "first_bias": "Bias of the first layer counts",
    "coefficient": "Attention coefficient",
    "order": "Order of the weights",
    "tokens": "Tokens, by position",
    "heads": "Heads of attention",
    "norm": "Norms",
    "norm_place": "Norms stand",
    "norm_eps": "Norms add to the variance",
    "table_scale": "Rows of the embedding are multiplied by",
}
SPOKEN = {
    "relu": "ReLU",
    "square": "x²",
    "gelu": "GeLU",
    "tanh": "tanh",
    "gelu-tanh": "GeLU by tanh",
    "silu": "SiLU",
    "layer": "LayerNorm",
    "rms": "RMSNorm",
    "before": "before attention and MLP",
    "after": "after attention and MLP",
    "one": "1",
    "root": "√d",
    "causal": "earlier positions (causal)",
    "none": "all positions",
    "shared": "shared",
    "separate": "separate: b's follow a's",
}


NUMBERS = {"coefficient": (0.0, 1.0), "norm_eps": (SMALLEST_EPS, 1.0)}  # all that a file may say
# Facts of which a file's shapes allow some values alone
OF_THE_FILE = ("order", "tokens", "heads", "norm", "norm_place", "table_scale")


def show_reading(opened: Opened) -> None:
    """Why the file was read as it was, and for an upload, what else fits and the choice."""
    interpretation = opened.interpretation
    read_as = ", ".join(f"{name} {value}" for name, value in opened.network.body.description.items())
    st.markdown(f"**Read as** {in_markdown(read_as)}; *why:* {in_markdown(interpretation.why)}.")
    for remark in (*interpretation.remarks, *(opened.run.remarks if opened.run else ())):
        st.caption(f"Note: {in_markdown(remark)}.")
    if interpretation.memorised:
        st.warning(f"{in_markdown(interpretation.learned)}: {in_markdown(interpretation.memorised)}.")
    elif not interpretation.adds:
        show_rules(opened)
    if opened.network.layout.name == general_transformer.NAME:
        show_roles(opened)
    if opened.run is None:
        return
    if interpretation.others_that_fit:
        others = len(interpretation.others_that_fit)
        ways = "in one other way" if others == 1 else f"in {others} other ways"
        st.info(
            "Nothing is wrong with the file: weights do not tell everything about how a network computes, such as its "
            f"activation. Read {ways}, it answers nearly as well; below they are listed, the best first. If you know "
            "how it was trained, compare, and choose there."
        )
    with st.expander("Read it otherwise"):
        if interpretation.tried:
            st.dataframe(readings_table(interpretation.tried), hide_index=True)
        _show_choices(opened)


def _spoken(fact: str, value: str | int) -> str:
    if fact == "tokens":
        return Tokens.read(str(value)).shown
    if fact == "norm" and value == "none":
        return "none"
    return SPOKEN.get(str(value), in_plain(str(value)))


def _show_choices(opened: Opened) -> None:
    """A control for each fact that the layout leaves open, and the operation."""
    assert opened.run  # show_reading looked
    hyperparameters = opened.network.hyperparameters
    key = session().current
    chosen: dict[str, Any] = {}
    with st.form(f"read otherwise {opened.network.digest}", border=False):
        for name, values in open_hyperparameters_of(opened.run.checkpoints[opened.checkpoint]).items():
            now = getattr(hyperparameters, name)
            if name == "norm_eps" and hyperparameters.norm == "none":
                chosen[name] = now
            elif name in NUMBERS:
                chosen[name] = st.number_input(LABELS[name], *NUMBERS[name], value=now, format="%g")
            elif name in OF_THE_FILE and set(values) == {now}:
                chosen[name] = now  # its tensors leave no choice
            else:
                every = dict.fromkeys([now, *values]) if name in OF_THE_FILE else CHOICES[name]
                options = tuple(every)
                chosen[name] = st.selectbox(
                    LABELS[name], options, options.index(now), format_func=partial(_spoken, name)
                )
        x, y = st.columns(2)
        factors = (
            x.number_input("It computes x·a + y·b with x", -1024, 1024, hyperparameters.operation.x),
            y.number_input("and y", -1024, 1024, hyperparameters.operation.y),
        )
        if (operation := [int(factor) for factor in factors]) != hyperparameters.values()["operation"]:
            chosen["operation"] = operation  # else it stays open, and is found again for the reading that is chosen
        if st.form_submit_button("Read it so"):
            try:
                read_again(key, chosen)
            except CheckpointError as error:
                st.error(in_markdown(str(error)))
            else:
                st.rerun()
