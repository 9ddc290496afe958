"""Twelve o'clock: what the browser is told of the network on a watch, and at its own modulus."""

import base64

import pytest

from dashboard import cache
from dashboard.components import watch
from tests.dashboard.declared import declared
from tests.dashboard.test_pages import app_on, trouble


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the browser is sent, in place of which nothing is shown."""
    told: list[dict] = []
    monkeypatch.setattr(watch._watch, "mount", lambda **given: told.append(given["data"]))
    return told


def test_the_network_is_told_on_a_watch_and_as_it_was_trained(sent: list[dict]):
    app = app_on("twelve_oclock.py")
    assert trouble(app) == []
    [data] = sent
    here = app.session_state["clockwork"]
    network = here.opened[here.current].network
    on_watch, trained = data["scenes"]
    assert set(data) == declared("watch", "WatchData")
    assert set(on_watch) == declared("watch", "Scene")
    assert set(on_watch["dials"][0]) == declared("watch", "WatchDial")
    assert (on_watch["modulus"], on_watch["trained"]) == (12, False)
    assert (trained["modulus"], trained["trained"]) == (network.modulus, True)
    keys = list(cache.keys(network).frequencies)
    for scene in (on_watch, trained):
        assert [dial["frequency"] for dial in scene["dials"]] == keys
        assert sum(dial["strength"] for dial in scene["dials"]) == pytest.approx(1)
        assert set(base64.b64decode(scene["states"])) == {2}  # all pairs right
        assert len(base64.b64decode(scene["states"])) == scene["modulus"] ** 2
    assert [dial["target"] for dial in trained["dials"]] == keys
    assert on_watch["counted"] == "Counted: 144 of all 144 pairs right; 0 undecided, 0 wrong."
    assert len(data["palette"]) == len(keys)
