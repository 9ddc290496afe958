"""Norm gain: what re-cutting takes away from the size of the operands' rows is given back to the waves that stay.

Re-cut tables hold the waves of the dials alone. Whatever other power the embedding has is dropped, so that its rows
grow smaller beside positions and constant tokens. Where the body has a norm, which divides a row by its own size, that
is no common factor: the constant parts come out too strong. So all waves of the operand tables are multiplied by

    g = √(power at all frequencies k ≠ 0 / power at the dials and their harmonics).

It is one number a network, worked out from its tables alone: nothing is fitted, no answer is looked at, and it is the
same for every modulus, for the trained body and for shuffled ones. Means, positions and the unembedding stay.
"""

from dataclasses import replace

import torch
from torch import Tensor

from models.circuits.spectra import embedding_spectrum
from models.errors import RecipeError
from models.network import Network
from models.runtime.memo import memoised
from models.surgery.partials import partials
from models.surgery.recipe import own_recipe

HARMONICS = 2  # counted as staying, whatever a recipe carries: it is a number of the network and its dials
LARGEST_GAIN = 10.0  # at it the dials hold one hundredth of the power: then there is no circuit to make louder


def norm_gain(network: Network, frequencies: tuple[int, ...]) -> float:
    """g for some dials.

    Args:
        network: as it was trained.
        frequencies: the dials whose waves stay.

    Returns:
        At least 1; 1 where there are no dials, or where nothing but their waves is in the tables.

    Raises:
        RecipeError: the body has no norm, or the dials hold next to nothing of the tables.

    >>> from models import zoo, key_frequencies
    >>> network = zoo.load("layernorm-97")
    >>> 1 <= norm_gain(network, key_frequencies(network).frequencies) < 1.2
    True
    """
    if not network.body.has_norms:
        raise RecipeError(
            "Norm gain is for bodies with LayerNorm or RMSNorm, where the size of a row matters; this one has neither. "
            "Leave the setting out, or set the dials' amplitudes."
        )
    if not frequencies:
        return 1.0
    p, power = network.modulus, embedding_spectrum(network).power
    sources = {partial.source for partial in partials(own_recipe(p, frequencies, HARMONICS), p)}
    stays = power[[min(source, p - source) - 1 for source in sorted(sources)]].sum()
    share = float(stays / power.sum().clamp_min(torch.finfo(power.dtype).tiny))
    if share * LARGEST_GAIN**2 <= 1:
        raise RecipeError(
            f"These dials hold {share:.2%} of the operand tables' power, too little for a norm gain; expected more "
            f"than {LARGEST_GAIN**-2:.0%}. Choose dials that the network uses, or leave the setting out."
        )
    return max(1.0, share**-0.5)


@memoised
def with_norm_gain(network: Network, frequencies: tuple[int, ...]) -> Network:
    """The network with all waves of its operand tables g times as strong. Raises RecipeError as `norm_gain` does."""
    gain = norm_gain(network, frequencies)
    table_a = _louder(network.table_a, gain)
    table_b = table_a if network.tables_shared else _louder(network.table_b, gain)
    return replace(network, table_a=table_a, table_b=table_b)


def _louder(table: Tensor, gain: float) -> Tensor:
    """A table [p, d] with everything but its mean over the numbers multiplied."""
    exact = table.detach().double()
    mean = exact.mean(0)
    return (mean + gain * (exact - mean)).to(table.dtype)
