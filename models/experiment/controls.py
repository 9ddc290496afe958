"""What could explain a figure away: the same operation on bodies, tables and frequencies that learned nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from models.ablation.frequencies import other_frequencies
from models.ablation.oscillators import run_otherwise
from models.ablation.phases import phase_scrambled
from models.ablation.shuffles import NO_BODY, WHOLE_BODY, own_parameters, shuffled_body, shuffles_of
from models.circuits.logits import CosineFit, logit_waves
from models.evaluation import Evaluation
from models.experiment.apply import apply_readout_mode
from models.network import Network
from models.runtime.memo import memoised
from models.surgery.balance import Balance, balance_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe, linked_recipe

SEEDS = 5
OnSeed = Callable[[str, int], None]  # hears what is counted next, and with which seed
Share = Callable[[Evaluation], float]  # of the pairs that are asked about, how many are right
SCRAMBLED = "phases of the tables scrambled"
OTHERS = "other frequencies scaled up instead"
ControlKey = tuple[str, ReadoutMode]  # what tells the controls of one operation apart


@dataclass(frozen=True)
class Control:
    """One control: accuracies over all pairs, one per seed, beside what the trained network gets the same way."""

    name: str
    readout: ReadoutMode
    accuracies: tuple[float, ...]
    trained: float
    remark: str = ""
    wanted: int = 0  # seeds that it is to have; fewer while it grows

    @property
    def key(self) -> ControlKey:
        """Its name and readout mode."""
        return self.name, self.readout

    @property
    def is_whole(self) -> bool:
        """Every seed is counted."""
        return len(self.accuracies) >= self.wanted

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return sum(self.accuracies) / len(self.accuracies) if self.accuracies else 0.0


def relative_margin(evaluation: Evaluation, recipe: Recipe, waves: CosineFit) -> float:
    """Our smallest logit margin over that of the analytic network Σ_k α_k·cos(2πσ(k)(a+b−c)/q) with the same α.

    The analytic network is right everywhere whenever its margin is above 0. 0 where it tells nothing apart.
    """
    analytic = recipe_margin(recipe, waves) * float(waves.alphas.sum())
    return evaluation.smallest_margin / analytic if analytic > 0 else 0.0


def share_of_all(evaluation: Evaluation) -> float:
    """Right pairs over all pairs of the group."""
    return evaluation.counts.accuracy


def controls_at_most(network: Network) -> int:
    """How many controls `run_controls` gives, or one more where every frequency is a key one."""
    shuffled = len(READOUT_MODES) * len(shuffles_of(network)) if own_parameters(network) else 1
    return 2 + shuffled + len(run_otherwise(network))


@dataclass(frozen=True)
class _Trial:
    """One control before it is counted."""

    name: str
    readout: ReadoutMode
    seeds: int
    trained: Callable[[], float]
    accuracy: Callable[[int], float]  # with one seed
    remark: str = ""
    announced: str = ""  # with each seed, before it is counted; nothing where there is one count alone

    def growing(self, known: Control | None = None, on_seed: OnSeed | None = None) -> Iterator[Control]:
        """The control after each further seed, from those that are known on; nothing where all are."""
        found = known.accuracies if known else ()
        if known and len(found) >= self.seeds:
            return
        trained = known.trained if known else self.trained()
        if not self.seeds:
            yield Control(self.name, self.readout, (), trained, self.remark)
        for seed in range(len(found), self.seeds):
            if on_seed and self.announced:
                on_seed(self.announced, seed)
            found = (*found, self.accuracy(seed))
            yield Control(self.name, self.readout, found, trained, self.remark, self.seeds)


def run_controls(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    *,
    seeds: int = SEEDS,
    fit_seed: int = 0,
    share: Share = share_of_all,
    on_seed: OnSeed | None = None,
) -> Iterator[Control]:
    """Every control of one operation, one after the other: same dials, each readout mode, several seeds.

    `fit_seed` is of the pairs that calibrate and refit are fitted on; `share` says which pairs count, where not every
    sum of the group is asked for.
    """
    for trial in _trials(network, recipe, waves, seeds, fit_seed, share):
        *_, whole = trial.growing(on_seed=on_seed)
        yield whole


def growing_controls(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    *,
    seeds: int = SEEDS,
    fit_seed: int = 0,
    share: Share = share_of_all,
    known: Mapping[ControlKey, Control] | None = None,
) -> Iterator[Control]:
    """`run_controls` a seed at a time, for whoever may stop it: each control again after every seed of it.

    `known` are those that an earlier run has given, the last one perhaps in part: it goes on after them.
    """
    known = dict(known or {})
    for trial in _trials(network, recipe, waves, seeds, fit_seed, share):
        yield from trial.growing(known.get((trial.name, trial.readout)))


def _trials(
    network: Network, recipe: Recipe, waves: CosineFit, seeds: int, fit_seed: int, share: Share = share_of_all
) -> Iterator[_Trial]:
    """Every control of one operation, in the order in which they are counted."""
    trained = cache(lambda readout: accuracy_of(network, recipe, waves, readout, fit_seed, share))
    if not own_parameters(network):
        yield _Trial(WHOLE_BODY, "keep", 0, partial(trained, "keep"), lambda _: 0.0, NO_BODY)
    else:
        for readout in READOUT_MODES:
            for name in shuffles_of(network):
                yield _shuffled_trial(
                    network,
                    recipe,
                    waves,
                    readout,
                    name,
                    seeds,
                    fit_seed,
                    trained=partial(trained, readout),
                    share=share,
                )
    yield _Trial(
        SCRAMBLED,
        "keep",
        seeds,
        partial(trained, "keep"),
        lambda seed: accuracy_of(phase_scrambled(network, seed), recipe, waves, "keep", share=share),
        announced=SCRAMBLED,
    )
    for name, otherwise in run_otherwise(network).items():
        kept = partial(_kept_accuracy, otherwise, recipe, waves, share)
        yield _Trial(name, "keep", 1, partial(trained, "keep"), kept)
    rescaled, others = other_frequencies(network)
    pairs = list(zip(others, recipe.targets.values(), strict=False))  # as many as there are dials on
    if pairs:
        other = linked_recipe(recipe.group, dict(pairs), recipe.harmonics)
        other = replace(other, norm_gain=recipe.norm_gain)
        chosen = tuple(frequency for frequency, _ in pairs)
        remark = f"frequencies {', '.join(map(str, chosen))} on the same targets"
        yield _Trial(
            OTHERS,
            "keep",
            1,
            partial(trained, "keep"),
            lambda _: accuracy_of(rescaled, other, logit_waves(rescaled, chosen), "keep", share=share),
            remark,
        )


def _shuffled_trial(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    readout: ReadoutMode,
    name: str,
    seeds: int,
    fit_seed: int,
    *,
    trained: Callable[[], float],
    share: Share = share_of_all,
) -> _Trial:
    def accuracy(shuffle: int) -> float:
        return _accuracy_on_shuffled(network, recipe, waves, readout, name, shuffle, fit_seed, share)

    return _Trial(name, readout, seeds, trained, accuracy, announced=f"{name}, {readout}")


def accuracy_of(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    readout: ReadoutMode,
    fit_seed: int = 0,
    share: Share = share_of_all,
) -> float:
    """Right pairs over all q² pairs, or over those that `share` asks about, with one readout mode."""
    return share(apply_readout_mode(network, recipe, waves, readout, seed=fit_seed).evaluation)


def _kept_accuracy(network: Network, recipe: Recipe, waves: CosineFit, share: Share, _seed: int) -> float:
    return accuracy_of(network, recipe, waves, "keep", share=share)


def shuffled_control(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    readout: ReadoutMode,
    *,
    name: str = WHOLE_BODY,
    seeds: int = SEEDS,
    fit_seed: int = 0,
) -> Control:
    """One readout mode on shuffled bodies beside the trained one; no accuracies where there is no body.

    `name` is one of `shuffles_of` the network and says what is shuffled, with seeds 0 to `seeds` − 1; what is fitted is
    fitted on the pairs of `fit_seed`, for the trained body and the shuffled ones alike.
    """
    trained = accuracy_of(network, recipe, waves, readout, fit_seed)
    if not own_parameters(network):
        return Control(name, readout, (), trained, NO_BODY)
    trial = _shuffled_trial(network, recipe, waves, readout, name, seeds, fit_seed, trained=lambda: trained)
    *_, whole = trial.growing()
    return whole


def _accuracy_on_shuffled(
    network: Network,
    recipe: Recipe,
    waves: CosineFit,
    readout: ReadoutMode,
    name: str,
    shuffle: int,
    fit_seed: int,
    share: Share,
) -> float:
    """One readout mode on one shuffled body; its dials are balanced for itself, which takes a second, once."""
    shuffled = shuffled_body(network, shuffle, only=shuffles_of(network)[name])
    if readout != "balance":
        return accuracy_of(shuffled, recipe, waves, readout, fit_seed, share)
    balance = _balance_of_shuffled(network, name, shuffle, waves.frequencies)
    return accuracy_of(shuffled, balance.of(recipe), waves, "keep", share=share)


@memoised
def _balance_of_shuffled(network: Network, name: str, shuffle: int, frequencies: tuple[int, ...]) -> Balance:
    return balance_of(shuffled_body(network, shuffle, only=shuffles_of(network)[name]), frequencies)
