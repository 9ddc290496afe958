"""Links: what is written is read again, and whatever else stands in an address gives one sentence."""

import json
import re
from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.recipes.bounds import for_frequencies, within_bounds
from dashboard.session.link import LONGEST, NAMES, Link, LinkError, link_of_query, query_of, query_of_address
from dashboard.session.link_hyperparameters import hyperparameters_of_text, hyperparameters_to_text
from models.errors import RecipeError
from models.hyperparameters import CHOICES, LARGEST_FACTOR, Hyperparameters
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe, own_recipe
from models.task import Operation
from tests.conftest import ROOT
from tests.dashboard.recipes import recipes

OWN = linked_recipe(113, {5: 5, 43: -27.5})
networks = st.builds(Link, network=st.sampled_from(["transformer-113", "mlp-113"]))
factors = st.integers(-LARGEST_FACTOR, LARGEST_FACTOR)
orders = st.permutations(range(5)).map(lambda places: "{}-{}.{}.{}.{}".format(*places))
hyperparameters = st.fixed_dictionaries(
    {"activation": st.sampled_from(CHOICES["activation"])},
    optional={
        **{name: st.sampled_from(CHOICES[name]) for name in ("mask", "tables", "first_bias")},
        "coefficient": st.floats(0, 1, allow_subnormal=False).map(abs),
        "order": orders,
        "operation": st.lists(factors, min_size=2, max_size=2),
    },
)
files = st.builds(
    Link,
    digest=st.text("0123456789abcdef", min_size=16, max_size=16),
    hyperparameters=st.just({}) | hyperparameters,
    checkpoint=st.none() | st.integers(0, 10**9 - 1),
    roles=st.booleans(),
)


@given(networks | files, st.none() | recipes)
def test_a_link_is_read_as_it_was_written(link: Link, recipe: Recipe | None):
    link = replace(link, recipe=recipe)
    assert link_of_query(dict(parse_qsl(urlencode(query_of(link))))) == link


@given(networks | files, recipes)
def test_no_letter_of_a_link_is_escaped(link: Link, recipe: Recipe):
    query = query_of(replace(link, recipe=recipe))
    assert urlencode(query) == "&".join(f"{name}={value}" for name, value in query.items())


def test_how_a_file_is_read_can_be_read_by_people():
    hyperparameters = {
        "activation": "gelu",
        "first_bias": "twice",
        "coefficient": 0.25,
        "order": "3-0.1.2",
        "operation": [2, -3],
    }
    query = query_of(Link(digest=16 * "a", hyperparameters=hyperparameters, checkpoint=1))
    assert query["read"] == "activation~gelu_bias~twice_coefficient~0.25_order~3-0.1.2_operation~2~-3"
    assert query["moment"] == "1"


def test_every_fact_that_a_person_can_choose_has_its_place_in_a_link():
    in_full = {"tokens": "a1 b1 r0", "heads": 4, "norm": "rms", "norm_place": "after", "norm_eps": 1e-6}
    hyperparameters = Hyperparameters(
        "gelu-tanh", first_bias="twice", order="1-0.2", operation=Operation(2, 3), table_scale="root", **in_full
    ).to_json()
    assert set(hyperparameters) == {field.name for field in fields(Hyperparameters)} - {"group"}  # refused in uploads
    assert hyperparameters_of_text(hyperparameters_to_text(hyperparameters)) == hyperparameters


def test_a_link_can_be_read_by_people():
    dials = (Dial(5, Turn(5)), Dial(43, Turn(-27.5, 1.3, on=False), Turn(1), Turn(2, phase=0.5)))
    query = query_of(Link("transformer-113", recipe=Recipe(128, dials, 3)))
    assert query["dials"] == "5~5_43~-27.5x1.3offb1r2p0.5"
    assert (query["mod"], query["harmonics"]) == ("128", "3")
    dials = (Dial(5, Turn(5, 0.9), weight=0.25),)
    query = query_of(Link("one-hot-97", recipe=Recipe(128, dials, 3, 2, single_frequency=True)))
    assert (query["dials"], query["harmonics"], query["neurons"]) == ("5~5x0.9w0.25", "3~2", "single")
    assert "norms" not in query
    assert query_of(Link("layernorm-97", recipe=Recipe(128, dials, norm_gain=True)))["norms"] == "gain"


