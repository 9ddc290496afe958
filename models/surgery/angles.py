"""What a network puts out for operands whose dials stand at any angles, also where no number of any modulus stands."""

import math

import torch
from torch import Tensor

from models.circuits.table_spectra import TableSpectrum, table_spectra
from models.groups.characters import FULL_TURN
from models.network import Network
from models.surgery.partials import Partial, partials
from models.surgery.recipe import own_recipe
from models.surgery.transplant import wave_coefficients

ANGLES, FEWEST_ANGLES = 128, 24  # of each operand: so many squared are the pairs looked at
PAIRS_BY_WIDTH = 2**24  # pairs × the body's widest vector, at most


def random_angles(network: Network, dials: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Of both operands, float64 [n, dials] each, in radians: independent of each other and between dials.

    There are as many as make a look at all pairs of them short.
    """
    count = max(FEWEST_ANGLES, min(ANGLES, math.isqrt(PAIRS_BY_WIDTH // _widest(network))))
    drawn = torch.rand(2, count, dials, generator=torch.Generator().manual_seed(seed))
    of_a, of_b = drawn.double() * FULL_TURN
    return of_a, of_b


class AnglePairs:
    """A network with its operand tables written at given angles of its dials: every row of a with every row of b.

    The output is read along the waves of the unembedding: the cosine and the sine of each dial, and of as many of its
    harmonics as are asked for.
    """

    @torch.no_grad()
    def __init__(
        self,
        network: Network,
        frequencies: tuple[int, ...],
        angles: tuple[Tensor, Tensor],
        harmonics: int,
        readout_harmonics: int,
    ) -> None:
        p = network.modulus
        self.frequencies, (self.theta_a, self.theta_b) = frequencies, angles
        self.written = partials(own_recipe(p, frequencies, harmonics), p)
        self.read = partials(own_recipe(p, frequencies, readout_harmonics), p)
        waves = table_spectra(network)
        self.mean_a, self.mean_b = waves.table_a.mean, waves.table_b.mean
        self.of_a, self.of_b = (_coefficients(table, self.written) for table in (waves.table_a, waves.table_b))
        self.directions = _coefficients(waves.unembedding, self.read).T.float().contiguous()
        self.bias = None if waves.bias is None else _coefficients(waves.bias, self.read)[:, 0]
        self.body = network.cast(torch.float32).body

    @torch.no_grad()
    def outputs(self, amplitudes: Tensor) -> Tensor:
        """float64 [n, m, 2w]: cosine and sine parts of the w waves that are read, dials at amplitudes [k]."""
        table_a = (self.mean_a + self._settings(self.theta_a, amplitudes) @ self.of_a).float()
        table_b = (self.mean_b + self._settings(self.theta_b, amplitudes) @ self.of_b).float()
        return self._read(table_a, table_b).double()

    def along_and_across(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        """Of outputs [n, m, 2w]: what points along the sum of both angles, and across it; [n·m, w] each."""
        cosine, sine = outputs.chunk(2, dim=2)
        angle = _of_partials(self.theta_a[:, None] + self.theta_b, self.frequencies, self.read)
        along = (cosine * angle.cos() + sine * angle.sin()).flatten(0, 1)
        across = (cosine * angle.sin() - sine * angle.cos()).flatten(0, 1)
        return along, across

    def of_read(self, angles: Tensor) -> Tensor:
        """The angles [..., w] of the waves that are read, where the dials stand at [..., k]."""
        return _of_partials(angles, self.frequencies, self.read)

    def _settings(self, theta: Tensor, amplitudes: Tensor) -> Tensor:
        """float64 [n, 2w]: how much of each wave stands in the tables at angles [n, k]."""
        angles = _of_partials(theta, self.frequencies, self.written)
        strengths = amplitudes[_places(self.frequencies, self.written)]
        return torch.cat([angles.cos(), angles.sin()], dim=1) * strengths.repeat(2)

    def _read(self, table_a: Tensor, table_b: Tensor) -> Tensor:
        """[n, m, 2w]: what every pair of rows puts out along the directions that are read."""
        rows, columns = len(table_a), len(table_b)
        if rows == columns and (reader := self.body.rows_reader(table_a, table_b, self.directions)):
            return reader.rows(torch.arange(rows))
        a, b = torch.arange(rows).repeat_interleave(columns), torch.arange(columns).repeat(rows)
        outputs = self.body.readout_vectors(table_a, table_b, a, b) @ self.directions
        return outputs.unflatten(0, (rows, columns))


def _of_partials(angles: Tensor, frequencies: tuple[int, ...], found: list[Partial]) -> Tensor:
    """Angles [..., w] of waves, each its harmonic times the angle [..., k] of its dial."""
    return angles[..., _places(frequencies, found)] * torch.tensor([partial.harmonic for partial in found])


def _places(frequencies: tuple[int, ...], found: list[Partial]) -> Tensor:
    return torch.tensor([frequencies.index(partial.dial.frequency) for partial in found])


def _widest(network: Network) -> int:
    """Entries of the widest vector that a pair takes through the body."""
    return max(network.table_a.shape[1], *(tensor.shape[-1] for tensor in network.body.tensors().values()), 1)


def _coefficients(table: TableSpectrum, found: list[Partial]) -> Tensor:
    return wave_coefficients(table, found, [partial.dial.a for partial in found])
