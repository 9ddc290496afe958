"""The one way from a request to its outcome, for the command line, the pages, sweeps and any executor."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.circuits.logits import CosineFit
from models.evaluation import Counts
from models.experiment.apply import ModeResult, apply_readout_mode
from models.experiment.auto import Selection, auto_select, mode_control, select_mode
from models.experiment.controls import Control
from models.experiment.request import Request, source_of, waves_for
from models.experiment.unsought import as_asked, unsought_dials
from models.network import Network
from models.planner import Plan, dial_search, random_dials
from models.runtime.steps import OnProgress, Steps, finished
from models.surgery.balance import mode_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import ReadoutMode
from models.surgery.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Outcome:
    """An operation counted on all pairs, with what was looked at on the way and the controls beside it."""

    request: Request
    recipe: Recipe  # for the network as it was opened
    margin: float  # of the dials alone
    tried: int  # settings whose answers were looked at
    result: ModeResult
    control: Control | None = None  # the same mode on shuffled bodies, for modes above keep as it is
    refused: Control | None = None  # of a refit that counts for nothing
    by_margin_alone: Counts | None = None  # all pairs of the setting with the largest margin
    random: tuple[Counts, ...] = ()  # all pairs of settings drawn at random, in `random_readout`
    random_readout: ReadoutMode = "keep"


def run(
    network: Network, request: Request, waves: CosineFit | None = None, on_progress: OnProgress | None = None
) -> Outcome:
    """Search or take the dials, apply the readout mode, count all pairs, run the control.

    Args:
        network: as it was trained; it is not changed.
        request: what is asked for.
        waves: α of the dials that are searched, where they are known; else they are measured.
        on_progress: told (settings tried, at most) while a search goes on.

    Returns:
        The outcome; its `result.network` is the operated network.

    Raises:
        RecipeError: the request names dials or a modulus that cannot be.

    >>> from models import zoo
    >>> outcome = run(zoo.load("one-hot-97"), Request(13, "keep"))
    >>> outcome.result.evaluation.counts.pairs, outcome.control is None
    (169, True)
    """
    return finished(steps(network, request, waves), on_progress)


def steps(network: Network, request: Request, waves: CosineFit | None = None) -> Steps[Outcome]:
    """`run`, a step at a time."""
    if given := unsought_dials(network, request, waves):
        selection = yield from _selection(given.source, given.recipe, given.waves, request)
        return _outcome(request, given.waves, selection, given.tried)
    source = source_of(network, request)
    waves = waves or waves_for(network, request)
    balanced = request.readout == "balance"
    plan = yield from _search(source, waves, request, balanced)
    selection = yield from select_mode(
        source,
        plan,
        waves,
        request.readout,
        controls=request.controls,
        search_balanced=lambda: _search(source, waves, request, True),
    )
    found = _outcome(request, waves, selection, plan.tried + selection.tried)
    drawn = tuple(_drawn(source, waves, request, balanced)) if request.random_settings and plan.tried > 1 else ()
    return replace(
        found,
        by_margin_alone=plan.by_margin_alone,
        random=drawn,
        random_readout="balance" if balanced else "keep",
    )


def _search(source: Network, waves: CosineFit, request: Request, balanced: bool) -> Steps[Plan]:
    return dial_search(source, waves, request.group, replace(request.search_options, balanced=balanced))


def _drawn(source: Network, waves: CosineFit, request: Request, balanced: bool) -> Iterator[Counts]:
    count, seed = request.random_settings, request.seed
    return random_dials(source, waves, request.group, balanced=balanced, count=count, seed=seed)


def _selection(network: Network, recipe: Recipe, waves: CosineFit, request: Request) -> Steps[Selection]:
    """The readout mode asked for, or the first one that is right on all pairs."""
    readout = request.readout
    if readout == "auto":
        return (yield from auto_select(network, recipe, waves, controls=request.controls))
    if readout == "keep":  # by its own name where a recipe file holds balanced dials
        readout = mode_of(network, recipe, waves.frequencies)
    result = apply_readout_mode(network, recipe, waves, readout, seed=request.seed)
    return Selection(result, mode_control(network, result.recipe, waves, readout, request.controls))


def _outcome(request: Request, waves: CosineFit, selection: Selection, tried: int) -> Outcome:
    recipe = as_asked(selection.result.recipe, request)
    margin = recipe_margin(recipe, waves)
    return Outcome(request, recipe, margin, tried, selection.result, selection.control, selection.refused)
