"""Everything that is kept between runs: keyed by content digest, bounded, shared by visitors with the same weights."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models import zoo
from models.baselines import Baseline, baselines
from models.circuits.logits import LogitWaves, logit_waves
from models.circuits.planes import FrequencyPlane, frequency_plane
from models.circuits.spectra import (
    KeyFrequencies,
    Spectrum,
    embedding_spectrum,
    key_frequencies,
    neuron_logit_spectrum,
    unembedding_spectrum,
)
from models.evaluation import Evaluation, evaluate
from models.network import Network
from models.surgery.margin import recipe_margin
from models.surgery.recipe import Recipe
from models.surgery.transplant import transplant
from models.sweep import Reached, reached
from models.verdict import Inspection, inspect

HIGHEST_MODULUS = 256
SWEEP_JUDGED = 12  # settings judged per modulus when all moduli are wanted; "Find dials" looks at more
KEYS: dict[str | type[Any], Callable[[Any], Any]] = {Network: lambda network: network.digest, Recipe: repr}


@st.cache_resource(show_spinner=False)
def zoo_network(name: str) -> Network:
    """A bundled network."""
    return zoo.load(name)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def inspection(network: Network) -> Inspection:
    """Accuracy, loss, key frequencies, shares, half-step test, verdict."""
    return inspect(network)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def keys(network: Network) -> KeyFrequencies:
    """Key frequencies and their gap."""
    return key_frequencies(network)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def waves(network: Network) -> LogitWaves:
    """α of the key frequencies."""
    return logit_waves(network, keys(network).frequencies)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def all_baselines(network: Network) -> list[Baseline]:
    """The untouched network at every modulus of the wheel."""
    return baselines(network, list(range(2, HIGHEST_MODULUS + 1)))


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def operated(network: Network, recipe: Recipe) -> Network:
    """The network after surgery."""
    return transplant(network, recipe)


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=KEYS)
def outcome(network: Network, recipe: Recipe) -> Evaluation:
    """All pairs of the operated network."""
    return evaluate(operated(network, recipe))


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=KEYS)
def margin(network: Network, recipe: Recipe) -> float:
    """The margin of a recipe, from the dials alone."""
    return recipe_margin(recipe, waves(network))


@st.cache_resource(max_entries=1024, show_spinner=False, hash_funcs=KEYS)
def swept(network: Network, modulus: int) -> Reached:
    """The quick search for one modulus of a sweep."""
    return reached(network, waves(network), modulus, judged=SWEEP_JUDGED)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def spectra(network: Network) -> dict[str, Spectrum]:
    """Spectra of E, U and W_L."""
    return {
        "E": embedding_spectrum(network),
        "U": unembedding_spectrum(network),
        "W_L": neuron_logit_spectrum(network),
    }


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=KEYS)
def plane(network: Network, table: str, frequency: int) -> FrequencyPlane:
    """A table's plane of one frequency."""
    tables = {"a": network.table_a, "b": network.table_b, "U": network.readout.T}
    return frequency_plane(tables[table], frequency)