def test_an_address_without_our_names_asks_for_nothing():
    assert link_of_query({}) is None
    assert link_of_query({"embed": "true", "pair": "3.4"}) is None


def test_names_that_went_through_html_are_read_as_they_were_meant():
    parts = [("network", "mlp-113"), ("amp;mod", "7"), ("amp;amp;dials", "5~5"), ("camp;x", "y")]
    assert query_of_address(parts) == {"network": "mlp-113", "mod": "7", "dials": "5~5", "camp;x": "y"}


def test_a_name_given_twice_is_refused_unless_both_say_the_same():
    assert query_of_address([("mod", "7"), ("mod", "7"), ("other", "1"), ("other", "2")]) == {"mod": "7", "other": "2"}
    with pytest.raises(LinkError, match="gives mod twice"):
        query_of_address([("mod", "7"), ("amp;mod", "8")])


def test_the_browser_and_python_speak_of_the_same_names():
    script = (ROOT / "assets" / "address" / "query.js").read_text(encoding="utf-8")
    assert json.loads(re.search(r"FROM_PYTHON = (\[.*\])", script)[1]) == [*NAMES]


def link_or_complaint(query: dict[str, str]) -> tuple[Link | None, str]:
    try:
        return link_of_query(query), ""
    except LinkError as error:
        return None, str(error)


texts = st.text(max_size=60) | st.from_regex(r"[0-9~_xpbrwof.e-]{0,60}", fullmatch=True)


@given(st.dictionaries(st.sampled_from([*NAMES, "other"]), texts))
@example({"file": "0123456789abcdef", "read": "operation~1~" + "9" * 300})
@example({"file": "0123456789abcdef", "read": "activation~" + "a" * 300})
@example({"file": "0123456789abcdef", "read": "order~1.2\n"})
@example({"network": "transformer-113", "mod": "113", "dials": "5~9e999"})
@example({"network": "transformer-113", "mod": "113", "dials": "5~١"})
@example({"network": "transformer-113", "mod": "99999999999999999999", "dials": "5~5"})
def test_whatever_an_address_says_gives_a_link_or_one_sentence(query: dict[str, str]):
    link, complaint = link_or_complaint(query)
    if complaint:
        assert 20 < len(complaint) < 300
        assert "\n" not in complaint
    elif link:
        assert link_of_query(query_of(link)) == link


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dials": "5~5_43"}, "cannot be read; it may have been cut off"),
        ({"dials": "5~5_"}, "cannot be read"),
        ({"dials": ""}, "cannot be read"),
        ({"mod": "12.5"}, "gives the modulus as '12.5'; expected a whole number from 2 on"),
        ({"mod": "1"}, "Modulus 1 is out of range"),
        ({"dials": "5~5_5~6"}, "A dial is given twice"),
        ({"dials": "5~1e400"}, "not a finite number"),
        ({"harmonics": "65"}, "65 harmonics"),
        ({"file": "0123456789abcdef"}, "does not say which network"),
        ({"network": ""}, "does not say which network"),
        ({"network": "x" * 101}, "does not say which network"),
        ({"network": "", "file": "../../etc/passwd"}, "names a file by '../../etc/passwd'"),
        ({"dials": "5~5" * LONGEST}, "too long"),
    ],
)
def test_a_spoilt_link_says_what_is_wrong(change: dict[str, str], sentence: str):
    query = query_of(Link("transformer-113", recipe=OWN)) | change
    with pytest.raises(LinkError, match=re.escape(sentence)):
        link_of_query(query)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"read": ""}, "cannot be made out; it may have been cut off"),
        ({"norms": "loss"}, "The settings in this link cannot be read; it may have been cut off."),
        ({"neurons": "double"}, "The settings in this link cannot be read; it may have been cut off."),
        ({"read": "activation~gelu_"}, "cannot be made out"),
        ({"read": "activation"}, "cannot be made out"),
        ({"read": "activation~gelu_activation~relu"}, "cannot be made out"),
        ({"read": "bias~once_first_bias~twice"}, "cannot be made out"),
        ({"read": "coefficient~1e999"}, "cannot be made out"),
        ({"read": "coefficient~nan"}, "cannot be made out"),
        ({"read": "coefficient~1.5"}, "coefficient 1.5 is no reading known here; expected a number from 0 to 1"),
        ({"read": "coefficient~١"}, "cannot be made out"),
        ({"read": "operation~2"}, "cannot be made out"),
        ({"read": "operation~2~3~4"}, "cannot be made out"),
        ({"read": "operation~9999999~1"}, "operation [9999999, 1] is no reading known here"),
        ({"read": "order~x.weight"}, "cannot be made out"),
        ({"read": "order~" + ".".join(map(str, range(65)))}, "cannot be made out"),
        ({"read": "activation~sine"}, "activation 'sine' is no reading known here; expected relu"),
        ({"read": "depth~2"}, "'depth' is no fact known here; expected one of activation"),
        ({"roles": "found"}, "What this link says of roles cannot be made out"),
        ({"moment": "-1"}, "cannot be made out"),
        ({"moment": "1.5"}, "cannot be made out"),
        ({"file": "", "network": "mlp-113"}, "network of the zoo, which is read in one way"),
    ],
)
def test_a_link_whose_reading_is_spoilt_says_what_is_wrong(change: dict[str, str], sentence: str):
    query = query_of(Link(digest=16 * "a", recipe=OWN, hyperparameters={"activation": "gelu"}, checkpoint=1)) | change
    with pytest.raises(LinkError, match=re.escape(sentence)):
        link_of_query(query)


