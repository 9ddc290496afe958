"""How well a body adds between all numbers: at random angles of all dials, with no modulus and no group.

Each dial of either operand stands anywhere on its circle, so that an operand is a point of a torus with one circle a
dial. The network's output for a pair of points is read along each dial's waves; what points along the sum of the angles
says how strongly the dial answers, what points across it turns the answer: that dial is off by atan2(across, along).

A modulus or a group comes in last, as the angles by which its other classes stand away from the right one. The right
answer at θ_a + θ_b leads the class at θ_a + θ_b + δ by

    Σ_{k,h} along_{k,h} (1 − cos h·δ_k) + across_{k,h} sin h·δ_k.

With as many classes as one likes, that is one product of matrices: a group's failures are foretold without its tables.

Half steps (SURGERY's test of a circuit) are the special case in which the operands stand at n + ½ of the network's own
numbers, and its own classes are told apart: `torus_at(network, keys, half_step_angles(p, keys))`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.evaluation import TIE_TOLERANCE
from models.groups import Group
from models.groups.characters import FULL_TURN, cosine_sine
from models.network import Network
from models.surgery.angles import AnglePairs, random_angles

HARMONICS = 2  # as many as a search carries, on the operands and in the unembedding
LEADS_AT_ONCE = 2**23
BISECTIONS = 60
STEEPEST = 1e6


@dataclass(frozen=True, eq=False)
class Torus:
    """What a network puts out for n pairs of points, along and across the sum of their angles.

    Waves are the k dials first and then their harmonics. The scale is the mean, over pairs, of what all dials put out
    along the sum together.
    """

    pairs: AnglePairs
    along: Tensor  # float64 [n, w], in units of the logits
    across: Tensor  # float64 [n, w]

    @property
    def frequencies(self) -> tuple[int, ...]:
        """The dials."""
        return self.pairs.frequencies

    @property
    def scale(self) -> float:
        """Above 0 where the network follows the sum at all; in units of the logits."""
        return float(self.along[:, : len(self.frequencies)].sum(1).mean())

    @property
    def errors(self) -> Tensor:
        """By how much each dial's answer is turned from the sum, radians, float64 [n, k]."""
        k = len(self.frequencies)
        return torch.atan2(self.across[:, :k], self.along[:, :k])

    @property
    def steadiness(self) -> tuple[float, ...]:
        """Of each dial: the root mean square of its error, radians; π/√3 = 1.81 where it does not follow the sum."""
        return tuple(self.errors.square().mean(0).sqrt().tolist())


def torus_of(network: Network, frequencies: tuple[int, ...], seed: int = 0) -> Torus:
    """A network at random angles of its dials, each of both operands for itself.

    Args:
        network: with modulus p.
        frequencies: its dials.
        seed: of the angles.

    Returns:
        Up to 128 × 128 pairs of points; fewer for wide bodies.

    >>> from models import key_frequencies, zoo
    >>> network = zoo.load("transformer-113")
    >>> found = torus_of(network, key_frequencies(network).frequencies)
    >>> tuple(found.errors.shape), max(found.steadiness) < 1
    ((16384, 5), True)
    """
    return torus_at(network, frequencies, random_angles(network, len(frequencies), seed))


def torus_at(network: Network, frequencies: tuple[int, ...], angles: tuple[Tensor, Tensor]) -> Torus:
    """A network at given angles [n, k] of both operands, in radians: every one of a with every one of b."""
    pairs = AnglePairs(network, frequencies, angles, HARMONICS, HARMONICS)
    outputs = pairs.outputs(torch.ones(len(frequencies), dtype=torch.float64))
    return Torus(pairs, *pairs.along_and_across(outputs if pairs.bias is None else outputs + pairs.bias))


def half_step_angles(p: int, frequencies: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Angles [p, k] at which dials stand for n + ½, n = 0 … p − 1, on both operands."""
    halfway = (torch.arange(p, dtype=torch.float64)[:, None] + 0.5) * torch.tensor(frequencies) * FULL_TURN / p
    return halfway, halfway


def leads(torus: Torus, group: Group, targets: tuple[float, ...]) -> Tensor:
    """By how much the right answer leads the best of a group's other classes, float64 [n], in parts of the scale.

    Args:
        torus: of a network.
        group: whose elements are told apart.
        targets: for each dial, steps of a modulus or the number of a character.
    """
    turn, others = group.exponent, group.elements()[1:, None]
    steps = torus.pairs.of_read(group.steps(torch.tensor(targets, dtype=torch.float64), others))
    cosine, sine = cosine_sine(steps, turn)
    apart = torch.cat([1 - cosine, sine], dim=1).T.contiguous()
    seen = torch.cat([torus.along, torus.across], dim=1)
    blocks = seen.split(max(1, LEADS_AT_ONCE // apart.shape[1]))
    return torch.cat([(block @ apart).amin(1) for block in blocks]) / torus.scale


def failing_share(lead: Tensor) -> float:
    """Of pairs with these leads [n]: how many have a class that is not clearly behind, 0 to 1."""
    return float((lead <= TIE_TOLERANCE).double().mean())


def safe_margins(torus: Torus, weights: Tensor) -> Tensor:
    """For each pair the margin from which on, by first waves, no class is put before the right answer, float64 [n].

    The margin of a class that stands δ away is Σ_k w_k (1 − cos δ_k) with the weights [k]; of a setting, the smallest
    of its classes'. So the largest of these is about the spacing of classes below which this body begins to fail,
    whatever the modulus or the group: by the dials' first waves, above it no class is put before the right answer of a
    pair that was looked at. Harmonics and pairs that were not looked at can still fail there (docs/groups.md has one).

    It is the largest margin where the lead is not positive: by Lagrange's multiplier λ, at which each dial stands at
    atan2(−λ·across, λ·along − w) for itself.
    """
    k = len(torus.frequencies)
    along, across = torus.along[:, :k] / torus.scale, torus.across[:, :k] / torus.scale
    low = torch.full((len(along), 1), 1 / STEEPEST, dtype=torch.float64)
    high = torch.full_like(low, STEEPEST)
    for _ in range(BISECTIONS):
        middle = (low * high).sqrt()
        away = torch.atan2(-middle * across, middle * along - weights)
        ahead = (along * (1 - away.cos()) + across * away.sin()).sum(1, keepdim=True) > 0
        low, high = torch.where(ahead, middle, low), torch.where(ahead, high, middle)
    away = torch.atan2(-low * across, low * along - weights)
    return (weights * (1 - away.cos())).sum(1)
