import json
from pathlib import Path

import pytest

from models import zoo

CARD = {"about": "A clock.", "command": "python -m models train --out clock.safetensors"}


def test_json_gives_every_card_by_its_name(clockwork):
    code, out, err = clockwork("zoo --json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {name: zoo.card(name) for name in zoo.names()}


def test_text_tells_how_each_network_was_made(clockwork, workshop: Path, monkeypatch: pytest.MonkeyPatch):
    (workshop / "clock.json").write_text(json.dumps(CARD), encoding="utf-8")
    monkeypatch.setattr(zoo, "HERE", workshop)
    assert clockwork("zoo").out == f"clock: {CARD['about']}\n    made by {CARD['command']}\n"
