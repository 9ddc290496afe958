"""Parts of what the console is sent: the untouched network, the frozen body, margins."""

import base64
import math
from collections.abc import Mapping
from typing import Any

from dashboard.session.state import Pair
from models.bodies.base import Body
from models.evaluation import RelativeMargins


def to_four_digits(margin: float) -> float | None:
    """A margin as it is sent; None where it is no number that JSON has."""
    return float(f"{margin:.4g}") if math.isfinite(margin) else None


def untouched_data(modulus: int, wrong: Mapping[Pair, int] | None) -> dict[str, Any]:
    """What the network answers as it was trained: the pairs that it gets wrong, each with its answer."""
    listed = None if wrong is None else [[a * modulus + b, answer] for (a, b), answer in wrong.items()]
    return {"modulus": modulus, "wrong": listed}


def frozen_data(body: Body) -> dict[str, Any]:
    """What surgery never touches: how many weights, by name and shape."""
    parts = [[name, " × ".join(map(str, tensor.shape))] for name, tensor in body.tensors().items()]
    return {"weights": sum(tensor.numel() for tensor in body.tensors().values()), "parts": parts}


def margins_data(margins: RelativeMargins) -> dict[str, Any]:
    """Margins for the map, where the browser's kernel does not count them."""
    return {"levels": base64.b64encode(margins.levels.numpy().tobytes()).decode(), "most": margins.most}
