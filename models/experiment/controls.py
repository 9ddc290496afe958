"""What could explain a figure away: the same operation on bodies, tables and frequencies that learned nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from models.ablation.frequencies import other_frequencies
from models.ablation.phases import phase_scrambled
from models.ablation.shuffles import NO_BODY, WHOLE_BODY, own_parameters, shuffled_body, shuffles_of
from models.circuits.logits import LogitWaves, logit_waves
from models.evaluation import Evaluation
from models.experiment.apply import apply_readout_mode
from models.network import Network
from models.surgery.balance import Balance, balance_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe, linked_recipe

SEEDS = 5
OnSeed = Callable[[str, int], None]  # hears what is counted next, and with which seed


@dataclass(frozen=True)
class Control:
    """One control: accuracies over all pairs, one per seed, beside what the trained network gets the same way."""

    name: str
    readout: ReadoutMode
    accuracies: tuple[float, ...]
    trained: float
    remark: str = ""

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return sum(self.accuracies) / len(self.accuracies) if self.accuracies else 0.0


def relative_margin(evaluation: Evaluation, recipe: Recipe, waves: LogitWaves) -> float:
    """Our smallest logit margin over that of the analytic network Σ_k α_k·cos(2πσ(k)(a+b−c)/q) with the same α.

    The analytic network is right everywhere whenever its margin is above 0. 0 where it tells nothing apart.
    """
    analytic = recipe_margin(recipe, waves) * float(waves.alphas.sum())
    return evaluation.smallest_margin / analytic if analytic > 0 else 0.0


def controls_at_most(network: Network) -> int:
    """How many controls `run_controls` gives, or one more where every frequency is a key one."""
    return 2 + (len(READOUT_MODES) * len(shuffles_of(network)) if own_parameters(network) else 1)


def run_controls(
    network: Network,
    recipe: Recipe,
    waves: LogitWaves,
    *,
    seeds: int = SEEDS,
    fit_seed: int = 0,
    on_seed: OnSeed | None = None,
) -> Iterator[Control]:
    """Every control of one operation, one after the other: same dials, each readout mode, several seeds.

    `fit_seed` is of the pairs that calibrate and refit are fitted on.
    """
    if not own_parameters(network):
        yield shuffled_control(network, recipe, waves, "keep", seeds=seeds)
    else:
        for readout in READOUT_MODES:
            for name in shuffles_of(network):
                yield shuffled_control(
                    network, recipe, waves, readout, name=name, seeds=seeds, fit_seed=fit_seed, on_seed=on_seed
                )
    trained = accuracy_of(network, recipe, waves, "keep")
    scrambled = "phases of the tables scrambled"
    found = tuple(
        accuracy_of(phase_scrambled(network, seed), recipe, waves, "keep")
        for seed in _announced(seeds, scrambled, on_seed)
    )
    yield Control(scrambled, "keep", found, trained)
    rescaled, others = other_frequencies(network)
    pairs = list(zip(others, recipe.targets.values(), strict=False))  # as many as there are dials on
    if pairs:
        other = linked_recipe(recipe.modulus, dict(pairs), recipe.harmonics)
        chosen = tuple(frequency for frequency, _ in pairs)
        accuracy = accuracy_of(rescaled, other, logit_waves(rescaled, chosen), "keep")
        remark = f"frequencies {', '.join(map(str, chosen))} on the same targets"
        yield Control("other frequencies scaled up instead", "keep", (accuracy,), trained, remark)


def _announced(seeds: int, what: str, on_seed: OnSeed | None) -> Iterator[int]:
    """Every seed, told before it is used."""
    for seed in range(seeds):
        if on_seed:
            on_seed(what, seed)
        yield seed


def accuracy_of(network: Network, recipe: Recipe, waves: LogitWaves, readout: ReadoutMode, fit_seed: int = 0) -> float:
    """Right pairs over all q² pairs with one readout mode."""
    return apply_readout_mode(network, recipe, waves, readout, seed=fit_seed).evaluation.counts.accuracy


def shuffled_control(
    network: Network,
    recipe: Recipe,
    waves: LogitWaves,
    readout: ReadoutMode,
    *,
    name: str = WHOLE_BODY,
    seeds: int = SEEDS,
    fit_seed: int = 0,
    on_seed: OnSeed | None = None,
) -> Control:
    """One readout mode on shuffled bodies beside the trained one; no accuracies where there is no body.

    `name` is one of `shuffles_of` the network and says what is shuffled, with seeds 0 to `seeds` − 1; what is fitted is
    fitted on the pairs of `fit_seed`, for the trained body and the shuffled ones alike.
    """
    trained = accuracy_of(network, recipe, waves, readout, fit_seed)
    if not own_parameters(network):
        return Control(name, readout, (), trained, NO_BODY)
    found = tuple(
        _accuracy_on_shuffled(network, recipe, waves, readout, name, shuffle, fit_seed)
        for shuffle in _announced(seeds, f"{name}, {readout}", on_seed)
    )
    return Control(name, readout, found, trained)


def _accuracy_on_shuffled(
    network: Network, recipe: Recipe, waves: LogitWaves, readout: ReadoutMode, name: str, shuffle: int, fit_seed: int
) -> float:
    """One readout mode on one shuffled body; its dials are balanced for itself, which takes a second, once."""
    shuffled = shuffled_body(network, shuffle, only=shuffles_of(network)[name])
    if readout != "balance":
        return accuracy_of(shuffled, recipe, waves, readout, fit_seed)
    kept, key = _balances.setdefault(network, {}), (name, shuffle, waves.frequencies)
    if key not in kept:
        kept[key] = balance_of(shuffled, waves.frequencies)
    return accuracy_of(shuffled, kept[key].of(recipe), waves, "keep")


_balances: WeakKeyDictionary[Network, dict[tuple[str, int, tuple[int, ...]], Balance]] = WeakKeyDictionary()
