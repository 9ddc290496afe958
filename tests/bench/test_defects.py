"""The bench of defects: what counts as found, and how its table is made of trials."""

from models.wavelets.defects import Defect
from models.wavelets.planting import Planted
from tests.bench.defects import Trial, area, is_found, report

ROW = Planted("replaced", "a", 0, None, 0.0)


def found(kind: str, table: str, number: int | None, frequency: int | None = None) -> list[Defect]:
    return [Defect(kind, table, number, frequency, 1.0, 9.0, 0.0)]


def test_a_row_is_found_within_one_number_round_the_circle():
    assert [is_found(ROW, found("row", "a", n), 13) for n in (0, 1, 12, 2)] == [True, True, True, False]
    assert not is_found(ROW, found("row", "u", 0), 13)
    assert not is_found(ROW, found("seam", "a", 0, 3), 13)
    assert is_found(Planted("seam", "a", 5, 3, 0.2), found("chirp", "a", 5, 3), 13)  # its dial and its place
    assert is_found(Planted("missing", "u", None, 3, 0.0), found("missing", "u", None, 3), 13)


def test_an_area_of_a_half_is_chance():
    assert area([1, 2], [1, 2]) == 0.5
    assert area([3, 4], [1, 2]) == 1.0


def test_the_table_counts_trials():
    trials = [
        Trial("x", 0.5, "seam", True, 1, 0.3),
        Trial("x", 0.5, "seam", False, 0, 0.2),
        Trial("x", 0.5, "none", False, 1, 0.1),
    ]
    line = next(line for line in report(trials).splitlines() if line.startswith("| 0.5 "))
    assert "| 1 of 2 | 1 of 1 | 2 of 2 | 1.00 | 1.00 |" in line
