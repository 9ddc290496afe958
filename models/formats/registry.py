"""Which layout a file is in, and how a network is written back."""

import io
import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import safetensors.torch
import torch

from models.errors import CheckpointError
from models.formats import chughtai_mlp, clockwork_mlp, he, nanda, transformerlens
from models.formats.limits import UNLIMITED, Limits
from models.formats.reading import Contents, read_contents
from models.network import Network

ORDER = (transformerlens, nanda, chughtai_mlp, he, clockwork_mlp)
LAYOUTS: dict[str, ModuleType] = {module.NAME: module for module in ORDER}
WRAPPED = {nanda.NAME: "model", he.NAME: "model"}  # layouts whose .pt keeps the state dict under a key
SUFFIXES = (".safetensors", ".pt", ".pth")


def network_from_contents(contents: Contents, limits: Limits = UNLIMITED) -> Network:
    """The network in the one layout that fits. Raises CheckpointError listing what each layout missed."""
    reasons = {name: layout.missed(contents) for name, layout in LAYOUTS.items()}
    fitting = [name for name, missed in reasons.items() if not missed]
    if not fitting:
        listed = "; ".join(f"{LAYOUTS[name].TITLE}: {', '.join(missed)}" for name, missed in reasons.items())
        raise CheckpointError(f"{contents.name} fits no layout known here. {listed}.")
    if len(fitting) > 1:
        titles = " and ".join(LAYOUTS[name].TITLE for name in fitting)
        raise CheckpointError(
            f"{contents.name} fits {titles}, so its weights could be read in two ways; it is refused."
        )
    network: Network = LAYOUTS[fitting[0]].read(contents)
    if network.modulus < 2:
        raise CheckpointError(f"{contents.name} has {network.modulus} numbers; expected a modulus of at least 2.")
    if network.modulus > limits.modulus:
        raise CheckpointError(
            f"{contents.name} adds mod {network.modulus:,}; expected at most {limits.modulus:,}, since all pairs are "
            f"counted. Bring a network of a smaller modulus, or use the command line."
        )
    return network


def network_from_bytes(data: bytes, name: str, limits: Limits = UNLIMITED) -> Network:
    """Bytes of a checkpoint → Network. Raises CheckpointError."""
    return network_from_contents(read_contents(data, name, limits), limits)


def open_file(path: Path) -> Contents:
    """Contents of a file on this machine. Raises CheckpointError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be opened: {error.strerror}. Give a checkpoint's path.") from error
    return read_contents(data, path.name)


def network_to_bytes(network: Network, suffix: str, metadata: Mapping[str, str], layout: str | None = None) -> bytes:
    """The network in its source's layout (or another that can express it), as .safetensors or .pt bytes."""
    name = layout or network.layout.name
    metadata = {**metadata, he.READING: network.body.reading["activation"]}
    state = LAYOUTS[name].write(network)
    if suffix == ".safetensors":
        return safetensors.torch.save(state, metadata=dict(metadata))
    if suffix not in SUFFIXES:
        raise CheckpointError(f"Cannot write {suffix or 'a file without an ending'}; expected .safetensors or .pt.")
    ordered = OrderedDict(state)
    ordered._metadata = OrderedDict(metadata)  # type: ignore[attr-defined]  # where PyTorch keeps a state dict's metadata
    buffer = io.BytesIO()
    torch.save({WRAPPED[name]: ordered} if name in WRAPPED else ordered, buffer)
    return buffer.getvalue()


def metadata_for(recipe: Mapping[str, object], source_digest: str) -> dict[str, str]:
    """What an operated file says of itself."""
    return {"clockwork_recipe": json.dumps(recipe), "clockwork_source_digest": source_digest}
