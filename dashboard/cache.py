"""All that is memoised between runs: keyed by content digest, bounded; what is of an upload, in its session only."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st
import torch
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.heavy_work import in_turn
from models import zoo
from models.ablation.random_phases import random_phase_mlp
from models.analysis.baselines import Baseline, baselines
from models.analysis.failures import Failure, explain_failure
from models.analysis.inspection import Inspection, half_step_answer, inspect
from models.analysis.near_ties import NearTie, near_tie
from models.analysis.sampled_inspection import SampledInspection, inspect_sample
from models.browser.live import LiveNetwork, live_network
from models.circuits.logits import CosineFit, logit_waves
from models.circuits.planes import FrequencyPlane, frequency_plane
from models.circuits.spectra import (
    KeyFrequencies,
    Spectrum,
    embedding_spectrum,
    key_frequencies,
    neuron_logit_spectrum,
    unembedding_spectrum,
)
from models.errors import CheckpointError
from models.evaluation import Answer, Counts, Evaluation, answer_of
from models.evaluation.certificate import Certificate
from models.evaluation.sample import Interval, sampled_interval
from models.experiment.apply import apply_readout_mode
from models.experiment.blend import counts_at_blend
from models.experiment.certificate_check import Checked, check_certificate
from models.experiment.controls import Control, shuffled_control
from models.experiment.request import Request
from models.experiment.shipping import baselines_as_shipped
from models.experiment.sweep import Reached, reached
from models.formats.registry import as_written
from models.network import Network
from models.planner import best_by_margin
from models.runtime.cost import cost_of_inspection
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe, own_recipe
from models.surgery.single_frequency import single_frequency_neurons
from models.surgery.transplant import transplant
from models.zoo.shipped_sweeps import shipped_sweep

# One thread a visitor: with several, two visitors' threads wait for each other and a count takes seconds.
torch.set_num_threads(1)

LIGHT_SECONDS = 5.0  # by the estimate; what takes less waits for nobody's turn
HIGHEST_MODULUS = 256
ONE_HOT = "one-hot-97"
PHASE_DIALS, PHASE_NEURONS = 48, 1024  # as the trained one has
SWEEP_ROUNDS = 1  # of the search per modulus when all moduli are wanted; "Find dials" goes on for longer
KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    Network: lambda network: network.digest,
    Recipe: repr,
    Certificate: repr,
}
More = ParamSpec("More")
Found = TypeVar("Found")


@st.cache_resource(show_spinner=False)
def zoo_network(name: str) -> Network:
    """A bundled network."""
    return zoo.load(name)


@st.cache_resource(show_spinner=False)
def zoo_digests() -> frozenset[str]:
    """What tells a bundled network from an upload."""
    return frozenset(zoo_network(name).digest for name in zoo.names())


def memoised(
    most: int, times: Callable[..., float] = lambda *_args, **_named: 1.0
) -> Callable[[Callable[Concatenate[Network, More], Found]], Callable[Concatenate[Network, More], Found]]:
    """Compute once for each of so many networks: of the zoo's for all visitors, of any other in its visitor's session.

    An upload, and what was made of it, goes with the session that brought it. What may take seconds waits for its turn;
    `times` says how many times as long as an inspection it takes.
    """

    def memoising(compute: Callable[Concatenate[Network, More], Found]) -> Callable[Concatenate[Network, More], Found]:
        options: dict[str, Any] = {"max_entries": most, "show_spinner": False, "hash_funcs": KEYS}
        for_all = st.cache_resource(**options)(compute)
        for_one = st.cache_resource(**options, scope="session")(compute)

        @wraps(compute)
        def found(network: Network, /, *args: More.args, **named: More.kwargs) -> Found:
            memo = for_all if network.digest in zoo_digests() else for_one
            seconds = seconds_in_turn(network, times(network, *args, **named))
            if seconds is None:
                return memo(network, *args, **named)
            known, key = _known(compute.__qualname__), f"{network.digest} {args} {named}"
            if key in known:
                result = memo(network, *args, **named)
            else:
                result = in_turn(lambda: memo(network, *args, **named), seconds)
            _note(known, key, most)
            return result

        return found

    return memoising


def seconds_in_turn(network: Network, times: float = 1.0) -> float | None:
    """About how long it takes so many times as long as an inspection; None where it need not wait for a turn."""
    seconds = times * cost_of_inspection(network).seconds
    return None if seconds < LIGHT_SECONDS else seconds


@st.cache_resource(scope="session", show_spinner=False)
def _known_of(session_id: str) -> dict[str, dict[str, None]]:
    """What a session's memos hold of heavy work, by their names, the last used last; released with them."""
    return {}


def _known(name: str) -> dict[str, None]:
    visit = get_script_run_ctx(suppress_warning=True)
    return _known_of(visit.session_id).setdefault(name, {}) if visit else {}


def _note(known: dict[str, None], key: str, most: int) -> None:
    """As the last used of so many; who finds it among them need not wait for a turn."""
    known.pop(key, None)
    known[key] = None
    while len(known) > most:
        del known[next(iter(known))]


@memoised(64)
def inspection(network: Network) -> Inspection:
    """Accuracy, loss, key frequencies, shares, half-step test, verdict."""
    return inspect(network)


@memoised(64)
def sampled_inspection(network: Network) -> SampledInspection:
    """The same of a sample, for networks that are too large to count unasked."""
    return inspect_sample(network)


@memoised(64)
def keys(network: Network) -> KeyFrequencies:
    """Key frequencies and their gap."""
    return key_frequencies(network)


@memoised(64)
def waves(network: Network) -> CosineFit:
    """α of the key frequencies."""
    return logit_waves(network, keys(network).frequencies)


