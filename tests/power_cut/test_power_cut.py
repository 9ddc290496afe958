"""The short version of `python -m tests.power_cut`, and a look at whether it would see a loss."""

import signal
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import torch

from models.errors import TrainingError
from tests.power_cut.processes import counts_in
from tests.power_cut.trials import TRIALS, require_nothing_else, step_of


# Each begins processes again and again: the other two pairs, and more of all four, in `python -m tests.power_cut`.
@pytest.mark.parametrize(("command", "number"), [("train", signal.SIGTERM), ("reach", signal.SIGKILL)])
def test_whatever_ends_a_command_nothing_that_was_done_is_lost(tmp_path: Path, command: str, number: signal.Signals):
    folder = tmp_path / "work"
    folder.mkdir()
    with closing(TRIALS[command](folder, Random(1), number)) as trial:
        seen = list(islice(trial, 3))
    assert any(ended.worked for ended, _ in seen)  # it was ended while it worked
    codes = {ended.code for ended, _ in seen}
    assert codes <= ({-signal.SIGKILL} if number == signal.SIGKILL else {130, -signal.SIGTERM})


def test_progress_is_read_from_a_bar():
    bar = "training:   0%|          | 0/100 [00:00<?, ?step/s]\rtraining:  45%|####      | 45/100 [00:01<00:01]"
    assert (counts_in(bar), counts_in("Stopped at step 3.")) == ([0, 45], [0])


def test_a_damaged_state_would_be_seen(tmp_path: Path):
    state = tmp_path / "some.training.pt"
    assert step_of(state) == 0
    torch.save({"step": 50}, state)
    with pytest.raises(TrainingError, match="cannot be taken up"):
        step_of(state)


def test_a_file_that_lies_about_would_be_seen(tmp_path: Path):
    (tmp_path / ".clockwork-0123456789abcdef.lock").touch()
    require_nothing_else(tmp_path, set())
    (tmp_path / "some.pt.partial").touch()
    with pytest.raises(AssertionError, match=r"some\.pt\.partial"):
        require_nothing_else(tmp_path, set())
