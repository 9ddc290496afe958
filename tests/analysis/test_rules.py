"""Which operation answers follow: every rule is found from its own answers, and chance finds none."""

from dataclasses import replace

import pytest
import torch

from models.analysis.multiplication import by_logarithms, inspect_logarithms
from models.analysis.rules import NAMED_FROM, RULES, RuleAnswers, rule_fits
from models.formats.decoding import Contents
from models.formats.registry import LAYOUTS
from models.groups.units import powers
from models.network import Network
from models.readings import read_network
from models.task import Addition
from tests.oracles import hand_built

P = 13
DIALS = (1, 3, 4)
DECIDED = 132  # of 144 pairs that the adder mod 12 decides: where a − b is 6 its odd dials are silent
A, B = torch.arange(P * P) // P, torch.arange(P * P) % P


def multiplies(sign: int = 1) -> Network:
    """A network of a·b mod 13 (or a/b): an adder mod 12 whose numbers are called by what they are the logarithm of."""
    adds, order = hand_built(P - 1, DIALS), powers(P)

    def called(rows: torch.Tensor, exponents: torch.Tensor) -> torch.Tensor:
        table = rows.new_zeros(P, rows.shape[1])
        table[order[exponents]] = rows
        return table

    exponents = torch.arange(P - 1)
    table_a, table_b = called(adds.table_a, exponents), called(adds.table_b, sign * exponents % (P - 1))
    unembedding = called(adds.unembedding.T, exponents).T
    table_b = table_a if sign == 1 else table_b
    return replace(adds, task=Addition(P), table_a=table_a, table_b=table_b, unembedding=unembedding)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.formula)
def test_a_rule_is_found_from_its_own_answers(rule):
    answers = rule.answers(A, B, P)
    said = answers >= 0
    assert int(answers.max()) < P
    fits = rule_fits(answers[said], A[said], B[said], P)
    assert fits.best.right == fits.best.pairs == int(said.sum())
    assert torch.equal(fits.best.rule.answers(A, B, P)[said], answers[said])  # itself, or one that is the same mod 13
    constant = int(answers[said].unique().numel()) == 1
    assert (fits.named is not None) is not constant


def by_hand(formula: str, a: int, b: int, p: int) -> int | None:
    """A formula as Python computes it."""
    if formula == "a/b if b is odd else a - b":
        return by_hand("a/b" if b % 2 else "a - b", a, b, p)
    if "/" in formula:
        x, y = (a, b) if formula == "a/b" else (b, a)
        return next((z for z in range(p) if z * y % p == x % p), None) if y else None
    for power in ("a^b", "b^a"):
        if formula == power:
            return pow(a, b, p) if power == "a^b" else pow(b, a, p)
    text = formula.replace("|a - b|", "abs(a - b)").replace("^", "**")
    return eval(text, {"__builtins__": {"max": max, "min": min, "abs": abs}}, {"a": a, "b": b}) % p


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.formula)
@pytest.mark.parametrize("p", [7, 11])
def test_a_rule_computes_its_formula(rule, p: int):
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    expected = [by_hand(rule.formula, x, y, p) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert rule.answers(a, b, p).tolist() == [-1 if each is None else each for each in expected]


def test_chance_follows_no_rule():
    for seed in range(20):
        predicted = torch.randint(P, (P * P,), generator=torch.Generator().manual_seed(seed))
        fits = rule_fits(predicted, A, B, P)
        assert fits.named is None
        assert not fits.best.is_clear


def test_one_answer_to_everything_is_no_product():
    """a·b is 0 for 25 of 169 pairs; always 0 is as often right as it is when shuffled."""
    fits = rule_fits(torch.zeros(P * P, dtype=torch.int64), A, B, P)
    product = next(fit for fit in fits.fits if fit.rule.formula == "a*b")
    assert (product.right, product.shuffled) == (25, pytest.approx(25 / 169))
    assert not product.is_clear


def test_what_shuffled_answers_have_right_is_what_shuffling_finds():
    predicted = torch.where(torch.rand(P * P, generator=torch.Generator().manual_seed(0)) < 0.7, A * B % P, A)
    product = next(fit for fit in rule_fits(predicted, A, B, P).fits if fit.rule.formula == "a*b")
    generator = torch.Generator().manual_seed(1)
    shares = [
        float((predicted[torch.randperm(P * P, generator=generator)] == A * B % P).double().mean()) for _ in range(500)
    ]
    assert product.shuffled == pytest.approx(sum(shares) / len(shares), abs=0.005)


@pytest.mark.parametrize("right", [0.3, 0.7])
def test_a_rule_is_named_from_half_of_the_pairs(right: float):
    few = torch.rand(P * P, generator=torch.Generator().manual_seed(3)) < right
    predicted = torch.where(few, A * B % P, (A * B + 1 + A) % P)
    named = rule_fits(predicted, A, B, P).named
    assert (named is not None and named.formula == "a*b") is (right > NAMED_FROM)


def test_rules_that_are_alike_on_these_pairs_are_counted_once():
    answers = RuleAnswers(2, torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 0, 1]))
    assert len({tuple(each.tolist()) for each in answers.answers}) == len(answers.rules) < len(RULES)


def test_by_logarithms_a_product_is_the_adder_that_it_was_made_of():
    adds = hand_built(P - 1, DIALS)
    for sign in (1, -1):
        again = by_logarithms(multiplies(sign), sign)
        assert again.modulus == P - 1
        assert torch.equal(again.table_a, adds.table_a)
        assert torch.equal(again.table_b, adds.table_b)
        assert torch.equal(again.unembedding, adds.unembedding)


@pytest.mark.parametrize(("formula", "sign", "zeros"), [("a*b", 1, 25), ("a/b", -1, 12)])
def test_its_circuit_is_found_by_logarithms(formula: str, sign: int, zeros: int):
    found = inspect_logarithms(multiplies(sign), formula)
    assert (found.root, found.order, found.pairs, found.zero_pairs) == (2, 12, 144, zeros)
    assert found.right >= DECIDED
    assert found.keys.frequencies == DIALS
    assert found.half_step_accuracy >= DECIDED / 144
    assert found.embedding_share == pytest.approx(1)


def test_other_rules_and_moduli_have_no_logarithms():
    assert inspect_logarithms(multiplies(), "a^2 + b^2") is None
    assert inspect_logarithms(hand_built(12, DIALS), "a*b") is None


def test_a_file_that_multiplies_is_read_as_one():
    network = multiplies()
    state = LAYOUTS["transformerlens"].write(network)
    tried = read_network(Contents("some.pt", state))
    assert (tried.adds, tried.learned, {each.rule for each in tried.tried}) == (False, "a*b", {"a*b"})
    assert tried.why.endswith("its answers follow a*b")
    assert tried.rules.best.right >= DECIDED
    chosen = read_network(Contents("some.pt", state), chosen={"activation": "relu"})
    assert (chosen.learned, chosen.why) == ("a*b", "chosen by you; its answers follow a*b")
    assert chosen.network.digest == network.digest
    assert read_network(Contents("some.pt", state), chosen={"operation": [1, 1]}).learned == "a + b"


def test_what_a_file_records_of_its_training_is_held_against_the_rule():
    state = LAYOUTS["transformerlens"].write(multiplies())
    recorded = {"train_accuracy": [0.1, read_network(Contents("some.pt", state)).rules.best.accuracy]}
    interpretation = read_network(Contents("some.pt", state, recorded))
    assert interpretation.learned == "a*b"
    assert interpretation.why.startswith("borne out by the figures recorded in the file")
