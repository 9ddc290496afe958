"""What an experiment is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.circuits.logits import CosineFit, logit_waves
from models.circuits.spectra import key_frequencies
from models.errors import RecipeError, shown
from models.experiment.auto import MODE_CHOICES, ControlOptions, ModeChoice
from models.experiment.controls import SEEDS
from models.groups import Group, group_with
from models.network import Network
from models.planner import ROUNDS, SearchOptions
from models.surgery.balance import is_balanced
from models.surgery.norm_gain import with_norm_gain
from models.surgery.recipe import Recipe, require_modulus
from models.surgery.single_frequency import single_frequency_neurons

Search = Literal["full", "none"]
SEARCHES: tuple[Search, ...] = ("full", "none")


@dataclass(frozen=True)
class Request:
    """One operation on one network: for which modulus, by which dials, with which readout mode, beside which controls.

    >>> Request(127).readout
    'auto'
    >>> Request.by(Recipe(128, ())).modulus
    128
    """

    modulus: int
    readout: ModeChoice = "auto"
    recipe: Recipe | None = None  # dials that are given: nothing is searched
    fixed: Mapping[int, float] = field(default_factory=dict)  # frequency → target, which the search leaves as they are
    search: Search = "full"  # none: the largest margin, no answers looked at
    rounds: int = ROUNDS  # of the search, at most
    harmonics: int = 2
    single_frequency: bool = False  # each neuron with its own wave alone
    norm_gain: bool = False  # waves as strong together as all that the operand tables held
    seed: int = 0  # of the search, and of the pairs that a readout is fitted on
    shuffles: int = SEEDS  # shuffled bodies of the control that a mode above keep stands beside; 0: no control
    factors: tuple[
        int, ...
    ] = ()  # of a product of cyclic groups with `modulus` elements, in place of the numbers mod it
    random_settings: int = 0  # counted too, whatever their margin, to set a search beside

    def __post_init__(self) -> None:
        require_modulus(self.modulus)
        if self.recipe is not None and self.recipe.modulus != self.modulus:
            raise RecipeError(
                f"The request is for modulus {self.modulus} and its recipe for {self.recipe.modulus}; "
                "Request.by(recipe) takes the recipe's."
            )
        for name, known in (("readout", MODE_CHOICES), ("search", SEARCHES)):
            if getattr(self, name) not in known:
                raise RecipeError(f"{name} is {shown(repr(getattr(self, name)))}; expected one of {', '.join(known)}.")
        _ = self.search_options  # which refuses what it cannot be made of

    @classmethod
    def by(cls, recipe: Recipe, readout: ModeChoice = "keep", *, seed: int = 0, shuffles: int = SEEDS) -> "Request":
        """For dials that are given."""
        return cls(recipe.modulus, readout, recipe, seed=seed, shuffles=shuffles, factors=recipe.factors)

    @classmethod
    def like(cls, network: Network, recipe: Recipe) -> "Request":
        """A search for the modulus of a recipe that carries dials as the recipe does.

        Balanced, with single-frequency neurons and with norm gain where its own are; at strengths of a visitor's own
        there is nothing to search by, and the dials found stand at the trained ones. No control.
        """
        balanced = is_balanced(network, recipe, key_frequencies(network).frequencies)
        return cls(
            recipe.modulus,
            "balance" if balanced else "keep",
            harmonics=recipe.carried_by_readout,
            single_frequency=recipe.single_frequency,
            norm_gain=recipe.norm_gain,
            shuffles=0,
            factors=recipe.factors,
        )

    @property
    def group(self) -> Group:
        """What is to be added in."""
        return group_with(self.modulus, self.factors)

    @property
    def search_options(self) -> SearchOptions:
        """How its dials are sought."""
        return SearchOptions(self.fixed, self.harmonics, self.seed, self.rounds)

    @property
    def controls(self) -> ControlOptions:
        """How the controls are made; above keep as it is, norm gain has one too."""
        return ControlOptions(self.shuffles, self.seed, of_keep=self.has_norm_gain)

    @property
    def has_norm_gain(self) -> bool:
        """Of its own, or by its recipe."""
        return self.norm_gain or (self.recipe is not None and self.recipe.norm_gain)


def source_of(network: Network, request: Request) -> Network:
    """The network that is searched and re-cut."""
    source = _measured_source(network, request)
    return with_norm_gain(source, dials_for(network, request)) if request.norm_gain else source


def _measured_source(network: Network, request: Request) -> Network:
    """The same without norm gain, which makes louder what is dropped too."""
    return single_frequency_neurons(network) if request.single_frequency else network


def waves_for(network: Network, request: Request) -> CosineFit:
    """The dials of a search, measured on `source_of` it before norm gain: key frequencies, and whatever else it fixes.

    Raises RecipeError where it fixes a frequency that the network cannot have.
    """
    return logit_waves(_measured_source(network, request), dials_for(network, request))


def dials_for(network: Network, request: Request) -> tuple[int, ...]:
    """The frequencies that a request may turn: those of its recipe, or key frequencies and whatever else it fixes.

    Raises RecipeError where it fixes a frequency that the network cannot have.
    """
    if request.recipe:
        return request.recipe.frequencies
    top = network.modulus // 2
    foreign = [k for k in request.fixed if not 1 <= k <= top]
    if foreign:
        raise RecipeError(f"Frequency {foreign[0]} cannot be a dial; a network mod {network.modulus} has 1 to {top}.")
    return tuple(sorted({*key_frequencies(network).frequencies, *request.fixed}))
