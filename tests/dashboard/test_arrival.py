"""A link that is opened: it wins over the fresh session, waits for its file, and says plainly what it cannot do."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.visit.link import DIGEST_LETTERS, Link, query_of
from models import zoo
from models.circuits.spectra import key_frequencies
from models.formats.registry import network_to_bytes
from models.network import Network
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from tests.dashboard.test_pages import APP, SECONDS, bench_of, drop, trouble

TURNED = linked_recipe(128, {5: 20, 6: 6, 43: 58.5, 45: 60, 52: -52}, harmonics=1)


@pytest.fixture(scope="module")
def upload() -> Network:
    return zoo.load("transformer-113").map_tensors(lambda tensor: tensor * 1.001)


def opened_at(query: dict[str, str], page: str = "") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"dashboard/pages/{page}").run() if page else app


def shown(app: AppTest) -> str:
    here = app.session_state["clockwork"]
    return here.opened[here.current].name


def address_of(app: AppTest) -> dict[str, str]:
    """What the page writes into the browser's address."""
    data = next(each.proto for each in app.get("bidi_component") if each.proto.component_name.endswith("address"))
    return json.loads(data.json)["query"]


def told(app: AppTest) -> str:
    return " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("page", ["", "look_inside.py"])
def test_a_link_is_shown_on_every_page_and_the_address_says_the_same(page: str):
    query = query_of(Link("transformer-113", recipe=TURNED))
    app = opened_at(query, page)
    assert trouble(app) == []
    assert bench_of(app).recipe == TURNED
    assert address_of(app) == query
    assert len(bench_of(app).past) == 1


def test_a_link_that_went_through_html_is_followed_whole():
    query = query_of(Link("transformer-113", recipe=TURNED))
    first, *rest = query
    app = opened_at({first: query[first]} | {f"amp;amp;{name}": query[name] for name in rest})
    assert trouble(app) == []
    assert bench_of(app).recipe == TURNED
    assert address_of(app) == query


def test_a_link_that_says_two_things_of_one_setting_says_so():
    app = opened_at(
        {"network": "transformer-113", "mod": "128", "amp;mod": "127", "dials": "5~5_6~6_43~43_45~45_52~52"}
    )
    assert "gives mod twice" in told(app)
    assert bench_of(app).recipe.modulus == 113


def test_a_link_names_another_network_with_its_own_dials():
    app = opened_at({"network": "one-hot-97"})
    assert shown(app) == "one-hot-97"
    assert bench_of(app).recipe.modulus == 97
    assert bench_of(app).past == []


def test_after_the_first_look_the_session_wins_and_the_address_follows():
    app = opened_at(query_of(Link("transformer-113", recipe=TURNED)))
    other = linked_recipe(127, {5: 5, 6: 6, 43: 43, 45: 45, 52: 52})
    bench_of(app).turn(other)
    app.run()
    assert bench_of(app).recipe == other
    assert address_of(app)["mod"] == "127"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"network": "transformer-113", "mod": "113", "dials": "5~"}, "cannot be read"),
        ({"network": "transformer-113", "mod": "100000", "dials": "5~5_6~6_43~43_45~45_52~52"}, "off the wheel"),
        ({"network": "transformer-113", "mod": "113", "dials": "5~5_7~7"}, "turns the dials 5, 7"),
        ({"network": "transformer-113", "mod": "113", "dials": "5~5" * 9000}, "too long"),
        (
            {"network": "transformer-113", "mod": "15", "neurons": "single", "dials": "5~5_6~6_43~43_45~45_52~52"},
            "need tables with one column a neuron",
        ),
        ({"network": "![x](http://a.b)"}, "the zoo here does not hold"),
        ({"file": "![x](http://a.b)"}, "names a file by"),
        ({"network": "transformer-113", "harmonics": "3"}, "cannot be read"),
        ({"mod": "12"}, "does not say which network"),
        ({"harmonics": "3"}, "does not say which network"),
    ],
)
def test_a_link_that_cannot_be_followed_says_so_and_changes_nothing(query: dict[str, str], sentence: str):
    app = opened_at(query)
    assert trouble(app) == []
    assert sentence in told(app)
    assert "![x]" not in re.sub("`[^`]*`", "", told(app))  # but as code
    keys = zoo.card("transformer-113")["key_frequencies"]
    assert bench_of(app).recipe == linked_recipe(113, {k: k for k in keys})
    app.button(key="dismiss link").click().run()
    assert sentence not in told(app)


def test_a_link_to_a_file_waits_for_it_and_then_sets_its_dials(upload: Network):
    first, *rest = key_frequencies(upload).frequencies
    recipe = Recipe(128, (Dial(first, Turn(7), Turn(9)), *(Dial(k, Turn(k)) for k in rest)))
    query = query_of(Link(digest=upload.digest, recipe=recipe))
    app = opened_at(query, "your_network.py")
    assert trouble(app) == []
    assert f"`{upload.digest[:DIGEST_LETTERS]}`" in told(app)
    assert shown(app) == "transformer-113"
    assert address_of(app) == query  # so that it outlives a reload
    drop(app, "mine.pt", network_to_bytes(upload, ".pt", {}))
    assert trouble(app) == []
    assert shown(app) == "mine.pt"
    assert bench_of(app).recipe == recipe
    assert "not open here" not in told(app)
    assert address_of(app) == query


def test_while_a_file_is_awaited_the_address_follows_what_else_is_set(upload: Network):
    app = opened_at(query_of(Link(digest=upload.digest, recipe=TURNED)))
    bench_of(app).turn(TURNED)
    app.run()
    assert address_of(app) == query_of(Link("transformer-113", recipe=TURNED))
    assert "not open here" in told(app)


def test_another_file_does_not_take_the_awaited_recipe(upload: Network):
    other = upload.map_tensors(lambda tensor: tensor * 1.001)
    app = opened_at(query_of(Link(digest=upload.digest, recipe=TURNED)), "your_network.py")
    drop(app, "other.pt", network_to_bytes(other, ".pt", {}))
    assert shown(app) == "other.pt"
    assert bench_of(app).recipe.modulus == 113
    assert "not open here" in told(app)


@pytest.mark.parametrize(
    ("dials", "disabled"), [("5~5b6_6~6_43~43_45~45_52~52", True), ("5~5_6~6_43~43_45~45_52~52", False)]
)
def test_tables_turned_apart_are_not_offered_as_a_file_that_cannot_hold_them(dials: str, disabled: bool):
    app = opened_at({"network": "transformer-113", "mod": "113", "dials": dials})
    operated = next(each.proto for each in app.get("download_button") if each.proto.label.startswith("Operated"))
    assert operated.disabled == disabled
