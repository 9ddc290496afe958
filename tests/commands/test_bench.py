"""`bench`: a clock of its own, and a stand-in for TransformerLens, so that every figure is known beforehand."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from models.commands import bench
from models.evaluation import predictions, unembedding_directions
from models.formats import transformerlens
from models.formats.registry import network_to_bytes
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, hand_built, random_network

RESULT = {
    "file": "some.pt",
    "modulus": 60,
    "pairs": 3600,
    "torch": "2.0",
    "machine": "a processor, 3 threads",
    "seconds": {"ours": 0.0125, "transformerlens": 0.25},
    "times_as_fast_as_transformerlens": 20.0,
    "operations": 3.2e9,
    "product_rate": 640e9,
    "floor_seconds": 0.005,
    "over_floor": 2.5,
    "search_at_97_seconds": 0.75,
}


@dataclass
class Clock:
    """Time that passes only where somebody says so; in halves of halves, which add up exactly."""

    now: float = 8.0
    log: list[str] = field(default_factory=list)

    def perf_counter(self) -> float:
        return self.now

    def way(self, name: str, *seconds: float):
        """What takes so long, the last of them from then on."""
        left = list(seconds)

        def act() -> None:
            self.log.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return act


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(bench, "time", clock)
    return clock


def test_ways_take_turns_of_half_a_second_and_each_turn_begins_untimed(clock: Clock):
    ways = {"quick": clock.way("quick", 0.25), "slow": clock.way("slow", 0.75)}
    assert bench.interleaved_medians(ways, 2) == {"quick": 0.25, "slow": 0.75}
    turn = ["quick"] * (1 + 3) + ["slow"] * (1 + 1)  # after two quick ones the half second is not over
    assert clock.log == turn * 2


def test_the_median_is_told_and_the_first_run_of_a_turn_is_none_of_it(clock: Clock):
    ways = {"uneven": clock.way("uneven", 64.0, 0.125, 0.0625, 4.0, 0.5, 0.5, 1.0)}
    # Untimed 64; 0.125, 0.0625 and 4 in the first turn; untimed 0.5; 0.5 and 1 in the second.
    assert bench.interleaved_medians(ways, 2) == {"uneven": 0.5}
    assert clock.now == 8 + 64 + 0.125 + 0.0625 + 4 + 0.5 + 0.5 + 1


def test_one_call_is_timed_by_itself(clock: Clock):
    assert bench.timed_once(clock.way("it", 3.5)) == 3.5


def test_the_rate_is_of_a_square_product(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench, "PRODUCT_SIZE", 10)
    monkeypatch.setattr(bench, "interleaved_medians", lambda ways, repeats: dict.fromkeys(ways, 4.0 * repeats))
    assert bench.product_rate(2) == 2 * 10**3 / 8


def test_operations_are_counted_by_tables():
    operated = transplant(hand_built(13, (1, 3, 4)), linked_recipe(40, {1: 2, 3: -3, 4: 5}))
    state = transformerlens.write(operated)
    heads, neurons = len(state["blocks.0.attn.W_Q"]), state["blocks.0.mlp.W_in"].shape[1]
    directions = unembedding_directions(operated.unembedding).directions.shape[1]
    assert len({heads, neurons, directions, 40}) == 4
    mixing, onto_directions, classes = 2 * heads * (neurons + directions), neurons * directions, directions * 40
    assert bench.counted_operations(operated) == 2 * (mixing + onto_directions + classes) * 40**2


def test_an_unembedding_of_many_waves_is_counted_by_its_own_rows():
    network = random_network(Shape(modulus=11, width=8, heads=2, neurons=12))
    assert unembedding_directions(network.unembedding) is None
    assert bench.counted_operations(network) == 2 * (2 * 2 * (12 + 8) + 12 * 8 + 8 * 11) * 11**2


class StandIn:
    """What `bench` asks of TransformerLens: it notes its sizes and weights, and answers as the network it is given."""

    def __init__(self, network: Any) -> None:
        self.network, self.config, self.state = network, {}, {}
        self.module = SimpleNamespace(
            HookedTransformerConfig=lambda **sizes: self.config.update(sizes), HookedTransformer=lambda _config: self
        )

    def load_state_dict(self, state: dict[str, torch.Tensor], strict: bool) -> None:
        assert not strict  # its buffers are not among the weights
        self.state = state

    def __call__(self, tokens: torch.Tensor) -> torch.Tensor:
        p = self.network.modulus
        a, b, equals = tokens.T
        assert (equals == p).all()
        logits = torch.zeros(len(tokens), 3, p)
        logits[:, 0, 0] = logits[:, 1, 1] = 1.0  # what other positions say is not asked for
        logits[torch.arange(len(tokens)), 2, predictions(self.network)[a, b]] = 1.0
        return logits


def test_the_library_gets_the_same_network_and_all_pairs(monkeypatch: pytest.MonkeyPatch):
    shape = Shape(modulus=7, width=8, heads=3, head_width=5, neurons=12, layers=2)
    network = random_network(shape)
    library = StandIn(network)
    monkeypatch.setitem(sys.modules, "transformer_lens", library.module)
    right = bench.hooked_forward(network)()
    sizes = {"n_layers": 2, "d_model": 8, "n_ctx": 3, "d_head": 5, "n_heads": 3, "d_mlp": 12}
    words = {"act_fn": "relu", "normalization_type": None, "device": "cpu"}
    assert library.config == sizes | words | {"d_vocab": 8, "d_vocab_out": 7}
    assert library.state.keys() == transformerlens.write(network).keys()
    a, b = network.task.pairs()
    assert torch.equal(right, predictions(network)[a, b] == (a + b) % 7)
    assert 0 < int(right.sum()) < 49


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch):
    """Products and turns that take no time, and the number of threads put back."""
    threads = torch.get_num_threads()
    monkeypatch.setattr(bench, "PRODUCT_SIZE", 8)
    monkeypatch.setattr(bench, "TURN_SECONDS", 0.0)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("installed", [True, False])
def test_figures_of_one_run_follow_from_each_other(clockwork, quick, monkeypatch: pytest.MonkeyPatch, installed: bool):
    monkeypatch.setattr(bench, "find_spec", lambda name: installed if name == "transformer_lens" else None)
    monkeypatch.setattr(bench, "hooked_forward", lambda _operated: lambda: None)
    code, out, err = clockwork("bench clock.pt --repeats 2 --threads 3 --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [found[name] for name in ("file", "modulus", "pairs", "threads")] == ["clock.pt", 13, 169, 3]
    assert found["machine"] == f"{bench.processor_name()}, 3 threads"
    assert found["torch"] == torch.__version__
    ours = found["seconds"]["ours"]
    assert found["operations"] == bench.counted_operations(hand_built(13, (1, 3, 4)))
    assert found["floor_seconds"] == pytest.approx(found["operations"] / found["product_rate"])
    assert found["over_floor"] == pytest.approx(ours / found["floor_seconds"])
    assert found["search_at_97_seconds"] > 0
    assert set(found["seconds"]) == {"ours", "transformerlens"} if installed else {"ours"}
    ratio = found["seconds"]["transformerlens"] / ours if installed else None
    assert found.get("times_as_fast_as_transformerlens") == (pytest.approx(ratio) if installed else None)


def test_usual_options(clockwork, monkeypatch: pytest.MonkeyPatch):
    heard: list[Any] = []
    monkeypatch.setattr(bench, "_timed", lambda options: heard.append(options) or RESULT)
    assert clockwork("bench").code == 0
    [options] = heard
    assert (options.file, options.repeats, options.threads, options.out) == ("transformer-113", 9, 2, None)


def test_an_mlp_is_refused_since_there_is_nothing_to_compare_it_with(clockwork, workshop: Path):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4)), ".pt", {}))
    code, out, err = clockwork("bench mlp.pt")
    assert (code, out) == (2, "")
    assert "mlp.pt is no transformer; the comparison with TransformerLens needs one." in err


def test_the_table_says_each_figure_in_its_place(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench, "date", SimpleNamespace(today=lambda: "2026-01-02"))
    assert bench.as_markdown(RESULT, ["bench", "some.pt"]).splitlines() == [
        "`python -m models bench some.pt` on 2026-01-02, a processor, 3 threads, PyTorch 2.0.",
        "some.pt at its own modulus 60 with its own dials, all 3,600 pairs; medians, taken in one run in turns of "
        "0.5 s for each way.",
        "",
        "| way | median | ratio to ours |",
        "|---|---|---|",
        f"| ours: {bench.WAYS['ours']} | 12.5 ms | 1 |",
        f"| TransformerLens 3.9: {bench.WAYS['transformerlens']} | 250 ms | 20.0 |",
        "| floor: 3.20 GFLOP at the measured 640 GFLOP/s of a large product | 5.00 ms | 0.400 |",
        "",
        "A search for dials at 97, from nothing to all pairs counted: 0.75 s.",
    ]


def test_what_is_timed_is_told_of_the_way_that_does_it():
    assert bench.WAYS.keys() == {"ours", "transformerlens"}
    assert "three states" in bench.WAYS["ours"]
    assert "hooked" in bench.WAYS["transformerlens"]  # see what hooked_forward runs


def test_without_the_library_its_row_is_left_out():
    alone = RESULT | {"seconds": {"ours": 0.0125}}
    del alone["times_as_fast_as_transformerlens"]
    assert not any(line.startswith("| TransformerLens") for line in bench.as_markdown(alone, []).splitlines())


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("processor\t: 0\nmodel name\t: One: fast\nprocessor\t: 1\nmodel name\t: Two\n", "One: fast"),
        ("processor\t: 0\n", "by Python"),
        (None, "by Python"),
    ],
)
def test_the_processor_is_called_what_it_calls_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str | None, name: str
):
    file = tmp_path / "cpuinfo"
    if told is not None:
        file.write_text(told, encoding="utf-8")
    monkeypatch.setattr(bench, "Path", lambda asked: file if asked == "/proc/cpuinfo" else Path(asked))
    monkeypatch.setattr(bench.platform, "processor", lambda: "")
    monkeypatch.setattr(bench.platform, "machine", lambda: "by Python")
    assert bench.processor_name() == name
