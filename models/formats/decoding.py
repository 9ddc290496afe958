"""Bytes of a file → named tensors, without ever executing what the file says.

Four steps: which container it is (containers/), which of its tensors are the weights (unwrapping), whether what they
declare is plain and affordable, and only then memory for them.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from zipfile import BadZipFile

import torch
from torch import Tensor

from models.bodies.graph.nodes import Graph
from models.errors import CheckpointError, shown
from models.formats.containers.archive import MAGIC as ZIP_MAGIC
from models.formats.containers.archive import Archive
from models.formats.containers.declared import Builder, Declared, MalformedError, Source, Strange, Unpacked
from models.formats.containers.npz import is_npz, read_npz
from models.formats.containers.onnx_file import looks_like_onnx, read_onnx
from models.formats.containers.safetensors_file import looks_like_safetensors, read_safetensors
from models.formats.containers.torch_old import MAGIC as PICKLE_MAGIC
from models.formats.containers.torch_old import read_torch_old
from models.formats.containers.torch_zip import is_torch_zip, read_torch_zip
from models.formats.limits import UNLIMITED, Limits
from models.formats.unwrapping import Records, State, unwrapped

LONGEST_NAME = 200
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LONGEST_POINTER = 1024
LFS_SIZE = re.compile(rb"^size (\d{1,15})$", re.MULTILINE)
# What the readers of zip, JSON and text raise on bytes that are none of these; anything else is a mistake of ours.
BROKEN = (MalformedError, BadZipFile, zlib.error, struct.error, ValueError, EOFError, RecursionError)


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds: tensors by name, what it recorded beside them, and its text metadata."""

    name: str
    tensors: Mapping[str, Tensor]
    recorded: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = UNLIMITED  # that it was read under
    file_digest: str = ""  # SHA-256 of the file's bytes; empty where there was no file
    remarks: tuple[str, ...] = ()  # what a person should know of where the weights were found
    roles: Mapping[str, str] = field(default_factory=dict)  # of tensors, as a person says; see formats/roles/given.py
    graph: Graph | None = None  # of operators, where the file says what is computed
    parts: tuple[str, ...] = ()  # files that came along and that its weights are in


def read_contents(
    data: bytes, name: str, limits: Limits = UNLIMITED, beside: Mapping[str, bytes] | None = None
) -> Contents:
    """Tensors and records of a .pt, .pth, .safetensors, .npz or .onnx file given as bytes.

    `limits` bounds what is taken for it (UPLOAD for strangers' files); UNLIMITED for files that the user names on their
    machine. `beside` are files that came along, in which an .onnx may keep its weights. Raises CheckpointError with a
    sentence for the person who brought the file.
    """
    source = Source(name, data, limits, beside or {})
    _require_size(source)
    kind = _kind(source)
    with _broken_is_refused(source, kind):
        unpacked = _unpacked(source, kind)
    state = State(unpacked.tree, {}, unpacked.metadata) if unpacked.graph else unwrapped(source, unpacked)
    _require_unicode(source, state.metadata)
    declared = _plain(source, state.tensors, may_be_empty=unpacked.graph is not None)
    builder = Builder(source)
    for tensor in declared.values():
        builder.charge(tensor)
    with _broken_is_refused(source, kind):  # only now are the bytes of tensors unpacked
        tensors = {key: builder.build(tensor) for key, tensor in declared.items()}
        recorded = Records(source, builder).copy(state.beside)
    _require_finite(source, tensors, masks=unpacked.graph is not None)
    digest, parts = sha256(data), [part for part in unpacked.parts if part in source.beside]
    for part in parts:
        digest.update(source.beside[part])
    found = Contents(name, tensors, recorded, state.metadata, limits, digest.hexdigest(), state.remarks)
    return replace(found, graph=unpacked.graph, parts=tuple(parts))


