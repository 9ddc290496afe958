"""A workshop with networks to operate on, and the command line as a function."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from models.__main__ import main
from models.formats.registry import network_to_bytes
from tests.oracles import Shape, hand_built, random_network

DIALS = (1, 3, 4)


class Outcome(NamedTuple):
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with networks in both layouts and files that are none."""
    monkeypatch.chdir(tmp_path)
    networks = {
        "clock.pt": hand_built(13, DIALS),
        "clock.safetensors": hand_built(13, DIALS),
        "nanda.pth": hand_built(13, DIALS, layout="nanda"),
        "biased.pt": random_network(Shape(attention_biases=True)),
    }
    for name, network in networks.items():
        Path(name).write_bytes(network_to_bytes(network, Path(name).suffix, {}))
    Path("text.pt").write_text("hello, I am a text file", encoding="utf-8")
    Path("cut.pt").write_bytes(Path("clock.pt").read_bytes()[:1000])
    Path("folder.pt").mkdir()
    return tmp_path


@pytest.fixture
def clockwork(workshop: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Outcome]:
    """python -m models, run in the workshop on one line of arguments."""

    def run(line: str) -> Outcome:
        capsys.readouterr()
        try:
            code = main(shlex.split(line))
        except SystemExit as stop:
            code = stop.code
        return Outcome(code, *capsys.readouterr())

    return run
