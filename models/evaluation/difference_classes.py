"""Very large moduli: pairs with the same a − b are decided together, and most classes are ruled out for all of them.

Seen from its own right class c, a pair's logits are Σ_f Re(z_f·e^{i2πfδ/q}) at the class c + δ, with one complex number
z_f per wave of the unembedding, so the margin over that class is linear in z: z·w_δ. Pairs of one difference class,
a − b = d, have nearly the same z. Around their mean m lies an ellipsoid that holds them all, {m + L·u, |u| ≤ R}, and by
Cauchy–Schwarz

    z·w_δ ≥ m·w_δ − R·|Lᵀ·w_δ|   for every pair with that a − b,

so one bound per δ rules out nearly all of the q classes; only those that remain are computed for every pair. What is
left out is proven to be farther off than what was computed, rounding included (docs/exactness.md). An unembedding of
many waves strays too far for that, and every class is computed.

The classes c + δ and c − δ share their cosines, and their sines differ in sign alone: with z = x + iy the nearer of the
two is told by x·(1 − cos) − |y·sin|, so that one product serves both.
"""

import torch
from torch import Tensor

from models.bodies.activations import activate_
from models.bodies.base import AdditiveBody
from models.enclosures import FLOAT32
from models.evaluation.directions import UnembeddingWaves, unembedding_waves
from models.evaluation.grid import Grid
from models.evaluation.margins import Margins
from models.evaluation.results import UP
from models.evaluation.settling import Settling
from models.evaluation.threads import side_by_side

SMALLEST_MODULUS = 512  # below it, rows of the grid are as fast
FIRST_RIVALS = 64
PRODUCTS_AT_ONCE = 250_000  # pairs × classes, so that they stay in a core's cache
EVEN_OUT = 1e-6  # of the mean variance, in every direction: any ellipsoid that holds the pairs gives a bound
TINY = 1e-30
ENTRIES_AT_ONCE = 500_000  # pairs × neurons, so that they stay in a core's cache
OUTLYING = 4.0  # times the median error of one a − b: pairs with larger ones are left to float64
SEEN_FROM_THE_RIGHT = 1.5  # |x|·2 + |y|·1 with |x|, |y| ≤ |cosine part| + |sine part|, against 2 of a margin by rows
MORE_ROUNDINGS = 16  # of z and of the waves 1 − cos and sin


def difference_classes_of(grid: Grid) -> "DifferenceClasses | None":
    """The network of a grid by a − b, where its modulus is large, its body an MLP, its unembedding of few waves."""
    network = grid.network
    body, q = network.body.additive, network.modulus
    one_clock = len(network.task.group.factors) == 1  # in a product c + δ is no slice
    if q < SMALLEST_MODULUS or body is None or network.unembedding_bias is not None or not one_clock:
        return None
    waves = unembedding_waves(network.unembedding)
    twins = bool(grid.classes.has_twin.any())
    if waves is None or twins or not bool(grid.rough.bounds.relative_a.isfinite().all()):
        return None
    return DifferenceClasses(grid, body, waves)


