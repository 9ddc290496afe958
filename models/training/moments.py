"""One moment of a training run: everything that the film of it shows, over all pairs."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.circuits.logit_grid import LogitGrid
from models.circuits.restricted import at_frequency
from models.circuits.spectra import table_spectrum
from models.evaluation import State, evaluate, relative_margins
from models.evaluation.results import Evaluation
from models.network import Network
from models.surgery.recipe import Recipe
from models.surgery.transplant import transplant

LEVELS = 16  # of a pair: wrong, undecided, and 14 of right ones by their margins
PALEST = 2  # the level of a pair that is barely right


@dataclass(frozen=True, eq=False)
class Watched:
    """What is looked at in every moment of one run.

    Attributes:
        frequencies: key frequencies of the network as it ended.
        planes: float64 [frequencies, d, 2], for each two orthonormal directions of its plane in the last operand table.
        trained: bool [p, p], row a, column b: the pairs trained on.
        recipe: dials of the network as it ended; every moment is re-cut by the same.
    """

    frequencies: tuple[int, ...]
    planes: Tensor
    trained: Tensor
    recipe: Recipe


@dataclass(frozen=True, eq=False)
class FilmMoment:
    """What is seen in one of them; losses in nats, shares from 0 to 1.

    Attributes:
        spectrum: float64 [⌊p/2⌋], shares of the operand table's power at k = 1, 2 …
        points: float64 [frequencies, p, 2], the numbers in each plane, units of the table.
        levels: uint8 [p, p] of LEVELS, as trained;  recut: uint8 [q, q], re-cut to the recipe's modulus.
        figures: by the names of FIGURES.
    """

    spectrum: Tensor
    points: Tensor
    levels: Tensor
    recut: Tensor
    figures: dict[str, float]


# train and test: the pairs trained on, and the others. Restricted: over all pairs, by the mean and the key frequencies'
# directions of a + b alone. Excluded: over the pairs trained on, without these directions (Nanda et al. 2023, arXiv
# 2301.05217). recut_accuracy: of all q² pairs. squared_weights: the sum over all weights.
FIGURES = (
    "train_loss", "test_loss", "restricted_loss", "excluded_loss",
    "train_accuracy", "test_accuracy", "recut_accuracy", "squared_weights",
)  # fmt: skip


def moment_of(network: Network, watched: Watched) -> FilmMoment:
    """All measures of one checkpoint: pairs are counted with proof, losses come of float32 logits as in training."""
    counted = evaluate(network)
    recut = transplant(network, watched.recipe)
    counted_recut = evaluate(recut)
    right = counted.states == State.RIGHT
    table = network.table_a.detach().double()
    figures = {
        **_losses(network, watched),
        "train_accuracy": float(right[watched.trained].double().mean()),
        "test_accuracy": float(right[~watched.trained].double().mean()),
        "recut_accuracy": counted_recut.counts.accuracy,
        "squared_weights": sum(float(weight.double().square().sum()) for weight in distinct_weights(network)),
    }
    return FilmMoment(
        spectrum=table_spectrum(network.table_a).shares,
        points=torch.einsum("pd,kdc->kpc", table - table.mean(0), watched.planes),
        levels=_levels(network, counted),
        recut=_levels(recut, counted_recut),
        figures=figures,
    )


def distinct_weights(network: Network) -> list[Tensor]:
    """Every weight once: a shared table is one."""
    return [weight for name, weight in network.tensors().items() if name != "table_b" or not network.tables_shared]


def _losses(network: Network, watched: Watched) -> dict[str, float]:
    grid = LogitGrid(network, torch.float32)
    logits = torch.cat([part.centred.flatten(0, 1) for part in grid.parts()])
    answers = torch.cat([part.sums.flatten() for part in grid.parts()])
    trained = watched.trained.flatten()
    keys = sum((at_frequency(grid.by_sum, k) for k in watched.frequencies), torch.zeros_like(grid.by_sum))
    without = logits[trained] - keys[answers[trained]]
    return {
        "train_loss": float(cross_entropy(logits[trained], answers[trained])),
        "test_loss": float(cross_entropy(logits[~trained], answers[~trained])),
        "restricted_loss": float(cross_entropy(keys + grid.by_sum.mean(0), torch.arange(grid.modulus))),
        "excluded_loss": float(cross_entropy(without, answers[trained])),
    }


def _levels(network: Network, counted: Evaluation) -> Tensor:
    """uint8 [q, q]: 0 wrong, 1 undecided, from 2 right, by the margin beside the largest of this moment."""
    shades = relative_margins(network).levels.double() / 255
    of_right = PALEST + (shades.sqrt() * (LEVELS - PALEST)).floor().clamp_max(LEVELS - PALEST - 1)
    return torch.where(counted.states == State.RIGHT, of_right, counted.states.double()).to(torch.uint8)
