"""Readout modes: what becomes of the unembedding. `keep` and `balance` fit nothing; no mode takes a gradient step.

`balance` is `keep` with the strengths of balance.py, tuned at random angles, once for all moduli.
`calibrate` turns and scales the network's own outputs (two per dial) by least squares; `refit` fits a new unembedding
from the whole residual. Both are fitted on a stated part of the pairs and must be scored on the rest too. A refit can
do the work by itself, so its figure means nothing without the same refit on shuffled bodies
(models/experiment/controls.py).
"""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from models.circuits.logits import CosineFit
from models.circuits.table_spectra import table_spectra
from models.groups import Group
from models.groups.characters import cosine_sine
from models.network import Network
from models.runtime.batches import in_batches
from models.surgery.recipe import Dial, Recipe

ReadoutMode = Literal["keep", "balance", "calibrate", "refit"]
READOUT_MODES: tuple[ReadoutMode, ...] = ("keep", "balance", "calibrate", "refit")
NOTHING_FITTED, FITTED = READOUT_MODES[:2], READOUT_MODES[2:]
FITTED_FRACTION = 0.3
MOST_FITTED_PAIRS = 20_000
NUMBERS_AT_ONCE = 4_000_000  # of float64 in one batch of forward passes


@dataclass(frozen=True, eq=False)
class Fitted:
    """A network with a fitted readout: how many numbers were fitted, on which pairs a, b [n]."""

    network: Network
    readout: ReadoutMode
    parameters: int
    a: Tensor
    b: Tensor


@torch.no_grad()
def fit_readout(
    source: Network, recipe: Recipe, operated: Network, waves: CosineFit, readout: ReadoutMode, seed: int
) -> Fitted:
    """`calibrate` or `refit` the readout of an operated network; the body and the operand tables stay as they are.

    The targets are cos and sin of each dial's angle at a + b, weighted by the trained α times the dial's strength; the
    classes are then read off with the same waves. A constant is fitted where the layout has a place for it
    (transformers).
    """
    dials = [dial for dial in recipe.dials if dial.on_readout.on]
    a, b = fitted_pairs(recipe.modulus, seed)
    exact = operated.cast(torch.float64)
    outputs = torch.cat(
        [
            exact.body.readout_vectors(exact.table_a, exact.table_b, *some)
            for some in in_batches(exact, a, b, NUMBERS_AT_ONCE)
        ]
    )
    along = (
        _own_directions(source, dials) if readout == "calibrate" else torch.eye(outputs.shape[1], dtype=torch.float64)
    )
    alphas = dict(zip(waves.frequencies, waves.alphas.tolist(), strict=True))
    strengths = [alphas.get(dial.frequency, 1.0) * dial.strength for dial in dials]
    weights = torch.tensor(strengths, dtype=torch.float64).repeat(2)
    has_constant = source.body.takes_unembedding_bias or source.unembedding_bias is not None
    seen = outputs @ along
    seen = torch.cat([seen, torch.ones(len(a), 1, dtype=seen.dtype)], dim=1) if has_constant else seen
    fit = _least_squares(seen, weights * _waves_of(dials, recipe.group, a, b))
    classes = _waves_of(dials, recipe.group, torch.arange(recipe.modulus)).T  # [2k, q]
    mixing = fit[: along.shape[1]]
    bias = (fit[-1] @ classes).to(operated.unembedding.dtype) if has_constant else None
    unembedding = (along @ mixing @ classes).to(operated.unembedding.dtype)
    network = replace(operated, unembedding=unembedding, unembedding_bias=bias)
    return Fitted(network, readout, fit.numel(), a, b)


def fitted_pairs(modulus: int, seed: int) -> tuple[Tensor, Tensor]:
    """The seeded part of all pairs that a readout is fitted on: 30%, at most MOST_FITTED_PAIRS; distinct, [n] each."""
    generator = torch.Generator().manual_seed(seed)
    count = min(MOST_FITTED_PAIRS, max(1, int(FITTED_FRACTION * modulus**2)))
    if modulus**2 <= 50 * MOST_FITTED_PAIRS:
        chosen = torch.randperm(modulus**2, generator=generator)[:count]
    else:
        chosen = torch.randint(modulus**2, (2 * count,), generator=generator).unique()
        chosen = chosen[torch.randperm(len(chosen), generator=generator)[:count]]
    return chosen // modulus, chosen % modulus


def _own_directions(source: Network, dials: list[Dial]) -> Tensor:
    """[d, 2k]: the directions in which the trained unembedding reads cos and sin of each dial."""
    waves = table_spectra(source).unembedding
    rows = [dial.frequency for dial in dials]
    return torch.cat([waves.cosine[rows], waves.sine[rows]]).T


def _waves_of(dials: list[Dial], group: Group, *summands: Tensor) -> Tensor:
    """[n, 2k]: cosines, then sines, of every dial's angle at the sum of elements [n]."""
    targets = torch.tensor([dial.on_readout.target for dial in dials], dtype=torch.float64)
    steps = sum(group.steps(targets, numbers[:, None].double()) for numbers in summands)
    return torch.cat(cosine_sine(torch.as_tensor(steps), group.exponent), dim=1)


def _least_squares(seen: Tensor, wanted: Tensor) -> Tensor:
    """[columns of seen, columns of wanted], by the normal equations in float64; the smallest of equal solutions."""
    if not wanted.shape[1] or not seen.shape[1]:
        return seen.new_zeros(seen.shape[1], wanted.shape[1])
    square = seen.T @ seen
    return torch.linalg.lstsq(square, seen.T @ wanted, driver="gelsd").solution
