"""Tables whose periods are known: a helix of some periods among columns of noise."""

import torch
from torch import Tensor


def helix(count: int, periods: tuple[float, ...], noise: float, width: int = 32, seed: int = 0) -> Tensor:
    """float64 [count, width]: cos and sin of 2πn/T for each period, in random directions, and noise."""
    drawn = torch.Generator().manual_seed(seed)
    numbers = torch.arange(count, dtype=torch.float64)
    rows = noise * torch.randn(count, width, generator=drawn, dtype=torch.float64)
    for period in periods:
        for wave in (torch.cos(2 * torch.pi * numbers / period), torch.sin(2 * torch.pi * numbers / period)):
            rows += wave[:, None] * torch.randn(width, generator=drawn, dtype=torch.float64) / width**0.5
    return rows
