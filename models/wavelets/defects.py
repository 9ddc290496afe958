"""Where a network is broken: rows out of place, dials that do not close or glide, dials that a table lacks."""

from dataclasses import dataclass

from torch import Tensor

from models.circuits.spectra import key_frequencies, table_spectrum
from models.errors import RecipeError, is_whole, shown
from models.network import Network
from models.wavelets.breaks import Break, breaks_of, least_gain, read_together, turned_back
from models.wavelets.missing import missing_dials, strong_in_all
from models.wavelets.repair import foretold_row
from models.wavelets.rows import odd_row
from models.wavelets.tables import table_names, table_of, with_table

SURROGATES = 99
MOST_CHANCE = 1e-4  # of one test, by the surrogates' law
MOST_CHANCE_OF_BREAK = 0.5  # an even dial that is read with all others has no such gain, whatever surrogates come to
MOST_CHANCE_OF_MANY = 0.01  # where dials are so many that each is read by itself, and hears others
MOST_ROWS = 5  # of one table
LEAST_SHARE = 0.01  # of a table's power: waves that a row is foretold by beside the key frequencies


@dataclass(frozen=True)
class Defect:
    """Something that is not where the rest of its table says.

    Attributes:
        kind: "row", "seam", "chirp" or "missing".
        table: "a", "b" or "u"; "a" stands for a table that both operands share.
        number: the row or class, or the number before which the seam lies or from which the chirp runs; None of a
            missing dial, which is nowhere.
        frequency: of the dial; None of a row.
        amount: squared departure of a row by the mean squared row, ε of a seam in turns, β of a chirp; of a missing
            dial the share of power that the other tables have, as log₂ of how much more.
        score: standard deviations above the surrogates' mean.
        chance: that one surrogate reaches it, by the law of surrogates.py; None of a missing dial, which every
            surrogate lacks too.
    """

    kind: str
    table: str
    number: int | None
    frequency: int | None
    amount: float
    score: float
    chance: float | None


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What was found in a network.

    Attributes:
        defects: the most certain first.
        frequencies: the dials that were looked at.
        breaks: by table, the best path of each dial, whether it means anything or not.
        mended: the network with every row, seam and chirp of `defects` repaired from the circuit; the same object
            where there is none.
        dials: whether the network has dials at all; without, a table is nothing that rows could depart from.
    """

    defects: tuple[Defect, ...]
    frequencies: tuple[int, ...]
    breaks: dict[str, tuple[Break, ...]]
    mended: Network
    dials: bool


def find_defects(
    network: Network, *, surrogates: int = SURROGATES, seed: int = 0, table: str | None = None
) -> Diagnosis:
    """Look for defects in every table of a network, and repair from the circuit what can be.

    A row is written anew from the other rows, a dial is turned back along the path that was found; the body is not
    touched and nothing is trained. What one repair explains is not told a second time: each is looked for in the table
    that the earlier ones have mended.

    Args:
        network: of any layout, with dials.
        surrogates: how many for each test.
        seed: of their phases.
        table: look at this one alone, "a", "b" or "u".

    Returns:
        The defects, the most certain first, with the network mended; none where the network has no dials.

    Raises:
        RecipeError: no such table, or no surrogates.

    >>> from models import zoo
    >>> find_defects(zoo.load("layernorm-97"), surrogates=20).defects
    ()
    """
    if table not in {None, *table_names(network)}:
        expected = ", ".join(table_names(network))
        raise RecipeError(f"{shown(table)} is no table of this network; expected one of {expected}.")
    if not is_whole(surrogates) or surrogates < 1:
        raise RecipeError(f"{shown(surrogates)} surrogates are out of range; expected a whole number from 1 on.")
    tables = {name: table_of(network, name).detach().double() for name in table_names(network)}
    dials = _dials_of(network, tables)
    if not any(dials.values()):
        return Diagnosis((), (), {}, network, False)
    found: list[Defect] = []
    breaks, mended = {}, network
    for name in table_names(network) if table is None else (table,):
        rows = tables[name]
        breaks[name] = breaks_of(rows, dials[name], surrogates, seed)
        told, tables[name] = _mended(name, rows, dials[name], breaks[name], surrogates, seed)
        if told:
            found += told
            mended = with_table(mended, name, tables[name].to(table_of(network, name).dtype))
    found += [
        Defect("missing", name, None, k, score, score, None)
        for name, k, score in missing_dials(tables)
        if table in {None, name}
    ]
    found.sort(key=lambda each: -each.score)
    return Diagnosis(tuple(found), tuple(sorted(set().union(*dials.values()))), breaks, mended, True)


def _dials_of(network: Network, tables: dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """By table, the key frequencies and what is strong in all other tables: a gliding dial may be weak in its own."""
    keys = key_frequencies(network).frequencies
    shares = {name: table_spectrum(rows).shares for name, rows in tables.items()}
    found = {}
    for name in tables:
        others = [each for other, each in shares.items() if other != name]
        found[name] = tuple(sorted({*keys, *strong_in_all(others)})) if keys else ()
    return found


def _mended(
    name: str, rows: Tensor, dials: tuple[int, ...], breaks: tuple[Break, ...], surrogates: int, seed: int
) -> tuple[list[Defect], Tensor]:
    """The defects of one table but missing dials, and the table without them."""
    circles = tuple(k for k in dials if 2 * k != len(rows))
    most = MOST_CHANCE_OF_BREAK if read_together(circles, len(rows)) else MOST_CHANCE_OF_MANY
    found = []
    for each in breaks:
        if each.gain >= least_gain(len(rows)) and each.standing.chance <= most:
            rows = turned_back(rows, each, circles)
            found.append(_of_break(name, each))
    for _ in range(MOST_ROWS):
        waves = _waves_of(rows, dials)
        odd = odd_row(rows, waves, surrogates, seed)
        if not odd.is_clear or odd.standing.chance > MOST_CHANCE:
            break
        rows = rows.clone()
        rows[odd.number] = foretold_row(rows, odd.number, waves).row
        found.append(Defect("row", name, odd.number, None, odd.departure, odd.standing.score, odd.standing.chance))
    return found, rows


def _of_break(table: str, found: Break) -> Defect:
    standing = found.standing
    return Defect(found.kind, table, found.number, found.frequency, found.amount, standing.score, standing.chance)


def _waves_of(rows: Tensor, dials: tuple[int, ...]) -> tuple[int, ...]:
    """The dials, and the strongest of the table's other waves, at most a third as many as there are rows."""
    shares = table_spectrum(rows).shares
    strong = [k for k in (shares >= LEAST_SHARE).nonzero().flatten().add(1).tolist() if k not in dials]
    strong.sort(key=lambda k: -float(shares[k - 1]))
    room = max(0, len(rows) // 6 - len(dials))
    return (*dials, *strong[:room])


def outside_share(network: Network, chosen: tuple[int, ...]) -> float:
    """What a spectrum alone says of a network: the largest share of power that a table has outside the chosen waves."""
    return max(1 - table_spectrum(table_of(network, name)).share_of(chosen) for name in table_names(network))
