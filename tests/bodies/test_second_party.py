"""A body that nobody here has heard of: one class and one layout, and everything else takes it as it comes."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor

from models.__main__ import main
from models.ablation.shuffles import WHOLE_BODY, shuffles_of
from models.analysis.inspection import inspect
from models.bodies.activations import ACTIVATIONS, Activation
from models.bodies.base import Body, PlainBody
from models.browser.live import live_network
from models.circuits.attention import attention_heads
from models.circuits.findings import Findings
from models.circuits.logits import logit_waves
from models.circuits.measures import take_measures
from models.errors import RecipeError
from models.evaluation import evaluate
from models.experiment.controls import run_controls
from models.formats import registry
from models.formats.decoding import Contents, read_contents
from models.formats.registry import network_to_bytes
from models.network import Layout, Network
from models.planner import find_dials
from models.readings import read_network
from models.surgery.recipe import own_recipe
from models.surgery.single_frequency import single_frequency_neurons
from models.surgery.transplant import transplant
from models.task import Addition
from tests.mlps import hand_built_mlp

KEYS = (1, 2, 4)
PLAIN = hand_built_mlp(11, KEYS)  # one-hot


@dataclass(frozen=True, eq=False)
class SkippingBody(PlainBody):
    """The neurons' answers act(x·W), and beside them x itself, the sum of both rows."""

    weight: Tensor  # [d, m]
    activation: Activation

    @property
    def width(self) -> int:
        return sum(self.weight.shape)

    @property
    def description(self) -> dict[str, str]:
        return {"activation": self.activation, "skips": "the neurons"}

    @property
    def hyperparameters(self) -> dict[str, str]:
        return {"activation": self.activation}

    @property
    def own_parameters(self) -> int:
        return self.weight.numel()

    neuron_weights = products_a_pair = own_parameters

    @property
    def numbers_a_pair(self) -> int:
        return 4 * self.width

    @property
    def neuron_readout(self) -> None:
        return None

    def tensors(self) -> dict[str, Tensor]:
        return {"weight": self.weight}

    def map_tensors(self, change: Callable[[Tensor], Tensor]) -> "SkippingBody":
        return replace(self, weight=change(self.weight))

    def readout_vectors(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return self.readout_of_rows(table_a[a], table_b[b])

    def readout_of_rows(self, rows_a: Tensor, rows_b: Tensor) -> Tensor:
        x = rows_a + rows_b
        return torch.cat([ACTIVATIONS[self.activation](x @ self.weight), x], dim=1)

    def last_neurons(self, table_a: Tensor, table_b: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        active = self.readout_vectors(table_a, table_b, a, b)
        return active, active

    def enclosed_vectors(self, table_a, table_b, a: Tensor, b: Tensor):
        x = table_a.at(a) + table_b.at(b)
        return x.times(self.weight).activated(self.activation).beside(x)


def layout_of_skippers() -> ModuleType:
    """The one file of formats/ that it takes."""
    layout = ModuleType("skipping")
    layout.NAME, layout.TITLE = "skipping", "Skipping MLP"
    layout.missed = lambda contents: [n for n in ("table", "skip", "read") if n not in contents.tensors]
    layout.open_hyperparameters = lambda contents: {"activation": ("relu", "square")}
    layout.write = lambda network: {
        "table": network.table_a,
        "skip": network.body.weight,
        "read": network.unembedding,
    }

    def read(contents: Contents, hyperparameters) -> Network:
        table, skip, unembedding = (contents.tensors[name] for name in ("table", "skip", "read"))
        body = SkippingBody(skip, hyperparameters.activation)
        return Network(
            Addition(len(table)), table, table, body, unembedding, None, Layout("skipping", {}, hyperparameters)
        )

    layout.read = read
    return layout


@pytest.fixture
def skipping(monkeypatch: pytest.MonkeyPatch) -> Network:
    """The hand-built MLP, its unembedding without an eye for what skips the neurons: it adds as that does."""
    layout = layout_of_skippers()
    monkeypatch.setattr(registry, "ORDER", (*registry.ORDER, layout))
    monkeypatch.setitem(registry.LAYOUTS, "skipping", layout)
    neurons = PLAIN.table_a.shape[1]
    body = SkippingBody(torch.eye(neurons), PLAIN.body.activation)
    unembedding = torch.cat([PLAIN.unembedding, torch.zeros(neurons, PLAIN.modulus)])
    return Network(PLAIN.task, PLAIN.table_a, PLAIN.table_a, body, unembedding, None, Layout("skipping"))


def test_it_is_a_body(skipping: Network):
    body: Body = skipping.body
    assert not any(
        (body.attention, body.additive, body.adds_rows, body.columns_a_neuron, body.oscillators, body.affine_in_tables)
    )
    assert body.rows_reader(skipping.table_a, skipping.table_b, skipping.unembedding) is None
    with pytest.raises(TypeError, match="without a reader"):
        body.set_up_sizes(skipping.table_a, skipping.table_b, skipping.unembedding, 0.0)
    with pytest.raises(TypeError, match="without a reader"):
        _ = body.set_up_roundings


def test_it_is_counted_and_inspected_as_what_it_computes(skipping: Network):
    expected = evaluate(PLAIN)
    for method in ("fast", "plain", "exact"):
        assert torch.equal(evaluate(skipping, method).states, expected.states)
    assert inspect(skipping).verdict == inspect(PLAIN).verdict == "circuit"
    assert inspect(skipping).keys.frequencies == KEYS


def test_it_is_operated_on_and_has_its_controls(skipping: Network):
    waves = logit_waves(skipping, KEYS)
    plan = find_dials(skipping, waves, 13)
    assert plan.evaluation.counts.right == evaluate(transplant(skipping, plan.recipe)).counts.right > 100
    assert shuffles_of(skipping) == {WHOLE_BODY: ""}
    names = {control.name for control in run_controls(skipping, plan.recipe, waves, seeds=1)}
    assert WHOLE_BODY in names


def test_what_it_cannot_is_said_or_absent(skipping: Network):
    assert attention_heads(skipping) is None
    assert live_network(skipping, own_recipe(11, KEYS)) is None
    with pytest.raises(RecipeError, match="one column a neuron"):
        single_frequency_neurons(skipping)
    measures = take_measures(Findings(skipping, KEYS))
    assert "attention_explained" not in measures
    assert measures["logits_explained"].value == pytest.approx(
        take_measures(Findings(PLAIN, KEYS))["logits_explained"].value
    )


def test_its_file_is_opened_tried_and_written_back(skipping: Network, tmp_path, capsys: pytest.CaptureFixture[str]):
    data = network_to_bytes(skipping, ".pt", {})
    found = read_network(read_contents(data, "skipping.pt"))
    assert found.network.layout.name == "skipping"
    assert found.network.hyperparameters.activation == PLAIN.body.activation
    assert found.network.digest == skipping.digest
    path = tmp_path / "skipping.pt"
    path.write_bytes(data)
    assert main(["inspect", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["correct"] == evaluate(PLAIN).counts.right


def asks_for_a_class(source: str) -> Iterator[str]:
    """Calls that ask whether something is of a body's class, by the last word of its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass"):
            named = {each.id for each in ast.walk(node.args[1]) if isinstance(each, ast.Name)}
            yield from (ast.unparse(node) for name in named if re.fullmatch(r"\w*Body", name))


def test_nobody_outside_of_bodies_and_formats_asks_a_body_for_its_class():
    root = Path(__file__).parents[2]
    files = [path for folder in ("models", "dashboard") for path in sorted((root / folder).rglob("*.py"))]
    outside = [path for path in files if not {"bodies", "formats"} & set(path.relative_to(root).parts)]
    assert len(outside) > 100
    assert {
        str(path): found for path in outside if (found := [*asks_for_a_class(path.read_text(encoding="utf-8"))])
    } == {}
    assert [*asks_for_a_class("isinstance(x.body, int | MlpBody)")] == ["isinstance(x.body, int | MlpBody)"]
