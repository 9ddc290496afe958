"""What could explain a figure away: the same operation on bodies, tables and frequencies that learned nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from models.bodies.mlp import MlpBody
from models.certificate import Interval, wilson_interval
from models.circuits.basis import cosine_sine
from models.circuits.logits import LogitWaves, logit_waves
from models.circuits.spectra import embedding_spectrum, key_frequencies
from models.circuits.waves import table_waves
from models.evaluation import Evaluation, State, plain_logits, right_and_rival, states_of
from models.ladder import climb
from models.network import Layout, Network
from models.surgery.balance import Balance, balance_of
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUTS, Readout
from models.surgery.recipe import Recipe, linked_recipe
from models.task import Addition

SEEDS = 5
WHOLE_BODY = "whole body shuffled"
OnSeed = Callable[[str, int], None]  # hears what is counted next, and with which seed
NO_BODY = "this body has no parameters of its own: its weights are its tables, so there is nothing to shuffle"


@dataclass(frozen=True)
class Control:
    """One control: accuracies over all pairs, one per seed, beside what the trained network gets the same way."""

    name: str
    readout: Readout
    accuracies: tuple[float, ...]
    trained: float
    remark: str = ""

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return sum(self.accuracies) / len(self.accuracies) if self.accuracies else 0.0


def own_parameters(network: Network) -> int:
    """Numbers in the body that no re-cut table could take over."""
    return network.body.own_parameters


def recut_parameters(network: Network) -> int:
    """Numbers in the operand tables and the readout: what surgery writes anew."""
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    return sum(tensor.numel() for tensor in (*tables, network.readout))


def shuffled_body(network: Network, seed: int, *, blend: float = 1.0, only: str = "") -> Network:
    """The network with the entries of each body weight permuted at random, or part of the way there.

    `blend` 0 is the trained body, 1 the shuffled one, between them their weighted mean. `only` limits the shuffle to
    weights whose name ends in one of its words, e.g. "W_in W_out b_in" for the MLP alone. Tables and readout stay.
    """
    generator = torch.Generator().manual_seed(seed)
    names = {id(tensor): name for name, tensor in network.body.tensors().items()}
    endings = tuple(only.split()) or ("",)

    def shuffle(tensor: Tensor) -> Tensor:
        if not names[id(tensor)].endswith(endings):
            return tensor
        mixed = tensor.flatten()[torch.randperm(tensor.numel(), generator=generator)].reshape(tensor.shape)
        return (1 - blend) * tensor + blend * mixed

    return replace(network, body=network.body.map_tensors(shuffle))


def phase_scrambled(network: Network, seed: int) -> Network:
    """The network with every column of its operand tables turned by random phases, frequency by frequency.

    All powers stay as they were; what is lost is that the columns agree on an angle.
    """
    generator = torch.Generator().manual_seed(seed)

    def scramble(table: Tensor) -> Tensor:
        p = len(table)
        spectrum = torch.fft.rfft(table.double(), dim=0)
        turn = torch.rand(spectrum.shape, generator=generator, dtype=torch.float64) * 2 * torch.pi
        turn[0] = 0
        if p % 2 == 0:
            turn[-1] = 0
        return torch.fft.irfft(spectrum * torch.polar(torch.ones_like(turn), turn), n=p, dim=0).to(table.dtype)

    table_a = scramble(network.table_a)
    return replace(network, table_a=table_a, table_b=table_a if network.tables_shared else scramble(network.table_b))


def other_frequencies(network: Network) -> tuple[Network, tuple[int, ...]]:
    """The network with its strongest non-key frequencies scaled to the power of its key ones, and which they are."""
    keys = key_frequencies(network).frequencies
    shares = embedding_spectrum(network).shares
    if not keys:
        return network, ()
    others = sorted(
        (k for k in range(1, network.modulus // 2 + 1) if k not in keys), key=lambda k: -float(shares[k - 1])
    )
    chosen = tuple(sorted(others[: len(keys)]))

    def rescale(table: Tensor) -> Tensor:
        waves = table_waves(table)
        spectrum = torch.fft.rfft(table.double(), dim=0)
        wanted = torch.stack([waves.cosine[k].square().sum() + waves.sine[k].square().sum() for k in keys]).mean()
        for k in chosen:
            power = waves.cosine[k].square().sum() + waves.sine[k].square().sum()
            spectrum[k] *= (wanted / power.clamp_min(torch.finfo(torch.float64).tiny)).sqrt()
        return torch.fft.irfft(spectrum, n=len(table), dim=0).to(table.dtype)

    table_a = rescale(network.table_a)
    table_b = table_a if network.tables_shared else rescale(network.table_b)
    readout = rescale(network.readout.T).T.contiguous()
    return replace(network, table_a=table_a, table_b=table_b, readout=readout), chosen


def relative_margin(evaluation: Evaluation, recipe: Recipe, waves: LogitWaves) -> float:
    """Our smallest logit margin over that of the analytic network Σ_k α_k·cos(2πσ(k)(a+b−c)/q) with the same α.

    The analytic network is right everywhere whenever its margin is above 0. 0 where it tells nothing apart.
    """
    analytic = recipe_margin(recipe, waves) * float(waves.alphas.sum())
    return evaluation.smallest_margin / analytic if analytic > 0 else 0.0


def shuffles_of(network: Network) -> dict[str, str]:
    """The shuffles that a network has, each with the `only` of `shuffled_body`: of all of it, and of its parts."""
    apart = {f"{title} shuffled": " ".join(endings) for title, endings in network.body.parts.items()}
    return {WHOLE_BODY: ""} | apart


def controls_at_most(network: Network) -> int:
    """How many controls `run_controls` gives, or one more where every frequency is a key one."""
    return 2 + (len(READOUTS) * len(shuffles_of(network)) if own_parameters(network) else 1)


def run_controls(
    network: Network,
    recipe: Recipe,
    waves: LogitWaves,
    *,
    seeds: int = SEEDS,
    seed: int = 0,
    on_seed: OnSeed | None = None,
) -> Iterator[Control]:
    """Every control of one operation, one after the other: same dials, each readout rung, several shuffles.

    `seed` decides which pairs a readout is fitted on, shuffled or not; `seeds` says how many shuffles there are.
    """
    if not own_parameters(network):
        yield shuffled_control(network, recipe, waves, "keep", seeds=seeds)
    else:
        for readout in READOUTS:
            for name in shuffles_of(network):
                yield shuffled_control(
                    network, recipe, waves, readout, name=name, seeds=seeds, seed=seed, on_seed=on_seed
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


def accuracy_of(network: Network, recipe: Recipe, waves: LogitWaves, readout: Readout, *, seed: int = 0) -> float:
    """Right pairs over all q² pairs with one rung of the ladder; what it fits, it fits on the pairs of the seed."""
    return climb(network, recipe, waves, readout, seed=seed).evaluation.counts.accuracy


def refit_control(network: Network, recipe: Recipe, waves: LogitWaves, *, seeds: int = SEEDS, seed: int = 0) -> Control:
    """The same refit on shuffled bodies: what a refit figure must stand beside."""
    return shuffled_control(network, recipe, waves, "refit", seeds=seeds, seed=seed)


def shuffled_control(
    network: Network,
    recipe: Recipe,
    waves: LogitWaves,
    readout: Readout,
    *,
    name: str = WHOLE_BODY,
    seeds: int = SEEDS,
    seed: int = 0,
    on_seed: OnSeed | None = None,
) -> Control:
    """One rung of the ladder on shuffled bodies beside the trained one; no accuracies where there is no body.

    `name` is one of `shuffles_of` the network and says what is shuffled. `seed` is that of the figure which stands
    beside: shuffled bodies are fitted on the same pairs.
    """
    trained = accuracy_of(network, recipe, waves, readout, seed=seed)
    if not own_parameters(network):
        return Control(name, readout, (), trained, NO_BODY)
    found = tuple(
        _accuracy_on_shuffled(network, recipe, waves, readout, name, shuffle, seed)
        for shuffle in _announced(seeds, f"{name}, {readout}", on_seed)
    )
    return Control(name, readout, found, trained)


def _accuracy_on_shuffled(
    network: Network, recipe: Recipe, waves: LogitWaves, readout: Readout, name: str, shuffle: int, seed: int
) -> float:
    """One rung on one shuffled body; its dials are balanced for itself, which takes a second, once."""
    shuffled = shuffled_body(network, shuffle, only=shuffles_of(network)[name])
    if readout != "balance":
        return accuracy_of(shuffled, recipe, waves, readout, seed=seed)
    kept, key = _balances.setdefault(network, {}), (name, shuffle, waves.frequencies)
    if key not in kept:
        kept[key] = balance_of(shuffled, waves.frequencies)
    return accuracy_of(shuffled, kept[key].of(recipe), waves, "keep")


_balances: WeakKeyDictionary[Network, dict[tuple[str, int, tuple[int, ...]], Balance]] = WeakKeyDictionary()


def random_phase_mlp(modulus: int, frequencies: int, neurons: int, *, seed: int = 0, matched: bool = True) -> Network:
    """A one-hot MLP nobody trained: random frequencies and input phases φ, output phases 2φ (or, not matched, random).

    Neuron j reads cos(2πk_j·n/q + φ_j) from each operand and writes cos(2πk_j·c/q + ψ_j). With ψ = 2φ it adds, which
    shows that the phase rule alone makes the circuit. Source: He et al. 2026, arXiv 2602.16849.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = (torch.rand(frequencies, generator=generator) * (modulus // 2 - 1)).long() + 1
    k = chosen[torch.arange(neurons) % frequencies]
    phases = torch.rand(neurons, generator=generator, dtype=torch.float64) * modulus
    outputs = 2 * phases if matched else torch.rand(neurons, generator=generator, dtype=torch.float64) * modulus
    numbers = torch.arange(modulus, dtype=torch.float64)[:, None]
    table = cosine_sine(k * numbers + phases, modulus)[0].float()
    readout = cosine_sine(k * numbers + outputs, modulus)[0].T.float().contiguous()
    body = MlpBody("sum", (), "relu", neurons)
    return Network(Addition(modulus), table, table, body, readout, None, Layout("he"))


@torch.no_grad()
def sampled_interval(network: Network, pairs: int, *, seed: int = 0) -> Interval:
    """Right among so many random pairs, with its 95% interval: for moduli too large to exhaust, never a certificate.

    A pair is right as in a full count, so that ties are not: the logits' scale is that of the sample.
    """
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.randint(network.modulus, (2, pairs), generator=generator)
    both = []
    for logits, *pair in plain_logits(network, a, b):
        both.append(right_and_rival(logits - logits.mean(1, keepdim=True), network.task.answers(*pair)))
    seen = torch.cat(both)
    states = states_of(seen[:, 0] - seen[:, 1], float(seen.abs().max()))
    return wilson_interval(int((states == State.RIGHT).sum()), pairs)
