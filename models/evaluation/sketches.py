"""Many settings of the same dials, each seen on a few rows: what a search may look at, and never counts.

Tables are sums of the dials' waves, and what a token sends the neurons is affine in the tables. So that is worked out
once for each wave; a setting only says how much of each wave there is at each number.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.circuits.waves import network_waves
from models.evaluation.grid import NEAR_TIE, SCALE_ROWS, few_rows
from models.evaluation.rows import Rows, rows_at_once, rows_of
from models.network import Network
from models.surgery.recipe import Recipe, own_recipe
from models.surgery.transplant import Clock, partials, transplant, wave_coefficients, wave_settings


@dataclass(frozen=True, order=True)
class Glimpse:
    """What a few rows of a setting look like; orders by promise."""

    right: int  # pairs of those rows
    smallest_margin: float


class Sketches:
    """One network at any setting of the dials of these frequencies: linked, all on, at their own size and phase."""

    @torch.no_grad()
    def __init__(self, network: Network, frequencies: tuple[int, ...], harmonics: int) -> None:
        self.network = network
        self.found = partials(own_recipe(network.modulus, frequencies, harmonics), network.modulus)
        waves, turns = network_waves(network), [partial.dial.a for partial in self.found]
        of_a, of_b, directions = (
            wave_coefficients(table, self.found, turns).float()
            for table in (waves.table_a, waves.table_b, waves.readout)
        )
        self.bias = None if waves.bias is None else wave_coefficients(waves.bias, self.found, turns).float()
        body = network.cast(torch.float32).body
        self.mean, nothing, waves_alone = (
            body.rows_reader(table_a, table_b, directions.T)
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

    @torch.no_grad()
    def glimpse(self, recipe: Recipe, count: int = SCALE_ROWS) -> Glimpse:
        """A setting on at most `count` rows: pairs right by more than a near tie, and the smallest margin, in float32.

        Rows are taken a block at a time, so that memory stays bounded at any modulus.
        """
        rows = self._rows(recipe) or rows_of(transplant(self.network, recipe).cast(torch.float32))
        parts = few_rows(recipe.modulus, count).split(rows.rows_at_once)
        right, rival = (torch.cat(part) for part in zip(*map(rows.right_and_rival, parts), strict=True))
        margins, scale = right - rival, float(torch.stack([right, rival]).abs().max())
        return Glimpse(int((margins > NEAR_TIE * scale).sum()), float(margins.min()))

    def _rows(self, recipe: Recipe) -> Rows | None:
        """The rows of a setting; None where the body has no reader of rows."""
        if self.mean is None:
            return None
        turns = {dial.frequency: dial.a for dial in recipe.dials}
        clock = Clock(recipe.modulus, torch.arange(recipe.modulus, dtype=torch.float64))
        settings = wave_settings(self.found, [turns[p.dial.frequency] for p in self.found], clock).float()
        added = {name: getattr(self.mean, name) + settings @ wave for name, wave in self.waves.items()}
        reader = replace(self.mean, **added)
        bias = None if self.bias is None else (settings @ self.bias)[:, 0]
        at_once = rows_at_once(recipe.modulus, settings.shape[1] + reader.from_b.shape[-1])
        return Rows(reader.rows, settings.T.contiguous(), bias, at_once)
