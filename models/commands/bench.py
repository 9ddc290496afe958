"""Time one evaluation against TransformerLens and against the arithmetic floor, in one run; ratios of medians."""

import platform
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor

from models.circuits.logits import logit_waves
from models.circuits.spectra import key_frequencies
from models.commands.files import add_file, open_reading, thread_count
from models.commands.sections import write_section
from models.commands.terminal import print_json, print_text
from models.errors import ClockworkError
from models.evaluation import evaluate, unembedding_directions, whole_unembedding
from models.files.writing import reserved_if_asked
from models.formats import transformerlens
from models.network import Network
from models.planner import find_dials
from models.runtime.program import program_name
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant

SECTION = "One evaluation"
PRODUCT_SIZE = 2048
TURN_SECONDS = 0.5
WAYS = {"ours": "all pairs, three states, set-up counted", "transformerlens": "hooked forward pass over all pairs"}


def add_arguments(parser: ArgumentParser) -> None:
    """FILE, how often, where to write."""
    add_file(parser, nargs="?", default="transformer-113")
    parser.add_argument("--repeats", type=int, default=9, help="runs of each; medians are shown (9)")
    parser.add_argument("--threads", type=thread_count, default=2, help="the same for all (2)")
    parser.add_argument("--out", type=Path, help="write the table as a section of this file, e.g. docs/BENCHMARKS.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Time, print, write; exit 0."""
    with reserved_if_asked(options.out) as place:
        result = _timed(options)
        table = as_markdown(result, options.arguments)
        if options.json:
            print_json(result)
        else:
            print_text(table)
        if place:
            write_section(place, SECTION, table, document_title="Benchmarks")
    return 0


def _timed(options: Namespace) -> dict[str, Any]:
    """The JSON object of `bench --json`."""
    torch.set_num_threads(max(1, options.threads))
    interpretation, contents = open_reading(options)
    network = interpretation.network
    if network.body.attention is None:
        raise ClockworkError(f"{contents.name} is no transformer; the comparison with TransformerLens needs one.")
    recipe = own_recipe(network.modulus, key_frequencies(network).frequencies)
    operated = transplant(network, recipe)
    ways: dict[str, Callable[[], object]] = {"ours": lambda: evaluate(operated)}
    if find_spec("transformer_lens"):
        ways["transformerlens"] = hooked_forward(operated)
    timed = interleaved_medians(ways, max(1, options.repeats))
    operations = counted_operations(operated)
    rate = product_rate(max(1, options.repeats))
    result: dict[str, Any] = {
        "file": contents.name,
        "modulus": operated.modulus,
        "pairs": operated.task.pair_count,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": machine(),
        "seconds": timed,
        "operations": operations,
        "product_rate": rate,
        "floor_seconds": operations / rate,
        "over_floor": timed["ours"] * rate / operations,
    }
    if "transformerlens" in timed:
        result["times_as_fast_as_transformerlens"] = timed["transformerlens"] / timed["ours"]
    result["search_at_97_seconds"] = timed_once(
        lambda: find_dials(network, logit_waves(network, tuple(recipe.targets)), 97)
    )
    return result


def interleaved_medians(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median seconds of each way; they take turns, so that what else the machine does meets all of them.

    A turn is as long for every way, and begins with a run that is not timed: a fast way is measured as it runs again
    and again, with caches, cores and threads its own, and not with those that a slow one left.
    """
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            way()
            end = time.perf_counter() + TURN_SECONDS
            while True:
                seen[name].append(timed_once(way))
                if time.perf_counter() > end:
                    break
    return {name: median(seconds) for name, seconds in seen.items()}


def timed_once(act: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def hooked_forward(network: Network) -> Callable[[], Tensor]:
    """TransformerLens's forward pass over all pairs of the same network, and which of them it gets right."""
    from transformer_lens import HookedTransformer, HookedTransformerConfig  # noqa: PLC0415  # only where it is there

    state = transformerlens.write(network)
    heads, width, head_width = state["blocks.0.attn.W_Q"].shape
    config = HookedTransformerConfig(
        n_layers=sum(name.endswith("attn.W_Q") for name in state),
        d_model=width,
        n_ctx=3,
        d_head=head_width,
        n_heads=heads,
        d_mlp=state["blocks.0.mlp.W_in"].shape[1],
        d_vocab=network.modulus + 1,
        d_vocab_out=network.modulus,
        act_fn="relu",
        normalization_type=None,
        device="cpu",
    )
    model = HookedTransformer(config)
    model.load_state_dict(state, strict=False)
    a, b = network.task.pairs()
    tokens = torch.stack([a, b, torch.full_like(a, network.modulus)], dim=1)
    answers = network.task.answers(a, b)

    @torch.no_grad()
    def forward() -> Tensor:
        right: Tensor = model(tokens)[:, -1].argmax(-1) == answers
        return right

    return forward


def counted_operations(network: Network) -> float:
    """Floating-point operations of one evaluation by per-token tables: multiply and add counted as two.

    Per pair: two mixing terms a head for every neuron and direction, what each neuron writes along the directions,
    and the classes from the directions.
    """
    state = transformerlens.write(network)
    heads, neurons = len(state["blocks.0.attn.W_Q"]), state["blocks.0.mlp.W_in"].shape[1]
    directions = (
        unembedding_directions(network.unembedding, network.task.group) or whole_unembedding(network.unembedding)
    ).directions.shape[1]
    per_pair = 2 * heads * (neurons + directions) + neurons * directions + directions * network.modulus
    return 2.0 * per_pair * network.task.pair_count


def product_rate(repeats: int) -> float:
    """Measured float32 operations a second of a large matrix product on the same threads."""
    left, right = torch.randn(2, PRODUCT_SIZE, PRODUCT_SIZE)
    seconds = interleaved_medians({"product": lambda: left @ right}, repeats)["product"]
    return 2 * PRODUCT_SIZE**3 / seconds


def machine() -> str:
    """The processor by its name, and on how many threads PyTorch computes."""
    return f"{processor_name()}, {torch.get_num_threads()} threads"


def processor_name() -> str:
    """What the processor calls itself."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def as_markdown(result: dict[str, Any], arguments: list[str]) -> str:
    """The section of docs/BENCHMARKS.md."""
    seconds = result["seconds"]
    lines = [
        f"`{program_name()} {' '.join(arguments)}` on {date.today()}, {result['machine']}, PyTorch {result['torch']}.",
        f"{result['file']} at its own modulus {result['modulus']} with its own dials, all {result['pairs']:,} pairs; "
        f"medians, taken in one run in turns of {TURN_SECONDS} s for each way.",
        "",
        "| way | median | ratio to ours |",
        "|---|---|---|",
        f"| ours: {WAYS['ours']} | {1000 * seconds['ours']:.1f} ms | 1 |",
    ]
    if "transformerlens" in seconds:
        ratio = result["times_as_fast_as_transformerlens"]
        shown = f"{1000 * seconds['transformerlens']:.0f} ms | {ratio:.1f} |"
        lines.append(f"| TransformerLens 3.9: {WAYS['transformerlens']} | {shown}")
    lines += [
        f"| floor: {result['operations'] / 1e9:.2f} GFLOP at the measured {result['product_rate'] / 1e9:.0f} GFLOP/s "
        f"of a large product | {1000 * result['floor_seconds']:.2f} ms | {1 / result['over_floor']:.3f} |",
        "",
        f"A search for dials at 97, from nothing to all pairs counted: {result['search_at_97_seconds']:.2f} s.",
        "",
    ]
    return "\n".join(lines)
