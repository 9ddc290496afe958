"""How names of checkpoints end; what a file is, its bytes say."""

import re

ENDINGS = re.compile(r"(?:\.(?:pt|pth|tar|ckpt|bin|safetensors|npz|onnx))+$", re.IGNORECASE)


def without_endings(name: str) -> str:
    """x of x.pt and of x.pth.tar."""
    return ENDINGS.sub("", name)
