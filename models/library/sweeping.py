"""Many networks at many moduli: rows for a table, kept as they come, taken up where they were left."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from models.circuits.logits import CosineFit
from models.errors import RecipeError, is_whole, shown
from models.experiment.auto import ModeChoice
from models.experiment.in_process import InThisProcess
from models.experiment.request import Request, source_of, waves_for
from models.experiment.store import SweepStore, settings_of
from models.experiment.sweep import SWEEP_ROUNDS, Reached
from models.experiment.sweep import sweep as sweep_over
from models.files.writing import reserved
from models.network import Network
from models.runtime.machine import usable_cores
from models.runtime.main_guard import require_main_guard
from models.runtime.workers import MOST_WORKERS, one_thread_each
from models.surgery.recipe import LARGEST_MODULUS


@dataclass(frozen=True)
class SweepRow:
    """What one network reaches at one modulus: all of its pairs counted."""

    network: str
    reached: Reached

    def to_row(self) -> dict[str, Any]:
        """Plain values by column, as `pandas.DataFrame` takes them; dials as text."""
        entry = self.reached.to_json()
        dials = ",".join(f"{k}:{target}" for k, target in entry["frequencies"].items())
        columns = ("modulus", "correct", "ties", "wrong", "pairs", "accuracy", "readout", "tried")
        return {"network": self.network, **{name: entry[name] for name in columns}, "dials": dials} | {
            "control": entry.get("control")
        }


def sweep(
    networks: Network | Mapping[str, Network],
    moduli: Iterable[int],
    *,
    readout: ModeChoice = "keep",
    rounds: int = SWEEP_ROUNDS,
    seed: int = 0,
    jobs: int = 0,
    resume: str | Path | None = None,
    executor: Executor | None = None,
    on_row: Callable[[SweepRow], None] | None = None,
    progress: bool = True,
) -> list[SweepRow]:
    """What each network reaches at each modulus with the best dials that a search finds; every pair is counted.

    Args:
        networks: one, or several by name.
        moduli: whole numbers from 2 on; each is counted once.
        readout: keep (nothing fitted), balance, calibrate, refit, or auto.
        rounds: of the search at each modulus; more find more and take longer.
        seed: of the search, and of the pairs that a readout is fitted on.
        jobs: processes; one a core without, and with 1 everything is computed in this one.
        resume: a folder, in which results are kept as they come, a file for each network; what is there already is
            checked and not counted again. The files are those of the command `reach --resume`.
        executor: any other `concurrent.futures.Executor`, in the place of processes of this machine.
        on_row: called with each row as it comes; what was kept before is not told.
        progress: a bar on standard error.

    Returns:
        A row for each network and modulus, in the order of the networks, by modulus.

    Raises:
        RecipeError: a modulus or an option that cannot be, or a network without key frequencies.
        ClockworkError: a script without a main guard would begin processes, or a process was ended from outside.
        FileError: the folder cannot be written.

    >>> from models import open_network
    >>> [row] = sweep(open_network("mlp-113"), [12], jobs=1, progress=False)
    >>> row.to_row()["pairs"], row.to_row()["accuracy"] <= 1
    (144, True)
    """
    named = _named(networks)
    asked = sorted(set(_whole(moduli)))
    if not asked or not named:
        return []
    if not isinstance(jobs, int) or not 0 <= jobs <= MOST_WORKERS:
        raise RecipeError(f"jobs is {shown(jobs)}; expected 0 (one a core) to {MOST_WORKERS} processes.")
    request = Request(asked[0], readout, rounds=rounds, seed=seed)
    waves = {name: _waves(name, network, request) for name, network in named.items()}
    rows = []
    with (
        _pool(jobs, len(asked), executor) as pool,
        tqdm(total=len(named) * len(asked), unit="modulus", disable=not progress) as bar,
    ):
        for name, network in named.items():
            with ExitStack() as held:
                store = _store(name, network, waves[name], request, resume, held)
                bar.update(sum(q in store.found for q in asked))
                todo = [replace(request, modulus=q) for q in reversed(asked) if q not in store.found]
                ahead = 1 if isinstance(pool, InThisProcess) else None
                for each in sweep_over(network, waves[name], todo, pool, ahead=ahead):
                    store.add(each)
                    bar.update()
                    if on_row:
                        on_row(SweepRow(name, each))
                rows += [SweepRow(name, store.found[q]) for q in asked]
    return rows


def _named(networks: Network | Mapping[str, Network]) -> dict[str, Network]:
    """Raises RecipeError for what holds no networks, such as their names."""
    named = {"network": networks} if isinstance(networks, Network) else networks
    if not isinstance(named, Mapping) or not all(isinstance(each, Network) for each in named.values()):
        raise RecipeError("Expected a network, or networks by name: sweep({'mine': open_network('mine.pt')}, …).")
    return dict(named)


def _whole(moduli: Iterable[int]) -> Iterator[int]:
    if not isinstance(moduli, Iterable):
        raise RecipeError(f"moduli is {shown(repr(moduli))}; expected several, such as [127] or range(2, 257).")
    for each in moduli:
        if not is_whole(each) or not 2 <= each <= LARGEST_MODULUS:
            raise RecipeError(
                f"Modulus {shown(repr(each))} is out of range; expected whole numbers from 2 to {LARGEST_MODULUS}."
            )
        yield each


def _waves(name: str, network: Network, request: Request) -> CosineFit:
    source_of(network, request)
    found = waves_for(network, request)
    if not found.frequencies:
        raise RecipeError(f"{shown(name)} has no key frequencies, so there are no dials to turn.")
    return found


def _pool(jobs: int, tasks: int, executor: Executor | None) -> AbstractContextManager[Executor]:
    if executor is not None:
        return nullcontext(executor)
    jobs = min(jobs or usable_cores(), tasks)
    if jobs == 1:
        return nullcontext(InThisProcess())
    require_main_guard()
    return one_thread_each(jobs)


def _store(
    name: str, network: Network, waves: CosineFit, request: Request, folder: str | Path | None, held: ExitStack
) -> SweepStore:
    """What is kept of one network, with its file held while this lasts."""
    settings = settings_of(network, request)
    if folder is None:
        return SweepStore(None, settings, tqdm.write)
    if "/" in name or "\\" in name or name.startswith("."):
        raise RecipeError(f"{shown(repr(name))} cannot be the name of a file; give the network another name.")
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder) / f"{name}.json"
    store = SweepStore(held.enter_context(reserved(path)), settings, tqdm.write)
    store.take_up(path, network, waves)
    return store
