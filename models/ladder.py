"""One rung of the readout ladder carried out and counted: keep, balance, calibrate, refit."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logits import LogitWaves
from models.evaluation import Counts, Evaluation, counts_of, evaluate
from models.network import Network
from models.surgery.balance import balance_of
from models.surgery.readout import NOTHING_FITTED, Readout, fit_readout
from models.surgery.recipe import Recipe
from models.surgery.transplant import recut_source, transplant


@dataclass(frozen=True, eq=False)
class Rung:
    """An operated network with its readout, scored on all pairs and, where something was fitted, on the rest apart."""

    readout: Readout
    network: Network
    evaluation: Evaluation
    recipe: Recipe
    fitted_parameters: int = 0
    fitted_pairs: int = 0
    rest: Counts | None = None  # pairs that nothing was fitted on; None where nothing was fitted


def climb(network: Network, recipe: Recipe, waves: LogitWaves, readout: Readout, *, seed: int = 0) -> Rung:
    """Transplant by the recipe, balance or fit as the rung says, count all pairs."""
    source = recut_source(network, recipe)
    if readout == "balance":
        recipe = balance_of(source, waves.frequencies).of(recipe)
    operated = transplant(network, recipe)
    if readout in NOTHING_FITTED:
        return Rung(readout, operated, evaluate(operated), recipe)
    fitted = fit_readout(source, recipe, operated, waves, readout, seed)
    evaluation = evaluate(fitted.network)
    rest = counts_of(evaluation.states[_rest(recipe.modulus, fitted.a, fitted.b)])
    return Rung(readout, fitted.network, evaluation, recipe, fitted.parameters, len(fitted.a), rest)


def _rest(modulus: int, a: Tensor, b: Tensor) -> Tensor:
    """bool [q, q]: the pairs that were not fitted on."""
    rest = torch.ones(modulus, modulus, dtype=torch.bool)
    rest[a, b] = False
    return rest
