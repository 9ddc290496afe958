"""Dials that nothing is sought for: those of a recipe, or those with the largest margin."""

from dataclasses import dataclass, replace

from models.circuits.logits import CosineFit, logit_waves
from models.experiment.request import Request, source_of, waves_for
from models.network import Network
from models.planner import best_by_margin
from models.surgery.recipe import Recipe
from models.surgery.transplant import measured_source


@dataclass(frozen=True, eq=False)
class UnsoughtDials:
    """A recipe that no answer was looked at for, and what it is of."""

    source: Network  # that the recipe re-cuts
    waves: CosineFit  # α of its dials
    recipe: Recipe
    tried: int  # settings whose answers are looked at: the one that is given, or none


def unsought_dials(network: Network, request: Request, waves: CosineFit | None = None) -> UnsoughtDials | None:
    """The dials of a request that asks for no search; None where it asks for one. `waves` where they are known."""
    if recipe := request.recipe:
        found = waves or logit_waves(measured_source(network, recipe), recipe.frequencies)
        return UnsoughtDials(network, found, recipe, 1)
    if request.search == "full":
        return None
    found = waves or waves_for(network, request)
    recipe = best_by_margin(found, request.group, fixed=request.fixed, harmonics=request.harmonics, seed=request.seed)
    return UnsoughtDials(source_of(network, request), found, recipe, 0)


def as_asked(recipe: Recipe, request: Request) -> Recipe:
    """A recipe for `source_of` the request, as it is for the network itself."""
    return replace(
        recipe,
        single_frequency=recipe.single_frequency or request.single_frequency,
        norm_gain=recipe.norm_gain or request.norm_gain,
    )
