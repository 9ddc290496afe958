"""An unembedding of few waves as few directions: what a pair is told apart by, and how each class lies along them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.transforms.characters import character_coefficients
from models.groups import Group, as_group

DROPPED = 2.0**-24  # of the largest component's size: what an unembedding written in float32 holds by rounding alone
CLASSES_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class UnembeddingWaves:
    """An unembedding [d, q] of few f: logits(c) ≈ Σ_f r·cosine[:, f]·cos(2πfc/q) + r·sine[:, f]·sin(2πfc/q).

    In a product of groups f numbers its characters, and their angle takes the place of 2πfc/q.
    """

    frequencies: Tensor  # int64 [f]
    directions: Tensor  # float64 [d, 2f]: the cosine parts, then the sine parts


@dataclass(frozen=True, eq=False)
class UnembeddingDirections:
    """An unembedding [d, q], but for a number of each row, as directions · classes; what that leaves out; float64."""

    directions: Tensor  # [d, r]
    classes: Tensor  # [r, q]
    left_out: Tensor  # [d]: no entry of the rest is larger

    @property
    def is_whole(self) -> bool:
        """The unembedding's own rows are its directions: nothing is left out but by rounding."""
        return self.directions.shape[0] == self.directions.shape[1]


def unembedding_waves(unembedding: Tensor, group: Group | None = None) -> UnembeddingWaves | None:
    """The Fourier components of an unembedding over its classes; None where they are as many as its rows or classes.

    A re-cut unembedding has dials · harmonics of them. Components too small for float32 are dropped. The classes are
    the numbers mod q, or the elements of a group.
    """
    d, q = unembedding.shape
    group = group or as_group(q)
    numbers, components = character_coefficients(unembedding, group)
    sizes = torch.linalg.vector_norm(components, dim=0)
    sounding = (sizes > DROPPED * sizes.max()).nonzero()[:, 0]
    if 2 * len(sounding) >= min(d, q):
        return None
    weights = torch.where(group.is_own_inverse(numbers[sounding]), 1.0, 2.0).double() / q
    chosen = components[:, sounding].conj() * weights
    return UnembeddingWaves(numbers[sounding], torch.cat([chosen.real, chosen.imag], dim=1))


def unembedding_directions(unembedding: Tensor, group: Group | None = None) -> UnembeddingDirections | None:
    """The unembedding by its waves; None where they are too many to be worth it."""
    group = group or as_group(unembedding.shape[1])
    waves = unembedding_waves(unembedding, group)
    if waves is None:
        return None
    classes = torch.cat(group.character(waves.frequencies[:, None], group.elements()))
    return _compared(unembedding, waves.directions, classes)


def whole_unembedding(unembedding: Tensor) -> UnembeddingDirections:
    """The unembedding as it is: each of its rows is a direction."""
    centred = unembedding.double() - unembedding.double().mean(1, keepdim=True)
    return _compared(unembedding, torch.eye(len(unembedding), dtype=torch.float64), centred)


def _compared(unembedding: Tensor, directions: Tensor, classes: Tensor) -> UnembeddingDirections:
    """With the largest entry of U − mean − directions · classes in each row, and what rounding may hide of it."""
    mean = unembedding.double().mean(1, keepdim=True)
    largest = torch.zeros(len(unembedding), dtype=torch.float64)
    for some, of_them in zip(unembedding.split(CLASSES_AT_ONCE, 1), classes.split(CLASSES_AT_ONCE, 1), strict=True):
        rest = some.double() - mean - directions @ of_them
        largest = torch.maximum(largest, rest.abs().amax(1))
    sizes = unembedding.double().abs().amax(1) + mean[:, 0].abs() + directions.abs() @ classes.abs().amax(1)
    return UnembeddingDirections(directions, classes, largest + (classes.shape[0] + 4) * 2.0**-53 * sizes)
