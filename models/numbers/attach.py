"""Two networks, one adder: the angles of numbers are read off a language model's rows, and drive a trained body.

The body is the one that learned to add mod p, re-cut for q by `keep`. Where surgery writes the dials' angles of n into
the operand tables, here a linear map reads them off row n, and never a map that was fitted on row n.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.ablation.shuffles import shuffled_body
from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.errors import RecipeError
from models.evaluation.sample import Interval, wilson_interval
from models.groups.characters import FULL_TURN
from models.network import Network
from models.numbers.probe import FOLDS, read_unseen
from models.numbers.table import NumberTable
from models.planner import find_dials
from models.surgery.angles import AnglePairs
from models.surgery.recipe import Recipe

LARGEST_MODULUS = 256
MOST_JUDGED = 600  # numbers, drawn where there are more, so that their pairs are at most so many squared


@dataclass(frozen=True)
class Attached:
    """How many sums come out right where each number is read by a map that has not seen it, and what could explain it.

    Attributes:
        modulus: q.
        pairs: of all numbers that were judged.
        right: of these, where the body's largest logit is (a + b) mod q.
        fitted: numbers of one map: an angle's cosine and sine for each dial and column, and their constants.
        fitted_on: numbers whose rows one map was fitted on.
        controls: name → right pairs of as many.
        angles_alone: right pairs where the angles are added without any body.
    """

    modulus: int
    pairs: int
    right: int
    fitted: int
    fitted_on: int
    controls: dict[str, int]
    angles_alone: int

    @property
    def accuracy(self) -> float:
        """Right over all."""
        return self.right / self.pairs

    @property
    def interval(self) -> Interval:
        """95%, as if pairs were drawn apart; they share numbers, so that it is too narrow."""
        return wilson_interval(self.right, self.pairs)


def attached(network: Network, table: NumberTable, modulus: int = 10, seed: int = 0) -> Attached:
    """Drive a body by the angles that linear maps read off a language model's rows, and count all pairs of numbers.

    Args:
        network: as it was trained.
        table: rows of the numbers 0 to n − 1.
        modulus: q, 2 to 256.
        seed: of the folds, of shuffles, and of the search for dials.

    Returns:
        Right pairs, and those of the controls: the rows dealt out to other numbers, rows of noise, a shuffled body with
        the same dials, and one dial alone.

    Raises:
        RecipeError: the modulus is out of range, or the network has no key frequencies.
    """
    if not 2 <= modulus <= LARGEST_MODULUS:
        raise RecipeError(f"Modulus {modulus} is out of range; expected 2 to {LARGEST_MODULUS}.")
    keys = key_frequencies(network).frequencies
    if not keys:
        raise RecipeError("This network has no key frequencies, so there are no dials to drive.")
    recipe = find_dials(network, logit_waves(network, keys), modulus, seed=seed, rounds=1).recipe
    drawn = torch.Generator().manual_seed(seed)
    judged = torch.randperm(table.count, generator=drawn)[:MOST_JUDGED].sort().values
    shuffled = table.rows[torch.randperm(table.count, generator=drawn)]
    noise = torch.randn(table.rows.shape, generator=drawn, dtype=torch.float64)
    strongest = _alone(network, recipe)
    angles = _angles(table.rows, recipe, seed)[judged]
    of_strongest = angles[:, [recipe.frequencies.index(strongest.frequencies[0])]]

    def right(body: Network, angles: Tensor, dials: Recipe = recipe) -> int:
        return _right(_answers(body, dials, angles), judged, modulus)

    return Attached(
        modulus,
        pairs=len(judged) ** 2,
        right=right(network, angles),
        fitted=2 * len(recipe.dials) * (table.width + 1),
        fitted_on=table.count - -(-table.count // FOLDS),
        controls={
            "shuffled": right(network, _angles(shuffled, recipe, seed)[judged]),
            "random": right(network, _angles(noise, recipe, seed)[judged]),
            "shuffled_body": right(shuffled_body(network, seed), angles),
            "one_dial": right(network, of_strongest, strongest),
        },
        angles_alone=_right(_answers_of_angles(recipe, angles, modulus), judged, modulus),
    )


def _turns(recipe: Recipe, numbers: Tensor) -> Tensor:
    """float64 [n, dials]: the angle at which each dial stands for each number."""
    targets = torch.tensor([dial.a.target for dial in recipe.dials], dtype=torch.float64)
    return FULL_TURN * (numbers.double()[:, None] * targets) / recipe.modulus


def _angles(rows: Tensor, recipe: Recipe, seed: int) -> Tensor:
    """float64 [n, dials]: the angles that are read off all rows, each by a map that was fitted on others."""
    wanted = _turns(recipe, torch.arange(len(rows)))
    cosine, sine = read_unseen(rows, torch.cat([wanted.cos(), wanted.sin()], dim=1), seed).chunk(2, dim=1)
    return torch.atan2(sine, cosine)


def _alone(network: Network, recipe: Recipe) -> Recipe:
    """The dial whose wave is strongest in the logits, by itself."""
    strongest = logit_waves(network, recipe.frequencies).strongest(1).frequencies[0]
    return replace(recipe, dials=tuple(dial for dial in recipe.dials if dial.frequency == strongest))


def _answers(network: Network, recipe: Recipe, angles: Tensor) -> Tensor:
    """int64 [n, n]: the class of the largest logit for every pair of rows that stand at these angles [n, dials]."""
    harmonics = recipe.harmonics
    pairs = AnglePairs(network, recipe.frequencies, (angles, angles), harmonics, recipe.carried_by_readout)
    outputs = pairs.outputs(torch.ones(len(recipe.dials), dtype=torch.float64))
    classes = pairs.of_read(_turns(recipe, torch.arange(recipe.modulus)))  # [q, w]
    found: Tensor = (outputs @ torch.cat([classes.cos(), classes.sin()], dim=1).T).argmax(-1)
    return found


def _answers_of_angles(recipe: Recipe, angles: Tensor, modulus: int) -> Tensor:
    """int64 [n, n]: the class whose angles are nearest to the sums of both operands', without any network."""
    sums = angles[:, None] + angles
    classes = _turns(recipe, torch.arange(modulus))
    found: Tensor = torch.stack([(sums - each).cos().sum(-1) for each in classes], dim=-1).argmax(-1)
    return found


def _right(answers: Tensor, numbers: Tensor, modulus: int) -> int:
    return int((answers == (numbers[:, None] + numbers) % modulus).sum())
