"""Figures and configurations that a file records of itself beside its weights."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from torch import Tensor

from models.formats.config import config_within
from models.formats.decoding import Contents

FIGURES = {
    "loss": ("train_loss", "train_losses", "test_loss", "test_losses"),
    "accuracy": ("train_accuracy", "train_accs", "test_accuracy", "test_accs"),
}
KEPT_CONFIG = "config"


def figures_recorded(recorded: Mapping[str, Any]) -> dict[str, list[float]]:
    """Figures at the end of training, by what they measure."""
    found = {of: [x for name in names if (x := _last(recorded.get(name))) is not None] for of, names in FIGURES.items()}
    return {of: values for of, values in found.items() if values}


def listed(recorded: Mapping[str, list[float]]) -> str:
    """The same in words."""
    return "; ".join(f"{of} {', '.join(f'{x:.3g}' for x in values)}" for of, values in recorded.items())


def without_spare_records(contents: Contents) -> Contents:
    """The same with no more of its records than a reading looks at: ends of figures and the configuration."""
    ends = {name: _last(contents.recorded.get(name)) for names in FIGURES.values() for name in names}
    config = config_within(contents.recorded)
    kept: dict[str, Any] = {name: end for name, end in ends.items() if end is not None}
    return replace(contents, recorded=kept | ({KEPT_CONFIG: config} if config else {}))


def _last(value: Any) -> float | None:
    """A number, or the last of a curve."""
    if isinstance(value, Tensor):
        value = value.flatten()[-1].item() if value.numel() else None
    if isinstance(value, list | tuple):
        return _last(value[-1]) if value else None
    return float(value) if isinstance(value, int | float) and isfinite(value) else None
