"""Many moduli: what one network reaches at each, over any concurrent.futures.Executor."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Any

from models.circuits.logits import CosineFit
from models.errors import ClockworkError
from models.evaluation import Counts
from models.experiment.apply import ModeResult, apply_readout_mode
from models.experiment.held_networks import HELD
from models.experiment.request import Request
from models.experiment.run import Outcome, run
from models.network import Network
from models.runtime.machine import usable_cores
from models.surgery.readout import FITTED, ReadoutMode
from models.surgery.recipe import Recipe

SWEEP_ROUNDS = 6  # of the search at each modulus, unless told otherwise


@dataclass(frozen=True)
class Reached:
    """One modulus of a sweep: the best recipe found, all its pairs counted."""

    modulus: int
    recipe: Recipe
    counts: Counts
    tried: int
    readout: ReadoutMode = "keep"
    control: float | None = None  # mean accuracy of the same readout on shuffled bodies, for modes above keep as it is
    analytic_margin: float = 0.0  # of the analytic network with these dials, which is right on all pairs above 0

    @classmethod
    def of(cls, outcome: Outcome) -> "Reached":
        """What is retained of an outcome."""
        control = outcome.control
        return cls(
            outcome.request.modulus,
            outcome.recipe,
            outcome.result.evaluation.counts,
            outcome.tried,
            outcome.result.readout,
            control.mean if control and control.accuracies else None,
            outcome.margin,
        )

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


def reached(network: Network, request: Request, waves: CosineFit | None = None) -> Reached:
    """What one experiment reaches, in a form that travels between processes: without the networks and the states."""
    return Reached.of(run(network, request, waves))


def counted_again(network: Network, each: Reached, waves: CosineFit, seed: int) -> ModeResult:
    """The operation of a result, carried out and counted once more."""
    # A balanced recipe holds its strengths already.
    readout: ReadoutMode = each.readout if each.readout in FITTED else "keep"
    return apply_readout_mode(network, each.recipe, waves, readout, seed=seed)


def _reached_of(digest: str, network: Network | None, waves: CosineFit, request: Request) -> Reached | None:
    """`reached`, of the network with this digest; None where this process does not hold it and it was not sent."""
    held = HELD.of_digest(digest) if network is None else HELD.hold(network)
    return None if held is None else reached(held, request, waves)


def sweep(
    network: Network,
    waves: CosineFit,
    requests: Iterable[Request],
    executor: Executor,
    *,
    ahead: int | None = None,
) -> Iterator[Reached]:
    """What each request reaches, as it comes in. Closing it cancels the rest.

    Tasks name the network by its digest; a process that does not hold it says so, and gets it with the next task. So it
    is sent about once to each process, and sweeps side by side cannot exchange their networks. At most `ahead` tasks
    are with the executor at a time: twice the cores of this machine, unless told; a cluster wants twice its workers.
    Raises ClockworkError where a process of the executor was ended from outside.
    """
    HELD.hold(network)  # for executors of this process

    def submit(request: Request, sent: Network | None = None) -> Future[Reached | None]:
        return executor.submit(_reached_of, network.digest, sent, waves, request)

    left, waiting = iter(requests), dict[Future[Reached | None], Request]()
    try:
        while True:
            room = (ahead or 2 * usable_cores()) - len(waiting)
            waiting |= {submit(request): request for request in islice(left, room)}
            if not waiting:
                return
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                request, found = waiting.pop(done), done.result()
                if found is None:
                    waiting[submit(request, network)] = request
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
