"""The fair control of a search: each shuffled body gets dials of its own, sought just as hard as the trained one's."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.ablation.shuffles import NO_BODY, own_parameters, shuffled_body
from models.circuits.logits import CosineFit, logit_waves
from models.experiment.controls import SEEDS, Control, Share, share_of_all
from models.groups import Group
from models.network import Network
from models.planner import SearchOptions, dial_search
from models.runtime.steps import Steps

ANEW = "whole body shuffled, dials searched anew"
REMARK = "each figure is the best of a search as long as the trained body's"
USUAL = SearchOptions()
OnSetting = Callable[[int, int, int], None]  # hears (seed of the shuffle, settings tried, at most)


@dataclass(frozen=True)
class BodySearches:
    """The searches on shuffled bodies that one search on the trained body stands beside."""

    group: int | Group  # or a modulus
    trained: float  # share of all pairs that the trained body's own search got right
    options: SearchOptions = USUAL  # of that search, and of each of these
    seeds: int = SEEDS  # shuffled bodies
    counted_share: Share = share_of_all  # of the pairs that are asked about


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
    group: int | Group,
    shuffle: int,
    options: SearchOptions = USUAL,
    share: Share = share_of_all,
) -> Steps[float]:
    """The best accuracy, with nothing fitted, of the search for dials on one shuffled body, a setting at a time.

    The same frequencies and options as the trained body has; α is measured anew, since the shuffled body's own is
    what a search of it would know.
    """
    shuffled = shuffled_body(network, shuffle)
    found = logit_waves(shuffled, waves.frequencies)
    plan = yield from dial_search(shuffled, found, group, options)
    return share(plan.evaluation)


def searched_control(
    network: Network,
    waves: CosineFit,
    searches: BodySearches,
    *,
    known: tuple[float, ...] = (),
    on_setting: OnSetting | None = None,
) -> Iterator[Control]:
    """The control as it grows, a shuffled body at a time, beside what the trained body got from its search.

    `known` are the first accuracies, where an earlier run was stopped: it goes on after them.
    """
    if not own_parameters(network):
        yield Control(ANEW, "keep", (), searches.trained, NO_BODY)
        return
    through, told = len(known), None
    for step in growing_search(network, waves, searches, known=known):
        if step.body > through:
            through = step.body
            yield step.control
        elif on_setting and step != told:
            on_setting(step.body, step.done, step.most)
        told = step


def growing_search(
    network: Network, waves: CosineFit, searches: BodySearches, *, known: tuple[float, ...] = ()
) -> Iterator[BodySearch]:
    """`searched_control` a setting at a time, for whoever may stop it; after each body, the control with it."""
    for shuffle in range(len(known), searches.seeds):
        search = shuffled_search(network, waves, searches.group, shuffle, searches.options, searches.counted_share)
        best = yield from _told_with(_control(searches, known), search)
        known += (best,)
        yield BodySearch(_control(searches, known), 0, 1)


def _control(searches: BodySearches, known: tuple[float, ...]) -> Control:
    return Control(ANEW, "keep", known, searches.trained, REMARK, searches.seeds)


def _told_with(control: Control, search: Steps[float]) -> Generator[BodySearch, None, float]:
    """The steps of a search, each with the control as it stands; returns what the search finds."""
    while True:
        try:
            done, most = next(search)
        except StopIteration as end:
            return float(end.value)
        yield BodySearch(control, done, most)
