"""Very large moduli: pairs with the same a − b are decided together, and most classes are ruled out for all of them.

Seen from its own right class c, a pair's logits are Σ_f Re(z_f·e^{i2πfδ/q}) at the class c + δ, with one complex number
z_f per wave of the readout, so the margin over that class is linear in z: z·w_δ. Pairs of one stripe a − b = d have
nearly the same z. Around their mean m lies an ellipsoid that holds them all, {m + L·u, |u| ≤ R}, and by Cauchy–Schwarz

    z·w_δ ≥ m·w_δ − R·|Lᵀ·w_δ|   for every pair of the stripe,

so one bound per δ rules out nearly all of the q classes; only those that remain are computed for every pair. Counts and
the smallest margin are exact: what is left out is proven to be farther off than what was computed. A readout of many
waves strays too far for that, and every class is computed.

The classes c + δ and c − δ share their cosines, and their sines differ in sign alone: with z = x + iy the nearer of the
two is told by x·(1 − cos) − |y·sin|, so that one product serves both.
"""

import math

import torch
from torch import Tensor

from models.bodies.activations import activate_
from models.bodies.mlp import MlpBody
from models.circuits.basis import cosine_sine
from models.evaluation.directions import ReadoutWaves, readout_waves
from models.evaluation.grid import Grid
from models.evaluation.plain import plain_margins
from models.evaluation.results import State, states_of
from models.evaluation.threads import side_by_side

SMALLEST_MODULUS = 512  # below it, rows of the grid are as fast
FIRST_RIVALS = 64
PRODUCTS_AT_ONCE = 250_000  # pairs × classes, so that they stay in a core's cache
EVEN_OUT = 1e-6  # of the mean variance, in every direction: any ellipsoid that holds the pairs gives a bound
TINY = 1e-30
ROUNDING_ROOM = 1.001  # on the ellipsoid, for float32
ENTRIES_AT_ONCE = 500_000  # pairs × neurons, so that they stay in a core's cache


def stripes_of(grid: Grid) -> "Stripes | None":
    """The network of a grid by stripes, where its modulus is large, its body an MLP and its readout of few waves."""
    network = grid.network.cast(torch.float32)
    body, q = network.body, network.modulus
    if q < SMALLEST_MODULUS or not isinstance(body, MlpBody) or network.readout_bias is not None:
        return None
    waves = readout_waves(network.readout)
    return None if waves is None or math.isinf(grid.doubt) else Stripes(grid, body, waves)


