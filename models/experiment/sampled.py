"""An operation of which random pairs are looked at: no count, no certificate."""

from dataclasses import dataclass

from models.evaluation.sample import Interval, sampled_interval
from models.experiment.request import Request, source_of, waves_for
from models.experiment.unsought import as_asked, unsought_dials
from models.network import Network
from models.planner import dial_choice
from models.runtime.steps import OnProgress, finished
from models.surgery.balance import mode_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe
from models.surgery.transplant import transplant


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
    if given := unsought_dials(network, request):
        recipe, waves, tried = given.recipe, given.waves, given.tried
        margin = recipe_margin(recipe, waves)
    else:
        waves = waves_for(network, request)
        search = dial_choice(source_of(network, request), waves, request.group, request.search_options)
        choice = finished(search, on_progress)
        recipe, margin, tried = choice.recipe, choice.margin, choice.tried
    recipe = as_asked(recipe, request)
    operated = transplant(network, recipe)
    readout = mode_of(network, recipe, waves.frequencies)
    interval = sampled_interval(operated, pairs, seed=request.seed)
    return SampledOutcome(request, recipe, margin, tried, operated, readout, interval)