@contextmanager
def _broken_is_refused(source: Source, kind: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise CheckpointError(
            f"{source.name} cannot be read as {kind}: {_first_sentence(error)}. It may be cut off; copy it again."
        ) from error


def _require_size(source: Source) -> None:
    size = len(source.data) / 2**20
    if size > source.limits.file_mb:
        raise CheckpointError(
            f"{source.name} is {size:.0f} MB; an upload may be {source.limits.file_mb} MB. "
            f"Save the weights alone (without the optimiser), or use the command line."
        )
    if not source.data:
        raise CheckpointError(
            f"{source.name} is empty (0 bytes). Expected a .pt, .pth, .safetensors, .npz or .onnx checkpoint."
        )


def _kind(source: Source) -> str:
    data, name = source.data, source.name
    if data.startswith(LFS_POINTER):
        size = LFS_SIZE.search(data[:LONGEST_POINTER])
        raise CheckpointError(
            f"{name} is a Git LFS pointer, a text of {len(data):,} bytes in the place of the file itself"
            f"{f' ({int(size[1]):,} bytes)' if size else ''}. Run `git lfs pull` in its repository, or download the "
            "file from its page there."
        )
    if name.endswith(".safetensors") or looks_like_safetensors(data):
        return "safetensors"
    if looks_like_onnx(name, data):
        return "an ONNX model"
    if data.startswith(ZIP_MAGIC):
        return "a NumPy archive" if name.endswith(".npz") else "a PyTorch checkpoint"
    if data.startswith(PICKLE_MAGIC):
        return "a PyTorch checkpoint"
    raise CheckpointError(
        f"{name} is not a checkpoint: expected a PyTorch .pt/.pth, a .safetensors, a NumPy .npz or an .onnx file, "
        f"found {_describe_start(data)}. Save one with torch.save(model.state_dict(), …)."
    )


def _unpacked(source: Source, kind: str) -> Unpacked:
    if kind == "safetensors":
        return read_safetensors(source)
    if kind == "an ONNX model":
        return read_onnx(source)
    if source.data.startswith(PICKLE_MAGIC):
        return read_torch_old(source)
    archive = Archive(source)
    if is_torch_zip(archive):
        return read_torch_zip(source, archive)
    if is_npz(archive):
        return read_npz(source, archive)
    raise MalformedError("the archive holds neither data.pkl, as torch.save writes it, nor NumPy's arrays")


def _describe_start(data: bytes) -> str:
    try:
        return f"text that begins {data[:24].decode('ascii')!r}"
    except UnicodeDecodeError:
        return f"bytes that begin {data[:8].hex(' ')}"


def _first_sentence(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return shown(lines[0].split(". ")[0].rstrip("."), longest=300) if lines else type(error).__name__


def _plain(source: Source, tensors: Mapping[str, Declared | Strange], *, may_be_empty: bool) -> dict[str, Declared]:
    """The declared tensors, all of them of a kind and a name that is read here; a graph's lists may be empty."""
    found: dict[str, Declared] = {}
    for name, tensor in tensors.items():
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise CheckpointError(
                f"{source.name} has a tensor named {shown(name)}; expected at most {LONGEST_NAME} printable "
                f"characters. Rename it before saving."
            )
        if isinstance(tensor, Strange):
            raise CheckpointError(
                f"{source.name}: tensor {name} is of a kind that is not read here ({tensor.kind}); "
                f"expected plain dense numbers. Save it with .to_dense() or .float()."
            )
        if not tensor.elements and not may_be_empty:
            raise CheckpointError(
                f"{source.name}: tensor {name} has shape {shown(list(tensor.shape))} and so no values; "
                f"expected weights. Save the network after it was given its sizes."
            )
        found[name] = tensor
    return found


def _require_unicode(source: Source, metadata: Mapping[str, str]) -> None:
    """JSON and pickles can hold halves of a letter, which no page can show and no file can keep."""
    for name, text in metadata.items():
        try:
            f"{name}{text}".encode()
        except UnicodeEncodeError as error:
            raise CheckpointError(
                f"{source.name} has metadata {shown(name)} that is no Unicode text; save the weights without it."
            ) from error


def _require_finite(source: Source, tensors: Mapping[str, Tensor], *, masks: bool) -> None:
    """With `masks`, minus infinity is one of the numbers that are meant."""
    for key, tensor in tensors.items():
        fine = torch.isfinite(tensor) | (torch.isneginf(tensor) if masks and tensor.is_floating_point() else False)
        # IGNORE is TransformerLens's own mask value, minus infinity by design
        if tensor.is_floating_point() and not key.endswith("IGNORE") and not bool(fine.all()):
            bad = int((~fine).sum())
            raise CheckpointError(
                f"{source.name}: tensor {key} holds {bad} values that are NaN or infinite (of {tensor.numel()}); "
                f"expected finite weights. Take a checkpoint from before the training diverged."
            )
