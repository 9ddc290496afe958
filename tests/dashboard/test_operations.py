"""Operations on their own page: what is carried out, what is shown of it, and what is said beside it."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache
from dashboard.components import circles
from dashboard.components.circles import circles_data, sent_turn
from dashboard.components.operations import beside, left_out
from dashboard.recipes.operations import OFFERED, OWN, Offered
from dashboard.session import operations
from dashboard.session.operations import SHUFFLES, CarriedOut, carried_out, turn_dials, turned_of
from dashboard.session.state import Session
from models import zoo
from models.errors import RecipeError
from models.evaluation import State
from models.groups import Product
from models.network import Network
from tests.dashboard.declared import declared

PRODUCT = Offered("a · b mod 13", "a*b", "13")
PAIRS_OF_DIGITS = Offered("3 × 5", numbers="3x5")


@pytest.fixture(scope="module")
def network() -> Network:
    return zoo.load("transformer-113")


def test_every_operation_on_offer_is_right_on_all_pairs_and_on_few_with_a_shuffled_body(network: Network):
    for offered in OFFERED:
        done = carried_out(network, offered.operation())
        counts = done.counts.counts
        assert counts.right == counts.pairs, offered.label
        assert len(done.shuffled.accuracies) == SHUFFLES
        assert max(done.shuffled.accuracies) < 0.25, offered.label  # 1 in 8 is chance for the smallest group


def test_numbers_are_multiplied_by_their_logarithms_and_0_is_left_out(network: Network):
    done = carried_out(network, PRODUCT.operation())
    assert int(done.operation.answers()[5, 7]) == 35 % 13
    assert left_out(done) == " Left out are 25 pairs: 0 has no logarithm."
    assert done.operation.group.factors == (12,)


def test_dials_are_turned_by_a_step_for_each_circle_and_back(network: Network):
    operation, here = PAIRS_OF_DIGITS.operation(), Session()
    assert operation.group == Product((3, 5))
    keys = cache.keys(network).frequencies
    steps = dict.fromkeys(keys, (0, 2))
    turn_dials(here, network, "3x5", steps)
    turned = turned_of(here, network, operation)
    assert turned is not None
    assert list(turned.targets.values()) == [2] * len(keys)
    done = carried_out(network, operation, turned)
    assert not done.is_found
    assert done.counts.counts.undecided == 225  # nothing tells the first circle
    assert beside(done).startswith(" On 2 shuffled bodies, with the dials found for it: ")
    turn_dials(here, network, "3x5", None)
    assert turned_of(here, network, operation) is None
    for group, wrong, told in (
        ("3x5", dict.fromkeys(keys, (1,)), "no steps of this network"),
        ("3x5", {1: (1, 2)}, "no steps of this network"),
        ("16x17", steps, "272 elements"),
        ("what", steps, "is no group"),
    ):
        with pytest.raises(RecipeError, match=told):
            turn_dials(here, network, group, wrong)
    assert here.turned == {}


@pytest.mark.parametrize(
    ("formula", "numbers", "order"),
    [("a+b", "12x20", 240), ("a^b", "4", 16), ("2*a-b", "2x3x5", 30), ("hours", "", 168)],
)
def test_what_is_typed_is_an_operation(formula: str, numbers: str, order: int):
    assert Offered("", formula, numbers).operation().group.order == order


@pytest.mark.parametrize(
    ("formula", "numbers", "told"),
    [
        ("a+b", "16x17", "272 elements, and networks are operated up to 256"),
        ("a*b", "257x2", "give --modulus Q in place"),
        ("a^b", "9", "512 elements"),
        ("a^b", "many", "XOR is of numbers of so many bits"),
        ("a+b", "", "in which numbers"),
        ("hours", "12", "says itself in which numbers"),
        ("c", "5", "no operation that is known"),
    ],
)
def test_what_is_none_or_too_large_is_refused(formula: str, numbers: str, told: str):
    with pytest.raises(RecipeError, match=told):
        Offered("", formula, numbers).operation()


def test_the_browser_is_sent_elements_states_and_dials(network: Network):
    done = carried_out(network, PRODUCT.operation())
    strengths = cache.waves(network).weight_of
    data = circles_data(done, network=network.digest, turn=3, strengths=strengths, live=None)
    assert set(data) == declared("circles", "CirclesData")
    assert (data["group"], data["circles"], data["turn"], data["is_found"]) == ("12", [12], 3, True)
    assert data["of_a"][0] == -1
    assert [data["numbers"][element] for element in data["of_a"][1:]] == list(range(1, 13))
    assert data["counted"] == "100%: 144 of all 144 pairs right; 0 undecided, 0 wrong."


@pytest.mark.parametrize(
    "sent", [None, {}, {"steps": {"1": 3}}, {"network": "", "group": "", "turn": 0.5, "steps": None}]
)
def test_what_is_no_turn_is_refused(sent: object, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(circles.st, "session_state", {"circles": {"turned": sent}})
    with pytest.raises(RecipeError, match="reload the page"):
        sent_turn()


def test_a_pair_that_is_not_right_is_counted_so(network: Network, monkeypatch: pytest.MonkeyPatch):
    counted = cache.outcome

    def with_faults(network, recipe):
        evaluation = counted(network, recipe)
        states = evaluation.states.clone()
        states[3, 4], states[4, 3] = State.WRONG, State.UNDECIDED
        return type(evaluation)(**{**vars(evaluation), "states": states})

    monkeypatch.setattr(operations.cache, "outcome", with_faults)
    done = carried_out(network, PAIRS_OF_DIGITS.operation())
    assert (done.counts.counts.wrong, done.counts.counts.undecided) == (1, 1)


def test_shuffled_bodies_are_told_beside_and_nothing_where_there_is_no_body(network: Network):
    done = carried_out(network, PAIRS_OF_DIGITS.operation())
    shares = done.shuffled.accuracies
    assert beside(done) == (
        f" On 2 shuffled bodies, with the same dials: {shares[0]:.2%} and {shares[1]:.2%} of all sums in its group."
    )
    nothing = type(done.shuffled)(done.shuffled.name, "keep", (), 1.0)
    assert beside(CarriedOut(done.operation, done.recipe, done.evaluation, done.found, nothing)) == ""


def test_the_visitor_chooses_one_and_sees_what_became_of_it(monkeypatch: pytest.MonkeyPatch):
    def page() -> None:
        from dashboard.components.operations import show_operations
        from dashboard.session.state import current

        show_operations(current())

    told: list[dict] = []
    monkeypatch.setattr(circles._circles, "mount", lambda **given: told.append(given["data"]))
    app = AppTest.from_function(page, default_timeout=180).run()
    assert not app.exception
    assert (
        "**a · b mod 127**: 15,876 of all 15,876 pairs right; 0 undecided, 0 wrong. Left out" in app.markdown[1].value
    )
    app.pills[0].set_value("hours of a week").run()
    assert not app.exception
    assert "**hours of a week**: 28,224 of all 28,224 pairs right" in app.markdown[1].value
    assert "hour of the week from Monday" in app.caption[0].value
    assert told[-1]["circles"] == [7, 24]
    app.pills[0].set_value(OWN.label).run()
    app.text_input[1].set_value("2x2x2x2x2x2").run()
    assert not app.exception
    assert "its rank is 6, so it takes 6 dials. No pair can be right." in app.warning[0].value
    assert "`a+b in 2x2x2x2x2x2`**: 0 of all 4,096 pairs right; " in app.markdown[1].value
    app.text_input[1].set_value("300").run()
    assert "300 has 300 elements, and networks are operated up to 256 here" in app.error[0].value