class Stripes:
    """A network made ready to be counted stripe by stripe."""

    def __init__(self, grid: Grid, body: MlpBody, waves: ReadoutWaves) -> None:
        rough = grid.network.cast(torch.float32)
        self.grid, self.q = grid, rough.modulus
        self.body = body  # of the rough network: float32
        self.directions = waves.directions
        from_a, self.from_b = self.body.into_first(rough.table_a, rough.table_b)
        self.twice_a = torch.cat([from_a, from_a])  # so that (b + d) mod q is a slice
        cosines, sines = cosine_sine(waves.frequencies[:, None] * torch.arange(self.q), self.q)
        self.cosines, self.sines = cosines.T.float().contiguous(), sines.T.float().contiguous()  # [q, f] by class
        half = self.q // 2 + 1  # w_δ for δ = 1..q/2: [f, δ] each, and whole ones [2f, δ] for c + δ and for c − δ
        self.apart, self.turned = (1 - cosines[:, 1:half]).float(), sines[:, 1:half].float()
        self.rivals = [torch.cat([self.apart, side * self.turned]) for side in (1, -1)]
        self.mirrored = rough.tables_shared and body.combination == "sum"

    @torch.no_grad()
    def states(self, failures: int) -> tuple[Tensor, float, float] | None:
        """States uint8 [q, q], the smallest margin, the scale; None once more than `failures` pairs are not right."""
        q = self.q
        states = torch.empty(q, q, dtype=torch.uint8)
        numbers = torch.arange(q)
        smallest, failed = torch.inf, 0
        differences = range(q // 2 + 1 if self.mirrored else q)
        for difference, margins in side_by_side(self._margins, differences):
            a = (numbers + difference) % q
            near = ~(margins.abs() > self.grid.doubt)  # also where float32 overflowed
            if near.any():
                margins[near] = plain_margins(self.grid.network, a[near], numbers[near])
            found = states_of(margins, self.grid.scale)
            states[a, numbers] = found
            twice = self.mirrored and 2 * difference % q != 0
            if twice:
                states[numbers, a] = found
            failed += int((found != State.RIGHT).sum()) * (2 if twice else 1)
            if failed > failures:
                return None
            smallest = min(smallest, float(margins.min()))
        return states, smallest, self.grid.scale

    def _margins(self, difference: int) -> Tensor:
        """float64 [q]: the margin of every pair (b + d, b), against all classes that the bound does not rule out."""
        z = self._seen_from_the_right_class(difference)
        bounds = torch.minimum(*(lower_bounds(z, rivals) for rivals in self.rivals))
        first = bounds.topk(min(FIRST_RIVALS, len(bounds)), largest=False).indices
        margins = self._nearest(z, first)
        # The smallest margin is at most this one, so only rivals whose bound lies below it are still in question.
        open_ = bounds <= max(float(margins.min()), 2 * self.grid.doubt)
        open_[first] = False
        if open_.any():
            margins = torch.minimum(margins, self._nearest(z, open_.nonzero()[:, 0]))
        return margins.double()

    def _nearest(self, z: Tensor, rivals: Tensor) -> Tensor:
        """[n]: the smallest of z·w over some of the rivals ±δ, a few pairs at a time."""
        step = max(1, PRODUCTS_AT_ONCE // len(rivals))
        apart, turned = self.apart[:, rivals], self.turned[:, rivals]
        real, imaginary = z.chunk(2, dim=1)
        return torch.cat(
            [
                (x @ apart).sub_((y @ turned).abs_()).amin(1)
                for x, y in zip(real.split(step), imaginary.split(step), strict=True)
            ]
        )

    def _seen_from_the_right_class(self, difference: int) -> Tensor:
        """[q, 2f]: real parts of z_f, then imaginary ones, for the pairs (b + d, b)."""
        outputs = torch.empty(self.q, self.directions.shape[1])
        step = max(1, ENTRIES_AT_ONCE // self.from_b.shape[1])
        for start in range(0, self.q, step):
            stop = min(self.q, start + step)
            pre = self.twice_a[start + difference : stop + difference] + self.from_b[start:stop]
            torch.mm(self.body.onward(activate_(pre, self.body.activation)), self.directions, out=outputs[start:stop])
        waves = outputs.shape[1] // 2
        real, imaginary = outputs[:, :waves], outputs[:, waves:]
        answers = (2 * torch.arange(self.q) + difference) % self.q
        cosines, sines = self.cosines[answers], self.sines[answers]
        return torch.cat([real * cosines + imaginary * sines, real * sines - imaginary * cosines], dim=1)


def lower_bounds(z: Tensor, rivals: Tensor) -> Tensor:
    """[δ]: what no z·w_δ of these z [n, 2f] falls below, for rivals w [2f, δ]; by the ellipsoid of their covariance."""
    middle = z.mean(0)
    off = z - middle
    covariance = (off.T @ off).double() / len(z)
    covariance += torch.eye(len(covariance)) * (EVEN_OUT * covariance.trace() / len(covariance) + TINY)
    shape = torch.linalg.cholesky(covariance).float()
    radius = torch.linalg.solve_triangular(shape, off.T, upper=False).square().sum(0).max().sqrt()
    return middle @ rivals - ROUNDING_ROOM * radius * (shape.T @ rivals).square().sum(0).sqrt()
