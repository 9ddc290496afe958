"""Two networks side by side: every row shows the same of both, on the same scale."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st
import torch

from dashboard import cache, circuit_cache, wording
from dashboard.components.chart import Source, show_chart, show_source
from dashboard.foreign_text import in_figure, in_markdown
from dashboard.navigation import entry_of
from dashboard.notebook import lines_for
from dashboard.plots.comparison import (
    EveryModulus,
    FrequencyShares,
    axes_of,
    every_modulus_figure,
    frequencies_figure,
    limits_of,
    logits_figure,
)
from dashboard.session.comparison import Side, Sides, difference_told, sides_of
from dashboard.session.state import Opened, bench_of, pair_followed, session
from dashboard.session.sweep import known_by_modulus
from dashboard.tables.comparison import (
    TwoFigures,
    dials_table,
    figures_in_full,
    figures_table,
    moduli_table,
    shares_table,
)
from dashboard.tables.spreadsheet import csv
from dashboard.theme import current_ink
from dashboard.views.measures import SHARES
from models.circuits.findings import Findings
from models.circuits.measures import MEASURES, Measure, Measured
from models.circuits.neurons import NeuronTable

FIRST_MODULUS = 128
MOST_ROWS = 24


def compared(left: Opened, right: Opened) -> Sides:
    """Two opened networks beside each other."""
    return sides_of(left, right, (cache.keys(left.network), cache.keys(right.network)), current_ink())


def show_difference(sides: Sides) -> None:
    """The one sentence."""
    with st.spinner("Counting all pairs of both …"):
        found = [cache.inspection(side.network) for side in sides.both]
        neurons = [circuit_cache.neurons(side.network) for side in sides.both]
    st.markdown(difference_told(sides, found, neurons))


def height_of(table: pd.DataFrame) -> Literal["content", "auto"]:
    """All rows of a table, unless they would fill the page."""
    return "content" if len(table) <= MOST_ROWS else "auto"


def show_dials(sides: Sides) -> None:
    """The dials of both together, aligned: what one has alone leaves the other's cells empty."""
    st.header("Key frequencies", anchor=False)
    if not sides.dials.dials:
        st.info("Neither network has a key frequency.")
        return
    spectra = [cache.spectra(side.network)["E"] for side in sides.both]
    table = dials_table(sides.dials, [side.name for side in sides.both], spectra)
    st.dataframe(table, hide_index=True, width="stretch", height=height_of(table))
    show_source(
        Source(
            f"dials-{sides.left_side.opened.stem}-{sides.right_side.opened.stem}",
            lambda: csv(table),
            lines_for(sides.left_side.opened, None, "models.key_frequencies(network).frequencies"),
        ),
        key="compared dials",
    )
    if not sides.is_one_modulus:
        st.caption(
            f"k counts turns in a whole round of numbers, and a round has {sides.dials.left_modulus} numbers on the "
            f"left, {sides.dials.right_modulus} on the right: the same k is another dial there. What compares is the "
            "period, p/k numbers to a round."
        )


@st.fragment
def show_frequencies(sides: Sides) -> None:
    """Which frequencies each part holds, a row a part."""
    st.header("By frequency", anchor=False)
    logarithmic = st.toggle("Logarithmic, in all rows", key="compared logarithmic")
    for name, part in PARTS.items():
        with st.spinner(f"{part.title} of both …"):
            both = [FrequencyShares(side.network.modulus, part.shares(side), side.colours) for side in sides.both]
        axes = axes_of(both, logarithmic=logarithmic)
        for place, side, found in zip(st.columns(2, gap="medium"), sides.both, both, strict=True):
            with place:
                show_chart(
                    frequencies_figure(
                        found, axes, current_ink(), title=f"{part.title} · {in_figure(side.name)}", unit=part.unit
                    ),
                    key=f"compared {name} {side.place}",
                    alt=f"{part.title} of the network on the {side.place}: a bar for every frequency",
                )
    st.caption(colours_told(sides))
    for place, side in zip(st.columns(2, gap="medium"), sides.both, strict=True):
        with place:
            source = Source(
                f"frequencies-{side.opened.stem}", partial(_shares_csv, side), lines_for(side.opened, None, ALL_PARTS)
            )
            show_source(source, key=f"compared frequencies {side.place}")


