"""Integers of any length through a network that adds in one modulus, against Python's own."""

import math
import random
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import key_frequencies, logit_waves, zoo
from models.ablation.shuffles import shuffled_body
from models.arithmetic import add, compare, divide, multiply, residues, subtract
from models.arithmetic.adder import Adder
from models.arithmetic.digits import digits_of, length_of, numbers_of
from models.arithmetic.residues import coprime_moduli
from models.errors import RecipeError
from models.evaluation import evaluate
from models.network import Network
from models.planner import find_dials
from models.surgery.transplant import transplant

AdderFor = Callable[[int], Adder]


@pytest.fixture(scope="module")
def trained() -> Network:
    return zoo.load("transformer-113")


@pytest.fixture(scope="module")
def adder_for(trained: Network) -> AdderFor:
    waves, found = logit_waves(trained, key_frequencies(trained).frequencies), {}

    def operated(modulus: int) -> Adder:
        if modulus not in found:
            plan = find_dials(trained, waves, modulus)
            found[modulus] = plan.network, plan.evaluation
        return Adder(*found[modulus])

    return operated


def drawn(bits: int, count: int, seed: int) -> tuple[list[int], list[int]]:
    draw = random.Random(seed)
    return ([draw.getrandbits(bits) for _ in range(count)] for _ in range(2))


@pytest.mark.parametrize(("base", "bits"), [(2, 40), (10, 200), (16, 100), (60, 300), (128, 1000)])
def test_sums_and_differences_of_any_length(adder_for: AdderFor, base: int, bits: int):
    x, y = drawn(bits, 20, seed=base)
    x, y = [*x, 0, base**5 - 1, base**5], [*y, 0, 1, 1]
    added, subtracted = add(adder_for(2 * base), x, y, base), subtract(adder_for(2 * base), x, y, base)
    assert list(added.numbers) == [a + b for a, b in zip(x, y, strict=True)]
    assert list(subtracted.numbers) == [a - b for a, b in zip(x, y, strict=True)]
    assert added.ledger.certified
    assert subtracted.ledger.certified
    assert added.ledger.calls == 2 * len(x) * (length_of([*x, *y], base) + 1)
    assert 0 < added.ledger.forward_passes <= (2 * base) ** 2


@pytest.mark.parametrize(("base", "prime"), [(2, 3), (10, 83), (16, 227)])
def test_products(adder_for: AdderFor, base: int, prime: int):
    x, y = drawn(90, 6, seed=prime)
    x, y = [*x, 0, base**4 - 1], [*y, 7, base**4 - 1]
    found = multiply(adder_for(2 * base), adder_for(prime - 1), x, y, base)
    assert list(found.numbers) == [a * b for a, b in zip(x, y, strict=True)]
    assert found.ledger.certified
    assert len(found.ledger.outside) == 5


@pytest.mark.parametrize("moduli", [[5, 3], [16, 9, 25, 7], [256, 255, 253, 251]])
def test_remainders_give_the_same_sums_and_differences(adder_for: AdderFor, moduli: list[int]):
    limb = math.prod(moduli) // 2
    x, y = drawn(150, 12, seed=len(moduli))
    x, y = [*x, 0, limb - 1, limb, limb**2], [*y, 0, 1, limb + 1, limb**2 - 1]
    added, subtracted = (
        each([adder_for(modulus) for modulus in moduli], x, y) for each in (residues.add, residues.subtract)
    )
    assert list(added.numbers) == [a + b for a, b in zip(x, y, strict=True)]
    assert list(subtracted.numbers) == [a - b for a, b in zip(x, y, strict=True)]
    assert added.ledger.certified
    assert added.ledger.calls == 2 * len(x) * len(moduli) * length_of([*x, *y], limb)


