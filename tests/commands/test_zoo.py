import json
from argparse import Namespace
from pathlib import Path

import pytest

from models import zoo
from models.commands.files import open_reading

CARD = {"about": "A clock.", "command": "python -m models train --out clock.safetensors"}


def test_json_gives_every_card_by_its_name(clockwork):
    code, out, err = clockwork("zoo --json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {name: zoo.card(name) for name in zoo.names()}


def test_text_tells_how_each_network_was_made(clockwork, workshop: Path, monkeypatch: pytest.MonkeyPatch):
    (workshop / "clock.json").write_text(json.dumps(CARD), encoding="utf-8")
    monkeypatch.setattr(zoo, "HERE", workshop)
    assert clockwork("zoo").out == f"clock: {CARD['about']}\n    made by {CARD['command']}\n"


@pytest.mark.parametrize("name", zoo.names())
def test_a_network_by_its_name_is_read_as_it_was_trained(name: str):
    options = Namespace(file=name, config=None, read=[], roles=None, weights=[])
    assert open_reading(options)[0].network.digest == zoo.card(name)["digest"]


def test_a_network_by_its_name_is_read_otherwise_where_that_is_asked_for():
    options = Namespace(file="one-hot-97", config=None, read=[("activation", "square")], roles=None, weights=[])
    assert open_reading(options)[0].network.layout.hyperparameters.activation == "square"
