"""Dials that one table lacks while the others have them.

A spectrum sees this, and no surrogate with the same spectrum can: the score is that of the power at the dial among the
table's own powers at other frequencies.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from models.circuits.spectra import KEY_THRESHOLD, table_spectrum

LEAST_SCORE = 3.0  # eight times as much in every other table
MOST_ABOVE = 3.0  # times the median power: no more than what is no wave


def missing_dials(tables: dict[str, Tensor]) -> tuple[tuple[str, int, float], ...]:
    """Dials that all tables [p, columns] but one have: (table, frequency, score) of each, the clearest first.

    The score is log₂ of the share that the dial has in the other tables by its share in this one. A wave that is twice
    a dial's is left out: a body makes it out of the dial, and an unembedding has it where no operand table does.

    Args:
        tables: by name; two at least.
    """
    shares = {name: table_spectrum(rows).shares for name, rows in tables.items()}
    found = []
    for name, own in shares.items():
        others = [each for other, each in shares.items() if other != name]
        for k in strong_in_all(others):
            if float(own[k - 1]) > MOST_ABOVE * float(own.median()) or _is_harmonic(k, own, len(tables[name])):
                continue
            least = min(float(each[k - 1]) for each in others)
            found.append((name, k, float(torch.log2(least / own[k - 1].clamp_min(1e-30)))))
    clear = [each for each in found if each[2] >= LEAST_SCORE]
    return tuple(sorted(clear, key=lambda each: -each[2]))


def strong_in_all(shares: Sequence[Tensor]) -> list[int]:
    """Frequencies with at least a quarter of the strongest one's share in each."""
    strong = [each >= KEY_THRESHOLD * each.max() for each in shares]
    return [place + 1 for place in torch.stack(strong).all(0).nonzero().flatten().tolist()]


def _is_harmonic(k: int, shares: Tensor, p: int) -> bool:
    return any(k in {2 * each % p, -2 * each % p} for each in strong_in_all([shares]))
