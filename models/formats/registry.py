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
from models.facts import PLAIN, Facts
from models.formats import (
    chughtai_mlp,
    clockwork_mlp,
    he,
    nanda,
    plain_mlp,
    transformerlens,
    zhong,
    zhong_linear,
)
from models.formats.limits import UNLIMITED, Limits
from models.formats.operands import as_it_was, seen_as_a_sum
from models.formats.reading import Contents, read_contents
from models.network import Network

ORDER = (transformerlens, nanda, zhong, chughtai_mlp, he, clockwork_mlp, zhong_linear)
LAST = plain_mlp  # fits many files that one of the others knows better
LAYOUTS: dict[str, ModuleType] = {module.NAME: module for module in (*ORDER, LAST)}
WRAPPED = {nanda.NAME: "model", he.NAME: "model"}  # layouts whose .pt keeps the state dict under a key
SUFFIXES = (".safetensors", ".pt", ".pth")
READING = "clockwork_reading"  # in the metadata of files that were written here


def layout_of(contents: Contents) -> ModuleType:
    """The one layout that fits. Raises CheckpointError listing what each layout missed."""
    reasons = {module: module.missed(contents) for module in ORDER}
    fitting = [module for module, missed in reasons.items() if not missed]
    reasons[LAST] = LAST.missed(contents)
    if not fitting and not reasons[LAST]:
        fitting = [LAST]
    if not fitting:
        listed = "; ".join(f"{module.TITLE}: {', '.join(missed)}" for module, missed in reasons.items())
        raise CheckpointError(f"{contents.name} fits no layout known here. {listed}.")
    if len(fitting) > 1:
        titles = " and ".join(module.TITLE for module in fitting)
        raise CheckpointError(
            f"{contents.name} fits {titles}, so its weights could be read in two ways; it is refused."
        )
    return fitting[0]


def facts_said(contents: Contents) -> Facts | None:
    """The reading that a file written here says in its metadata."""
    said = contents.metadata.get(READING)
    if said is None:
        return None
    try:
        return PLAIN.with_values(json.loads(said))
    except (ValueError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{contents.name}: its metadata {READING} is no reading; expected JSON.") from error


def open_facts_of(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors of a file leave open in its layout, and what each fact may be."""
    choices: dict[str, tuple[object, ...]] = layout_of(contents).open_facts(contents)
    return choices


def default_facts(contents: Contents) -> Facts:
    """The reading of a layout whose authors' own files need no other: the first choice of every fact."""
    choices = open_facts_of(contents)
    return PLAIN.with_values({name: values[0] for name, values in choices.items()})


def network_from_contents(contents: Contents, facts: Facts | None = None) -> Network:
    """The network in the one layout that fits, by the facts given, or said in the file, or the layout's first ones.

    Raises CheckpointError.
    """
    layout = layout_of(contents)
    facts = facts or facts_said(contents) or default_facts(contents)
    network: Network = layout.read(contents, facts)
    if network.modulus < 2:
        raise CheckpointError(f"{contents.name} has {network.modulus} numbers; expected a modulus of at least 2.")
    if network.modulus > contents.limits.modulus:
        raise CheckpointError(
            f"{contents.name} adds mod {network.modulus:,}; expected at most {contents.limits.modulus:,}, since all "
            f"pairs are counted. Bring a network of a smaller modulus, or use the command line."
        )
    return seen_as_a_sum(network, facts.operation)


def network_from_bytes(data: bytes, name: str, limits: Limits = UNLIMITED) -> Network:
    """Bytes of a checkpoint → Network. Raises CheckpointError."""
    return network_from_contents(read_contents(data, name, limits))


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
    metadata = {**metadata, READING: json.dumps(network.facts.to_json())}
    if network.layout.names:
        metadata[plain_mlp.ORDER] = "\n".join(network.layout.names)
    state = LAYOUTS[name].write(as_it_was(network))
    if suffix == ".safetensors":
        apart = {name: tensor.clone() for name, tensor in state.items()}  # it refuses two names for one tensor
        return safetensors.torch.save(apart, metadata=dict(metadata))
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
