"""Weights of a live run as a browser sends them: of known size, finite, or refused."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import index
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.errors import TrainingError
from models.formats.registry import network_to_bytes
from models.training.live_run import NEURONS, STEPS, LiveSettings, Weights, live_network

AGAIN = "reload the page and train it again"


@dataclass(frozen=True, eq=False)
class LiveNetwork:
    """A network that a browser trained, at one step of its run.

    Attributes:
        settings: of the run, as the browser says.
        step: of training.
        weights: at that step.
    """

    settings: LiveSettings
    step: int
    weights: Weights

    @property
    def name(self) -> str:
        """A name of a file for it.

        Examples:
            >>> LiveNetwork(LiveSettings(seed=7), 25, Weights(torch.zeros(0), torch.zeros(0))).name
            'live-113-seed-7-step-25.safetensors'
        """
        said = self.settings
        shuffled = "-shuffled" if said.shuffled else ""
        return f"live-{said.modulus}{shuffled}-seed-{said.seed}-step-{self.step}.safetensors"

    def to_file(self) -> bytes:
        """The network as a .safetensors, with its settings in the metadata."""
        said = self.settings
        told = {f"live_{field.name}": str(getattr(said, field.name)) for field in fields(said)}
        return network_to_bytes(live_network(self.weights), ".safetensors", {**told, "live_step": str(self.step)})


def live_network_of(sent: Mapping[str, Any]) -> LiveNetwork:
    """The network that a browser sent.

    Args:
        sent: `settings` by their names, `step`, and `table` [p, NEURONS] and `unembedding` [NEURONS, p] as base64 of
            little-endian float32.

    Raises:
        TrainingError: where it is anything else: a browser can send what it likes.
    """
    try:
        said = sent["settings"]
        settings = LiveSettings(
            index(said["modulus"]),
            index(said["seed"]),
            index(said["share"]),
            float(said["decay"]),
            said["shuffled"] is True,
        )
        step, texts = index(sent["step"]), (sent["table"], sent["unembedding"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise TrainingError(f"The browser sent something that is no trained network; {AGAIN}.") from error
    if not 0 <= step <= STEPS:
        raise TrainingError(f"Expected a step from 0 to {STEPS} of a live run, found {step}; {AGAIN}.")
    p = settings.modulus
    table, unembedding = (_numbers(text, p * NEURONS) for text in texts)
    return LiveNetwork(settings, step, Weights(table.view(p, NEURONS), unembedding.view(NEURONS, p)))


def _numbers(text: Any, count: int) -> Tensor:
    """So many finite numbers [count]; looked at before memory is taken for them."""
    length = 4 * -(-4 * count // 3)
    if not isinstance(text, str) or len(text) != length:
        found = f"{len(text)} letters" if isinstance(text, str) else "none"
        raise TrainingError(f"Expected {count} weights as {length} letters of base64, found {found}; {AGAIN}.")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrainingError(f"The weights that the browser sent are no base64; {AGAIN}.") from error
    if len(data) != 4 * count:
        raise TrainingError(f"Expected {4 * count} bytes of weights, found {len(data)}; {AGAIN}.")
    numbers = np.frombuffer(data, "<f4").astype(np.float32)
    if not np.isfinite(numbers).all():
        raise TrainingError(f"Expected finite weights, found some that are none; {AGAIN}.")
    return torch.from_numpy(numbers)
