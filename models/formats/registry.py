"""Which layout a file is in, and how a network is written back."""

import io
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import safetensors.torch
import torch

from models.errors import CheckpointError, FileError, shown
from models.files.json_text import parse_json
from models.files.reading import read_file
from models.formats import (
    chughtai_mlp,
    clockwork_mlp,
    general_transformer,
    he,
    nanda,
    onnx_graph,
    oscillators,
    plain_mlp,
    transformerlens,
    zhong,
    zhong_linear,
)
from models.formats.containers.declared import widened
from models.formats.decoding import Contents, read_contents
from models.formats.inventory import inventory
from models.formats.limits import UNLIMITED, Limits
from models.formats.operands import adding_in, as_it_was, seen_as_a_sum
from models.formats.roles.given import roles_text
from models.hyperparameters import PLAIN, Hyperparameters
from models.network import Network
from models.runtime.machine import usable_memory
from models.runtime.memo import memoised

ORDER = (transformerlens, nanda, zhong, chughtai_mlp, he, clockwork_mlp, oscillators, zhong_linear)
LAST = (general_transformer, plain_mlp)  # in turn: each fits many files that one of the others knows better
LAYOUTS: dict[str, ModuleType] = {module.NAME: module for module in (*ORDER, *LAST, onnx_graph)}
WRAPPED = {nanda.NAME: "model", he.NAME: "model"}  # layouts whose .pt keeps the state dict under a key
SUFFIXES = (".safetensors", ".pt", ".pth", onnx_graph.SUFFIX)
COPIES_IN_MEMORY = 2  # while a file is opened: its bytes, and the tensors made of them
READING = "clockwork_reading"  # in the metadata of files that were written here
DIGEST = "clockwork_digest"  # of the network that an operated file holds
TO_DO = (
    "If it is a transformer, say which tensor is which (`inspect FILE --roles-out ROLES.json` writes what was found, "
    "--roles ROLES.json reads it; so does the page). Otherwise rename its tensors as the layout has them that misses "
    "least, or add a layout (CONTRIBUTING.md says how)."
)
OF_THE_TASK = ("operation", "group")  # what no layout's tensors tell
OLD_ORDER = "clockwork_order"  # older ones: the weights of plain_mlp, one a line


@memoised
def layout_of(contents: Contents) -> ModuleType:
    """The one layout that fits. Raises CheckpointError listing what each layout missed."""
    if general_transformer.roles_given(contents):
        return _layout_of_given_roles(contents)
    if contents.graph is not None:
        return onnx_graph
    reasons = {module: module.missed(contents) for module in ORDER}
    fitting = [module for module, missed in reasons.items() if not missed]
    for module in LAST if not fitting else ():
        reasons[module] = module.missed(contents)
        if not reasons[module]:
            return module
    if not fitting:
        listed = "; ".join(f"{module.TITLE}: {', '.join(missed)}" for module, missed in reasons.items())
        raise CheckpointError(
            f"{contents.name} holds {inventory(contents.tensors)}. It fits no layout known here. {listed}. {TO_DO}"
        )
    if len(fitting) > 1:
        titles = " and ".join(module.TITLE for module in fitting)
        raise CheckpointError(
            f"{contents.name} fits {titles}, so its weights could be read in two ways; it is refused."
        )
    return fitting[0]


def _layout_of_given_roles(contents: Contents) -> ModuleType:
    """The one layout that roles are given for. Raises CheckpointError where they do not make a transformer."""
    if missed := general_transformer.missed(contents):
        raise CheckpointError(
            f"{contents.name} holds {inventory(contents.tensors)}. By the roles that are given it is no transformer: "
            f"{'; '.join(missed)}. Give each weight a role that its shape allows, and each part of a layer its weight."
        )
    return general_transformer


