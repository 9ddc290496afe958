"""Defects planted in networks and looked for: python -m tests.bench.defects --trials 1000.

Prints, by noise on every number of the tables (in units of a table's root mean square): how many defects are located,
how often undamaged networks raise an alarm, and what the share of power outside the dials, which is all that a spectrum
knows, makes of the same networks. And of how many networks damaged without noise all pairs are right again.
"""

import argparse
import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models import zoo
from models.circuits.spectra import key_frequencies
from models.errors import ClockworkError
from models.evaluation import evaluate
from models.library.opening import open_network
from models.network import Network
from models.wavelets.defects import Defect, find_defects, outside_share
from models.wavelets.planting import KINDS, Planted, drawn_defect, planted, with_noise

NOISE = (0.0, 0.25, 0.5, 1.0)
ROWS = {"replaced", "noisy"}
RIGHT = 0.99  # of all pairs: networks that add; what a table of another network is made of is no circuit
SMALLEST = 20
WIDEST = 1024  # columns: what is wider takes its time


@dataclass(frozen=True)
class Trial:
    """One network, damaged or not, looked at."""

    network: str
    noise: float
    kind: str  # "none" where it is undamaged
    located: bool
    alarms: int
    outside: float
    right: tuple[int, int, int] | None = None  # pairs before, damaged, repaired


def networks() -> Iterator[tuple[str, Network]]:
    """The zoo's, and the shared checkpoints that add, where there are any."""
    for card in zoo.names():
        yield card, zoo.load(card)
    shared = Path(os.environ.get("CLOCKWORK_SHARED", "../shared")) / "checkpoints"
    for path in sorted([*shared.rglob("*.pt"), *shared.rglob("*.pth")]):
        try:
            network = open_network(path)
        except ClockworkError:
            continue
        small = network.modulus >= SMALLEST and network.table_a.shape[1] < WIDEST
        if small and _adds(network):
            yield path.name, network


def _adds(network: Network) -> bool:
    """Nearly all of a thousand pairs right."""
    pairs = torch.randint(network.modulus, (2, 1000), generator=torch.Generator().manual_seed(0))
    right = network(*pairs).argmax(1) == network.task.group.sum(*pairs)
    return float(right.double().mean()) >= RIGHT


def is_found(defect: Planted, found: Sequence[Defect], p: int) -> bool:
    """Whether the defect is among those found: its table, its dial, its number within one."""
    return any(_same(defect, each, p) for each in found)


def _same(defect: Planted, found: Defect, p: int) -> bool:
    if defect.table != found.table or defect.frequency != found.frequency:
        return False
    if defect.number is None or found.number is None:
        return defect.number == found.number and found.kind == defect.kind
    return (found.number - defect.number + 1) % p <= 2 and (found.kind == "row") == (defect.kind in ROWS)


