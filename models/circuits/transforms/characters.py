"""Transforms over any finite abelian group: how much of each of its characters there is."""

import torch
from torch import Tensor

from models.circuits.transforms.fourier import half_spectrum
from models.groups import Group


def character_coefficients(table: Tensor, group: Group) -> tuple[Tensor, Tensor]:
    """The coefficients of real rows [d, order] over a group, along its characters other than the constant.

    Returns:
        Numbers [f] of the characters, one of each conjugate pair, and complex128 [d, f]: Σ_g x[g]·conj(χ_f(g)).

    >>> from models.groups import Product
    >>> numbers, found = character_coefficients(torch.tensor([[1.0, -1.0, 1.0, -1.0]]), Product((2, 2)))
    >>> numbers.tolist(), found.real.tolist()
    ([1, 2, 3], [[4.0, 0.0, 0.0]])
    """
    numbers, factors = group.characters(), group.factors
    if len(factors) == 1:
        return numbers, half_spectrum(table, dim=1)[:, 1:]
    by_digit = table.detach().double().reshape(len(table), *factors)
    coefficients = torch.fft.fftn(by_digit, dim=tuple(range(1, by_digit.dim())))
    return numbers, coefficients.flatten(1)[:, numbers]
