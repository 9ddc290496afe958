import pytest

from dashboard.wording import percent


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (1, "100%"),
        (0, "0%"),
        (0.5, "50.00%"),
        (16128 / 16129, "99.99%"),
        (1 - 1e-9, "99.99%"),
        (1e-9, "< 0.01%"),
        (0.99994, "99.99%"),
    ],
)
def test_a_percentage_never_rounds_up_to_all_or_down_to_nothing(fraction, shown):
    assert percent(fraction) == shown
