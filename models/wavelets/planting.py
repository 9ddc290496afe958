"""Defects put into a network on purpose, so that what finds and mends them can be tried."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups.characters import cosine_sine
from models.network import Network
from models.wavelets.breaks import Break, dials_of, turned_back
from models.wavelets.surrogates import Standing
from models.wavelets.tables import table_names, table_of, with_table

USUAL = {"replaced": 0.0, "noisy": 1.5, "seam": 0.35, "chirp": 1.5, "missing": 0.0}  # amounts that are plain to see
KINDS = tuple(USUAL)
ON_ROWS = ("replaced", "noisy")


@dataclass(frozen=True)
class Planted:
    """What was put in, and where.

    Attributes:
        kind: one of KINDS.
        table: "a", "b" or "u"; "a" stands for a table that both operands share.
        number: the row, or the first number of the path; None of a missing dial.
        frequency: of the dial; None of a row.
        amount: noise by the table's root mean square, ε in turns, or β; 0 of a replaced row and of a missing dial.
    """

    kind: str
    table: str
    number: int | None
    frequency: int | None
    amount: float


def usual_defect(kind: str, table: str, number: int, frequency: int) -> Planted:
    """A defect of a usual amount; a row has no frequency, a missing dial no number.

    >>> usual_defect("replaced", "a", 40, 5)
    Planted(kind='replaced', table='a', number=40, frequency=None, amount=0.0)
    """
    return Planted(
        kind, table, None if kind == "missing" else number, None if kind in ON_ROWS else frequency, USUAL[kind]
    )


def drawn_defect(
    network: Network, chosen: tuple[int, ...], kinds: tuple[str, ...] = KINDS, *, generator: torch.Generator
) -> Planted:
    """A random defect: its kind, table, number, dial and strength.

    Noise is 1 to 3 times the table's root mean square, a seam 0.15 to 0.5 turns, a chirp 0.5 to 3, either way round.
    """

    def drawn(most: int) -> int:
        return int(torch.randint(most, (1,), generator=generator))

    share = float(torch.rand(1, generator=generator))
    names = table_names(network)
    kind, table, number = kinds[drawn(len(kinds))], names[drawn(len(names))], drawn(network.modulus)
    circles = [k for k in chosen if 2 * k != network.modulus]
    frequency, sign = circles[drawn(len(circles))], 1 - 2 * drawn(2)
    if kind in ON_ROWS:
        return Planted(kind, table, number, None, 1 + 2 * share if kind == "noisy" else 0.0)
    if kind == "missing":
        return Planted(kind, table, None, frequency, 0.0)
    return Planted(
        kind, table, number, frequency, sign * (0.15 + 0.35 * share if kind == "seam" else 0.5 + 2.5 * share)
    )


def planted(network: Network, defect: Planted, chosen: tuple[int, ...], seed: int = 0) -> Network:
    """The network with a defect; the input network is unchanged.

    Args:
        network: as it was trained.
        defect: what is done to it.
        chosen: the network's dials, among them the defect's.
        seed: of the noise, or of which row takes the place of the replaced one.
    """
    rows = table_of(network, defect.table)
    return with_table(network, defect.table, _damaged(rows, defect, chosen, seed))


def with_noise(network: Network, level: float, seed: int) -> Network:
    """The network with white noise on every number of its tables, `level` times a table's root mean square."""
    generator = torch.Generator().manual_seed(seed)
    for table in table_names(network):
        rows = table_of(network, table)
        noise = torch.randn(rows.shape, generator=generator, dtype=torch.float64) * (level * _scale_of(rows))
        network = with_table(network, table, (rows + noise).to(rows.dtype))
    return network


def _damaged(rows: Tensor, defect: Planted, chosen: tuple[int, ...], seed: int) -> Tensor:
    if defect.kind in ON_ROWS:
        return _row_damaged(rows, defect, torch.Generator().manual_seed(seed))
    assert defect.frequency is not None
    if defect.kind == "missing":
        dials = dials_of(rows, (defect.frequency,))
        return _without(rows, dials.directions, defect.frequency)
    assert defect.number is not None
    # the path the other way round: what `turned_back` takes off, it puts on
    path = Break(defect.frequency, defect.kind, defect.number, -defect.amount, 0.0, Standing(0.0, 1.0))
    return turned_back(rows, path, chosen)


def _row_damaged(rows: Tensor, defect: Planted, generator: torch.Generator) -> Tensor:
    assert defect.number is not None
    damaged = rows.detach().clone()
    if defect.kind == "replaced":
        other = int(torch.randint(1, len(rows), (1,), generator=generator))
        damaged[defect.number] = rows[(defect.number + other) % len(rows)]
    else:
        scale = defect.amount * _scale_of(rows)
        noise = torch.randn(rows.shape[1], generator=generator, dtype=torch.float64) * scale
        damaged[defect.number] = (rows[defect.number] + noise).to(rows.dtype)
    return damaged


def _scale_of(rows: Tensor) -> Tensor:
    """float64: root mean square of a table's numbers, each column less its mean."""
    exact = rows.double()
    return (exact - exact.mean(0)).square().mean().sqrt()


def _without(rows: Tensor, directions: Tensor, frequency: int) -> Tensor:
    """The rows less one wave."""
    cosine, sine = cosine_sine(frequency * torch.arange(len(rows)), len(rows))
    wave = torch.outer(cosine, directions[0]) + torch.outer(sine, directions[1])
    return (rows.double() - wave).to(rows.dtype)
