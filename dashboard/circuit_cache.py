"""What Look inside shows of a circuit, memoised by digest as in `cache`; whole grids of logits are not."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.cache import keys, memoised, waves
from models.analysis.multiplication import LogarithmInspection, inspect_logarithms
from models.analysis.patching import Patched, patched_dials, patched_parts
from models.circuits.attention import AttentionHeads, attention_heads
from models.circuits.findings import Findings
from models.circuits.gradients import GradientSymmetricity, gradient_symmetricity
from models.circuits.key_rules import RuleResult, key_rules
from models.circuits.logit_fit import LogitFit, PairDecomposition, logit_fit, pair_waves, walk_waves
from models.circuits.logit_grid import LogitGrid
from models.circuits.logit_maps import LogitMaps, logit_maps
from models.circuits.measures import Measured, take_measures
from models.circuits.neurons import NeuronPortrait, NeuronTable, neuron_portrait, neuron_table
from models.circuits.trace import PairTrace, trace_pair
from models.evaluation import Answer, Evaluation, answer_of, evaluate
from models.network import Network
from models.surgery.recipe import Recipe
from models.wavelets.defects import Diagnosis, find_defects
from models.wavelets.planting import planted, usual_defect
from models.wavelets.scalogram import Scalogram, scalogram
from models.wavelets.tables import table_of

MOST_FOLLOWED = 6  # dials of one pair that are drawn


@dataclass(frozen=True, eq=False)
class Logits:
    """The logits of all pairs at a glance."""

    fit: LogitFit
    maps: LogitMaps


@memoised(16)
def neurons(network: Network) -> NeuronTable:
    """Frequency, purity and phases of every neuron."""
    return neuron_table(network)


@memoised(16)
def portrait(network: Network, number: int) -> NeuronPortrait:
    """One neuron at large."""
    return neuron_portrait(network, number)


@memoised(8)
def attention(network: Network) -> AttentionHeads | None:
    """The heads of the first layer."""
    return attention_heads(network)


@memoised(16)
def rules(network: Network) -> tuple[RuleResult, ...]:
    """Key frequencies under each rule."""
    return key_rules(network, neurons(network))


@memoised(16)
def logits(network: Network) -> Logits:
    """The fit on cos w(a + b − c), and maps over the grid."""
    grid = LogitGrid(network)
    return Logits(logit_fit(grid), logit_maps(grid))


@memoised(32)
def pair(network: Network, chosen: tuple[int, ...], a: int, b: int) -> PairDecomposition:
    """The logits of one pair as waves."""
    return pair_waves(network, logits(network).fit, chosen, a, b)


@memoised(256)
def trace(network: Network, a: int, b: int) -> PairTrace:
    """One pair in every part of a network, on its strongest dials."""
    return trace_pair(network, waves(network).strongest(MOST_FOLLOWED), a, b)


@memoised(64)
def all_pairs(network: Network) -> Evaluation:
    """All pairs of the network that is shown."""
    return evaluate(network)


@memoised(256)
def answer(network: Network, a: int, b: int) -> Answer:
    """What it answers to one of them."""
    return answer_of(network, all_pairs(network), a, b)


@memoised(4)
def walk(network: Network, chosen: tuple[int, ...], a: int | None, b: int | None) -> list[PairDecomposition]:
    """The logits of all pairs of a row or a column of the grid as waves."""
    return walk_waves(network, logits(network).fit, chosen, a, b)


@memoised(32)
def measures(network: Network, chosen: tuple[int, ...]) -> dict[str, Measured]:
    """Every measure that takes no more than some seconds."""
    return take_measures(Findings(network, chosen))


@memoised(32)
def parts_patched(network: Network, recipe: Recipe) -> list[Patched]:
    """Every mix of trained and operated parts."""
    return patched_parts(network, recipe)


@memoised(32)
def dials_patched(network: Network, recipe: Recipe) -> list[Patched]:
    """Every dial put back alone."""
    return patched_dials(network, recipe)


@memoised(16)
def table_scalogram(network: Network, table: str) -> Scalogram:
    """Power by frequency and number of one table: a, b or u."""
    return scalogram(network.unembedding.T if table == "u" else table_of(network, table))


@memoised(16)
def damaged(network: Network, kind: str, table: str, number: int, frequency: int) -> Network:
    """The network with a defect of a usual amount put in on purpose."""
    return planted(network, usual_defect(kind, table, number, frequency), keys(network).frequencies)


@memoised(16)
def diagnosis(network: Network) -> Diagnosis:
    """Where it is broken, and the network repaired."""
    return find_defects(network)


@memoised(16)
def logarithms(network: Network, formula: str) -> LogarithmInspection | None:
    """What a network of products does with logarithms; None for other rules."""
    return inspect_logarithms(network, formula)


def symmetricity(network: Network, on_progress: Callable[[int, int], None]) -> GradientSymmetricity | None:
    """The slow one, with progress; what is found stays in the visitor's session."""
    found: dict[str, GradientSymmetricity | None] = st.session_state.setdefault("symmetricity", {})
    if network.digest not in found:
        found[network.digest] = gradient_symmetricity(network, on_progress=on_progress)
    return found[network.digest]


def symmetricity_found(network: Network) -> GradientSymmetricity | None:
    """The slow one, if it was computed in this session."""
    found: dict[str, GradientSymmetricity | None] = st.session_state.get("symmetricity", {})
    return found.get(network.digest)
