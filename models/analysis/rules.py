"""Which operation a network's answers follow: a stated list of rules, each compared with them pair by pair.

The rules are x·a + y·b with small x and y, products and quotients, the polynomials of Power et al. (2022, arXiv
2201.02177) and of Gromov (2023, arXiv 2301.02679), and the larger, the smaller and the distance of both operands. The
best of many rules has more pairs right than one rule would have by chance: beside each stands what the same answers
have right on average when they are shuffled over the pairs, and beside the best the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from models.evaluation.percent import percent
from models.groups.units import inverses

Answers = Callable[[Tensor, Tensor, int], Tensor]  # a and b [n] and the modulus → the class [n]; −1 where there is none
LARGEST_FACTOR = 3
FEWEST_OF_PAIRS = 0.4  # of the pairs, that a rule must say something of
CLEARLY = 6  # standard errors above shuffled answers
MORE_THAN_SHUFFLED = 0.2  # of the pairs, at least
NAMED_FROM = 0.5  # of the pairs right: then a network is said to compute a rule


@dataclass(frozen=True)
class Rule:
    """An operation on the numbers mod p, by its formula."""

    formula: str
    answers: Answers

    @property
    def shown(self) -> str:
        """As a person writes it: a·b, a² + b²."""
        return self.formula.replace("^2", "²").replace("^3", "³").replace("*", "·").replace("-", "−")


@dataclass(frozen=True)
class RuleFit:
    """How many of the pairs that a rule says something of a network answers by it."""

    rule: Rule
    right: int
    pairs: int
    shuffled: float  # share that the same answers have right on average when they are shuffled over these pairs

    @property
    def accuracy(self) -> float:
        """The share of pairs right."""
        return self.right / self.pairs

    @property
    def is_clear(self) -> bool:
        """Far above what shuffled answers have right."""
        error = (self.shuffled * (1 - self.shuffled) / self.pairs) ** 0.5
        return self.accuracy >= self.shuffled + max(MORE_THAN_SHUFFLED, CLEARLY * error)

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "operation": self.rule.formula,
            "accuracy": self.accuracy,
            "correct": self.right,
            "pairs": self.pairs,
            "shuffled": self.shuffled,
        }


@dataclass(frozen=True)
class RuleFits:
    """All rules that differ on the pairs looked at, the best first."""

    fits: tuple[RuleFit, ...]

    @property
    def best(self) -> RuleFit:
        """The one that most answers follow."""
        return self.fits[0]

    @property
    def sentence(self) -> str:
        """The best rule with its count, and what stands beside it.

        >>> a, b = torch.arange(49) // 7, torch.arange(49) % 7
        >>> print(rule_fits(a * b % 7, a, b, 7).sentence)
        a·b: 49 of 49 pairs (100%), the best of 70 rules; the next, a/b, 42.86%; answers shuffled over the pairs 16.03%
        """
        best, text = self.best, f"{self.best.rule.shown}: {self.best.right:,} of {self.best.pairs:,} pairs"
        text += f" ({percent(best.accuracy)}), the best of {len(self.fits)} rules"
        next_one = f"; the next, {self.fits[1].rule.shown}, {percent(self.fits[1].accuracy)}" if self.fits[1:] else ""
        return f"{text}{next_one}; answers shuffled over the pairs {percent(best.shuffled)}"

    @property
    def named(self) -> Rule | None:
        """The rule that the network computes; None where it follows none for half of the pairs."""
        best = self.best
        return best.rule if best.is_clear and best.accuracy >= NAMED_FROM else None


class RuleAnswers:
    """What every rule answers on some pairs, computed once for as many networks as are compared."""

    def __init__(self, modulus: int, a: Tensor, b: Tensor) -> None:
        self.modulus = modulus
        told: dict[bytes, tuple[Rule, Tensor]] = {}
        for rule in RULES:
            answers = rule.answers(a, b, modulus)
            if int((answers >= 0).sum()) >= FEWEST_OF_PAIRS * len(a):
                told.setdefault(answers.numpy().tobytes(), (rule, answers))  # of rules alike here the first
        self.rules = [rule for rule, _ in told.values()]
        self.answers = torch.stack([answers for _, answers in told.values()])  # [rules, n]

    @cached_property
    def pairs(self) -> Tensor:
        """[rules]: of how many pairs each says something."""
        return (self.answers >= 0).sum(1)

    def shares(self, predicted: Tensor) -> Tensor:
        """float64 [rules]: the share of these pairs that predictions [n] have right by each."""
        return (self.answers == predicted).sum(1).double() / self.pairs

    def fits(self, predicted: Tensor) -> RuleFits:
        """The rules by how well predictions [n] follow them."""
        shares = self.shares(predicted)
        order = shares.argsort(descending=True, stable=True).tolist()
        return RuleFits(tuple(self._fit(number, predicted) for number in order))

    def _fit(self, number: int, predicted: Tensor) -> RuleFit:
        answers = self.answers[number]
        said = answers >= 0
        pairs, right = int(said.sum()), int((answers == predicted).sum())
        given, wanted = (
            torch.bincount(each[said], minlength=self.modulus).double() / pairs for each in (predicted, answers)
        )
        return RuleFit(self.rules[number], right, pairs, float(given @ wanted))


def rule_fits(predicted: Tensor, a: Tensor, b: Tensor, modulus: int) -> RuleFits:
    """The rules by how well answers follow them.

    Args:
        predicted: the network's answer to each pair, int64 [n], 0 … modulus − 1.
        a: first operands, int64 [n].
        b: second operands, int64 [n].
        modulus: p.

    Returns:
        Every rule that differs on these pairs, the best first.

    >>> a, b = torch.arange(49) // 7, torch.arange(49) % 7
    >>> fits = rule_fits(a * b % 7, a, b, 7)
    >>> fits.best.rule.formula, fits.best.right, round(fits.best.shuffled, 3)
    ('a*b', 49, 0.16)
    """
    return RuleAnswers(modulus, a, b).fits(predicted)


def _quotient(a: Tensor, b: Tensor, p: int) -> Tensor:
    inverse = inverses(p)[b]
    return torch.where(inverse < 0, inverse, a * inverse % p)


def _power(a: Tensor, b: Tensor, p: int) -> Tensor:
    """a^b mod p for b as a whole number, 0⁰ = 1: squared and multiplied, a bit of b after the other."""
    found, square, left = torch.ones_like(a), a % p, b.clone()
    while bool(left.any()):
        found = torch.where(left % 2 == 1, found * square % p, found)
        square, left = square * square % p, left // 2
    return found


def _linear(x: int, y: int) -> Rule:
    terms = [(x, "a"), (y, "b")]
    text = " + ".join(f"{'' if factor == 1 else f'{factor}*'}{name}" for factor, name in terms if factor)
    text = text.replace("-1*", "-").replace("+ -", "- ")
    return Rule(text, lambda a, b, p: (x * a + y * b) % p)


FACTORS = range(-LARGEST_FACTOR, LARGEST_FACTOR + 1)
SMALL_FIRST = sorted(
    ((x, y) for x in FACTORS for y in FACTORS if x or y), key=lambda xy: (abs(xy[0]) + abs(xy[1]), -xy[0])
)
RULES = (
    *(_linear(x, y) for x, y in SMALL_FIRST),
    Rule("a*b", lambda a, b, p: a * b % p),
    Rule("a/b", _quotient),
    Rule("b/a", lambda a, b, p: _quotient(b, a, p)),
    Rule("a^2 + b^2", lambda a, b, p: (a * a + b * b) % p),
    Rule("a^2 - b^2", lambda a, b, p: (a * a - b * b) % p),
    Rule("(a + b)^2", lambda a, b, p: (a + b) ** 2 % p),
    Rule("(a - b)^2", lambda a, b, p: (a - b) ** 2 % p),
    Rule("a^2 + a*b + b^2", lambda a, b, p: (a * a + a * b + b * b) % p),
    Rule("a^2 + a*b + b^2 + a", lambda a, b, p: (a * a + a * b + b * b + a) % p),
    Rule("a*b + a + b", lambda a, b, p: (a * b + a + b) % p),
    Rule("a^2*b", lambda a, b, p: a * a % p * b % p),
    Rule("a*b^2", lambda a, b, p: b * b % p * a % p),
    Rule("a^3 + b^3", lambda a, b, p: (a * a % p * a + b * b % p * b) % p),
    Rule("(a + b)^3", lambda a, b, p: (a + b) ** 2 % p * (a + b) % p),
    Rule("a^3 + a*b", lambda a, b, p: (a * a % p * a + a * b) % p),
    Rule("a^3 + a*b^2 + b", lambda a, b, p: (a * a % p * a + b * b % p * a + b) % p),
    Rule("a^b", _power),
    Rule("b^a", lambda a, b, p: _power(b, a, p)),
    Rule("a/b if b is odd else a - b", lambda a, b, p: torch.where(b % 2 == 1, _quotient(a, b, p), (a - b) % p)),
    Rule("max(a, b)", lambda a, b, p: torch.maximum(a, b)),
    Rule("min(a, b)", lambda a, b, p: torch.minimum(a, b)),
    Rule("|a - b|", lambda a, b, p: (a - b).abs()),
)
