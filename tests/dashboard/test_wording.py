import pytest

from dashboard.wording import percent, plain


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


def test_a_strangers_text_makes_no_links_and_no_pictures():
    assert plain("![x](http://a.b) `c` **d**") == r"\!\[x\]\(http\://a.b\) \`c\` \*\*d\*\*"
