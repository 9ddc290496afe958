"""Bytes of a file → named tensors, without ever executing what the file says."""

import io
import json
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from models.errors import CheckpointError

WRAPPERS = ("model", "state_dict", "model_state_dict")
ZIP_MAGIC = b"PK\x03\x04"
PICKLE_MAGIC = b"\x80"
UPLOAD_LIMIT_MB = 50
PLAIN_TYPES = {
    *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
    *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
}


@dataclass(frozen=True)
class Contents:
    """What a file holds: tensors by name, what it recorded beside them, and its text metadata."""

    name: str
    tensors: Mapping[str, Tensor]
    recorded: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_contents(data: bytes, name: str, limit_mb: int | None = None) -> Contents:
    """Tensors and records of a .pt, .pth or .safetensors file given as bytes.

    `limit_mb` bounds the file before anything is parsed (uploads); None for files that the user names on their machine.
    Raises CheckpointError with a sentence for the person who brought the file.
    """
    if limit_mb is not None and len(data) > limit_mb * 2**20:
        raise CheckpointError(
            f"{name} is {len(data) / 2**20:.0f} MB; an upload may be {limit_mb} MB. "
            f"Save the weights alone (without the optimiser), or use the command line."
        )
    if not data:
        raise CheckpointError(f"{name} is empty (0 bytes). Expected a .pt, .pth or .safetensors checkpoint.")
    if name.endswith(".safetensors") or _looks_like_safetensors(data):
        contents = _read_safetensors(data, name)
    elif data.startswith((ZIP_MAGIC, PICKLE_MAGIC)):
        contents = _read_torch(data, name)
    else:
        raise CheckpointError(
            f"{name} is not a checkpoint: expected a PyTorch .pt/.pth or a .safetensors file, "
            f"found {_describe_start(data)}. Save one with torch.save(model.state_dict(), …)."
        )
    _require_plain(contents)
    _require_finite(contents)
    return contents


def _looks_like_safetensors(data: bytes) -> bool:
    return len(data) > 9 and data[8:9] == b"{" and struct.unpack("<Q", data[:8])[0] <= len(data) - 8


def _describe_start(data: bytes) -> str:
    try:
        return f"text that begins {data[:24].decode('ascii')!r}"
    except UnicodeDecodeError:
        return f"bytes that begin {data[:8].hex(' ')}"


def _read_safetensors(data: bytes, name: str) -> Contents:
    try:
        tensors = safetensors.torch.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{name} cannot be read as safetensors: {_first_sentence(error)}. It may be cut off; copy it again."
        ) from error
    header = json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])
    return Contents(name, tensors, metadata=header.get("__metadata__") or {})


def _read_torch(data: bytes, name: str) -> Contents:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's remarks on foreign pickles; the error below says what matters
            loaded = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
    except Exception as error:  # on foreign bytes torch.load raises nearly every built-in error; all mean the same here
        if any(word in str(error) for word in ("GLOBAL", "global", "Unsupported")):
            raise CheckpointError(
                f"{name} holds Python objects besides tensors, which are never run here. "
                f"Save it again with torch.save(model.state_dict(), …)."
            ) from error
        raise CheckpointError(
            f"{name} cannot be read as a PyTorch checkpoint: {_first_sentence(error)}. "
            f"It may be cut off; copy it again."
        ) from error
    if not isinstance(loaded, dict):
        raise CheckpointError(
            f"{name} holds a {type(loaded).__name__}; expected a state dict (names → tensors), "
            f"bare or under {', '.join(map(repr, WRAPPERS))}."
        )
    inner = next((loaded[key] for key in WRAPPERS if isinstance(loaded.get(key), dict)), None)
    state = loaded if inner is None else inner
    tensors = {key: value for key, value in state.items() if isinstance(key, str) and isinstance(value, Tensor)}
    if not tensors:
        raise CheckpointError(
            f"{name} holds no tensors by name; expected a state dict, bare or under {', '.join(map(repr, WRAPPERS))}."
        )
    recorded = {} if inner is None else {key: value for key, value in loaded.items() if value is not inner}
    return Contents(name, tensors, recorded, _torch_metadata(state))


def _torch_metadata(state: Any) -> dict[str, str]:
    """Our own text entries of a state dict's `_metadata` (PyTorch keeps dicts there; those are not ours)."""
    metadata = getattr(state, "_metadata", None)
    return {k: v for k, v in metadata.items() if isinstance(v, str)} if isinstance(metadata, dict) else {}


def _first_sentence(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].split(". ")[0].rstrip(".") if lines else type(error).__name__


def _require_plain(contents: Contents) -> None:
    for key, tensor in contents.tensors.items():
        dense = tensor.layout == torch.strided and tensor.device.type == "cpu" and not tensor.is_quantized
        known = tensor.dtype in PLAIN_TYPES
        if not dense or not known:
            kind = str(tensor.dtype if dense else tensor.device if tensor.device.type != "cpu" else tensor.layout)
            raise CheckpointError(
                f"{contents.name}: tensor {key} is of a kind that is not read here ({kind}); "
                f"expected plain dense numbers. Save it with .to_dense() or .float()."
            )


def _require_finite(contents: Contents) -> None:
    for key, tensor in contents.tensors.items():
        # IGNORE is TransformerLens's own mask value, minus infinity by design
        if tensor.is_floating_point() and not key.endswith("IGNORE") and not bool(torch.isfinite(tensor).all()):
            bad = int((~torch.isfinite(tensor)).sum())
            raise CheckpointError(
                f"{contents.name}: tensor {key} holds {bad} values that are NaN or infinite (of {tensor.numel()}); "
                f"expected finite weights. Take a checkpoint from before the training diverged."
            )
