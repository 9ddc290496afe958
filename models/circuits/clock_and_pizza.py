"""Clock or pizza: does the answer depend on a + b alone, or on a − b too? Zhong et al. 2023, arXiv 2306.17844."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.circles import principal_components
from models.circuits.logit_grid import LogitGrid
from models.groups import Cyclic
from models.groups.characters import cosine_sine
from models.network import Network

STILL = 1e-9  # of the largest logit: what varies less is rounding


@dataclass(frozen=True)
class CircleFit:
    """Logits with the embedding projected on one circle, against the two formulas: correlations, −1 to 1."""

    frequency: int
    clock: float  # with Q_clock = cos w(a + b − c)
    pizza: float  # with Q_pizza = |cos(wc/2)s₀ + sin(wc/2)s₁| − |−sin(wc/2)s₀ + cos(wc/2)s₁|

    @property
    def clock_explained(self) -> float:
        """Their fraction explained, 2ρ − 1: 1 less the mean square between the two once both are standardised."""
        return 2 * self.clock - 1

    @property
    def pizza_explained(self) -> float:
        """The same for Q_pizza."""
        return 2 * self.pizza - 1


def distance_irrelevance(grid: LogitGrid) -> float | None:
    """Mean over a − b of the right logit's standard deviation over a + b, by that on the whole grid: 0 to 1.

    Near 0 the logit depends on a − b alone (pizza), near 1 not at all (clock). Population deviations; None where the
    logit is the same everywhere.
    """
    numbers = torch.arange(grid.modulus)
    by_difference = grid.correct.gather(1, (numbers[:, None] - numbers) % grid.modulus)  # [a, δ]: b = a − δ
    whole = float(by_difference.std(unbiased=False))
    if whole <= STILL * float(by_difference.abs().max()):
        return None
    return float(by_difference.std(0, unbiased=False).mean()) / whole


def circle_fits(network: Network, chosen: tuple[int, ...]) -> tuple[CircleFit, ...]:
    """A fit for each chosen frequency that has a circle; the sign (−1)ⁿ of an even modulus has none."""
    tables = [network.table_a] if network.tables_shared else [network.table_a, network.table_b]
    components = [principal_components(table) for table in tables]
    fits = []
    for k in chosen:
        if 2 * k == network.modulus:
            continue
        kept = [each.kept(each.of_frequency(k)) for each in components]
        fits.append(_circle_fit(replace(network, table_a=kept[0], table_b=kept[-1]), k))
    return tuple(fits)


def _circle_fit(network: Network, k: int) -> CircleFit:
    """Correlations over all pairs and classes of a network that has one circle alone."""
    clock, pizza = _Correlation(), _Correlation()
    for part in LogitGrid(network, torch.float32).parts():  # a correlation needs no more
        logits = part.centred + part.mean[..., None]
        clock.add(logits, clock_formula(network.modulus, k, part.rows))
        pizza.add(logits, pizza_formula(network.modulus, k, part.rows))
    return CircleFit(k, clock.value, pizza.value)


def clock_formula(p: int, k: int, rows: Tensor) -> Tensor:
    """Q_clock float64 [n, p, p] for rows a [n], every b and class c."""
    group = Cyclic(p)
    numbers = group.elements()
    by_turn = group.character(k, numbers)[0]
    return by_turn[group.difference(group.sum(rows[:, None], numbers)[..., None], numbers)]


def pizza_formula(p: int, k: int, rows: Tensor) -> Tensor:
    """Q_pizza float64 [n, p, p] for rows a [n], every b and class c: s is the sum of both hands, [cos, sin]."""
    group = Cyclic(p)
    cosine, sine = group.character(k, group.elements())
    half_cosine, half_sine = cosine_sine(k * group.elements(), 2 * p)  # of c: half the angle
    s_0, s_1 = ((wave[rows, None] + wave)[..., None] for wave in (cosine, sine))
    return (half_cosine * s_0 + half_sine * s_1).abs() - (half_cosine * s_1 - half_sine * s_0).abs()


class _Correlation:
    """Pearson's ρ of two quantities that come in parts."""

    def __init__(self) -> None:
        self.sums = torch.zeros(6, dtype=torch.float64)

    def add(self, x: Tensor, y: Tensor) -> None:
        """Take more of both, in one shape."""
        x, y = x.flatten(), y.flatten()
        products = x @ x, y @ y, x @ y
        self.sums += torch.stack([x.sum(), y.sum(), *products, torch.tensor(float(len(x)), dtype=torch.float64)])

    @property
    def value(self) -> float:
        """ρ; 0 where one of them is constant."""
        x, y, xx, yy, xy, count = self.sums.tolist()
        spread = (xx - x * x / count) * (yy - y * y / count)
        return (xy - x * y / count) / spread**0.5 if spread > 0 else 0.0
