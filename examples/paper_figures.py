"""The main figures of four papers, from any checkpoint, as vector PDF and SVG in the width of a column.

    python examples/paper_figures.py transformer-113 --out figures
    python examples/paper_figures.py my_checkpoint.pt --width-in 3.3 --font-pt 8

Embedding spectrum (Nanda et al. 2023, arXiv 2301.05217), neurons by frequency (the same; He et al. 2026, 2602.16849),
one pair's logits as a sum of cosines (Chughtai et al. 2023, 2302.03025), and clock against pizza: how the right logit
depends on a − b (Zhong et al. 2023, 2306.17844). Needs matplotlib: pip install '.[paper]'.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where Clockwork is not installed

import models  # after the line above

GOLDEN = 0.62  # height by width
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito
SOFT = "#BBBBBB"


def paper_style(font_pt: float) -> dict[str, object]:
    """Settings of matplotlib: one size of letters, text that stays text, no boxes, thin lines."""
    return {
        "font.size": font_pt,
        "axes.titlesize": font_pt,
        "legend.fontsize": font_pt * 0.85,
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "lines.linewidth": 0.9,
        "legend.frameon": False,
        "svg.hashsalt": "clockwork",  # the same figure is the same file
    }


def embedding_spectrum(axes: Axes, network: models.Network) -> None:
    """Share of the embedding's power at each frequency; key frequencies in colour."""
    spectrum, keys = models.embedding_spectrum(network), models.key_frequencies(network).frequencies
    axes.bar(spectrum.frequencies, spectrum.shares.tolist(), color=[_colour(k, keys) for k in spectrum.frequencies])
    axes.set(xlabel="frequency $k$", ylabel="share of power in $W_E$")


def neurons_by_frequency(axes: Axes, network: models.Network) -> None:
    """Each neuron's own frequency and how much of its variance that explains."""
    table, keys = models.neuron_table(network), models.key_frequencies(network).frequencies
    colours = [_colour(k, keys) for k in table.frequencies.tolist()]
    axes.scatter(table.frequencies.tolist(), table.explained.tolist(), s=4, c=colours, linewidths=0)
    axes.axhline(0.85, color=SOFT, linestyle=":")
    axes.set(xlabel="neuron's frequency $k$", ylabel="variance explained", ylim=(0, 1.02))


def logits_of_a_pair(axes: Axes, network: models.Network, a: int, b: int) -> None:
    """The logits of one pair along the classes, and the cosines that they are made of."""
    keys = models.key_frequencies(network).frequencies
    found = models.pair_waves(network, models.logit_fit(models.LogitGrid(network)), keys, a, b)
    classes = torch.arange(network.modulus)
    for k, wave in zip(keys, found.waves, strict=True):
        axes.plot(classes, wave, color=_colour(k, keys), linewidth=0.6, label=f"$k={k}$" if len(keys) <= 7 else None)
    axes.plot(classes, found.logits, color="black", label="logits")
    axes.axvline((a + b) % network.modulus, color=SOFT, linestyle=":")
    axes.set(xlabel=f"class $c$, for $a={a}$, $b={b}$", ylabel="centred logit")
    axes.legend(ncol=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), handlelength=1, columnspacing=1)


def clock_or_pizza(axes: Axes, network: models.Network) -> None:
    """The right logit by a − b: flat for a clock, a wave with a zero for a pizza. Mean and deviation over a + b."""
    p = network.modulus
    numbers = torch.arange(p)
    a, b = numbers.repeat_interleave(p), numbers.repeat(p)
    logits = torch.cat([network(*pair) for pair in zip(a.split(p), b.split(p), strict=True)])
    right = logits.gather(1, ((a + b) % p)[:, None])
    by_difference = right.reshape(p, p).gather(1, (numbers[:, None] - numbers) % p)  # [a, δ]
    mean, spread = by_difference.mean(0), by_difference.std(0, unbiased=False)
    axes.fill_between(numbers, mean - spread, mean + spread, color=SOFT, linewidth=0)
    axes.plot(numbers, mean, color=COLOURS[0])
    irrelevance = models.measures_of(network).get("distance_irrelevance")
    told = "" if irrelevance is None else f"distance irrelevance {irrelevance.value:.2f}"
    low = min(0.0, float((mean - spread).min()))
    axes.set(xlabel="$(a-b)$ mod $p$", ylabel="logit of the right class", title=told, ylim=(low, None))


FIGURES = {
    "embedding-spectrum": embedding_spectrum,
    "neurons": neurons_by_frequency,
    "logits": lambda axes, network: logits_of_a_pair(axes, network, network.modulus // 3, network.modulus // 2),
    "clock-or-pizza": clock_or_pizza,
}


def drawn(name: str, network: models.Network, width_in: float = 3.3, font_pt: float = 8) -> Figure:
    """One of FIGURES, as a matplotlib figure of the width of a column."""
    with mpl.rc_context(paper_style(font_pt)):
        figure, axes = plt.subplots(figsize=(width_in, width_in * GOLDEN), layout="constrained")
        FIGURES[name](axes, network)
    return figure


def written(network: models.Network, folder: Path, width_in: float = 3.3, font_pt: float = 8) -> list[Path]:
    """All figures as NAME.pdf and NAME.svg; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name in FIGURES:
        figure = drawn(name, network, width_in, font_pt)
        for ending in ("pdf", "svg"):
            undated = {"CreationDate": None} if ending == "pdf" else {"Date": None}
            with mpl.rc_context(paper_style(font_pt)):
                figure.savefig(folder / f"{name}.{ending}", metadata=undated)
            files.append(folder / f"{name}.{ending}")
        plt.close(figure)
    return files


def _colour(k: int, keys: tuple[int, ...]) -> str:
    """A key frequency's colour; all others are grey."""
    return COLOURS[keys.index(k) % len(COLOURS)] if k in keys else SOFT


def main(words: list[str]) -> None:
    """Write the figures of one checkpoint, and say where and how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a checkpoint, or the name of a bundled network")
    parser.add_argument("--out", type=Path, default=Path("figures"), help="the folder (figures)")
    parser.add_argument("--width-in", type=float, default=3.3, help="inches (3.3)")
    parser.add_argument("--font-pt", type=float, default=8, help="points (8)")
    asked = parser.parse_args(words)
    for path in written(models.open_network(asked.file), asked.out, asked.width_in, asked.font_pt):
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    mpl.use("agg")
    main(sys.argv[1:])