def hyperparameters_claimed(contents: Contents) -> Hyperparameters | None:
    """The reading that a file claims in its metadata, as files written here do and anybody can.

    Raises CheckpointError where it is none that the tensors leave open.
    """
    said = contents.metadata.get(READING)
    if said is None:
        return None
    try:
        hyperparameters = PLAIN.with_values(parse_json(said))
    except (ValueError, AttributeError) as error:
        raise CheckpointError(f"{contents.name}: its metadata {READING} is no reading; expected JSON.") from error
    if OLD_ORDER in contents.metadata and not hyperparameters.order and layout_of(contents) is plain_mlp:
        names = contents.metadata[OLD_ORDER].split("\n")
        hyperparameters = replace(hyperparameters, order=plain_mlp.order_of_names(contents, names))
    closed = closed_hyperparameters(hyperparameters.to_json(), layout_of(contents), contents)
    if closed:
        raise CheckpointError(
            f"{contents.name}: its metadata {READING} claims "
            f"{closed[0]} {shown(hyperparameters.to_json()[closed[0]])}, which "
            f"{layout_of(contents).TITLE} files leave no choice of. Save the weights without this metadata."
        )
    return hyperparameters


def closed_hyperparameters(hyperparameters: Mapping[str, Any], layout: ModuleType, contents: Contents) -> list[str]:
    """Those of some facts that are other than a layout computes and that its tensors do not leave open."""
    usual, choices = PLAIN.to_json(), {*layout.open_hyperparameters(contents), *OF_THE_TASK}
    return [name for name, value in hyperparameters.items() if name not in choices and value != usual.get(name)]


