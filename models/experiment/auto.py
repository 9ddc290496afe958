"""Which readout mode: the one that is asked for or, with `auto`, the first that is right on all pairs.

Above keep, a figure stands beside its control: the same readout mode on shuffled bodies. So does keep with norm gain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from models.circuits.logits import CosineFit
from models.experiment.apply import ModeResult, apply_readout_mode
from models.experiment.controls import SEEDS, Control, shuffled_control
from models.network import Network
from models.planner import Plan
from models.runtime.steps import Steps
from models.surgery.balance import mode_of
from models.surgery.readout import NOTHING_FITTED, READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe

ModeChoice = Literal["keep", "balance", "calibrate", "refit", "auto"]
MODE_CHOICES: tuple[ModeChoice, ...] = (*READOUT_MODES, "auto")
REFIT_LIMIT = 0.5  # of the pairs, by shuffled bodies: above it a refit counts for nothing


@dataclass(frozen=True, eq=False)
class Selection:
    """The readout mode that was taken, and the controls that it stands beside."""

    result: ModeResult
    control: Control | None  # the same mode on shuffled bodies; None for keep as it is, and without shuffles
    refused: Control | None = None  # of a refit that was more often right and, by this control, counts for nothing
    tried: int = 0  # settings whose answers a search for balanced dials looked at


@dataclass(frozen=True)
class ControlOptions:
    """How a control is made: on so many shuffled bodies, what is fitted with this seed."""

    shuffles: int = SEEDS
    seed: int = 0
    of_keep: bool = False  # keep has one too: where something beside the dials' targets was changed


USUAL = ControlOptions()


def select_mode(
    network: Network,
    plan: Plan,
    waves: CosineFit,
    readout: ModeChoice,
    *,
    controls: ControlOptions = USUAL,
    search_balanced: Callable[[], Steps[Plan]],
) -> Steps[Selection]:
    """From what a search has counted, with balanced dials for `balance`, to the readout mode that is asked for."""
    counted = ModeResult("balance" if readout == "balance" else "keep", plan.network, plan.evaluation, plan.recipe)
    if readout == "auto":
        return (
            yield from auto_select(
                network,
                plan.recipe,
                waves,
                controls=controls,
                counted=counted,
                runners_up=plan.runners_up,
                search_balanced=search_balanced,
            )
        )
    if readout not in NOTHING_FITTED:
        counted = apply_readout_mode(network, plan.recipe, waves, readout, seed=controls.seed)
    return Selection(counted, mode_control(network, counted.recipe, waves, counted.readout, controls))


def auto_select(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    *,
    controls: ControlOptions = USUAL,
    counted: ModeResult | None = None,
    runners_up: Sequence[Recipe] = (),
    search_balanced: Callable[[], Steps[Plan]] | None = None,
) -> Steps[Selection]:
    """keep, then balance, then calibrate, then refit, stopping at the first that is right on all pairs.

    `counted` is the first of them where a search has counted it already. `search_balanced` finds dials for balance,
    which weighs them otherwise; without it the same dials are balanced. `runners_up` are other dials, which calibrate
    tries too while it is right everywhere with none: what is best kept need not be best calibrated.

    A refit is weighed with its control: where shuffled bodies exceed REFIT_LIMIT, or where there is no body to shuffle,
    it counts for nothing, and the best mode below it stands.
    """
    counted = counted or apply_readout_mode(network, recipe, waves, mode_of(network, recipe, waves.frequencies))
    results = [counted]
    if counted.is_right:
        return Selection(counted, mode_control(network, recipe, waves, counted.readout, controls))
    plan = (yield from search_balanced()) if search_balanced else None
    tried, others = (plan.tried, plan.runners_up) if plan else (0, ())
    if plan:
        results.append(ModeResult("balance", plan.network, plan.evaluation, plan.recipe))
    else:
        results.append(apply_readout_mode(network, recipe, waves, "balance"))
    if not results[-1].is_right:
        results.append(_calibrated(network, [results[-1].recipe, *others, recipe, *runners_up], waves, controls.seed))
    if not results[-1].is_right:
        results.append(apply_readout_mode(network, results[-1].recipe, waves, "refit", seed=controls.seed))
    best, refused = _best(results), None
    if best.readout == "refit":
        control = shuffled_control(
            network, best.recipe, waves, "refit", seeds=controls.shuffles or SEEDS, fit_seed=controls.seed
        )
        if control.accuracies and control.mean <= REFIT_LIMIT:
            return Selection(best, control, tried=tried)
        best, refused = _best(results[:-1]), control
    return Selection(best, mode_control(network, best.recipe, waves, best.readout, controls), refused, tried)


def mode_control(
    network: Network, recipe: Recipe, waves: CosineFit, readout: ReadoutMode, controls: ControlOptions = USUAL
) -> Control | None:
    """The same on shuffled bodies, which a mode above keep must stand beside; else None, and without shuffles."""
    if not controls.shuffles or (readout == "keep" and not controls.of_keep):
        return None
    return shuffled_control(network, recipe, waves, readout, seeds=controls.shuffles, fit_seed=controls.seed)


def _calibrated(network: Network, settings: Sequence[Recipe], waves: CosineFit, seed: int) -> ModeResult:
    """The first of the settings that is right everywhere once calibrated, or else the best."""
    results = []
    for recipe in settings:
        results.append(apply_readout_mode(network, recipe, waves, "calibrate", seed=seed))
        if results[-1].is_right:
            break
    return _best(results)


def _best(results: list[ModeResult]) -> ModeResult:
    """The one with most pairs right; the first of equals: the lowest mode."""
    return max(results, key=lambda result: result.evaluation.counts.right)