@pytest.mark.parametrize(("base", "bits"), [(2, 30), (10, 120), (128, 90)])
def test_numbers_are_compared_and_divided(adder_for: AdderFor, base: int, bits: int):
    x, y = drawn(bits, 12, seed=base)
    y = [number >> (7 * place) for place, number in enumerate(y)]
    x, y = [*x, 0, 5, base**3, base**3 - 1, base**3], [*(number or 1 for number in y), 1, 5, base**3, base**3, base]
    compared, divided = compare(adder_for(2 * base), x, y, base), divide(adder_for(2 * base), x, y, base)
    assert list(compared.numbers) == [(a > b) - (a < b) for a, b in zip(x, y, strict=True)]
    assert list(divided.numbers) == [a // b for a, b in zip(x, y, strict=True)]
    assert list(divided.remainders) == [a % b for a, b in zip(x, y, strict=True)]
    assert compared.ledger.certified
    assert divided.ledger.certified
    assert compared.ledger.calls == 2 * len(x) * length_of([*x, *y], base)
    width = length_of(y, base) + 1
    tried = length_of(x, base) * (base - 1) + (base - 2)  # differences, and sums for the multiples
    assert divided.ledger.calls == 2 * len(x) * width * tried


def test_what_cannot_be_divided_is_refused(adder_for: AdderFor):
    with pytest.raises(RecipeError, match="divided by 0"):
        divide(adder_for(20), [1], [0], 10)
    for operation in (compare, divide):
        with pytest.raises(RecipeError, match="at least 22"):
            operation(adder_for(20), [1], [1], 11)
        with pytest.raises(RecipeError, match="negative"):
            operation(adder_for(20), [-1], [1], 10)


@pytest.mark.parametrize(("primes", "moduli"), [([5, 7], [16, 9]), ([11, 13, 17, 19], [25, 16, 9, 7])])
def test_remainders_give_the_same_products(adder_for: AdderFor, primes: list[int], moduli: list[int]):
    limb = math.isqrt(math.prod(primes))
    x, y = drawn(40, 6, seed=len(primes))
    x, y = [*x, 0, limb - 1, limb, limb**2], [*y, 7, limb - 1, limb, limb**2 - 1]
    logarithms, sums = ([adder_for(modulus) for modulus in some] for some in ([p - 1 for p in primes], moduli))
    found = residues.multiply(logarithms, sums, x, y)
    assert list(found.numbers) == [a * b for a, b in zip(x, y, strict=True)]
    assert found.ledger.certified
    assert found.ledger.moduli == (*(p - 1 for p in primes), *moduli)
    with pytest.raises(RecipeError, match="one less than different primes"):
        residues.multiply([adder_for(8)], sums, x, y)
    with pytest.raises(RecipeError, match="share a factor"):
        residues.multiply(logarithms, [adder_for(6), adder_for(9)], x, y)


def test_moduli_that_share_a_factor_are_refused(adder_for: AdderFor):
    with pytest.raises(RecipeError, match="share a factor"):
        residues.add([adder_for(6), adder_for(9)], [1], [1])
    with pytest.raises(RecipeError, match="negative"):
        residues.add([adder_for(5)], [-1], [1])


@given(st.integers(2, 300), st.integers(1, 9))
def test_moduli_share_no_factor_and_none_is_passed_over(largest: int, count: int):
    found = coprime_moduli(largest, count)
    assert math.lcm(*found) == math.prod(found)
    assert found[0] == largest
    smaller = set(range(found[-1], largest)) - set(found)
    assert all(math.gcd(each, math.prod(f for f in found if f > each)) > 1 for each in smaller)


def test_what_is_not_counted_right_is_named_and_nothing_is_certified(trained: Network):
    """Its own dials, all but one: some sums modulo 20 fail."""
    waves = logit_waves(trained, key_frequencies(trained).frequencies)
    whole = find_dials(trained, waves, 20)
    dials = whole.recipe.dials[:1]
    operated = transplant(trained, type(whole.recipe)(20, dials))
    evaluation = evaluate(operated)
    assert evaluation.counts.right < 400
    adder = Adder(operated, evaluation)
    found = add(adder, [5], [6], 10)
    assert not found.ledger.certified
    first = adder.first_unproven(torch.arange(10)[:, None], torch.arange(10))
    assert first
    assert found.ledger.unproven[0] == f"digit + digit: {first[0]} + {first[1]} mod 20"
    assert not subtract(adder, [9], [6], 10).ledger.certified
    assert not compare(adder, [9], [6], 10).ledger.certified
    assert len(divide(adder, [9], [6], 10).ledger.unproven) > len(compare(adder, [9], [6], 10).ledger.unproven)


def test_a_shuffled_body_gets_no_long_sum(trained: Network, adder_for: AdderFor):
    x, y = drawn(100, 10, seed=1)
    recipe = find_dials(trained, logit_waves(trained, key_frequencies(trained).frequencies), 20).recipe
    shuffled = transplant(shuffled_body(trained, seed=0), recipe)
    found = add(Adder(shuffled, evaluate(shuffled)), x, y, 10)
    assert not found.ledger.certified
    assert not any(each == a + b for each, a, b in zip(found.numbers, x, y, strict=True))


def test_every_pair_is_computed_once(adder_for: AdderFor):
    adder = adder_for(20)
    a, b = torch.tensor([3, 3, 4]), torch.tensor([5, 5, 5])
    assert adder.sums(a, b).tolist() == [8, 8, 9]
    assert (adder.calls, adder.forward_passes) == (3, 2)
    assert adder.sums(a, b).tolist() == [8, 8, 9]
    assert (adder.calls, adder.forward_passes) == (6, 2)


@given(st.lists(st.integers(0, 10**30), min_size=1, max_size=4), st.integers(2, 200))
def test_digits_stand_for_their_number(numbers: list[int], base: int):
    length = length_of(numbers, base)
    assert numbers_of(digits_of(numbers, base, length), base) == numbers
    assert base ** (length - 1) <= max(*numbers, 1)


@pytest.mark.parametrize(("base", "x"), [(11, 5), (1, 5), (10, -5)])
def test_what_cannot_be_is_refused(adder_for: AdderFor, base: int, x: int):
    with pytest.raises(RecipeError, match=r"expected|needs"):
        add(adder_for(20), [x], [1], base)
    with pytest.raises(RecipeError, match="negative"):
        multiply(adder_for(20), adder_for(82), [3], [-5], 10)
    with pytest.raises(RecipeError, match="needs"):
        multiply(adder_for(20), adder_for(20), [1], [1], 10)
