"""What help says of options is what they are: defaults as they are told, and every fact that may be given."""

import re
from argparse import Action, ArgumentParser, _SubParsersAction

import pytest

from models.__main__ import build_parser
from models.hyperparameters import CHOICES

TOLD = re.compile(r"\(([-\d.e,]+)\)$")


def options() -> list[tuple[str, Action]]:
    """Every option of every command."""
    commands: dict[str, ArgumentParser] = next(
        action.choices for action in build_parser()._actions if isinstance(action, _SubParsersAction)
    )
    return [
        (f"{name} {'/'.join(a.option_strings) or a.dest}", a) for name, each in commands.items() for a in each._actions
    ]


@pytest.mark.parametrize(("name", "option"), options(), ids=[name for name, _ in options()])
def test_the_default_is_the_one_that_help_tells_and_one_that_may_be_given(name: str, option: Action):
    told = TOLD.search(option.help or "")
    if told and isinstance(option.default, int | float):
        assert float(told[1].replace(",", "")) == option.default
    if callable(option.type) and isinstance(option.default, int | float | str):
        assert option.type(str(option.default)) == option.default


def test_defaults_are_told():
    told = [name for name, option in options() if TOLD.search(option.help or "") and option.default is not None]
    assert {"transplant --seed", "train --seed", "bench --threads"} <= set(told)


@pytest.mark.parametrize("command", ["inspect", "transplant", "reach", "controls"])
def test_every_fact_that_may_be_given_stands_in_help_with_its_values(clockwork, command: str):
    said = "".join(clockwork(f"{command} --help").out.split())
    for name, values in CHOICES.items():
        assert f"{name}={'|'.join(values)}" in said