def open_hyperparameters_of(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors of a file leave open in its layout, and what each fact may be."""
    choices: dict[str, tuple[object, ...]] = layout_of(contents).open_hyperparameters(contents)
    return choices


def default_hyperparameters(contents: Contents) -> Hyperparameters:
    """The reading of a layout whose authors' own files need no other: the first choice of every fact."""
    choices = open_hyperparameters_of(contents)
    return PLAIN.with_values({name: values[0] for name, values in choices.items()})


def network_from_contents(contents: Contents, hyperparameters: Hyperparameters | None = None) -> Network:
    """The network in the one layout that fits, by the facts given, or claimed in the file, or the layout's first ones.

    Raises CheckpointError.
    """
    layout = layout_of(contents)
    hyperparameters = hyperparameters or hyperparameters_claimed(contents) or default_hyperparameters(contents)
    network: Network = layout.read(contents, hyperparameters)
    if network.modulus < 2:
        raise CheckpointError(f"{contents.name} has {network.modulus} numbers; expected a modulus of at least 2.")
    if network.modulus > contents.limits.modulus:
        raise CheckpointError(
            f"{contents.name} adds mod {network.modulus:,}; expected at most {contents.limits.modulus:,}, since all "
            f"pairs are counted. Bring a network of a smaller modulus, or use the command line."
        )
    network = adding_in(network, hyperparameters.group)
    if network.task.factors and not contents.limits.groups:
        raise CheckpointError(
            f"{contents.name} adds in {network.task.group}, and what is uploaded must add mod one number. The command "
            "line opens it: inspect FILE counts all its pairs."
        )
    return seen_as_a_sum(network, hyperparameters.operation)


def network_from_bytes(data: bytes, name: str, limits: Limits = UNLIMITED) -> Network:
    """Bytes of a checkpoint → Network. Raises CheckpointError."""
    return network_from_contents(read_contents(data, name, limits))


def open_file(path: Path, beside: Sequence[Path] = ()) -> Contents:
    """Contents of a file on this machine, which may take half of its memory. Raises CheckpointError.

    `beside` are files in which an .onnx keeps its weights; no other is opened for it.
    """
    advice = "Save the weights alone (without the optimiser), or open it on a machine with more memory."
    try:
        data, *more = (read_file(each, usable_memory() // COPIES_IN_MEMORY, advice) for each in (path, *beside))
    except FileError as error:
        raise CheckpointError(f"{error}") from error
    return read_contents(data, path.name, beside=dict(zip([each.name for each in beside], more, strict=True)))


def network_to_bytes(network: Network, suffix: str, metadata: Mapping[str, str], layout: str | None = None) -> bytes:
    """The network in its source's layout (or another that can express it), as .safetensors or .pt bytes."""
    name, written = layout or network.layout.name, as_written(network, layout)
    require_writable_as(network, suffix, layout)
    if name == onnx_graph.NAME:
        return onnx_graph.to_bytes(as_it_was(network), {**metadata, **written.metadata})
    state, metadata = written.tensors, {**metadata, **written.metadata}
    if suffix == ".safetensors":
        apart = {name: tensor.clone() for name, tensor in state.items()}  # it refuses two names for one tensor
        return safetensors.torch.save(apart, metadata=metadata)
    ordered = OrderedDict(state)
    ordered._metadata = OrderedDict(metadata)  # type: ignore[attr-defined]  # where PyTorch keeps a state dict's metadata
    buffer = io.BytesIO()
    torch.save({WRAPPED[name]: ordered} if name in WRAPPED else ordered, buffer)
    return buffer.getvalue()


def require_writable_as(network: Network, suffix: str, layout: str | None = None) -> None:
    """Raises CheckpointError for an ending that this network's file cannot have."""
    graph = (layout or network.layout.name) == onnx_graph.NAME
    if suffix not in SUFFIXES or (suffix == onnx_graph.SUFFIX) != graph:
        expected = " or ".join(suffixes_of(network))
        raise CheckpointError(f"Cannot write {suffix or 'a file without an ending'}; expected {expected}.")


def suffixes_of(network: Network) -> tuple[str, ...]:
    """Endings of files that a network can be written as, the usual first."""
    return (onnx_graph.SUFFIX,) if network.layout.name == onnx_graph.NAME else (SUFFIXES[0], SUFFIXES[1])


def as_written(network: Network, layout: str | None = None) -> Contents:
    """The tensors of a network's file, and its reading in the metadata. Raises CheckpointError."""
    module, by_roles = LAYOUTS[layout or network.layout.name], dict[str, str]()
    if module is onnx_graph:
        contents = onnx_graph.written(as_it_was(network))
    elif network.layout.name == onnx_graph.NAME:
        raise CheckpointError(
            f"A network that came as .onnx can be written as .onnx alone; leave --layout {module.NAME} out."
        )
    else:
        roles = network.layout.roles if module is general_transformer else {}
        by_roles = {general_transformer.ROLES: roles_text(roles, indent=None)} if roles else {}
        contents = Contents("the file", module.write(as_it_was(network)), metadata=by_roles)
    hyperparameters = network.hyperparameters.to_json()
    usual = {name: PLAIN.to_json().get(name) for name in closed_hyperparameters(hyperparameters, module, contents)}
    told = {name: value for name, value in (hyperparameters | usual).items() if value is not None}
    return replace(contents, metadata=by_roles | {READING: json.dumps(told)})


def operated_to_bytes(
    operated: Network,
    suffix: str,
    recipe: Mapping[str, object],
    source_digest: str,
    *,
    readout: str | None = None,
    layout: str | None = None,
    operation: str | None = None,
) -> bytes:
    """An operated network as a file that says which recipe made it of which network, and its own digest.

    `operation` is the formula that its recipe's sum was renamed for, where it was.
    """
    metadata = {"clockwork_recipe": json.dumps(recipe), "clockwork_source_digest": source_digest}
    metadata |= {"clockwork_readout": readout} if readout else {}
    metadata |= {"clockwork_operation": operation} if operation else {}
    digest = _digest_when_read(as_written(operated, layout))
    return network_to_bytes(operated, suffix, metadata | ({DIGEST: digest} if digest else {}), layout)


def _digest_when_read(written: Contents) -> str | None:
    """The digest that a file's network has once it is read; None where it cannot be read as it says.

    It may be another than the network's own: the layout may be, and a bias that is taken out of a table is rounded.
    """
    tensors = {name: widened(tensor) for name, tensor in written.tensors.items()}
    try:
        return network_from_contents(replace(written, tensors=tensors)).digest
    except CheckpointError:
        return None
