"""Random numbers of the live run, which the browser makes too (assets/kernel/learn.c): bit for bit the same in both.

A word is the i-th of a stream, whatever was drawn before: mix(mix(mix(seed) + stream) ^ mix(i)), where mix is the
32-bit hash "lowbias32" (Chris Wellons, hash-prospector, public domain). What is made of words is exact arithmetic on
whole numbers, so that no library's rounding comes in.
"""

import numpy as np
from numpy.typing import NDArray

TABLE, UNEMBEDDING, SPLIT, ANSWERS = 1, 2, 3, 4  # streams
WORDS = 6  # of 32 bits, that a normal number is the sum of: each two even numbers of 16 bits
Words = NDArray[np.uint32]


def words(seed: int, stream: int, count: int) -> Words:
    """The first words of a stream.

    Args:
        seed: 0 … 2³² − 1.
        stream: which one, such as `TABLE`.
        count: how many.

    Returns:
        [count], uint32.

    Examples:
        >>> words(0, TABLE, 3).tolist() == words(0, TABLE, 5).tolist()[:3]
        True
    """
    with np.errstate(over="ignore"):
        key = _mixed(_mixed(np.array([seed], dtype=np.uint32)) + np.uint32(stream))
        return _mixed(key ^ _mixed(np.arange(count, dtype=np.uint32)))


def normals(seed: int, stream: int, count: int) -> NDArray[np.float32]:
    """Numbers with mean 0 and deviation 1, nearly normal: sums of twelve even ones (Irwin–Hall), exact in float32.

    Args:
        seed: 0 … 2³² − 1.
        stream: which one, such as `TABLE`.
        count: how many.

    Returns:
        [count], float32, each a multiple of 2⁻¹⁶ between −6 and 6.

    Examples:
        >>> bool(abs(normals(0, TABLE, 10_000).std() - 1) < 0.02)
        True
    """
    drawn = words(seed, stream, WORDS * count).reshape(count, WORDS)
    halves = (drawn & np.uint32(0xFFFF)).astype(np.int64) + (drawn >> np.uint32(16))
    return ((halves.sum(1) + WORDS - WORDS * 2**16) / 2**16).astype(np.float32)


def shown_pairs(seed: int, modulus: int, count: int) -> NDArray[np.bool_]:
    """Which pairs are shown in training: every choice of so many is as likely (Knuth's algorithm S).

    Args:
        seed: 0 … 2³² − 1.
        modulus: p.
        count: how many of the p² pairs.

    Returns:
        [p²], pair a·p + b.

    Examples:
        >>> int(shown_pairs(1, 5, 7).sum())
        7
    """
    drawn, pairs = words(seed, SPLIT, modulus**2).tolist(), modulus**2
    chosen, left = np.zeros(pairs, dtype=bool), count
    for pair, word in enumerate(drawn):
        if _below(word, pairs - pair) < left:
            chosen[pair], left = True, left - 1
    return chosen


def shuffled_answers(seed: int, modulus: int) -> NDArray[np.int64]:
    """The answers a + b mod p dealt out anew over the unordered pairs (Fisher and Yates): the same for both orders.

    Args:
        seed: 0 … 2³² − 1.
        modulus: p.

    Returns:
        [p, p], symmetric; each answer as often as before over the pairs with a ≤ b.

    Examples:
        >>> dealt = shuffled_answers(0, 5)
        >>> bool((dealt == dealt.T).all())
        True
    """
    a, b = np.triu_indices(modulus)
    dealt = ((a + b) % modulus).tolist()
    drawn = words(seed, ANSWERS, len(dealt)).tolist()
    for last in range(len(dealt) - 1, 0, -1):
        other = _below(drawn[last], last + 1)
        dealt[last], dealt[other] = dealt[other], dealt[last]
    answers = np.empty((modulus, modulus), dtype=np.int64)
    answers[a, b] = answers[b, a] = dealt
    return answers


def _below(word: int, bound: int) -> int:
    return (word * bound) >> 32


def _mixed(x: Words) -> Words:
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))
