"""An operation of which random pairs are looked at: no count, no certificate."""

from dataclasses import dataclass, replace

from models.circuits.logits import CosineFit, logit_waves
from models.evaluation.sample import Interval, sampled_interval
from models.experiment.request import Request, source_of, waves_for
from models.network import Network
from models.planner import best_by_margin, dial_choice
from models.runtime.steps import OnProgress, finished
from models.surgery.balance import mode_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe
from models.surgery.transplant import recut_source, transplant


@dataclass(frozen=True, eq=False)
class SampledOutcome:
    """As `run.Outcome`, with nothing fitted, of a sample."""

    request: Request
    recipe: Recipe
    margin: float
    tried: int  # settings of which a few rows were looked at
    operated: Network
    readout: ReadoutMode
    interval: Interval


def sample(network: Network, request: Request, pairs: int, on_progress: OnProgress | None = None) -> SampledOutcome:
    """Dials without a count, and so many random pairs of what they make of the network; readout keep."""
    recipe, margin, tried, waves = _dials(network, request, on_progress)
    recipe = replace(recipe, single_frequency=recipe.single_frequency or request.single_frequency)
    operated = transplant(network, recipe)
    readout = mode_of(network, recipe, waves.frequencies)
    interval = sampled_interval(operated, pairs, seed=request.seed)
    return SampledOutcome(request, recipe, margin, tried, operated, readout, interval)


def _dials(network: Network, request: Request, on_progress: OnProgress | None) -> tuple[Recipe, float, int, CosineFit]:
    """Dials, their margin, how many settings were looked at, and α: given, by margin alone, or by a few rows."""
    if recipe := request.recipe:
        waves = logit_waves(recut_source(network, recipe), tuple(dial.frequency for dial in recipe.dials))
        return recipe, recipe_margin(recipe, waves), 1, waves
    source = source_of(network, request)
    waves = waves_for(network, request)
    if request.search == "none":
        recipe = best_by_margin(
            waves, request.modulus, fixed=request.fixed, harmonics=request.harmonics, seed=request.seed
        )
        return recipe, recipe_margin(recipe, waves), 0, waves
    choice = finished(dial_choice(source, waves, request.modulus, request.search_options), on_progress)
    return choice.recipe, choice.margin, choice.tried, waves
