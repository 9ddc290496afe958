"""Writing networks as files that this library, and whoever knows the layout, opens again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.errors import CheckpointError
from models.files.writing import reserved
from models.formats import transformerlens
from models.formats.registry import LAYOUTS, as_written, network_to_bytes, operated_to_bytes, require_writable_as
from models.network import Network
from models.surgery.recipe import Recipe
from models.surgery.transplant import transplant


def save_network(
    network: Network, path: str | Path, *, layout: str | None = None, recipe: Recipe | None = None
) -> None:
    """Write a network in its source's layout, whole or not at all: a file in its place is replaced at the end.

    Args:
        network: to be written.
        path: ends in .safetensors or .pt, or in .onnx for a network that came as one.
        layout: another layout that can express it, e.g. "transformerlens".
        recipe: operate on the network first; recipe and the network's own digest are kept in the file's metadata.

    Raises:
        CheckpointError: the ending or the layout cannot be had for this network.
        FileError: the file cannot be written.

    >>> import tempfile
    >>> from models import open_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     network = open_network("mlp-113")
    ...     save_network(network, f"{folder}/mine.safetensors")
    ...     open_network(f"{folder}/mine.safetensors").digest == network.digest
    True
    """
    path = Path(path)
    _require_layout(layout)
    require_writable_as(network, path.suffix, layout)
    if recipe is None:
        data = network_to_bytes(network, path.suffix, {}, layout)
    else:
        operated = transplant(network, recipe)
        data = operated_to_bytes(operated, path.suffix, recipe.to_json(), network.digest, layout=layout)
    with reserved(path, len(data)) as place:
        place.write(data)


def to_transformer_lens(network: Network) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Configuration and state dict for TransformerLens's HookedTransformer, to be loaded strictly.

    Args:
        network: a transformer on the tokens a b =, as TransformerLens can express it.

    Returns:
        The arguments of HookedTransformerConfig, and the tensors by TransformerLens's names.

    Raises:
        CheckpointError: TransformerLens has no such network; the sentence says what it lacks.

    >>> from models import open_network
    >>> config, state = to_transformer_lens(open_network("transformer-113"))
    >>> config["d_vocab"], config["act_fn"], tuple(state["embed.W_E"].shape)
    (114, 'relu', (114, 128))
    """
    state = dict(as_written(network, transformerlens.NAME).tensors)
    config = _config(network, state)
    return config, _constants(config) | state


ACT_FN = {"relu": "relu", "gelu": "gelu", "gelu-tanh": "gelu_new", "silu": "silu"}  # as TransformerLens calls them


def _config(network: Network, state: Mapping[str, Tensor]) -> dict[str, Any]:
    """What its constructor takes, read off the tensors' shapes."""
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("blocks."))
    heads, width, head_width = state["blocks.0.attn.W_Q"].shape
    facts = network.hyperparameters
    if facts.activation not in ACT_FN:
        raise CheckpointError(
            f"TransformerLens has no activation {facts.activation}; expected one of {', '.join(ACT_FN)}."
        )
    return {
        "n_layers": layers,
        "d_model": width,
        "n_ctx": len(state["pos_embed.W_pos"]),
        "d_head": head_width,
        "n_heads": heads,
        "d_mlp": state["blocks.0.mlp.W_in"].shape[1],
        "d_vocab": len(state["embed.W_E"]),
        "d_vocab_out": state["unembed.W_U"].shape[1],
        "act_fn": ACT_FN[facts.activation],
        "normalization_type": None,
        "attention_dir": "causal" if facts.mask == "causal" else "bidirectional",
    }


def _constants(config: Mapping[str, Any]) -> dict[str, Tensor]:
    """What TransformerLens also keeps in a state dict: biases that this network has not, mask and its value."""
    heads, head_width, positions = config["n_heads"], config["d_head"], config["n_ctx"]
    found = {"unembed.b_U": torch.zeros(config["d_vocab_out"])}
    for number in range(config["n_layers"]):
        attention = f"blocks.{number}.attn"
        found |= {f"{attention}.b_{which}": torch.zeros(heads, head_width) for which in "QKV"}
        found[f"{attention}.b_O"] = torch.zeros(config["d_model"])
        found[f"{attention}.mask"] = torch.ones(positions, positions).tril().bool()
        found[f"{attention}.IGNORE"] = torch.tensor(-torch.inf)
    return found


def _require_layout(layout: str | None) -> None:
    if layout is not None and layout not in LAYOUTS:
        raise CheckpointError(f"{layout!r} is no layout known here; expected one of {', '.join(LAYOUTS)}.")
