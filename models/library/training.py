"""Training from a notebook or a script: by a recipe, watched, stopped and taken up, and opened at each of its steps."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from models.errors import TrainingError, is_whole, shown
from models.files.writing import reserved
from models.formats.registry import network_from_contents, open_file
from models.formats.series import Curve
from models.network import Network
from models.training.milestones import first_step, stable_step
from models.training.recipes import FIRST
from models.training.request import TrainingRequest, training_request
from models.training.saved_state import STATE_OVER_WEIGHTS, StateKeeper, take_up, train_with_state
from models.training.snapshots import Snapshots, make_folder, snapshots_in, write_snapshot
from models.training.trainer import Metrics, TrainingRun

Snapshot = tuple[Network, Metrics]
SAVE_EVERY = 10.0  # seconds


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """A training run that was begun here: one network at several steps, and what was seen on the way.

    Attributes:
        request: recipe, architecture, sizes and schedule.
        steps: at which the network can be had, in order; the last is where it stands.
        history: losses (nats) and accuracies (fractions) at each check.
        is_finished: at its last step, or below the loss that ends it; False where it was stopped.
        seconds: of training, over all sittings.
        folder: of its snapshots, where they are files.
    """

    request: TrainingRequest
    steps: tuple[int, ...]
    history: tuple[Metrics, ...]
    is_finished: bool
    seconds: float
    folder: Path | None
    _last: Snapshot
    _kept: Mapping[int, Snapshot] = field(default_factory=dict)

    def __repr__(self) -> str:
        ended = "finished" if self.is_finished else "stopped"
        sizes = f"{self.request.architecture} mod {self.request.sizes.modulus}"
        right = f"{self._last[1].test_accuracy:.4f} of the other pairs right"
        return f"TrainedRun({self.request.recipe.name}: {sizes}, {ended} at step {self.steps[-1]:,}, {right})"

    @property
    def curves(self) -> dict[str, Curve]:
        """Loss and accuracy at each check, under the names that an opened run's curves have."""
        steps = tuple(each.step for each in self.history)
        columns = {
            "train loss": [each.train_loss for each in self.history],
            "test loss": [each.test_loss for each in self.history],
            "train accuracy": [each.train_accuracy for each in self.history],
            "test accuracy": [each.test_accuracy for each in self.history],
        }
        return {title: Curve(steps, tuple(values)) for title, values in columns.items()}

    @property
    def first_step(self) -> int | None:
        """The first check at which every pair was right; None where none was."""
        return first_step(self.history)

    @property
    def stable_step(self) -> int | None:
        """The check from which every pair stayed right to the end; None where the last one saw a wrong pair."""
        return stable_step(self.history)

    def network(self, step: int | None = None) -> Network:
        """The network at one of `steps`; where it stands without. Raises TrainingError for another step."""
        if step is None or step == self.steps[-1]:
            return self._last[0]
        if step in self._kept:
            return self._kept[step][0]
        if step not in self.steps or self.folder is None:
            near = min(self.steps, key=lambda each: abs(each - step))
            raise TrainingError(f"There is no snapshot of step {shown(step)}; the nearest is {near}.")
        return network_from_contents(open_file(snapshots_in(self.folder)[step]), self._last[0].hyperparameters)

    def save(self, folder: str | Path) -> None:
        """Write the steps that are kept in memory as files that open as one run (`open_run`). Raises FileError."""
        folder = Path(folder)
        make_folder(folder)
        _require_free(folder)
        for network, measured in {**self._kept, self.steps[-1]: self._last}.values():
            write_snapshot(folder, network, measured)


