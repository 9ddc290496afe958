"""Figures and configurations that a file records of itself beside its weights."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.formats.config import config_within
from models.formats.decoding import Contents
from models.formats.figures import KEYS, Key, ends
from models.readings.configured import loose_entries

KEPT_CONFIG = "config"


@dataclass(frozen=True)
class Figures:
    """Losses and accuracies at the end of training, by what they measure: of training pairs first, of others last."""

    loss: tuple[float, ...] = ()
    accuracy: tuple[float, ...] = ()
    of_training: float | None = None  # the accuracies again, where both are recorded
    of_others: float | None = None

    def __bool__(self) -> bool:
        return bool(self.loss or self.accuracy)

    @property
    def listed(self) -> str:
        """The same in words."""
        shown = ((name, values) for name, values in (("loss", self.loss), ("accuracy", self.accuracy)) if values)
        return "; ".join(f"{name} {', '.join(f'{x:.3g}' for x in values)}" for name, values in shown)


def figures_recorded(recorded: Mapping[str, Any]) -> Figures:
    """Figures at the end of training."""
    last = ends(recorded)
    by = {of: tuple(last[key] for key in KEYS if key in last and key[1] == of) for of in ("loss", "accuracy")}
    train, test = (last.get((pairs, "accuracy")) for pairs in ("train", "test"))
    both = train is not None and test is not None
    return Figures(by["loss"], by["accuracy"], train if both else None, test if both else None)


def without_spare_records(contents: Contents) -> Contents:
    """The same with no more of its records than a reading looks at: ends of figures and the configuration."""
    kept = loose_entries(contents.recorded) | {_name(key): end for key, end in ends(contents.recorded).items()}
    config = config_within(contents.recorded)
    return replace(contents, recorded=kept | ({KEPT_CONFIG: config} if config else {}))


def _name(key: Key) -> str:
    return "_".join(key)
