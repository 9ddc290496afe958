"""A calculator for whole numbers of any length, whose digits go through the network in use."""

from typing import get_args

import streamlit as st

from dashboard import cache
from dashboard.components.console import live_for
from dashboard.components.places import places_data, show_places
from dashboard.foreign_text import in_markdown
from dashboard.session.calculation import BASES, Calculation, Sign, calculate, modulus_of_products, signs_for
from dashboard.session.state import Bench, Opened, ask_for_weights, session
from models.arithmetic.written import LONGEST, number_from, written
from models.errors import RecipeError

FIRST = {"x": 271828182845904523, "y": 314159265358979323}  # digits of e and π


def show_calculator(opened: Opened, here: Bench) -> None:
    """Two numbers, a sign and a base; the result beside Python's; every digit seen; what is proven, and what is not.

    Of a network that has dials.
    """
    st.header("Any length", anchor=False)
    st.markdown(
        "One modulus is enough for numbers of any length. Their digits go through the network two at a time, from the "
        "right, at a modulus of **twice the base**, where no sum of two digits starts again from 0; what is too much "
        "for a digit is carried."
    )
    base = st.segmented_control("Base", BASES, default=BASES[0], key="calculator base", required=True) or BASES[0]
    signs = signs_for(base)
    first, middle, second = st.columns([5, 1, 5], vertical_alignment="bottom")
    x = _typed(first, "x", base)
    sign = middle.selectbox("Sign", signs, key=f"calculator sign of {len(signs)}")
    y = _typed(second, "y", base)
    if len(signs) < len(get_args(Sign)):
        st.caption(
            f"No products in base {base}: a product of two digits would take modulus {modulus_of_products(base):,}, "
            f"and networks are operated up to {cache.HIGHEST_MODULUS} here."
        )
    if x is None or y is None:
        return
    try:
        calculation = calculate(opened.network, here, x, y, sign, base)
    except RecipeError as error:
        st.error(in_markdown(str(error)))
        return
    show_result(calculation)
    if calculation.steps:
        live = live_for(opened.network, calculation.recipe, with_bytes=session().weights_asked)
        session().weights_asked = False
        show_places(places_data(calculation, cache.waves(opened.network).weight_of, live), ask_for_weights)
    show_account(calculation)


def _typed(column: st.delta_generator.DeltaGenerator, name: str, base: int) -> int | None:
    """The number in a field; None, and what was expected below it, where there is none."""
    text = column.text_input(
        name,
        value=written(FIRST[name], base),
        max_chars=LONGEST,
        key=f"calculator {name} in base {base}",
        help="A whole number in this base" + ("; digits in decimal, with “:” between them" if base > 16 else ""),
    )
    try:
        return number_from(text, base)
    except RecipeError as error:
        column.error(in_markdown(str(error)))
        return None


def show_result(calculation: Calculation) -> None:
    """The network's result beside Python's."""
    base = calculation.base
    st.markdown("**The network’s result**" + (", the same as Python’s ✓" if calculation.is_right else ""))
    st.code(_result(calculation.found, calculation.rest, base), language=None, wrap_lines=True)
    if not calculation.is_right:
        st.markdown("**Python’s result**: another one")
        st.code(_result(calculation.expected, calculation.expected_rest, base), language=None, wrap_lines=True)


def _result(number: int, rest: int | None, base: int) -> str:
    """As it is written; of a division with what is left."""
    return written(number, base) if rest is None else f"{written(number, base)}, and {written(rest, base)} is left"


def show_account(calculation: Calculation) -> None:
    """One sentence on what is proven, and what was done outside of the network."""
    account = calculation.result.ledger
    moduli = " and ".join(map(str, account.moduli))
    asked = (
        f"The network was asked for {account.calls:,} sums, mod {moduli}; {account.forward_passes:,} of them are "
        "different pairs."
    )
    proven = (
        "**Proven for numbers of any length**: every sum that could be asked for is among the pairs that were counted "
        "and are all right."
        if account.certified
        else "**Not proven**: among the sums that could be asked for, this one is not right for certain: "
        + in_markdown("; ".join(account.unproven))
        + "."
    )
    st.markdown(f"{asked} {proven}")
    st.caption("Done outside of the network: " + in_markdown("; ".join(account.outside)) + ".")
