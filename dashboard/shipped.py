"""What comes with the project of its own networks, counted before anybody asked; nothing of an upload."""

from dataclasses import dataclass, field

from dashboard import cache
from models.experiment.controls import Control
from models.experiment.shipping import (
    blends_as_shipped,
    controls_as_shipped,
    reached_as_shipped,
    searched_as_shipped,
)
from models.experiment.sweep import Reached
from models.network import Network
from models.surgery.recipe import Recipe
from models.zoo.shipped_controls import shipped_controls
from models.zoo.shipped_sweeps import shipped_sweep

Curves = dict[int, dict[float, float]]


@dataclass(frozen=True)
class SweepThatComes:
    """A sweep that comes with the project: what it reached by modulus, and the command that counted it."""

    found: dict[int, Reached] = field(default_factory=dict)
    command: str = ""


@dataclass(frozen=True)
class ControlsThatCome:
    """The controls of one operation that come with the project, and the command that counted them."""

    recipe: Recipe
    with_its_dials: tuple[Control, ...]
    searched: Control | None
    blends: Curves  # seed of a shuffle → share of the way to the shuffled body → share of pairs right
    command: str

    @property
    def all_together(self) -> list[Control]:
        """With the recipe's dials, and with dials searched anew."""
        return [*self.with_its_dials, *([self.searched] if self.searched else [])]


def sweep_of(network: Network) -> SweepThatComes:
    """What is shipped of a network at every modulus; nothing where it is not in the zoo."""
    return _sweep_of(network) if shipped_sweep(network.digest) else SweepThatComes()


def controls_of(network: Network) -> ControlsThatCome | None:
    """What is shipped of a network's controls; None where it is not in the zoo."""
    return _controls_of(network) if shipped_controls(network.digest) else None


@cache.memoised(64)
def _sweep_of(network: Network) -> SweepThatComes:
    sweep = shipped_sweep(network.digest)
    assert sweep is not None  # whoever calls it has looked
    return SweepThatComes(reached_as_shipped(sweep, cache.waves(network)), sweep.command)


@cache.memoised(64)
def _controls_of(network: Network) -> ControlsThatCome:
    shipped = shipped_controls(network.digest)
    assert shipped is not None  # whoever calls it has looked
    return ControlsThatCome(
        shipped.recipe,
        controls_as_shipped(shipped),
        searched_as_shipped(shipped),
        blends_as_shipped(shipped),
        shipped.command,
    )


def controls_of_operation(network: Network, recipe: Recipe) -> ControlsThatCome | None:
    """The same where they are of this operation."""
    found = controls_of(network)
    return found if found and found.recipe == recipe else None
