"""What Clockwork is called follows the package that its modules are in."""

from pathlib import Path

import pytest

from models import zoo
from models.runtime import program
from tests.conftest import ROOT


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PACKAGE", "clockwork")


def test_in_its_folder():
    assert not program.is_installed()
    assert program.program_name() == "python -m models"
    assert program.import_line() == "import models"
    assert program.app_file() == ROOT / "app.py"
    assert program.command_line("python -m models zoo") == "python -m models zoo"


@pytest.mark.usefixtures("installed")
def test_installed():
    assert program.is_installed()
    assert program.program_name() == "clockwork"
    assert program.import_line() == "import clockwork as models"
    assert program.app_file() == Path(program.__file__).parents[1] / "site" / "app.py"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("python -m models train --seed 2", "clockwork train --seed 2"),
        ("python -m modelsmith", "python -m modelsmith"),
        ("sh python -m models zoo", "sh python -m models zoo"),
    ],
)
def test_a_command_line_is_told_as_it_is_typed(written: str, typed: str):
    assert program.command_line(written) == typed


@pytest.mark.usefixtures("installed")
def test_a_card_of_the_zoo_is_told_as_it_is_typed():
    assert zoo.card("mlp-113")["command"].startswith("clockwork train --architecture mlp ")
