"""Many settings of the same dials, each seen on a few rows: what a search may look at, and never counts.

Tables are sums of the dials' waves, and in most bodies what a token sends the neurons is affine in the tables. There
that is worked out once for each wave; a setting only says how much of each wave there is at each number. Other bodies
take forward passes for the same rows.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.table_spectra import TableSpectrum, table_spectra
from models.evaluation.classes import Classes
from models.evaluation.results import SCALE_ROWS, spread_rows
from models.evaluation.rows import Rows
from models.groups import Group
from models.network import Network
from models.runtime.cost import numbers_of_a_pair
from models.surgery.partials import partials
from models.surgery.recipe import Recipe, own_recipe
from models.surgery.transplant import (
    Clock,
    recut_source,
    transplant,
    wave_coefficients,
    wave_settings,
)

NEAR_TIE = 2e-5  # of the logits' scale: nearer than that, a search does not believe float32


@dataclass(frozen=True, order=True)
class RowSample:
    """What a few rows of a setting look like; orders by promise."""

    right: int  # pairs of those rows
    smallest_margin: float


class AffineSurrogate:
    """One network at any setting of the dials of a recipe: linked, all on, at their own size and phase.

    How `like` turns its dials does not matter, only which they are, and with how many harmonics they are carried.
    """

    @torch.no_grad()
    def __init__(self, network: Network, like: Recipe) -> None:
        self.network, p = recut_source(network, like), network.modulus
        most = max(like.harmonics, like.carried_by_readout)
        self.found = partials(own_recipe(p, (dial.frequency for dial in like.dials), most), p)
        waves = table_spectra(self.network)
        of_a, of_b = (self._written(table, like.harmonics) for table in (waves.table_a, waves.table_b))
        directions = self._written(waves.unembedding, like.carried_by_readout)
        self.bias = None if waves.bias is None else self._written(waves.bias, like.carried_by_readout)
        body = self.network.cast(torch.float32).body
        self.mean, nothing, waves_alone = (
            body.rows_reader(table_a, table_b, directions.T) if body.affine_in_tables else None
            for table_a, table_b in (
                (waves.table_a.mean[None].float(), waves.table_b.mean[None].float()),
                (torch.zeros_like(of_a[:1]), torch.zeros_like(of_b[:1])),
                (of_a, of_b),
            )
        )
        self.waves: dict[str, Tensor] = {}  # what each wave adds, for all that is affine in the tables
        for name in self.mean.BY_NUMBER if self.mean else ():
            wave = getattr(waves_alone, name)
            if wave.shape[-2] > 1:  # one row does not depend on the number
                self.waves[name] = wave - getattr(nothing, name)

    def _written(self, table: TableSpectrum, harmonics: int) -> Tensor:
        """float32 [2w, d]: what each wave writes in a table that carries so many harmonics; the others are silent."""
        coefficients = wave_coefficients(table, self.found, [partial.dial.a for partial in self.found])
        sounding = torch.tensor([partial.harmonic <= harmonics for partial in self.found]).repeat(2)
        return (coefficients * sounding[:, None]).float()

    @torch.no_grad()
    def row_sample(self, recipe: Recipe, count: int = SCALE_ROWS) -> RowSample:
        """A setting on at most `count` rows: pairs right by more than a near tie, and the smallest margin, in float32.

        Rows are taken a block at a time, so that memory stays bounded at any modulus.
        """
        rows = self._rows(recipe) or _forward_rows(transplant(self.network, recipe).cast(torch.float32))
        parts = spread_rows(recipe.modulus, count).split(rows.at_once)
        right, runner_up = (torch.cat(part) for part in zip(*map(rows.right_and_runner_up, parts), strict=True))
        margins, scale = right - runner_up, float(torch.stack([right, runner_up]).abs().max())
        return RowSample(int((margins > NEAR_TIE * scale).sum()), float(margins.min()))

    def _rows(self, recipe: Recipe) -> Rows | None:
        """The rows of a setting; None where the body has no reader of rows."""
        if self.mean is None:
            return None
        turns = {dial.frequency: dial.a for dial in recipe.dials}
        clock = Clock(recipe.group, recipe.group.elements().double())
        settings = wave_settings(self.found, [turns[p.dial.frequency] for p in self.found], clock).float()
        added = {name: getattr(self.mean, name) + settings @ wave for name, wave in self.waves.items()}
        reader = replace(self.mean, **added)
        bias = None if self.bias is None else (settings @ self.bias)[:, 0]
        return Rows(reader, settings.T.contiguous(), bias, _all_distinct(recipe.group))


@dataclass(frozen=True, eq=False)
class _ForwardPasses:
    """Rows of a body that has no reader, in its precision; an unembedding is read along its own rows."""

    network: Network

    @property
    def width(self) -> int:
        """Numbers that a pair takes."""
        return numbers_of_a_pair(self.network)

    def rows(self, rows: Tensor) -> Tensor:
        """[n, q, d] for rows a [n] and every b."""
        q = self.network.modulus
        a, b = rows.repeat_interleave(q), torch.arange(q).repeat(len(rows))
        return self.network.body.readout_vectors(self.network.table_a, self.network.table_b, a, b).unflatten(0, (-1, q))


def _forward_rows(network: Network) -> Rows:
    bias = None if network.unembedding_bias is None else network.unembedding_bias - network.unembedding_bias.mean()
    along = network.unembedding - network.unembedding.mean(1, keepdim=True)
    return Rows(_ForwardPasses(network), along, bias, _all_distinct(network.task.group))


def _all_distinct(group: Group) -> Classes:
    """A row sample looks for no twins: a tie is a margin near 0."""
    numbers = group.elements()
    return Classes(numbers, numbers, torch.zeros(group.order, dtype=torch.bool), group)