def trial(name: str, network: Network, noise: float, number: int, *, damaged: bool, counted: bool) -> Trial:
    """One look, drawn by its number."""
    generator = torch.Generator().manual_seed(number)
    dials = key_frequencies(network).frequencies
    kinds = KINDS if any(2 * k != network.modulus for k in dials) else tuple(ROWS)
    defect = drawn_defect(network, dials, kinds, generator=generator) if damaged else None
    seen = planted(network, defect, dials, number) if defect else network
    seen = with_noise(seen, noise, number) if noise else seen
    found = find_defects(seen, seed=number)
    located = defect is not None and is_found(defect, found.defects, network.modulus)
    right = None
    if defect and counted and defect.kind != "missing":
        right = tuple(evaluate(each).counts.right for each in (network, seen, found.mended))
    kind = defect.kind if defect else "none"
    return Trial(name, noise, kind, located, len(found.defects), outside_share(seen, dials), right)


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first exceeds one of the second: 0.5 is chance."""
    above, below = torch.tensor(higher)[:, None], torch.tensor(lower)
    return float(((above > below).double() + (above == below).double() / 2).mean())


def report(trials: list[Trial]) -> str:
    """The tables, in Markdown."""
    names = {each.network for each in trials}
    lines = [
        f"{sum(each.kind != 'none' for each in trials)} damaged and {sum(each.kind == 'none' for each in trials)} "
        f"undamaged networks, made of {len(names)}\n",
        f"| noise | {' | '.join(KINDS)} | all located | false alarms | spectrum finds (1% false alarms) | AUC | AUC, "
        "network known |",
        "|---" * (len(KINDS) + 6) + "|",
    ]
    for noise in sorted({each.noise for each in trials}):
        lines.append(_line(noise, [each for each in trials if each.noise == noise]))
    lines += ["\n| network | located | false alarms |", "|---|---|---|"]
    for name in sorted(names):
        own = [each for each in trials if each.network == name]
        lines.append(f"| {name} | {_share([e.located for e in own if e.kind != 'none'])} | {_alarms(own)} |")
    counted = [each for each in trials if each.right]
    lines += [
        "\n| repaired | networks | mean accuracy damaged | repaired | all right before | again |",
        "|---" * 6 + "|",
    ]
    for kind in KINDS[:-1]:
        lines.append(_repaired(kind, [each for each in counted if each.kind == kind]))
    return "\n".join(lines)


def _line(noise: float, trials: list[Trial]) -> str:
    damaged = [each for each in trials if each.kind != "none"]
    still = [each for each in trials if each.kind == "none"]
    of_kinds = [_share([each.located for each in damaged if each.kind == kind]) for kind in KINDS]
    shares = sorted(each.outside for each in still)
    bound = shares[-1 - len(shares) // 100] if shares else 1.0
    known = [
        area(
            [each.outside for each in damaged if each.network == name], [e.outside for e in still if e.network == name]
        )
        for name in {each.network for each in still}
        if any(each.network == name for each in damaged)
    ]
    auc = area([each.outside for each in damaged], shares) if shares and damaged else float("nan")
    return (
        f"| {noise:g} | {' | '.join(of_kinds)} | {_share([each.located for each in damaged])} | {_alarms(still)} | "
        f"{_share([each.outside > bound for each in damaged])} | {auc:.2f} | "
        f"{sum(known) / len(known) if known else float('nan'):.2f} |"
    )


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits)} of {len(hits)}"


def _alarms(trials: Sequence[Trial]) -> str:
    return _share([each.alarms > 0 for each in trials if each.kind == "none"])


def _repaired(kind: str, trials: list[Trial]) -> str:
    right = [each.right for each in trials if each.right]
    if not right:
        return f"| {kind} | 0 | | | | |"
    before, damaged, again = (torch.tensor(column, dtype=torch.float64) for column in zip(*right, strict=True))
    whole = torch.tensor([dict(PAIRS)[each.network] for each in trials], dtype=torch.float64)
    perfect = before == whole
    return (
        f"| {kind} | {len(right)} | {100 * float((damaged / whole).mean()):.2f}% | "
        f"{100 * float((again / whole).mean()):.2f}% | {int(perfect.sum())} | {int((again == whole)[perfect].sum())} |"
    )


PAIRS: dict[str, int] = {}


def main() -> None:
    """Draw, look, print; the tables so far after every twenty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, help="damaged networks (1000)")
    parser.add_argument("--still", type=int, default=400, help="undamaged ones (400)")
    parser.add_argument("--counted", type=int, default=200, help="of those without noise, repaired and counted (200)")
    parser.add_argument("--out", type=Path, help="also write the tables here")
    parser.add_argument("--noise", type=float, nargs="+", default=list(NOISE), help="levels (0 0.25 0.5 1)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    pool = list(networks())
    PAIRS.update({name: network.task.pair_count for name, network in pool})
    began, trials, counted = time.monotonic(), [], 0
    turns = itertools.cycle(itertools.product(pool, options.noise))
    share = options.still / max(1, options.trials)
    for number, ((name, network), noise) in zip(range(options.trials), turns, strict=False):
        count = noise == 0 and counted < options.counted and network.task.pair_count < 2**14
        trials.append(trial(name, network, noise, number, damaged=True, counted=count))
        counted += trials[-1].right is not None
        round_of = number // len(options.noise)  # so that every level has its share
        if int((round_of + 1) * share) > int(round_of * share):
            trials.append(trial(name, network, noise, 10**6 + number, damaged=False, counted=False))
        if (number + 1) % 20 == 0 or number + 1 == options.trials:
            text = f"{number + 1} trials, {time.monotonic() - began:.0f} s\n\n{report(trials)}\n"
            print(text, flush=True)
            if options.out:
                options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
