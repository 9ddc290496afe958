"""A network that multiplies, on the page: that is said, beside what else its answers could follow."""

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
