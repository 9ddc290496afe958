"""Products of cyclic groups: vectors of digits, each added modulo its own number."""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from models.groups.characters import cosine_sine
from models.groups.primes import prime_factors


@dataclass(frozen=True)
class Product:
    """Z/m_1 × … × Z/m_r, elements numbered row by row, the last factor fastest: of 7 × 24, (2, 5) is number 53.

    A character is numbered like an element: (s_1, …, s_r) at (g_1, …, g_r) is exp(2πi·Σ s_i·g_i/m_i). A negative
    number stands for the inverse.

    >>> weekday_and_hour = Product((7, 24))
    >>> late, later = weekday_and_hour.number_of((6, 20)), weekday_and_hour.number_of((0, 5))
    >>> weekday_and_hour.digits_of(int(weekday_and_hour.sum(torch.tensor(late), torch.tensor(later))))
    (6, 1)
    >>> Product((2, 2, 2)).rank, Product((7, 24)).rank
    (3, 1)
    """

    factors: tuple[int, ...]

    @property
    def order(self) -> int:
        """The product of the factors."""
        return math.prod(self.factors)

    @property
    def exponent(self) -> int:
        """The least common multiple of the factors: every angle of a character is a whole number of its parts."""
        return math.lcm(*self.factors)

    @property
    def rank(self) -> int:
        """How many elements generate it at least, and how many characters tell all of its elements apart at least."""
        primes = {prime for factor in self.factors for prime in prime_factors(factor)}
        return max((sum(factor % prime == 0 for factor in self.factors) for prime in primes), default=0)

    @cached_property
    def _places(self) -> Tensor:
        """int64 [r]: what one step of each factor adds to a number."""
        return torch.tensor([math.prod(self.factors[place + 1 :]) for place in range(len(self.factors))])

    @cached_property
    def _sizes(self) -> Tensor:
        return torch.tensor(self.factors)

    def __str__(self) -> str:
        return "x".join(map(str, self.factors))

    def elements(self) -> Tensor:
        """0 to order − 1."""
        return torch.arange(self.order)

    def digits(self, a: Tensor) -> Tensor:
        """int64 [..., r] of numbers [...]."""
        return a.long()[..., None] // self._places % self._sizes

    def numbers(self, digits: Tensor) -> Tensor:
        """The elements with these digits [..., r], each taken modulo its factor."""
        return (digits % self._sizes * self._places).sum(-1)

    def digits_of(self, number: int) -> tuple[int, ...]:
        """Of one element or character; of a negative number, the digits of the inverse."""
        digits = self.digits(torch.tensor(abs(number)))
        return tuple((digits if number >= 0 else -digits % self._sizes).tolist())

    def number_of(self, digits: tuple[int, ...]) -> int:
        """Of one element or character."""
        return int(self.numbers(torch.tensor(digits)))

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """a + b, digit by digit."""
        return self.numbers(self.digits(a) + self.digits(b))

    def difference(self, a: Tensor, b: Tensor) -> Tensor:
        """a − b, digit by digit."""
        return self.numbers(self.digits(a) - self.digits(b))

    def multiple(self, factor: int, a: Tensor) -> Tensor:
        """factor·a, digit by digit."""
        return self.numbers(factor * self.digits(a))

    def wraps(self, a: Tensor, b: Tensor) -> Tensor:
        """Whether a digit of a + b reaches its factor."""
        return (self.digits(a) + self.digits(b) >= self._sizes).any(-1)

    def characters(self) -> Tensor:
        """The number of one of each pair of a character and its inverse, the smaller one; not that of the constant."""
        numbers = self.elements()[1:]
        return numbers[numbers <= self.multiple(-1, numbers)]

    def is_own_inverse(self, number: Tensor) -> Tensor:
        """bool: twice the element, or the character squared, is the neutral one."""
        return self.multiple(2, number) == 0

    def steps(self, number: Tensor, a: Tensor) -> Tensor:
        """The angle of characters at elements in parts of a turn, `exponent` to the turn; whole, float64."""
        forwards = self.digits(number.abs()) * (self.exponent // self._sizes)
        steps = (forwards * self.digits(a)).sum(-1) % self.exponent
        return (steps * number.sign()).double()

    def character(self, number: int | Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
        """Cosine and sine of the angle of characters at elements."""
        return cosine_sine(self.steps(torch.as_tensor(number), a), self.exponent)
