"""What the address of the browser says, and what it leaves alone."""

import pytest

from tests.browser.scripts.mounted import Mounted, bar, console_data

QUERY = {"network": "mine", "mod": "17", "dials": "1~5_3~-7"}


def query(console: Mounted) -> str:
    return console.on("() => location.search + location.hash")


def test_python_names_network_and_dials_and_the_browser_view_and_pair(opened):
    console = opened(data=console_data(bar=bar(query=QUERY)))
    assert query(console) == "?network=mine&mod=17&dials=1~5_3~-7"
    console.page.locator("[data-view=diamond]").click()
    assert query(console) == "?network=mine&mod=17&dials=1~5_3~-7&view=diamond"
    console.page.fill("[data-operand=b]", "3")
    console.page.wait_for_function("() => location.search.includes('pair')")
    assert query(console) == "?network=mine&mod=17&dials=1~5_3~-7&view=diamond&pair=10.3"
    console.page.locator("[data-view=square]").click()
    assert query(console) == "?network=mine&mod=17&dials=1~5_3~-7&pair=10.3"


def test_what_others_put_into_the_address_stays_and_ours_is_replaced(opened):
    old = "&".join(f"{name}=old" for name in ("network", "file", "mod", "harmonics", "neurons", "dials"))
    console = opened(f"?embed=true&{old}&view=diamond&pair=3.12#place", data=console_data(bar=bar(query=QUERY)))
    assert query(console) == "?embed=true&network=mine&mod=17&dials=1~5_3~-7&view=diamond&pair=3.12#place"
    assert console.on("() => history.length") == 2


def test_what_is_too_long_for_a_link_leaves_no_recipe_in_the_address(opened):
    console = opened("?mod=old#place", data=console_data(bar=bar(query=None)))
    assert query(console) == "#place"


def test_letters_with_a_meaning_are_written_so_that_they_have_none(opened):
    console = opened(data=console_data(bar=bar(query={"network": "a&b=c d"})))
    assert query(console) == "?network=a%26b%3Dc%20d"


@pytest.mark.parametrize(
    ("asked", "a", "b"),
    [
        *((asked, 3, 12) for asked in ("pair=3.12", "amp;pair=3.12", "amp;amp;pair=3.12")),
        *(
            (asked, 10, 11)
            for asked in ("pair=3.12x", "pair=x3.12", "pair=3", "pair=1234.1", "pair=-3.1", "view=diamond")
        ),
    ],
)
def test_the_pair_of_a_link(opened, asked: str, a: int, b: int):
    console = opened(f"?{asked}")
    assert [console.page.locator(f"[data-operand={name}]").input_value() for name in "ab"] == [str(a), str(b)]
    view = "diamond" if asked == "view=diamond" else "square"
    assert console.told(f"[data-view={view}]", "aria-pressed") == "true"


def test_no_step_is_left_to_go_back_through(opened):
    console = opened(data=console_data(bar=bar(query=QUERY)))
    before = console.on("() => history.length")
    for number in "345":
        console.page.fill("[data-operand=a]", number)
        console.page.wait_for_function(f"() => location.search.includes('pair={number}.')")
    assert console.on("() => history.length") == before


def test_an_address_that_says_it_already_is_left(opened):
    console = opened(data=console_data(bar=bar(query=QUERY)))
    console.on("() => { history.replaceState = () => sent.push(['replaced', 1]) }")
    console.give(console_data(bar=bar(query=QUERY)))
    assert [name for name, _ in console.sent if name == "replaced"] == []
