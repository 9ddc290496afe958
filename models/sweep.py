"""Many moduli: what one network reaches at each, over any concurrent.futures.Executor."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from models.ascent import Asked, ascend
from models.circuits.logits import LogitWaves
from models.errors import ClockworkError
from models.evaluation import Counts
from models.machine import usable_cores
from models.network import Network
from models.planner import ROUNDS, Plan, find_dials
from models.surgery.margin import recipe_margin
from models.surgery.readout import Readout
from models.surgery.recipe import Recipe
from models.surgery.single_frequency import single_frequency_neurons
from models.sweep_networks import HELD


@dataclass(frozen=True)
class Reached:
    """One modulus of a sweep: the best recipe found, all its pairs counted."""

    modulus: int
    recipe: Recipe
    counts: Counts
    tried: int
    readout: Readout = "keep"
    control: float | None = None  # mean accuracy of the same readout on shuffled bodies, on rungs above keep
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
            "recipe": self.recipe.to_json(),
        }
        return entry | ({} if self.control is None else {"control": self.control})


def reached(
    network: Network,
    waves: LogitWaves,
    modulus: int,
    *,
    readout: Asked = "keep",
    rounds: int = ROUNDS,
    seed: int = 0,
    single_frequency: bool = False,
) -> Reached:
    """Search dials for a modulus in at most so many rounds, and take the rung of the ladder that was asked for.

    With `single_frequency` neurons, `waves` are those of the network that has only them.
    """
    source = single_frequency_neurons(network) if single_frequency else network

    def search(balanced: bool) -> Plan:
        return find_dials(source, waves, modulus, rounds=rounds, seed=seed, balanced=balanced)

    plan = search(readout == "balance")
    ascent = ascend(source, plan, waves, readout, seed=seed, search_balanced=lambda: search(True))
    control, recipe = ascent.control, ascent.rung.recipe
    return Reached(
        modulus,
        replace(recipe, single_frequency=single_frequency),
        ascent.rung.evaluation.counts,
        plan.tried + ascent.tried,
        ascent.rung.readout,
        control.mean if control and control.accuracies else None,
        recipe_margin(recipe, waves),
    )


def _reached_of(
    digest: str, network: Network | None, waves: LogitWaves, modulus: int, options: Mapping[str, Any]
) -> Reached | None:
    """`reached`, of the network with this digest; None where this process does not hold it and it was not sent."""
    held = HELD.of_digest(digest) if network is None else HELD.hold(network)
    return None if held is None else reached(held, waves, modulus, **options)


def sweep(
    network: Network,
    waves: LogitWaves,
    moduli: Iterable[int],
    executor: Executor,
    *,
    ahead: int | None = None,
    **options: Any,
) -> Iterator[Reached]:
    """What is reached at each modulus, as it comes in; `options` go to `reached`. Closing it cancels the rest.

    Tasks name the network by its digest; a process that does not hold it says so, and gets it with the next task. So it
    is sent about once to each process, and sweeps side by side cannot exchange their networks. At most `ahead` tasks
    are with the executor at a time: twice the cores of this machine, unless told; a cluster wants twice its workers.
    Raises ClockworkError where a process of the executor was ended from outside.
    """
    HELD.hold(network)  # for executors of this process

    def submit(modulus: int, sent: Network | None = None) -> Future[Reached | None]:
        return executor.submit(_reached_of, network.digest, sent, waves, modulus, options)

    left, waiting = iter(moduli), dict[Future[Reached | None], int]()
    try:
        while True:
            waiting |= {submit(q): q for q in islice(left, (ahead or 2 * usable_cores()) - len(waiting))}
            if not waiting:
                return
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                modulus, found = waiting.pop(done), done.result()
                if found is None:
                    waiting[submit(modulus, network)] = modulus
                else:
                    yield found
    except BrokenProcessPool as error:
        raise ClockworkError(
            "A worker process was ended from outside, probably for want of memory. Give fewer --jobs."
        ) from error
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
