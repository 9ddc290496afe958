"""Primes, by trial division: numbers here are small."""


def prime_factors(number: int) -> list[int]:
    """The primes that divide it, each once, in order.

    >>> prime_factors(360)
    [2, 3, 5]
    """
    found, rest, prime = [], number, 2
    while prime * prime <= rest:
        if rest % prime == 0:
            found.append(prime)
            while rest % prime == 0:
                rest //= prime
        prime += 1
    return [*found, rest] if rest > 1 else found


def is_prime(number: int) -> bool:
    """No other number above 1 divides it.

    >>> [n for n in range(14) if is_prime(n)]
    [2, 3, 5, 7, 11, 13]
    """
    return number > 1 and prime_factors(number) == [number]