def test_settings_that_no_link_can_hold_are_refused():
    long = Turn(1 / 3, 1 / 7, 1 / 9)
    dials = tuple(Dial(k, long, long, long) for k in range(1, 400))
    with pytest.raises(LinkError, match="too many for a link"):
        query_of(Link("transformer-113", recipe=Recipe(128, dials)))


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        (linked_recipe(257, {5: 5}), "Modulus 257 is off the wheel"),
        (linked_recipe(10, {5: 2e6}), "Dial 5: target 2e+06 is out of range"),
        (Recipe(10, (Dial(5, Turn(5), Turn(5, -1)),)), "Dial 5: amplitude -1 is out of range"),
        (Recipe(10, (Dial(5, Turn(5), readout=Turn(5, 1, 101)),)), "Dial 5: phase 101 is out of range"),
    ],
)
def test_what_the_console_cannot_show_is_refused(recipe: Recipe, sentence: str):
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        within_bounds(recipe)


def test_a_recipe_for_other_dials_names_both():
    with pytest.raises(RecipeError, match="turns the dials 5, 43, but this network's are 5, 44"):
        for_frequencies(OWN, (5, 44))
    turned_about = Recipe(113, OWN.dials[::-1])
    assert for_frequencies(turned_about, (5, 43)) == OWN


def test_of_many_dials_eight_are_named():
    told = "turns the dials 1, 2, 3, 4, 5, 6, 7, 8 …, but this network's are none;"
    with pytest.raises(RecipeError, match=re.escape(told)):
        for_frequencies(own_recipe(113, (9, *range(1, 9))), ())


def test_a_link_may_leave_the_dials_to_the_network():
    link = link_of_query({"network": "transformer-113", "mod": "127"})
    assert link is not None
    assert link.recipe == Recipe(127, ())
    assert query_of(link) == {"network": "transformer-113", "mod": "127"}


def test_a_link_that_has_dials_and_no_modulus_says_which_is_missing():
    with pytest.raises(LinkError, match="sets dials but no modulus; expected mod="):
        link_of_query({"network": "transformer-113", "dials": "5~5"})
