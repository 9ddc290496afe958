"""Bodies whose weights are permuted at random, wholly or in part, and how much of a network its body is."""

from dataclasses import replace

import torch
from torch import Tensor

from models.network import Network

WHOLE_BODY = "whole body shuffled"
NO_BODY = "this body has no parameters of its own: its weights are its tables, so there is nothing to shuffle"


def own_parameters(network: Network) -> int:
    """Numbers in the body that no re-cut table could take over."""
    return network.body.own_parameters


def recut_parameters(network: Network) -> int:
    """Numbers in the operand tables and the unembedding: what surgery writes anew."""
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    return sum(tensor.numel() for tensor in (*tables, network.unembedding))


def shuffled_body(network: Network, seed: int, *, blend: float = 1.0, only: str = "") -> Network:
    """The network with the entries of each body weight permuted at random, or part of the way there.

    `blend` 0 is the trained body, 1 the shuffled one, between them their weighted mean. `only` limits the shuffle to
    weights whose name ends in one of its words, e.g. "W_in W_out b_in" for the MLP alone. Tables and unembedding stay.
    """
    generator = torch.Generator().manual_seed(seed)
    names = {id(tensor): name for name, tensor in network.body.tensors().items()}
    endings = tuple(only.split()) or ("",)

    def shuffle(tensor: Tensor) -> Tensor:
        if not names[id(tensor)].endswith(endings):
            return tensor
        mixed = tensor.flatten()[torch.randperm(tensor.numel(), generator=generator)].reshape(tensor.shape)
        return (1 - blend) * tensor + blend * mixed

    return replace(network, body=network.body.map_tensors(shuffle))


def shuffles_of(network: Network) -> dict[str, str]:
    """The shuffles that a network has, each with the `only` of `shuffled_body`: of all of it, and of its parts."""
    apart = {f"{title} shuffled": " ".join(endings) for title, endings in network.body.parts.items()}
    return {WHOLE_BODY: ""} | apart