def train(
    recipe: str = FIRST,
    *,
    architecture: str | None = None,
    modulus: int | None = None,
    operation: str | tuple[int, int] | None = None,
    width: int | None = None,
    heads: int | None = None,
    neurons: int | None = None,
    seed: int = 0,
    steps: int | None = None,
    stop_below: float | None = None,
    fraction: float | None = None,
    learning_rate: float | None = None,
    weight_decay: float | None = None,
    snapshots: str | Path | Iterable[int] | None = None,
    resume: str | Path | None = None,
    on_check: Callable[[Metrics], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: bool = True,
) -> TrainedRun:
    """Train a network on a + b or x·a + y·b mod p, as the command `train` does, and keep it at several steps.

    Args:
        recipe: nanda, layernorm or record (docs/TRAINING.md): what holds for all that is None below.
        architecture: transformer, layernorm, mlp, one-hot, square, three-body, pairwise or coupled.
        modulus: p.
        operation: x*a+y*b, such as "a-b", or (x, y).
        width: d_model.
        heads: attention heads.
        neurons: d_mlp.
        seed: of weights and split.
        steps: at most.
        stop_below: test loss in nats that ends it, once all other pairs are right.
        fraction: of all pairs trained on.
        learning_rate: of AdamW, at the first step.
        weight_decay: of AdamW.
        snapshots: a folder, for the weights at steps that grow further apart (0, 1, 2 … 20, 22 …), as files that
            `open_run` opens; or steps, at which the network is kept in memory. Taking them changes no bit of the run.
        resume: a file for the state, saved every ten seconds and at the end: the same call goes on from it.
        on_check: called with what was seen at each check: step, losses, accuracies.
        stop: asked before each step; where it says True, the run is left as it stands.
        progress: a bar on standard error.

    Returns:
        The run: `steps`, `network(step)`, `curves`, `is_finished`; `save(folder)` writes what is in memory.

    Raises:
        TrainingError: an option that cannot be, a folder with snapshots of another run, or a loss that is no number.
        RecipeError: an operation that is none.
        FileError: something cannot be written.

    >>> found = train("record", modulus=7, neurons=8, steps=3, snapshots=[0, 2], progress=False)
    >>> found.steps, found.network(2).modulus, found.is_finished
    ((0, 2, 3), 7, True)
    """
    asked = {
        "architecture": architecture, "operation": operation, "modulus": modulus, "width": width, "heads": heads,
        "neurons": neurons, "steps": steps, "stop_below": stop_below, "fraction": fraction,
        "learning_rate": learning_rate, "weight_decay": weight_decay,
    }  # fmt: skip
    request = training_request(recipe, asked, seed=seed)
    run = request.begin()
    with ExitStack() as held:
        keeper = _state(run, resume, held)
        shots = _shots(run, snapshots, is_taken_up=keeper is not None and bool(run.step))
        _train(run, keeper, _told(run, on_check, progress, held), lambda: shots.take_if_due() or stop())
        last = run.finished_network(), run.measured()
        folder = shots.folder if isinstance(shots, Snapshots) else None
        if folder:
            write_snapshot(folder, *last)
    kept = {} if isinstance(shots, Snapshots) else shots.kept
    taken = snapshots_in(folder) if folder else kept  # a state may be older than what lies in the folder
    known = tuple(sorted({*(step for step in taken if step < run.step), run.step}))
    return TrainedRun(request, known, tuple(run.history), run.is_finished, run.seconds, folder, last, kept)


@dataclass
class KeptSnapshots:
    """The network at steps that were asked for, in memory."""

    run: TrainingRun
    wanted: frozenset[int]
    kept: dict[int, Snapshot] = field(default_factory=dict)

    def take_if_due(self) -> None:
        """Keep the weights as they stand, if this is a step for it."""
        if self.run.step in self.wanted:
            self.kept[self.run.step] = (self.run.finished_network(), self.run.measured())


def _shots(
    run: TrainingRun, snapshots: str | Path | Iterable[int] | None, *, is_taken_up: bool
) -> Snapshots | KeptSnapshots:
    if isinstance(snapshots, str | Path):
        make_folder(Path(snapshots))
        if not is_taken_up:
            _require_free(Path(snapshots))
        return Snapshots(Path(snapshots), run)
    if snapshots is not None and not isinstance(snapshots, Iterable):
        raise TrainingError(f"snapshots is {shown(repr(snapshots))}; expected a folder, or whole numbers of steps.")
    wanted: list[int] = list(snapshots or ())
    for each in wanted:
        if not is_whole(each) or each < 0:
            raise TrainingError(f"Snapshot {shown(repr(each))} is no step; expected whole numbers from 0 on.")
    return KeptSnapshots(run, frozenset(wanted))


def _require_free(folder: Path) -> None:
    """Snapshots of two trainings in one folder would open as one."""
    if found := snapshots_in(folder):
        raise TrainingError(
            f"{folder} holds {len(found)} snapshots of another training, up to step {max(found)}. Give another folder, "
            "or the file of that run's state as resume."
        )


def _state(run: TrainingRun, resume: str | Path | None, held: ExitStack) -> StateKeeper | None:
    """Where the state goes, with the run at the step that was saved there."""
    if resume is None:
        return None
    weights = sum(leaf.nbytes for leaf in run.leaves.values())
    place = held.enter_context(reserved(Path(resume), weights * STATE_OVER_WEIGHTS))
    take_up(run, Path(resume))
    return StateKeeper(run, place, SAVE_EVERY, lambda reason: tqdm.write(f"{reason} Training goes on."))


def _told(
    run: TrainingRun, on_check: Callable[[Metrics], None] | None, progress: bool, held: ExitStack
) -> Callable[[Metrics], None]:
    """What hears of each check: a bar, and whoever asked for it."""
    whole = run.schedule.steps
    bar = held.enter_context(tqdm(total=whole, initial=run.step, unit="step", desc="training", disable=not progress))

    def tell(metrics: Metrics) -> None:
        bar.update(metrics.step - bar.n)
        bar.set_postfix_str(f"test loss {metrics.test_loss:.2e}, test accuracy {metrics.test_accuracy:.4f}")
        if on_check:
            on_check(metrics)

    return tell


def _train(
    run: TrainingRun, keeper: StateKeeper | None, tell: Callable[[Metrics], None], stop: Callable[[], bool]
) -> None:
    if keeper:
        train_with_state(keeper, tell, stop)
        return
    for metrics in run.checks(stop):
        tell(metrics)
