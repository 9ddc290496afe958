"""Cosines and sines of angles that are counted in steps of a clock: the characters of cyclic groups."""

import math

import torch
from torch import Tensor

FULL_TURN = 2 * math.pi


def cosine_sine(steps: Tensor, modulus: int) -> tuple[Tensor, Tensor]:
    """Cos and sin of 2π·steps/modulus, float64, in the shape of `steps`.

    Steps are reduced exactly (mod the modulus, then to an eighth of a turn), so that hands which point the same way
    get bitwise the same values: a tie stays a tie, the sine at half a turn is 0, the cosine at a quarter is 0.
    """
    steps = torch.remainder(steps.double(), modulus)
    mirrored = steps > modulus / 2
    steps = torch.where(mirrored, modulus - steps, steps)  # 0 .. half a turn, the sine's sign remembered
    behind = steps > modulus / 4
    steps = torch.where(behind, modulus / 2 - steps, steps)  # 0 .. a quarter, the cosine's sign remembered
    steep = steps > modulus / 8
    angle = torch.where(steep, modulus / 4 - steps, steps) * (FULL_TURN / modulus)
    near, far = torch.cos(angle), torch.sin(angle)
    cosine, sine = torch.where(steep, far, near), torch.where(steep, near, far)
    return torch.where(behind, -cosine, cosine), torch.where(mirrored, -sine, sine)
