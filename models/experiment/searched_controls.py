"""The fair control of a search: each shuffled body gets dials of its own, sought just as hard as the trained one's."""

from collections.abc import Callable, Iterator

from models.ablation.shuffles import NO_BODY, own_parameters, shuffled_body
from models.circuits.logits import LogitWaves, logit_waves
from models.experiment.controls import SEEDS, Control
from models.network import Network
from models.planner import ROUNDS, find_dials

ANEW = "whole body shuffled, dials searched anew"
REMARK = "each figure is the best of a search as long as the trained body's"
OnSetting = Callable[[int, int, int], None]  # hears (seed of the shuffle, settings tried, at most)


def best_of_shuffled(
    network: Network,
    waves: LogitWaves,
    modulus: int,
    shuffle: int,
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    on_setting: OnSetting | None = None,
) -> float:
    """The best accuracy, with nothing fitted, of the search for dials on one shuffled body.

    The same frequencies, budget and seed as the trained body has; α is measured anew, since the shuffled body's own is
    what a search of it would know.
    """
    shuffled = shuffled_body(network, shuffle)
    plan = find_dials(
        shuffled,
        logit_waves(shuffled, waves.frequencies),
        modulus,
        seed=seed,
        rounds=rounds,
        on_progress=None if on_setting is None else lambda done, most: on_setting(shuffle, done, most),
    )
    return plan.evaluation.counts.accuracy


def searched_control(
    network: Network,
    waves: LogitWaves,
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
    for shuffle in range(len(known), seeds):
        known += (best_of_shuffled(network, waves, modulus, shuffle, seed=seed, rounds=rounds, on_setting=on_setting),)
        yield Control(ANEW, "keep", known, trained, REMARK)
