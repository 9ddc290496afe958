"""What configurations tell of a file: one that stood beside it, and one that it records inside."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from models.errors import shown
from models.formats.agreement import (
    KNOWN,
    NORMALIZATION,
    PARTS,
    Configuration,
    contradictions,
    known_name_meant,
    not_used,
    require_agreement,
    require_computable,
)
from models.formats.config import (
    BARE_NORMS,
    config_within,
    hyperparameters_of_config,
    modulus_of_config,
    plain_name,
    telling_entries,
)
from models.formats.decoding import Contents
from models.formats.registry import closed_hyperparameters
from models.hyperparameters import PLAIN
from models.network import Network
from models.readings.candidate import Candidate

TOLD_BY_WEIGHTS = ("heads", "norm", "norm_place", "norm_eps")  # in most layouts: the network is held against them
MOST_LISTED = 40  # entries that were not used
MOST_COMPARED = 200  # with the names that are known


@dataclass(frozen=True)
class Configured:
    """The configurations of a file; an entry beside it comes before one of the same name inside."""

    inside: Configuration
    beside: Configuration
    loose: (
        Configuration  # known names that stand in no configuration inside the file: not binding, they may mean others
    )

    @property
    def both(self) -> tuple[Configuration, Configuration]:
        """The one that comes last is believed first."""
        return self.inside, self.beside

    @property
    def all(self) -> tuple[Configuration, ...]:
        """With the loose entries, which are believed last."""
        return self.loose, *self.both

    def hyperparameters(self, layout: ModuleType, contents: Contents) -> dict[str, Any]:
        """The hidden facts that they tell. Raises CheckpointError for those that the layout leaves no choice of."""
        hyperparameters: dict[str, Any] = {}
        for config in self.all:
            told, telling = hyperparameters_of_config(config.entries), telling_entries(config.entries)
            open_ = layout.open_hyperparameters(contents)
            told = {fact: value for fact, value in told.items() if fact in open_ or fact not in TOLD_BY_WEIGHTS}
            PLAIN.with_values(told)
            for fact in closed_hyperparameters(told, layout, contents):
                says = f"{telling[fact]} {shown(config.entries[telling[fact]])} ({fact} {told[fact]})"
                raise config.refusal(says, f"{layout.TITLE} files leave no {fact} open")
            hyperparameters |= told
        return hyperparameters

    def of_its_modulus(self, candidates: list[Candidate]) -> list[Candidate]:
        """Readings of the modulus that they name, or all. Raises CheckpointError where there are none of it."""
        for config in self.all:
            named = modulus_of_config(config.entries)
            fitting = [one for one in candidates if named in (None, one.network.modulus)]
            if not fitting and config is self.loose:
                fitting = candidates
            if not fitting:
                found = f"the weights have {candidates[0].network.modulus} numbers"
                raise config.refusal(f"of a network mod {named}", found, verb="is")
            candidates = fitting
        return candidates

    @property
    def why(self) -> str:
        """Which of them told."""
        if hyperparameters_of_config(self.beside.entries):
            return "said by its configuration"
        return (
            f"said by {'the configuration inside it' if hyperparameters_of_config(self.inside.entries) else 'the file'}"
        )

    @property
    def names_norms_without_weights(self) -> bool:
        """An entry says LNPre or RMSPre: of the tensors then none tells that there are norms."""
        return any(
            plain_name(entry) == NORMALIZATION and str(value).lower() in BARE_NORMS
            for config in self.all
            for entry, value in config.entries.items()
        )

    def require_computable(self) -> None:
        """Raises CheckpointError naming the first entry that says what no network here computes."""
        for config in self.all:
            require_computable(config)

    def require_agreement(self, network: Network) -> None:
        """Raises CheckpointError naming the first entry that contradicts the network as it is read."""
        parts = {name: value for name, value in self.loose.entries.items() if name in PARTS}
        for config in (replace(self.loose, entries=parts), *self.both):
            require_agreement(config, network)

    def not_used(self, network: Network) -> tuple[str, ...]:
        """A remark that lists the entries from which nothing was read; empty where there are none."""
        unused = remark_on([entry for config in self.all for entry in not_used(config.entries, network)])
        return unused + tuple(f"{against} was not followed" for against in contradictions(self.loose, network))


def configured(contents: Contents, config: Mapping[str, Any] | None) -> Configured:
    """The configurations of a file, one of which may have stood beside it."""
    beside = dict(config or {})
    inside = {name: value for name, value in config_within(contents.recorded).items() if name not in beside}
    loose = {name: value for name, value in loose_entries(contents.recorded).items() if name not in beside | inside}
    return Configured(Configuration(inside, inside=True), Configuration(beside), Configuration(loose, inside=True))


def loose_entries(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Entries that a configuration may have, beside the weights and in no section."""
    plain = str | int | float
    return {name: value for name, value in recorded.items() if name in KNOWN and isinstance(value, plain)}


def remark_on(entries: list[str], since: str = "") -> tuple[str, ...]:
    """That these entries of a configuration were not used, in one sentence; nothing where there are none.

    Those that may misspell a known name come first.
    """
    if not entries:
        return ()
    meant = {entry: known_name_meant(entry) for entry in entries[:MOST_COMPARED]}
    first = sorted(entries[:MOST_COMPARED], key=lambda entry: not meant[entry])[:MOST_LISTED]
    listed = [f"{shown(entry)} (is {meant[entry]} meant?)" if meant[entry] else shown(entry) for entry in first]
    more = len(entries) - len(listed)
    return (f"not used of its configuration{since}: {', '.join(listed)}{f' and {more:,} more' if more else ''}",)
