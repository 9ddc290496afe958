"""The loss of a network that is just being opened: exact for a small one, of some pairs for a large one."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.network import Network

MOST_PAIRS = 2**14  # all pairs up to modulus 128
MOST_PRODUCTS = 2**33  # of the readout alone: half a second
NUMBERS_AT_ONCE = 2**24
FEWEST_PAIRS = 64


@torch.no_grad()
def mean_loss(network: Network) -> float:
    """Mean cross-entropy in nats over all pairs, or over some drawn with a fixed seed: enough to tell readings apart.

    A file decides how large its network is, so here, before anything is known of it, time and memory are bounded.
    """
    p, width = network.modulus, max(1, network.body.width)
    a, b = _pairs(p, max(FEWEST_PAIRS, min(MOST_PAIRS, MOST_PRODUCTS // (p * width))))
    at_once = max(1, NUMBERS_AT_ONCE // (p + width))
    losses = [
        cross_entropy(network.logits(some_a, some_b).double(), network.task.answers(some_a, some_b), reduction="sum")
        for some_a, some_b in zip(a.split(at_once), b.split(at_once), strict=True)
    ]
    return float(torch.stack(losses).sum()) / len(a)


def _pairs(p: int, most: int) -> tuple[Tensor, Tensor]:
    if p * p <= most:
        return torch.arange(p).repeat_interleave(p), torch.arange(p).repeat(p)
    generator = torch.Generator().manual_seed(0)
    return torch.randint(p, (most,), generator=generator), torch.randint(p, (most,), generator=generator)
