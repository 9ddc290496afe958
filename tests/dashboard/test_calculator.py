"""The calculator on Every operation: what a visitor types, what is shown of it, and what is said to be proven."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import places
from dashboard.session.calculation import BASES, signs_for
from models.evaluation import State
from tests.dashboard.declared import declared


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the browser is sent, in place of which nothing is shown."""
    told: list[dict] = []
    monkeypatch.setattr(places._places, "mount", lambda **given: told.append(given["data"]))
    return told


@pytest.fixture
def app(sent: list[dict]) -> AppTest:
    """The calculator by itself."""

    def calculator() -> None:
        from dashboard.components.calculator import show_calculator
        from dashboard.session.state import bench, current

        show_calculator(current(), bench())

    app = AppTest.from_function(calculator, default_timeout=180).run()
    assert not app.exception
    return app


def typed(app: AppTest, x: str, y: str, sign: str, base: int = 10) -> AppTest:
    if base != 10:
        app.segmented_control[0].set_value(base).run()
    app.text_input(key=f"calculator x in base {base}").set_value(x)
    app.text_input(key=f"calculator y in base {base}").set_value(y)
    app.selectbox[0].set_value(sign).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join([*(each.value for each in app.markdown), *(each.value for each in app.caption)])


def test_two_numbers_stand_there_with_their_sum_and_every_place(app: AppTest, sent: list[dict]):
    [x, y] = [int(field.value) for field in app.text_input]
    assert [each.value for each in app.code] == [str(x + y)]
    assert "the same as Python’s ✓" in said(app)
    assert "asked for 38 sums, mod 20; " in said(app)
    assert "**Proven for numbers of any length**" in said(app)
    assert "writing the numbers as digits" in said(app)
    [data] = sent
    assert set(data) == declared("places", "PlacesData")
    assert "".join(str(place[5]) for place in reversed(data["places"])) == f"0{x + y}"
    assert (data["modulus"], data["base"], data["sign"]) == (20, 10, "+")
    assert data["digits"] == list("0123456789")
    assert sum(dial["strength"] for dial in data["dials"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("x", "y", "sign", "base", "found"),
    [
        ("17", "85", "−", 10, "−68"),
        ("12", "34", "×", 10, "408"),
        ("1000", "7", "÷", 10, "142, and 6 is left"),
        ("2:0", "7", "÷", 60, "17, and 1 is left"),
        ("ff", "1", "+", 16, "100"),
        ("59:59", "1", "+", 60, "1:0:0"),
        ("1000", "1", "−", 2, "111"),
        ("300", "1", "+", 128, "2:45"),
    ],
)
def test_signs_and_bases(app: AppTest, sent: list[dict], x: str, y: str, sign: str, base: int, found: str):
    sent.clear()
    typed(app, x, y, sign, base)
    assert [each.value for each in app.code] == [found]
    assert "Proven" in said(app)
    if base == 10:  # else the sum that stood there first was sent in the other base
        assert bool(sent) == (sign in "+−")
    if sign == "×":
        assert "mod 20 and 82" in said(app)
    elif sign != "÷":
        assert sent[-1]["names"] == (["y", "x"] if found.startswith("−") else ["x", "y"])


def test_what_is_no_number_is_told_below_its_field_and_nothing_is_calculated(app: AppTest):
    typed(app, "12a", "5", "+")
    assert len(app.error) == 1
    assert "expected digits among 0123456789" in app.error[0].value
    assert not app.code


@pytest.mark.parametrize(("x", "y", "told"), [("5", "0", "divided by 0"), ("9" * 90, "8" * 40, "36,000 digits")])
def test_a_division_that_cannot_be_or_takes_too_long_is_refused(app: AppTest, x: str, y: str, told: str):
    typed(app, x, y, "÷")
    assert [told in error.value for error in app.error] == [True]
    assert not app.code


def test_large_bases_have_no_products_and_say_why(app: AppTest):
    assert [signs_for(base) for base in BASES] == [("+", "−", "×", "÷")] * 3 + [("+", "−", "÷")] * 2
    app.segmented_control[0].set_value(60).run()
    assert list(app.selectbox[0].options) == ["+", "−", "÷"]
    assert "would take modulus 3,490, and networks are operated up to 256" in said(app)


def test_a_pair_that_is_not_right_takes_the_proof_away(app: AppTest, monkeypatch: pytest.MonkeyPatch):
    from dashboard import cache

    counted = cache.outcome

    def with_a_fault(network, recipe):
        evaluation = counted(network, recipe)
        states = evaluation.states.clone()
        states[9, 9] = State.UNDECIDED
        return type(evaluation)(**{**vars(evaluation), "states": states})

    monkeypatch.setattr(cache, "outcome", with_a_fault)
    typed(app, "1", "2", "+")
    assert "**Not proven**" in said(app)
    assert "9 + 9 mod 20" in said(app)
    assert "**Proven" not in said(app)
