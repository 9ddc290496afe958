"""What the parts of a network hold of some pairs, under TransformerLens's names."""

from collections.abc import Iterable

import torch
from torch import Tensor

from models.network import Network, operands

Operand = int | Iterable[int] | Tensor


@torch.no_grad()
def run_with_cache(network: Network, a: Operand, b: Operand) -> tuple[Tensor, dict[str, Tensor]]:
    """Logits of some pairs, and what the network's parts held on the way.

    Args:
        network: with modulus p.
        a: first operands, 0 to p − 1: a number, several, or a tensor [n]; one number goes with many.
        b: second operands.

    Returns:
        Logits [n, p], and by name, as far as the body has them: "embed" [n, 2, d], the operands' rows;
        "blocks.0.attn.pattern" [n, h, positions], of the last position; "mlp.pre" and "mlp.post" [n, m], what the last
        layer's neurons receive and answer, under "blocks.L.mlp.…" in a transformer of L + 1 layers;
        "resid_post" [n, d], what the unembedding reads.

    Raises:
        RecipeError: an operand that is no number of the network.

    >>> from models import open_network
    >>> logits, cache = run_with_cache(open_network("transformer-113"), 3, [4, 5])
    >>> tuple(logits.shape), sorted(cache)
    ((2, 113), ['blocks.0.attn.pattern', 'blocks.0.mlp.post', 'blocks.0.mlp.pre', 'embed', 'resid_post'])
    """
    first, second = operands(network.modulus, a, b)
    shape = first.shape
    first, second = first.reshape(-1), second.reshape(-1)
    tables, body = (network.table_a, network.table_b), network.body
    received, answered = body.last_neurons(*tables, first, second)
    held = {
        "embed": torch.stack([network.table_a[first], network.table_b[second]], dim=1),
        f"{_mlp(network)}.pre": received,
        f"{_mlp(network)}.post": answered,
        "resid_post": body.readout_vectors(*tables, first, second),
    }
    if body.attention is not None:
        held["blocks.0.attn.pattern"] = body.attention.first_attention(*tables, first, second)
    logits = network.logits(first, second)
    return logits.reshape(*shape, -1), {name: value.reshape(*shape, *value.shape[1:]) for name, value in held.items()}


def _mlp(network: Network) -> str:
    """Under which name a transformer's last MLP stands; an MLP by itself has no blocks."""
    layers = network.body.description.get("layers")
    return f"blocks.{int(layers) - 1}.mlp" if layers and network.body.attention is not None else "mlp"