class DifferenceClasses:
    """A network made ready to be counted one a − b after the other."""

    method = "stripes"  # what certificates have called it since before difference classes were called so

    def __init__(self, grid: Grid, body: AdditiveBody, waves: UnembeddingWaves) -> None:
        exact = grid.network.cast(torch.float64)
        self.grid, self.q = grid, exact.modulus
        self.body = body.map_tensors(torch.Tensor.float)
        self.directions = waves.directions.float()
        in_float64 = body.map_tensors(torch.Tensor.double)
        from_a, from_b = (table.float() for table in in_float64.into_first(exact.table_a, exact.table_b))
        self.twice_a, self.from_b = torch.cat([from_a, from_a]), from_b  # so that (b + d) mod q is a slice
        group = exact.task.group
        cosines, sines = group.character(waves.frequencies[:, None], group.elements())
        self.cosines, self.sines = cosines.T.float().contiguous(), sines.T.float().contiguous()  # [q, f] by class
        half = self.q // 2 + 1  # w_δ for δ = 1..q/2: [f, δ] each, and whole ones [2f, δ] for c + δ and for c − δ
        self.apart, self.turned = (1 - cosines[:, 1:half]).float(), sines[:, 1:half].float()
        self.rivals = [torch.cat([self.apart, side * self.turned]) for side in (1, -1)]
        self.mirrored = exact.tables_shared and body.adds_rows
        more = FLOAT32.gamma(MORE_ROUNDINGS)
        bounds = grid.rough.bounds
        self.errors_a, self.errors_b = (
            SEEN_FROM_THE_RIGHT * (bounds.relative_a[0] + more) * size + 2 * other
            for size, other in ((bounds.size_a, bounds.more_a), (bounds.size_b, bounds.more_b))
        )

    @torch.no_grad()
    def count(self, failures: int) -> Settling | None:
        """All pairs; None once more than `failures` are not right."""
        settling = self.grid.settling(
            self.grid.scale(*self.grid.rough.rows.right_and_runner_up(self.grid.few)), mirrored=self.mirrored
        )
        differences = range(self.q // 2 + 1 if self.mirrored else self.q)
        for _, found in side_by_side(lambda difference: self._margins(difference, settling.tolerance), differences):
            settling.take(found)
            if settling.failed > failures:
                return None
        return settling if settling.finish(failures) else None

    def _margins(self, difference: int, tolerance: float) -> Margins:
        """[q]: the margin of every pair (b + d, b), against all classes that the bound does not rule out.

        A class is ruled out where its margin is above the smallest of the pairs, and so far above the tolerance that
        no pair which is believed could be nearer to it than its error. Other pairs get an error of NaN.
        """
        b = torch.arange(self.q)
        a = (b + difference) % self.q
        errors = self.errors_a[a] + self.errors_b
        errors = errors.where(errors <= OUTLYING * errors.median(), torch.nan)
        z = self._seen_from_the_right_class(difference)
        bounds = torch.minimum(*(lower_bounds(z, rivals) for rivals in self.rivals))
        first = bounds.topk(min(FIRST_RIVALS, len(bounds)), largest=False).indices
        margins = self._nearest(z, first)
        # The smallest margin is at most this one, so only rivals whose bound lies below it are still in question.
        largest_error = float(errors.nan_to_num(0.0).max()) * UP
        open_ = ~(bounds > max(float(margins.min()), tolerance + largest_error))
        open_[first] = False
        if open_.any():
            margins = torch.minimum(margins, self._nearest(z, open_.nonzero()[:, 0]))
        some = slice(
            self.q // 2 if self.mirrored and 2 * difference == self.q else None
        )  # these pairs mirror each other
        return Margins(a[some], b[some], margins[some].double(), errors[some])

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
    """float64 [δ]: what no z·w_δ of these z [n, 2f] falls below, for rivals w [2f, δ] of entries from −2 to 2; float32.

    By the ellipsoid of their covariance: with any matrices L and G, and u = G·(z − m),

        z·w = m·w + u·(Lᵀw) + (z − m)·(I − LG)ᵀw,

    and |w| ≤ 2√(2f). Whatever rounding does to L, G, u and the products is added (docs/exactness.md).
    """
    n, width = z.shape
    middle = z.mean(0)
    off = z - middle
    covariance = (off.T @ off).double() / n
    covariance += torch.eye(width) * (EVEN_OUT * covariance.trace() / width + TINY)
    shape, failed = torch.linalg.cholesky_ex(covariance)
    if int(failed):  # too far from round for float64: then without its slant
        shape = covariance.diagonal().sqrt().diag()
    inverse = torch.linalg.solve_triangular(shape, torch.eye(width, dtype=torch.float64), upper=False).float()
    shape = shape.float()
    longest = float(off.double().square().sum(1).max().sqrt())
    gamma, of_w = FLOAT32.gamma(width + 8), 2 * width**0.5
    of_shape, of_inverse = (float(torch.linalg.matrix_norm(matrix.double())) for matrix in (shape, inverse))
    remainder = torch.eye(width) - shape.double() @ inverse.double()
    left = float(torch.linalg.matrix_norm(remainder)) + 2.0**-40 * of_shape * of_inverse
    radius = float((off @ inverse.T).double().square().sum(1).max().sqrt()) + gamma * of_inverse * longest
    reach = (shape.T @ rivals).double().square().sum(0).sqrt() + gamma * of_shape * of_w
    rounding = longest * (left + 2 * FLOAT32.unit) * of_w + gamma * 2 * float(middle.double().abs().sum())
    bounds: Tensor = (middle @ rivals).double() - (radius * reach + rounding) * UP - TINY
    return bounds
