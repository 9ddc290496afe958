"""The answer to one pair, beside the states that are counted of all pairs."""

import pytest
import torch

from models import zoo
from models.evaluation import State, answer_of, evaluate, predictions
from models.network import Network
from models.surgery.recipe import even_recipe, linked_recipe
from models.surgery.transplant import transplant
from tests.adversary.attacks import ATTACKS, KINDS, crafted
from tests.adversary.textbook import exact_logits
from tests.oracles import Shape, oracle, random_network

KEYS = (5, 6, 43, 45, 52)


def assert_answers_fit_states(network: Network) -> None:
    found, q = evaluate(network), network.modulus
    first = predictions(network)
    for pair in torch.randperm(q * q, generator=torch.Generator().manual_seed(0))[:60].tolist():
        a, b = divmod(pair, q)
        answer, right = answer_of(network, found, a, b), (a + b) % q
        assert answer.state == found.states[a, b]
        assert answer.classes[0] == int(first[a, b])
        assert (right in answer.classes) == (answer.state != State.WRONG)
        assert (answer.classes == (right,)) == (answer.state == State.RIGHT)


@pytest.mark.parametrize(
    "network",
    [
        random_network(Shape(modulus=11, unembedding_bias=True)),
        transplant(zoo.load("transformer-113"), linked_recipe(97, dict.fromkeys(KEYS, 3))),
        transplant(zoo.load("transformer-113"), linked_recipe(60, {k: k + 0.5 for k in KEYS})),
        oracle(7, {1: 1.0, 2: 1.0}),
    ],
    ids=["random", "alike dials", "detuned", "right"],
)
def test_the_answer_is_the_right_class_alone_only_where_the_pair_is_right(network: Network):
    assert_answers_fit_states(network)


def test_classes_that_tie_are_all_given():
    network = transplant(zoo.load("transformer-113"), even_recipe(128, 113, KEYS))
    answer = answer_of(network, evaluate(network), 9, 50)
    assert (answer.state, sorted(answer.classes)) == (State.UNDECIDED, [59, 123])


def test_without_dials_every_class_ties():
    network = transplant(zoo.load("transformer-113"), linked_recipe(40, dict.fromkeys(KEYS, 0)))
    assert answer_of(network, evaluate(network), 2, 5).classes == tuple(range(40))  # equals in their order


@pytest.mark.parametrize("attack", range(len(ATTACKS)), ids=[attack.__name__ for attack in ATTACKS])
def test_no_attack_hides_a_class_that_leads(attack: int):
    for kind in range(len(KINDS)):
        network = crafted(attack * len(KINDS) + kind, seed=3)[-1]
        found = evaluate(network)
        for a, b in (found.states != State.RIGHT).nonzero()[::7][:3].tolist():
            logits = exact_logits(network, a, b)
            lead = {c for c, logit in enumerate(logits) if logit >= max(logits) - found.tolerance}
            assert lead <= set(answer_of(network, found, a, b).classes)