def _shares_csv(side: Side) -> str:
    return csv(shares_table({f"{part.title}: {part.unit}": part.shares(side) for part in PARTS.values()}))


def colours_told(sides: Sides) -> str:
    """What the colours of the page say."""
    hues = {colour for side in sides.both for colour in side.colours.values()} - {current_ink().text}
    if len(sides.dials.dials) <= len(hues):
        return "A colour is one dial on both sides; no two dials share one. Gray: no key frequency."
    return (
        f"A colour is one dial on both sides; there are {len(hues)} for {len(sides.dials.dials)} dials, those of both "
        "networks and the strongest first. Other key frequencies are in the ink of the text, gray is no key frequency."
    )


def _spectrum(name: str) -> Callable[[Side], list[float]]:
    return lambda side: cache.spectra(side.network)[name].shares.tolist()


def _neurons(side: Side) -> list[float]:
    return by_frequency(circuit_cache.neurons(side.network))


def by_frequency(table: NeuronTable) -> list[float]:
    """[⌊p/2⌋] the share of all neurons whose strongest frequency is k; those that answer all pairs alike have none."""
    counts = torch.bincount(table.frequencies, minlength=table.modulus // 2 + 1)[1:]
    return (counts / len(table.frequencies)).tolist()


def _logits(side: Side) -> list[float]:
    return circuit_cache.logits(side.network).fit.explained.tolist()


@dataclass(frozen=True)
class Part:
    """A part of a network by frequency: how it is called, what its bars are, and what computes them."""

    title: str
    unit: str
    expression: str  # of `network`, for a notebook
    shares: Callable[[Side], list[float]]


PARTS = {
    "embedding": Part("Embedding E", "share of power", "models.embedding_spectrum(network).shares", _spectrum("E")),
    "readout": Part("Readout U", "share of power", "models.unembedding_spectrum(network).shares", _spectrum("U")),
    "neurons": Part(
        "Strongest frequency of neurons", "share of neurons", "models.neuron_table(network).frequencies", _neurons
    ),
    "logits": Part(
        "Logits of all pairs", "share of variance", "models.logit_fit(models.LogitGrid(network)).explained", _logits
    ),
}
ALL_PARTS = "".join(["{\n", *(f"    {name!r}: {part.expression},\n" for name, part in PARTS.items()), "}"])


@st.fragment
def show_pair(sides: Sides) -> None:
    """The logits of one pair in both, around the right answer."""
    st.header("One pair", anchor=False)
    a, b = _chosen_pair(sides)
    pairs = [circuit_cache.pair(side.network, side.keys, a, b) for side in sides.both]
    limits = limits_of(pairs)
    for place, side, pair in zip(st.columns(2, gap="medium"), sides.both, pairs, strict=True):
        with place:
            show_chart(
                logits_figure(pair, limits, current_ink(), title=f"Logits of {a} + {b} · {in_figure(side.name)}"),
                key=f"compared pair {side.place}",
                alt=f"Logits of {a} plus {b} of the network on the {side.place}, around the right answer",
            )
            said = wording.answered(circuit_cache.answer(side.network, a, b))
            right = sum((a, b)) % side.network.modulus
            st.caption(f"{a} + {b} ≡ {right} (mod {side.network.modulus}). The network: {said}.")
    st.caption("Dots: the network's logits. Line: the sum of the waves of its dials.")


def _chosen_pair(sides: Sides) -> tuple[int, int]:
    """Two numbers that both networks have."""
    most = min(side.network.modulus for side in sides.both) - 1
    first_a, first_b = pair_followed(sides.left_side.network)
    followed = min(first_a, most), min(first_b, most)
    found = []
    for place, name, first in zip(st.columns(2), "ab", followed, strict=True):
        key = f"compared {name} to {most}"
        st.session_state.setdefault(key, first)
        found.append(int(place.slider(f"Operand {name}, in both", 0, most, key=key)))
    pair = found[0], found[1]
    if pair != followed:
        session().pair = pair
    return pair


@st.fragment
def show_every_modulus(sides: Sides) -> None:
    """How far surgery carries each, where it was counted."""
    st.header("Every modulus", anchor=False)
    found = [_known(side) for side in sides.both]
    chosen = int(st.slider("Modulus, of both after surgery", 2, cache.HIGHEST_MODULUS, FIRST_MODULUS))
    for place, side, each in zip(st.columns(2), sides.both, found, strict=True):
        counts = each.counts.get(chosen)
        told = "not counted yet" if counts is None else wording.percent(counts.accuracy)
        place.metric(in_markdown(side.name), told, help=None if counts is None else wording.counted(counts))
    show_chart(
        every_modulus_figure(found, chosen, current_ink()),
        key="compared moduli",
        alt="Accuracy against modulus of both networks, after surgery and untouched",
        source=Source(
            f"moduli-{sides.left_side.opened.stem}-{sides.right_side.opened.stem}",
            lambda: csv(moduli_table([side.name for side in sides.both], [each.counts for each in found])),
            lines_for(
                sides.left_side.opened, None, f"models.run(network, models.Request({chosen}, 'keep')).result.counts"
            ),
        ),
    )
    st.markdown(moduli_told(sides, found))
    st.caption("Margin of the dials: by how much exact cosines on the very dials tell every class from all others.")
    if any(len(each.counts) < cache.HIGHEST_MODULUS - 1 for each in found):
        st.page_link(entry_of("any_base.py").path, label="Count the network in use at every modulus")


def _known(side: Side) -> EveryModulus:
    known = known_by_modulus(side.network, bench_of(side.network))
    untouched = {each.modulus: each.raw for each in cache.all_baselines(side.network) if each.raw is not None}
    return EveryModulus(
        in_figure(side.name),
        side.network.modulus,
        {q: each.counts for q, each in known.items()},
        {q: each.analytic_margin for q, each in known.items()},
        untouched,
    )


def moduli_told(sides: Sides, found: list[EveryModulus]) -> str:
    """At how many of the moduli that both were counted at each is right on all pairs."""
    common = sorted(found[0].counts.keys() & found[1].counts.keys())
    if not common:
        bare = [side for side, each in zip(sides.both, found, strict=True) if not each.counts]
        names = " and ".join(in_markdown(side.name) for side in bare)
        return f"Not counted at other moduli yet: {names}."
    whole = [[q for q in common if each.counts[q].right == each.counts[q].pairs] for each in found]
    told = " and ".join(
        f"**{in_markdown(side.name)}** at {len(right)}" for side, right in zip(sides.both, whole, strict=True)
    )
    return f"Of {len(common)} moduli that both were counted at, {told} are right on all pairs."


def show_figures(sides: Sides) -> None:
    """Every measure of both in one row."""
    st.header("Measures", anchor=False)
    with st.spinner("Measures of both over all pairs …"):
        rows = figures_of(sides)
    names = [side.name for side in sides.both]
    table, keys = figures_table(rows, names), f"{sides.left_side.keys!r}"
    st.dataframe(table, hide_index=True, width="stretch", height=height_of(table))
    show_source(
        Source(
            f"measures-{sides.left_side.opened.stem}-{sides.right_side.opened.stem}",
            lambda: csv(figures_in_full(rows, names)),
            lines_for(
                sides.left_side.opened,
                None,
                f"models.take_measures(models.Findings(network, {keys}))",
            ),
        ),
        key="compared measures",
    )
    slow = [each.title for each in MEASURES if takes_long(each, sides)]
    left_out = f" {', '.join(slow)}: left out, since it takes long; the *Lab* computes it where asked." if slow else ""
    st.caption(
        f"A dash: it says nothing about such a network. What each measure is, and who defined it: *Lab*.{left_out}"
    )


def takes_long(measure: Measure, sides: Sides) -> bool:
    """Of one of the networks, so that it is taken of neither."""
    return any(side.keys and not measure.is_quick(Findings(side.network, side.keys)) for side in sides.both)


def figures_of(sides: Sides) -> list[TwoFigures]:
    """Accuracy, loss and shares, then every measure that says something about one of them and takes no long time."""
    inspected = [cache.inspection(side.network) for side in sides.both]
    first = [TwoFigures(title, unit, *(take(each) for each in inspected)) for title, unit, take in SHARES.values()]
    taken = [circuit_cache.measures(side.network, side.keys) if side.keys else {} for side in sides.both]
    return first + [
        TwoFigures(each.title, each.unit, _value(taken[0], each.name), _value(taken[1], each.name))
        for each in MEASURES
        if each.name in taken[0].keys() | taken[1].keys() and not takes_long(each, sides)
    ]


def _value(measured: dict[str, Measured], name: str) -> float | None:
    return measured[name].value if name in measured else None
