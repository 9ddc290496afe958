"""One readout mode applied and counted: keep, balance, calibrate or refit."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logits import CosineFit
from models.evaluation import Counts, Evaluation, counts_of, evaluate
from models.network import Network
from models.surgery.balance import balance_of
from models.surgery.readout import NOTHING_FITTED, ReadoutMode, fit_readout
from models.surgery.recipe import Recipe
from models.surgery.transplant import recut_source, transplant


@dataclass(frozen=True, eq=False)
class ModeResult:
    """An operated network by one readout mode, scored on all pairs and, where something was fitted, on the rest."""

    readout: ReadoutMode
    network: Network
    evaluation: Evaluation
    recipe: Recipe
    fitted_parameters: int = 0
    fitted_pairs: int = 0
    rest: Counts | None = None  # pairs that nothing was fitted on; None where nothing was fitted

    @property
    def is_right(self) -> bool:
        """On all pairs."""
        return self.evaluation.counts.right == self.evaluation.counts.pairs


def apply_readout_mode(
    network: Network, recipe: Recipe, waves: CosineFit, readout: ReadoutMode, *, seed: int = 0
) -> ModeResult:
    """Transplant by the recipe, balance or fit as the readout mode says, count all pairs.

    Args:
        network: as it was trained.
        recipe: dials for the new modulus q.
        waves: α of the network's dials; read by the fitted modes alone.
        readout: what becomes of the unembedding.
        seed: of the pairs that a fitted mode is fitted on.

    Returns:
        The operated network and its q² pairs.

    >>> from models import zoo, logit_waves, key_frequencies
    >>> from models.surgery.recipe import own_recipe
    >>> network = zoo.load("one-hot-97")
    >>> keys = key_frequencies(network).frequencies
    >>> found = apply_readout_mode(network, own_recipe(97, keys), logit_waves(network, keys), "keep")
    >>> found.evaluation.counts.right, found.fitted_parameters
    (9409, 0)
    """
    source = recut_source(network, recipe)
    if readout == "balance":
        recipe = balance_of(source, waves.frequencies).of(recipe)
    operated = transplant(network, recipe)
    if readout in NOTHING_FITTED:
        return ModeResult(readout, operated, evaluate(operated), recipe)
    fitted = fit_readout(source, recipe, operated, waves, readout, seed)
    evaluation = evaluate(fitted.network)
    rest = counts_of(evaluation.states[_rest(recipe.modulus, fitted.a, fitted.b)])
    return ModeResult(readout, fitted.network, evaluation, recipe, fitted.parameters, len(fitted.a), rest)


def _rest(modulus: int, a: Tensor, b: Tensor) -> Tensor:
    """bool [q, q]: the pairs that were not fitted on."""
    rest = torch.ones(modulus, modulus, dtype=torch.bool)
    rest[a, b] = False
    return rest
