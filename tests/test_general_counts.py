"""Networks with norms, gates and other tokens: counted as plain passes count them, operated, and held to controls."""

import pytest
import torch

from models import zoo
from models.ablation.shuffles import shuffled_body, shuffles_of
from models.analysis.inspection import inspect
from models.circuits.spectra import key_frequencies
from models.evaluation import evaluate
from models.evaluation.plain import plain_margins
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.layouts import LAYOUTS, Layout


@pytest.fixture(scope="module")
def network():
    return zoo.load("layernorm-97")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.title)
def test_every_pair_is_counted_as_a_plain_pass_counts_it(layout: Layout):
    for network in (layout.network(), transplant(layout.network(), own_recipe(9, (1, 2, 3)))):
        found = evaluate(network)
        margins = plain_margins(network, *network.task.pairs())
        assert found.proof.unproven == 0
        assert found.counts.right == int((margins > 1e-9 * found.scale).sum())
        assert found.counts.wrong == int((margins < -1e-9 * found.scale).sum())
        assert torch.equal(evaluate(network, "exact").states, found.states)


def test_the_zoos_is_a_circuit(network):
    found = inspect(network)
    assert (found.verdict, found.evaluation.counts.accuracy) == ("circuit", 1.0)
    assert found.keys.frequencies == tuple(zoo.card("layernorm-97")["key_frequencies"])
    assert found.half_step_accuracy > 0.99


@pytest.mark.parametrize("q", [101, 127, 128])
def test_the_zoos_adds_at_moduli_that_it_was_never_trained_on(network, q: int):
    operated = transplant(network, own_recipe(q, key_frequencies(network).frequencies))
    assert operated.body is network.body
    assert evaluate(operated).counts.right == q * q


def test_with_a_shuffled_body_the_zoos_adds_nothing(network):
    operated = transplant(network, own_recipe(53, key_frequencies(network).frequencies))
    assert evaluate(operated).counts.accuracy == 1
    for part in ("", *shuffles_of(network).values()):
        assert evaluate(shuffled_body(operated, 0, only=part)).counts.accuracy < 0.1
