"""The fair control of a search: each shuffled body gets dials of its own, sought just as hard as the trained one's."""

from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

from models.ablation.shuffles import NO_BODY, own_parameters, shuffled_body
from models.circuits.logits import CosineFit, logit_waves
from models.experiment.controls import SEEDS, Control
from models.network import Network
from models.planner import ROUNDS, SearchOptions, dial_search
from models.runtime.steps import Steps

ANEW = "whole body shuffled, dials searched anew"
REMARK = "each figure is the best of a search as long as the trained body's"
OnSetting = Callable[[int, int, int], None]  # hears (seed of the shuffle, settings tried, at most)


class BodySearch(NamedTuple):
    """How far the search on a shuffled body is, and the control as it stands before it is through."""

    control: Control
    done: int  # settings tried on this body
    most: int

    @property
    def body(self) -> int:
        """How many bodies are through."""
        return len(self.control.accuracies)


def shuffled_search(
    network: Network,
    waves: CosineFit,
    modulus: int,
    shuffle: int,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> Steps[float]:
    """The best accuracy, with nothing fitted, of the search for dials on one shuffled body, a setting at a time.

    The same frequencies, budget and seed as the trained body has; α is measured anew, since the shuffled body's own is
    what a search of it would know.
    """
    shuffled = shuffled_body(network, shuffle)
    found = logit_waves(shuffled, waves.frequencies)
    plan = yield from dial_search(shuffled, found, modulus, SearchOptions(seed=seed, rounds=rounds))
    return plan.evaluation.counts.accuracy


def searched_control(
    network: Network,
    waves: CosineFit,
    modulus: int,
    trained: float,
    *,
    seeds: int = SEEDS,
    known: tuple[float, ...] = (),
    seed: int = 0,
    rounds: int = ROUNDS,
    on_setting: OnSetting | None = None,
) -> Iterator[Control]:
    """The control as it grows, a shuffled body at a time, beside what the trained body got from its search.

    `known` are the first accuracies, where an earlier run was stopped: it goes on after them.
    """
    if not own_parameters(network):
        yield Control(ANEW, "keep", (), trained, NO_BODY)
        return
    through, told = len(known), None
    for step in growing_search(network, waves, modulus, trained, seeds=seeds, known=known, seed=seed, rounds=rounds):
        if step.body > through:
            through = step.body
            yield step.control
        elif on_setting and step != told:
            on_setting(step.body, step.done, step.most)
        told = step


def growing_search(
    network: Network,
    waves: CosineFit,
    modulus: int,
    trained: float,
    *,
    seeds: int = SEEDS,
    known: tuple[float, ...] = (),
    seed: int = 0,
    rounds: int = ROUNDS,
) -> Iterator[BodySearch]:
    """`searched_control` a setting at a time, for whoever may stop it; after each body, the control with it."""
    for shuffle in range(len(known), seeds):
        before = Control(ANEW, "keep", known, trained, REMARK, seeds)
        search = shuffled_search(network, waves, modulus, shuffle, seed=seed, rounds=rounds)
        best = yield from _told_with(before, search)
        known += (best,)
        yield BodySearch(Control(ANEW, "keep", known, trained, REMARK, seeds), 0, 1)


def _told_with(control: Control, search: Steps[float]) -> Generator[BodySearch, None, float]:
    """The steps of a search, each with the control as it stands; returns what the search finds."""
    while True:
        try:
            done, most = next(search)
        except StopIteration as end:
            return float(end.value)
        yield BodySearch(control, done, most)
