"""The numbers 1 … p − 1 under multiplication mod a prime p: discrete logarithms make products into sums mod p − 1."""

import torch
from torch import Tensor


def is_prime(number: int) -> bool:
    """By trial division.

    >>> [n for n in range(14) if is_prime(n)]
    [2, 3, 5, 7, 11, 13]
    """
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def primitive_root(prime: int) -> int:
    """The smallest g whose powers g⁰ … g^(p − 2) are all of 1 … p − 1.

    >>> primitive_root(13), primitive_root(41)
    (2, 6)
    """
    order = prime - 1
    factors = [factor for factor in range(2, order + 1) if order % factor == 0 and is_prime(factor)]
    return next(g for g in range(1, prime) if all(pow(g, order // factor, prime) != 1 for factor in factors))


def powers(prime: int) -> Tensor:
    """int64 [p − 1]: g⁰, g¹, … of the smallest primitive root g; number i is the one whose discrete logarithm is i.

    >>> powers(7).tolist()
    [1, 3, 2, 6, 4, 5]
    """
    g = primitive_root(prime)
    found = [1]
    while len(found) < prime - 1:
        found.append(found[-1] * g % prime)
    return torch.tensor(found)


def inverses(modulus: int) -> Tensor:
    """int64 [modulus]: 1/n mod the modulus; −1 for numbers that share a factor with it.

    >>> inverses(6).tolist()
    [-1, 1, -1, -1, -1, 5]
    """
    numbers = torch.arange(modulus)
    return torch.tensor([pow(n, -1, modulus) if n else -1 for n in _coprime_or_0(numbers)])


def _coprime_or_0(numbers: Tensor) -> list[int]:
    coprime = torch.gcd(numbers, torch.tensor(len(numbers))) == 1
    return (numbers * coprime).tolist()
