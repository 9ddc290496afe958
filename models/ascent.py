"""`auto`: up the readout ladder to the first rung that is right everywhere, and the control that it stands beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from models.circuits.logits import LogitWaves
from models.controls import Control, refit_control, shuffled_control
from models.ladder import Rung, climb
from models.network import Network
from models.planner import Plan
from models.surgery.balance import rung_of
from models.surgery.readout import NOTHING_FITTED, READOUTS, Readout
from models.surgery.recipe import Recipe

Asked = Literal["keep", "balance", "calibrate", "refit", "auto"]
ASKED: tuple[Asked, ...] = (*READOUTS, "auto")
REFIT_LIMIT = 0.5  # of the pairs, by shuffled bodies: above it a refit counts for nothing


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where `auto` stopped, and the controls that it stands beside."""

    rung: Rung
    control: Control | None  # the same rung on shuffled bodies; None for keep
    refused: Control | None = None  # of a refit that was more often right and, by this control, counts for nothing
    tried: int = 0  # settings whose answers a search for balanced dials looked at


def ascend(
    network: Network,
    plan: Plan,
    waves: LogitWaves,
    readout: Asked,
    *,
    seed: int = 0,
    search_balanced: Callable[[], Plan],
) -> Ascent:
    """From what a search has counted, with balanced dials for `balance`, to the rung that is asked for."""
    counted = Rung("balance" if readout == "balance" else "keep", plan.network, plan.evaluation, plan.recipe)
    if readout == "auto":
        return climb_until_right(
            network,
            plan.recipe,
            waves,
            seed=seed,
            kept=counted,
            runners_up=plan.runners_up,
            search_balanced=search_balanced,
        )
    rung = counted if readout in NOTHING_FITTED else climb(network, plan.recipe, waves, readout, seed=seed)
    return Ascent(rung, rung_control(network, rung.recipe, waves, rung.readout, seed))


def climb_until_right(
    network: Network,
    recipe: Recipe,
    waves: LogitWaves,
    *,
    seed: int = 0,
    kept: Rung | None = None,
    runners_up: Sequence[Recipe] = (),
    search_balanced: Callable[[], Plan] | None = None,
) -> Ascent:
    """keep, then balance, then calibrate, then refit, stopping at the first rung that is right everywhere.

    `kept` is the lowest rung where a search has counted it already. `search_balanced` finds dials for balance, which
    weighs them otherwise; without it the same dials are balanced. `runners_up` are other dials, which calibrate tries
    too while it is right everywhere with none: what is best kept need not be best calibrated.

    A refit is weighed with its control: where shuffled bodies exceed REFIT_LIMIT, or where there is no body to shuffle,
    it counts for nothing, and the best rung below it stands.
    """
    steps = [kept or climb(network, recipe, waves, rung_of(network, recipe, waves.frequencies))]
    if _is_right(steps[0]):
        return Ascent(steps[0], rung_control(network, recipe, waves, steps[0].readout, seed))
    plan = search_balanced() if search_balanced else None
    tried, others = (plan.tried, plan.runners_up) if plan else (0, ())
    if plan:
        steps.append(Rung("balance", plan.network, plan.evaluation, plan.recipe))
    else:
        steps.append(climb(network, recipe, waves, "balance"))
    if not _is_right(steps[-1]):
        steps.append(_calibrated(network, [steps[-1].recipe, *others, recipe, *runners_up], waves, seed))
    if not _is_right(steps[-1]):
        steps.append(climb(network, steps[-1].recipe, waves, "refit", seed=seed))
    best, refused = _best(steps), None
    if best.readout == "refit":
        control = refit_control(network, best.recipe, waves, seed=seed)
        if control.accuracies and control.mean <= REFIT_LIMIT:
            return Ascent(best, control, tried=tried)
        best, refused = _best(steps[:-1]), control
    return Ascent(best, rung_control(network, best.recipe, waves, best.readout, seed), refused, tried)


def rung_control(
    network: Network, recipe: Recipe, waves: LogitWaves, readout: Readout, seed: int = 0
) -> Control | None:
    """What a rung above keep must stand beside: the same, by the same seed, on shuffled bodies; None for keep."""
    return None if readout == "keep" else shuffled_control(network, recipe, waves, readout, seed=seed)


def _calibrated(network: Network, settings: Sequence[Recipe], waves: LogitWaves, seed: int) -> Rung:
    """The first of the settings that is right everywhere once calibrated, or else the best."""
    steps = []
    for recipe in settings:
        steps.append(climb(network, recipe, waves, "calibrate", seed=seed))
        if _is_right(steps[-1]):
            break
    return _best(steps)


def _is_right(rung: Rung) -> bool:
    return rung.evaluation.counts.accuracy == 1


def _best(steps: list[Rung]) -> Rung:
    """The one with most pairs right; the first of equals: the lowest rung."""
    return max(steps, key=lambda rung: rung.evaluation.counts.right)
