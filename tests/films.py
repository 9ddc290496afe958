"""A film of a small network that learns in seconds."""

from functools import cache

from models.network import Network
from models.surgery.recipe import own_recipe
from models.training.architectures import Sizes, fresh_square_mlp
from models.training.film import Film, film_of, moments_of, watched_of
from models.training.moments import Watched
from models.training.trainer import Schedule, TrainingRun

STEPS = (0, 4, 9, 30, 60)
SCHEDULE = Schedule(
    seed=1, steps=60, fraction=0.8, learning_rate=0.1, weight_decay=2.0, betas=(0.8, 0.98), stop_below=0.0,
    check_every=60, rate_left=0.01, rate_falls_over=40,
)  # fmt: skip
MODULUS = 23
RECUT = 25


@cache
def small_snapshots() -> dict[int, Network]:
    """The weights at STEPS."""
    run = TrainingRun(fresh_square_mlp(Sizes(modulus=MODULUS, neurons=96), 1), SCHEDULE)
    found = {}

    def look() -> bool:
        if run.step in STEPS:
            found[run.step] = run.finished_network()
        return False

    list(run.checks(look))
    return found | {run.step: run.finished_network()}


@cache
def small_watched() -> Watched:
    """What is looked at: its key frequencies, re-cut to RECUT as they stand."""
    last = small_snapshots()[STEPS[-1]]
    train, _ = last.task.split(SCHEDULE.fraction, SCHEDULE.seed)
    watched = watched_of(last, train, own_recipe(RECUT, ()))
    return Watched(watched.frequencies, watched.planes, watched.trained, own_recipe(RECUT, watched.frequencies))


@cache
def small_film() -> Film:
    """The film of it."""
    watched = small_watched()
    about = {"digest": "small", "seed": 1, "fraction": 0.8, "trained_by": "", "command": "python -m models film DIR"}
    return film_of(list(moments_of(small_snapshots(), watched)), watched, about)
