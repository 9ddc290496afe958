"""Which tensor is which, on the page: a file whose names say nothing is opened, a wrong role corrected."""

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.components.roles import MOST_TENSORS
from models.formats.registry import LAYOUTS
from models.formats.roles.find import filled_in
from models.formats.roles.given import NOT_A_WEIGHT
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.test_uploads import current, drop
from tests.fuzz.containers import torch_zip
from tests.oracles import hand_built
from tests.readings.test_bare_norms import BARE, config

KNOWN = LAYOUTS["transformerlens"].write(hand_built(13, (1, 3, 4)))
NAMES = {name: f"t{number}" for number, name in enumerate(KNOWN)}
ODD = torch_zip({NAMES[name]: tensor for name, tensor in KNOWN.items()})
ROLES = {NAMES[name]: role for name, role in filled_in(KNOWN).items()}


def controls(app: AppTest) -> dict[str, object]:
    """The control of each tensor."""
    return {box.key.rsplit(" ", 1)[1]: box for box in app.selectbox if (box.key or "").startswith("role ")}


def apply(app: AppTest, roles: dict[str, str]) -> AppTest:
    for name, box in controls(app).items():
        box.set_value(roles[name])
    return next(button for button in app.button if button.label == "Read it with these roles").click().run()


@pytest.fixture
def refused() -> AppTest:
    """The page after a file whose names say nothing."""
    app = drop(app_on("your_network.py"), ("odd.pt", ODD))
    assert not app.exception
    assert "It fits no layout known here" in app.error[0].value
    return app


def test_a_file_that_fits_nothing_is_opened_by_roles_that_are_chosen(refused: AppTest):
    assert controls(refused).keys() == ROLES.keys()
    app = apply(refused, ROLES)
    assert trouble(app) == []
    opened = current(app)
    assert (opened.name, opened.network.modulus, opened.network.layout.name) == ("odd.pt", 13, "general")
    assert app.session_state["clockwork"].unread is None
    assert app.metric[0].value == "100%"
    assert {name: box.value for name, box in controls(app).items()} == ROLES


def test_only_roles_that_shapes_allow_are_offered(refused: AppTest):
    offered = controls(refused)[NAMES["blocks.0.mlp.b_in"]].options
    assert "layer 0: matrix into its neurons, bias" in offered
    assert "layer 0: queries" not in offered


def test_what_cannot_be_stays_and_says_why(refused: AppTest):
    app = apply(refused, ROLES | {NAMES["blocks.0.attn.W_O"]: "0.q"})
    assert any("the role 0.q is given to" in each.value for each in app.error)
    assert not current(app).uploaded
    app = apply(app, ROLES)
    assert trouble(app) == []
    assert current(app).network.modulus == 13


def test_a_file_that_fits_nothing_can_be_forgotten(refused: AppTest):
    app = next(button for button in refused.button if button.label == "Forget this file").click().run()
    assert trouble(app) == []
    assert app.session_state["clockwork"].unread is None
    assert controls(app) == {}


def test_roles_are_dropped_beside_the_file():
    text = json.dumps(ROLES).encode()
    app = drop(app_on("your_network.py"), ("any name.json", text), ("odd.pt", ODD))
    assert trouble(app) == []
    assert current(app).network.layout.roles == ROLES
    assert any("its tensors are taken for what you say they are" in each.value for each in app.caption)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (json.dumps(ROLES | {"t0": "embeding"}), "is embedding meant?"),
        (json.dumps(ROLES | {"t0": ["0.q"]}), "a list as its role"),
        ('{"t0": ' + "[" * 5000 + "]" * 5000 + "}", "nested more than 64 deep"),
        (json.dumps({"t0": "x" * 2**20}), "has 1048586 bytes"),
    ],
)
def test_hostile_roles_are_refused(roles: str, message: str):
    app = drop(app_on("your_network.py"), ("odd.pt", ODD), ("roles.json", roles.encode()))
    assert not app.exception
    assert any(message in each.value for each in app.error)
    assert not current(app).uploaded


def test_an_open_network_is_read_by_other_roles_and_keeps_them():
    state = {name.replace("embed.W_E", "embed.weight"): tensor for name, tensor in KNOWN.items()}
    state["blocks.0.attn.b_O"] = torch.zeros(KNOWN["embed.W_E"].shape[1])
    app = drop(app_on("your_network.py"), ("some.pt", torch_zip(state)))
    assert trouble(app) == []
    found = {name: box.value for name, box in controls(app).items()}
    assert found == filled_in(state)
    app = apply(app, found | {"blocks.0.attn.b_O": NOT_A_WEIGHT})
    assert trouble(app) == []
    assert current(app).network.layout.roles["blocks.0.attn.b_O"] == NOT_A_WEIGHT
    assert current(app).network.body.blocks[0].block.b_O is None


def test_more_layers_than_are_read_are_refused_and_still_shown():
    names = {f"l.{layer}.{name}": tensor for layer in (0, 40) for name, tensor in KNOWN.items() if "attn" in name}
    state = {"tok": KNOWN["embed.W_E"]} | {name.replace("l.", "layers."): tensor for name, tensor in names.items()}
    app = drop(app_on("your_network.py"), ("deep.pt", torch_zip(state)))
    assert not app.exception
    assert "It fits no layout known here" in app.error[0].value
    assert app.number_input[0].value == 16


def test_a_file_of_very_many_tensors_has_its_roles_as_json_alone():
    state = {f"x{number}": torch.ones(3) for number in range(MOST_TENSORS + 1)}
    app = drop(app_on("your_network.py"), ("many.pt", torch_zip(state)))
    assert not app.exception
    assert controls(app) == {}
    assert any("151 tensors are too many to choose for here" in each.value for each in app.caption)


def test_norms_without_weights_are_heard_from_a_configuration_that_comes_along():
    bare = BARE["LNPre"]
    files = ("some.pt", torch_zip(bare.state)), ("some_config.json", json.dumps(config("LNPre")).encode())
    app = drop(app_on("your_network.py"), *files)
    assert trouble(app) == []
    assert current(app).network.hyperparameters.norm == "layer"
    next(box for box in app.selectbox if box.label == "Activation of the neurons").set_value("tanh")
    app = next(button for button in app.button if button.label == "Read it so").click().run()
    assert trouble(app) == []
    read = current(app).network.hyperparameters
    assert (read.activation, read.norm, read.norm_place) == ("tanh", "layer", "before")
