"""How much of the logits is cos(2πk(a + b − c)/p), and the logits of one pair as a sum of such waves."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.circuits.logit_grid import LogitGrid
from models.circuits.transforms.fourier import cosine_amplitudes, frequencies, require_frequencies
from models.groups import Cyclic
from models.groups.characters import cosine_sine
from models.network import Network

SIMILAR = 0.005  # Chughtai et al.: a representation counts where its similarity exceeds this


@dataclass(frozen=True, eq=False)
class LogitFit:
    """The least-squares fit of the centred logits on cos(2πk(a + b − c)/p) over all pairs and classes.

    The cosines are orthogonal and their own mean over c is 0, so each is a projection. `similarities` are the cosines
    of the angle between the centred logits and tr ρ_k(a)ρ_k(b)ρ_k(c)⁻¹ = 2·cos(2πk(a + b − c)/p): their squares are
    the fractions of variance explained. Sources: Nanda et al. 2023, arXiv 2301.05217; Chughtai et al. 2023,
    arXiv 2302.03025.
    """

    modulus: int
    alphas: Tensor  # float64 [k], units of the logits
    similarities: Tensor  # float64 [k], −1 to 1

    @property
    def explained(self) -> Tensor:
        """[k] fraction of the centred logits' variance in each frequency."""
        return self.similarities.square()

    def explained_by(self, chosen: Iterable[int]) -> float:
        """Fraction of variance in the chosen frequencies together."""
        chosen = tuple(chosen)
        require_frequencies(self.modulus, chosen)
        return float(sum(self.explained[k - 1] for k in chosen))

    @property
    def similar(self) -> tuple[int, ...]:
        """Frequencies by Chughtai's rule, similarity above 0.005: unembedding-only harmonics included."""
        return tuple(k for k, similarity in enumerate(self.similarities.tolist(), 1) if similarity > SIMILAR)

    def unembedding_only(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Those similar frequencies which are no key ones: the unembedding speaks them, the embedding does not."""
        known = set(keys)
        return tuple(k for k in self.similar if k not in known)

    def by_sum(self, chosen: Iterable[int]) -> Tensor:
        """float64 [p, p]: the fitted logits of the chosen frequencies, by a + b mod p and class."""
        chosen = tuple(chosen)
        require_frequencies(self.modulus, chosen)
        group = Cyclic(self.modulus)
        numbers = group.elements()
        turns = group.difference(numbers[:, None], numbers)
        fitted = torch.zeros(self.modulus, self.modulus, dtype=torch.float64)
        for k in chosen:
            fitted += self.alphas[k - 1] * group.character(k, turns)[0]
        return fitted


@dataclass(frozen=True, eq=False)
class PairDecomposition:
    """The logits of one pair: waves along the classes c, one a frequency, and what they leave; units of the logits."""

    a: int
    b: int
    frequencies: tuple[int, ...]
    logits: Tensor  # float64 [p], less their mean over c
    alphas: Tensor  # float64 [k]

    @property
    def waves(self) -> Tensor:
        """[k, p]: α_k·cos(2πk(a + b − c)/p) at every class."""
        return self.waves_at(torch.arange(len(self.logits)))

    def waves_at(self, classes: Tensor) -> Tensor:
        """[k, n]: the same at any real c [n], between the classes too."""
        turns = self.a + self.b - classes.double()
        waves = [
            alpha * cosine_sine(k * turns, len(self.logits))[0]
            for k, alpha in zip(self.frequencies, self.alphas, strict=True)
        ]
        return torch.stack(waves) if waves else self.logits.new_zeros(0, len(classes))

    @property
    def residual(self) -> Tensor:
        """[p]: logits less all waves."""
        return self.logits - self.waves.sum(0)


def logit_fit(grid: LogitGrid) -> LogitFit:
    """α_k of cos(2πk(a + b − c)/p) in the logits of all pairs, at every frequency, and how much each explains.

    Args:
        grid: the logits of all pairs.

    Returns:
        α float64 [⌊p/2⌋] in units of the logits, and the cosine similarity of each wave with the centred logits.

    >>> from models import LogitGrid, zoo
    >>> logit_fit(LogitGrid(zoo.load("mlp-113"))).alphas.shape
    torch.Size([56])
    """
    p = grid.modulus
    alphas = cosine_amplitudes(grid.by_distance, frequencies(p))
    power_of_wave = torch.tensor([p if 2 * k == p else p / 2 for k in frequencies(p)], dtype=torch.float64)
    scale = (grid.power / p**2) ** 0.5
    similarities = alphas * power_of_wave.sqrt() / scale if scale > 0 else torch.zeros_like(alphas)
    return LogitFit(p, alphas, similarities)


def pair_waves(network: Network, fit: LogitFit, chosen: tuple[int, ...], a: int, b: int) -> PairDecomposition:
    """The logits of the pair (a, b), centred, and their waves at the chosen frequencies.

    Args:
        network: with modulus p.
        fit: of its logits, by `logit_fit`.
        chosen: frequencies.
        a: first operand, 0 to p − 1.
        b: second operand.

    >>> from models import LogitGrid, zoo
    >>> network = zoo.load("mlp-113")
    >>> pair_waves(network, logit_fit(LogitGrid(network)), (3, 5), 40, 90).waves.shape
    torch.Size([2, 113])
    """
    [found] = waves_of_pairs(network, fit, chosen, torch.tensor([a]), torch.tensor([b]))
    return found


def walk_waves(
    network: Network, fit: LogitFit, chosen: tuple[int, ...], a: int | None, b: int | None
) -> list[PairDecomposition]:
    """As `pair_waves`, for every number at the operand that is None, 0 to p − 1, the other standing still.

    >>> from models import LogitGrid, zoo
    >>> network = zoo.load("mlp-113")
    >>> len(walk_waves(network, logit_fit(LogitGrid(network)), (3,), None, 90))
    113
    """
    numbers = torch.arange(network.modulus)
    return waves_of_pairs(
        network,
        fit,
        chosen,
        *(numbers if still is None else torch.full_like(numbers, still) for still in (a, b)),
    )


@torch.no_grad()
def waves_of_pairs(
    network: Network, fit: LogitFit, chosen: tuple[int, ...], a: Tensor, b: Tensor
) -> list[PairDecomposition]:
    """The logits of the pairs a, b [n] and their waves."""
    require_frequencies(network.modulus, chosen)
    logits, alphas = network.cast(torch.float64).logits(a, b), fit.alphas[[k - 1 for k in chosen]]
    return [
        PairDecomposition(int(one), int(other), chosen, row - row.mean(), alphas)
        for one, other, row in zip(a, b, logits, strict=True)
    ]
