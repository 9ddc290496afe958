"""A network that multiplies, on the page: that is said, beside what else its answers could follow."""

from types import SimpleNamespace

import pytest

from dashboard import circuit_cache
from dashboard.components import rules
from dashboard.components.rules import FOR_SUMS
from models.formats.registry import LAYOUTS
from tests.analysis.test_rules import DIALS, multiplies
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.test_uploads import current, drop
from tests.fuzz.containers import torch_zip
from tests.oracles import Shape, random_network

PRODUCTS = torch_zip(LAYOUTS["transformerlens"].write(multiplies()))
NOISE = torch_zip(LAYOUTS["transformerlens"].write(random_network(Shape(modulus=23))))


def texts(app) -> str:
    return "\n".join(each.value for each in app.markdown)


def test_multiplication_is_named_and_shown_by_logarithms():
    app = drop(app_on("your_network.py"), ("products.pt", PRODUCTS))
    assert trouble(app) == []
    assert app.header[0].value == "It computes `a·b` mod 13, which is no sum."
    assert app.metric[0].label == "Pairs right as a + b"
    assert [each.value for each in app.warning] == [f"Its answers follow `a·b`, not a + b. {FOR_SUMS}"]
    assert "*Its answers:* `a·b: " in texts(app)
    assert "exponents add mod 12" in texts(app)
    assert f"in this order: {', '.join(map(str, DIALS))} (gap" in texts(app)


def test_what_follows_nothing_is_said_to():
    app = drop(app_on("your_network.py"), ("noise.pt", NOISE))
    assert trouble(app) == []
    assert any("Its answers follow no rule known here, so that it is no addition" in each.value for each in app.warning)
    assert "*Nearest rule:* " in texts(app)
    assert "exponents" not in texts(app)


def test_reading_it_otherwise_finds_the_rule_again():
    app = drop(app_on("your_network.py"), ("products.pt", PRODUCTS))
    next(box for box in app.selectbox if box.label == "Activation of the neurons").set_value("tanh")
    app = next(button for button in app.button if button.label == "Read it so").click().run()
    assert trouble(app) == []
    assert current(app).network.body.activation == "tanh"
    assert not current(app).interpretation.adds
    assert current(app).interpretation.rules is not None


def test_what_logarithms_show_is_told_number_by_number(monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    keys = SimpleNamespace(frequencies=(2, 5), gap=0.125)
    found = SimpleNamespace(
        root=3, order=16, right=250, pairs=256, zero_right=30, zero_pairs=33, keys=keys, half_step_accuracy=0.98765
    )
    monkeypatch.setattr(circuit_cache, "logarithms", lambda *_: found)
    monkeypatch.setattr(rules.st, "markdown", told.append)
    rules._show_logarithms(SimpleNamespace(network=None), "a·b")
    assert told == [
        "*By logarithms:* every number but 0 is a power of 3, and exponents add mod 16. 250 of 256 pairs without a 0 "
        "are right, 30 of 33 with one. Key frequencies of the tables in this order: 2, 5 (gap 0.12 of the strongest). "
        "Half-step test between exponents: 98.8%."
    ]