@memoised(64)
def all_baselines(network: Network) -> list[Baseline]:
    """The untouched network at every modulus of the wheel; as it comes with the project where it does."""
    if shipped := shipped_sweep(network.digest):
        return baselines_as_shipped(shipped)
    return baselines(network, list(range(2, HIGHEST_MODULUS + 1)))


@memoised(64)
def operated(network: Network, recipe: Recipe) -> Network:
    """The network after surgery."""
    return transplant(network, recipe)


@memoised(64)
def unwritable(network: Network, recipe: Recipe) -> str:
    """Why the operated network cannot be written in its own layout; empty where it can."""
    try:
        as_written(operated(network, recipe))
    except CheckpointError as error:
        return str(error)
    return ""


@memoised(32)
def live(network: Network, like: Recipe) -> LiveNetwork | None:
    """The network at any setting of a recipe's dials, for the browser's kernel; ask with `carried`."""
    return live_network(network, like)


def carried(network: Network, recipe: Recipe) -> Recipe:
    """The network's own dials, carried as a recipe carries them: the same for all its settings."""
    own = own_recipe(network.modulus, keys(network).frequencies)
    return replace(recipe, modulus=own.modulus, factors=(), dials=own.dials)


@memoised(256)
def outcome(network: Network, recipe: Recipe) -> Evaluation:
    """All pairs of the operated network."""
    return apply_readout_mode(network, recipe, waves(network), "keep").evaluation


@memoised(256)
def answer(network: Network, recipe: Recipe, a: int, b: int) -> Answer:
    """What the operated network answers to one pair."""
    return answer_of(operated(network, recipe), outcome(network, recipe), a, b)


@memoised(1024, times=lambda *_: 4)
def swept(network: Network, modulus: int, factors: tuple[int, ...] = ()) -> Reached:
    """The quick search for one modulus of a sweep, or in a product of cyclic groups with so many elements."""
    return reached(network, Request(modulus, "keep", rounds=SWEEP_ROUNDS, factors=factors), waves(network))


@memoised(2048, times=lambda *_: 2)
def mode_counts(network: Network, recipe: Recipe, readout: ReadoutMode) -> Counts:
    """All pairs of an operation with one readout mode."""
    return apply_readout_mode(network, recipe, waves(network), readout).evaluation.counts


@memoised(2048, times=lambda *_, **_seeds: 6)
def mode_on_shuffled(network: Network, recipe: Recipe, readout: ReadoutMode, seeds: int) -> Control:
    """The control of a mode above keep: the same on shuffled bodies; no accuracies where there is no body."""
    return shuffled_control(network, recipe, waves(network), readout, seeds=seeds)


@memoised(256)
def blended(network: Network, recipe: Recipe, blend: float, seed: int) -> Counts:
    """All pairs of the same operation with the body part of the way to a shuffled one; readout kept."""
    return counts_at_blend(network, recipe, blend, seed)


@memoised(16, times=lambda network, said, sample: 0.0 if sample else (said.recipe.modulus / network.modulus) ** 2)
def certificate_checked(network: Network, said: Certificate, sample: int | None) -> Checked:
    """Whether a certificate holds of a network: all pairs recounted, or so many random ones looked at."""
    return check_certificate(said, network, sample=sample)


def at_modulus(network: Network, recipe: Recipe, modulus: int) -> Counts:
    """All pairs of the same dials at another modulus."""
    return outcome(network, replace(recipe, modulus=modulus)).counts


def half_step(network: Network, a: float, b: float) -> int:
    """The network's answer between the numbers."""
    return half_step_answer(network, keys(network).frequencies, a, b)


@st.cache_resource(max_entries=4, show_spinner=False)
def random_phase_samples(modulus: int, pairs: int) -> dict[str, Interval]:
    """Networks that nobody trained, and the zoo's trained one-hot MLP, on sampled pairs of a large modulus."""
    found = {
        "random phases, ψ = 2φ": sampled_interval(random_phase_mlp(modulus, PHASE_DIALS, PHASE_NEURONS), pairs),
        "random phases, ψ random": sampled_interval(
            random_phase_mlp(modulus, PHASE_DIALS, PHASE_NEURONS, matched=False), pairs
        ),
    }
    trained = zoo_network(ONE_HOT)
    for name, source in (
        (f"trained ({ONE_HOT}), re-cut", trained),
        (f"trained ({ONE_HOT}), re-cut with single-frequency neurons", single_frequency_neurons(trained)),
    ):
        recipe = best_by_margin(logit_waves(source, keys(trained).frequencies), modulus)
        found[name] = sampled_interval(transplant(source, recipe), pairs)
    return found


@memoised(64)
def failure(network: Network, recipe: Recipe) -> Failure | None:
    """Why a recipe falls short."""
    return explain_failure(operated(network, recipe), recipe, waves(network), outcome(network, recipe))


@memoised(64)
def near_tied(network: Network, recipe: Recipe) -> NearTie | None:
    """That a few pairs of a recipe fall short because its dials hardly tell two answers apart."""
    return near_tie(operated(network, recipe), recipe, waves(network), outcome(network, recipe))


@memoised(64)
def spectra(network: Network) -> dict[str, Spectrum]:
    """Spectra of E, U and W_L."""
    return {
        "E": embedding_spectrum(network),
        "U": unembedding_spectrum(network),
        "W_L": neuron_logit_spectrum(network),
    }


@memoised(256)
def plane(network: Network, table: str, frequency: int) -> FrequencyPlane:
    """A table's plane of one frequency."""
    tables = {"a": network.table_a, "b": network.table_b, "U": network.unembedding.T}
    return frequency_plane(tables[table], frequency)
