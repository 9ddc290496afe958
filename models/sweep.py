"""Many moduli: what one network reaches at each, over any concurrent.futures.Executor."""

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, Literal

import torch

from models.circuits.logits import LogitWaves
from models.controls import climb_until_right, fitted_control
from models.evaluation import Counts
from models.ladder import Rung, climb
from models.network import Network
from models.planner import ROUNDS, find_dials
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUTS
from models.surgery.recipe import Recipe

SweptReadout = Literal["keep", "calibrate", "refit", "auto"]
SWEPT_READOUTS: tuple[SweptReadout, ...] = (*READOUTS, "auto")


@dataclass(frozen=True)
class Reached:
    """One modulus of a sweep: the best recipe found, all its pairs counted."""

    modulus: int
    recipe: Recipe
    counts: Counts
    tried: int
    readout: str = "keep"
    control: float | None = None  # mean accuracy of the same readout on shuffled bodies, where one was fitted
    analytic_margin: float = 0.0  # of the analytic network with these dials, which is right on all pairs above 0

    def to_json(self) -> dict[str, Any]:
        """The entry of `reach --json`."""
        entry: dict[str, Any] = {
            "modulus": self.modulus,
            "correct": self.counts.right,
            "ties": self.counts.undecided,
            "wrong": self.counts.wrong,
            "pairs": self.counts.pairs,
            "accuracy": self.counts.accuracy,
            "readout": self.readout,
            "frequencies": {str(k): int(s) for k, s in self.recipe.targets.items()},
            "tried": self.tried,
            "analytic_margin": self.analytic_margin,
        }
        return entry | ({} if self.control is None else {"control": self.control})


def reached(
    network: Network,
    waves: LogitWaves,
    modulus: int,
    *,
    readout: SweptReadout = "keep",
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Reached:
    """Search dials for a modulus in at most so many rounds, and take the rung of the ladder that was asked for."""
    plan = find_dials(network, waves, modulus, rounds=rounds, seed=seed)
    rung, control, recipe = Rung("keep", plan.network, plan.evaluation), None, plan.recipe
    if readout == "auto":
        ascent = climb_until_right(network, recipe, waves, seed=seed, kept=rung, runners_up=plan.runners_up)
        rung, control, recipe = ascent.rung, ascent.control, ascent.recipe
    elif readout != "keep":
        rung = climb(network, recipe, waves, readout, seed=seed)
        control = fitted_control(network, recipe, waves, readout)
    return Reached(
        modulus,
        recipe,
        rung.evaluation.counts,
        plan.tried,
        rung.readout,
        control.mean if control and control.accuracies else None,
        recipe_margin(recipe, waves),
    )


def one_thread_each(jobs: int) -> ProcessPoolExecutor:
    """A pool of processes that each compute on one thread, so that they do not fight over the cores."""
    return ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)
    )


def sweep(
    network: Network, waves: LogitWaves, moduli: Iterable[int], executor: Executor, **options: Any
) -> Iterator[Reached]:
    """What is reached at each modulus, as it comes in; `options` go to `reached`. Closing it cancels the rest."""
    waiting: list[Future[Reached]] = [executor.submit(reached, network, waves, q, **options) for q in moduli]
    try:
        for done in as_completed(waiting):
            yield done.result()
    finally:
        for future in waiting:
            future.cancel()


def reach_of(found: Mapping[int, Reached]) -> int | None:
    """The largest Q with every modulus 2..Q right on all pairs; None where 2 was not counted, 1 where it failed."""
    if 2 not in found:
        return None
    q = 1
    while q + 1 in found and found[q + 1].counts.right == found[q + 1].counts.pairs:
        q += 1
    return q


def coarse_to_fine(lowest: int, highest: int) -> list[int]:
    """Every modulus once, in an order that shows the whole range early: each stride halves the one before."""
    found: dict[int, None] = {}
    stride = 1 << (highest - lowest).bit_length()
    while stride:
        found |= dict.fromkeys(range(highest, lowest - 1, -stride))
        stride //= 2
    return list(found)
