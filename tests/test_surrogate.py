"""What a search looks at must be what it would then count: the same margins, from the waves."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation import AffineSurrogate, evaluate, plain_logits, right_and_runner_up
from models.evaluation.grid import spread_rows
from models.evaluation.rows import BLOCK_ENTRIES, Rows
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.mlps import MlpShape, random_mlp
from tests.oracles import Shape, random_network, readings, transformerlens_shapes


def settings_of(network, modulus: int, seed: int) -> dict[int, int]:
    highest = network.modulus // 2
    generator = torch.Generator().manual_seed(seed)
    chosen = (torch.randperm(highest, generator=generator)[:2] + 1).tolist()
    return {k: int(torch.randint(1, modulus, (1,), generator=generator)) for k in chosen}


def assert_a_sketch_shows_what_the_operated_network_does(network, modulus: int, seed: int) -> None:
    recipe = linked_recipe(modulus, settings_of(network, modulus, seed))
    surrogate = AffineSurrogate(network, recipe)
    operated = transplant(network, recipe)
    rows = spread_rows(modulus)
    pairs = rows.repeat_interleave(modulus), torch.arange(modulus).repeat(len(rows))
    logits = torch.cat([logits for logits, _, _ in plain_logits(operated, *pairs)])
    right, runner_up = right_and_runner_up(logits - logits.mean(1, keepdim=True), sum(pairs) % modulus).unbind(1)
    expected, scale = right - runner_up, float(torch.stack([right, runner_up]).abs().max()) + 1e-6
    found = surrogate.row_sample(recipe)
    assert abs(found.smallest_margin - float(expected.min())) < 1e-3 * scale
    clearly = (int((expected > 1e-3 * scale).sum()), int((expected > -1e-3 * scale).sum()))
    assert clearly[0] <= found.right <= clearly[1]


@given(transformerlens_shapes | readings, st.integers(2, 20), st.integers(0, 99))
def test_transformers_are_sketched_truly(shape: Shape, modulus: int, seed: int):
    network = random_network(shape, seed)
    assert_a_sketch_shows_what_the_operated_network_does(network, modulus, seed)


@given(st.sampled_from(["sum", "concat"]), st.integers(0, 2), st.integers(2, 20), st.integers(0, 99))
def test_mlps_are_sketched_truly(combination: str, layers: int, modulus: int, seed: int):
    network = random_mlp(MlpShape(layers=layers, combination=combination if layers else "sum"), seed)
    assert_a_sketch_shows_what_the_operated_network_does(network, modulus, seed)


def test_a_glimpse_of_many_rows_is_taken_in_blocks_and_of_all_rows_is_the_count():
    network = random_mlp(MlpShape(layers=0, width=64), 3)
    recipe = linked_recipe(40, settings_of(network, 40, 3))
    surrogate = AffineSurrogate(network, recipe)
    counted = evaluate(transplant(network, recipe))
    whole = surrogate.row_sample(recipe, 40)
    assert whole.right == counted.counts.right
    torch.testing.assert_close(whole.smallest_margin, counted.smallest_margin, rtol=1e-4, atol=1e-4)


def test_memory_of_a_glimpse_stays_bounded(monkeypatch):
    seen = []
    rows = Rows.right_and_runner_up
    monkeypatch.setattr(Rows, "right_and_runner_up", lambda self, some: seen.append(len(some)) or rows(self, some))
    network = random_mlp(MlpShape(layers=0, width=64), 3)
    recipe = linked_recipe(5003, settings_of(network, 5003, 3))
    AffineSurrogate(network, recipe).row_sample(recipe, 32)
    assert sum(seen) >= 31
    assert max(seen) <= BLOCK_ENTRIES / (64 * 5003)
