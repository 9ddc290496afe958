"""Networks are opened from whatever is at hand, and what is said of them has to be so."""

from pathlib import Path

import pytest
import torch
from torch import nn

import models
from models.errors import CheckpointError
from models.formats.registry import as_written, network_to_bytes
from models.library.opening import IN_MEMORY
from tests.oracles import hand_built


@pytest.fixture(scope="module")
def clock():
    return hand_built(13, (1, 3, 4))


@pytest.fixture(scope="module")
def state(clock):
    return dict(as_written(clock).tensors)


def test_a_state_dict_in_memory_opens_as_its_file_does(clock, state):
    for source in (state, {"model": state}, {name: each.numpy() for name, each in state.items()}):
        found = models.open_reading(source)
        assert found.network.digest == clock.digest
        assert bool((found.network(5, range(13)) == clock(5, range(13))).all())
    assert models.open_network(network_to_bytes(clock, ".pt", {})).digest == clock.digest


def test_what_is_opened_is_a_copy(state):
    mine = {name: each.clone() for name, each in state.items()}
    network = models.open_network(mine)
    before = network.digest
    for each in mine.values():
        each.zero_()
    assert models.open_network(state).digest == before == network.map_tensors(torch.clone).digest


def test_a_module_opens_by_its_state_dict_and_is_not_called():
    class Adder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(7, 5)
            self.hidden = nn.Linear(10, 11)
            self.head = nn.Linear(11, 7)

        def forward(self, _: torch.Tensor) -> torch.Tensor:
            raise AssertionError("it was called")

    assert models.open_network(Adder()).modulus == 7


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "holds no weights|no tensors|empty"),
        ({"a": torch.full((3, 3), torch.nan)}, "NaN"),
        ({"a": object()}, IN_MEMORY),
        ("transformer113", "no file and no bundled network; expected a path, or one of .*transformer-113"),
        (17, "A int is nothing that can be opened; expected a path"),
    ],
)
def test_what_is_no_network_is_refused(source, said: str):
    with pytest.raises(CheckpointError, match=said):
        models.open_network(source)


def test_a_configuration_is_an_argument_and_is_heard(tmp_path: Path, state):
    (tmp_path / "config.json").write_text('{"act_fn": "gelu", "p": 13}', encoding="utf-8")
    for config in ({"act_fn": "gelu", "p": 13}, tmp_path / "config.json", str(tmp_path / "config.json")):
        found = models.open_reading(state, config=config)
        assert found.network.hyperparameters.activation == "gelu"
    with pytest.raises(CheckpointError, match="14"):
        models.open_network(state, config={"act_fn": "relu", "p": 14})


def test_facts_of_a_bundled_network_are_checked():
    assert models.open_network("transformer-113", activation="relu").modulus == 113
    with pytest.raises(CheckpointError, match=r"known to have activation relu; found activation='gelu'"):
        models.open_network("transformer-113", activation="gelu")
    with pytest.raises(CheckpointError, match="'colour' is no fact known here"):
        models.open_network("transformer-113", colour="red")
    with pytest.raises(CheckpointError, match="leave roles and config out"):
        models.open_network("transformer-113", config={"p": 113})


def test_an_operation_that_does_not_fit_warns_and_says_what_does(state):
    with pytest.warns(UserWarning, match=r"follow the operation a − b that was given; its answers follow a \+ b"):
        models.open_network(state, operation=(1, -1))
    assert models.open_network(state, operation=(1, 1)).modulus == 13  # and no warning, which would be an error here


def test_a_run_opens_at_each_of_its_steps(tmp_path: Path, clock):
    other = hand_built(13, (2, 5, 6))
    for step, network in ((200, clock), (0, other)):
        models.save_network(network, tmp_path / f"model_{step}.pt")
    (tmp_path / "notes.txt").write_text("nothing to open", encoding="utf-8")
    for source in (tmp_path, [tmp_path / "model_0.pt", str(tmp_path / "model_200.pt")]):
        run = models.open_run(source)
        assert run.steps == (0, 200)
        assert [run.network(step).digest for step in run.steps] == [other.digest, clock.digest]
        assert "2 checkpoints, steps 0 to 200" in repr(run)
    with pytest.raises(CheckpointError, match="no checkpoint of step 150; the nearest is 200"):
        run.network(150)


def test_files_of_two_runs_and_an_empty_folder_are_refused(tmp_path: Path, clock):
    with pytest.raises(CheckpointError, match="holds no checkpoint; expected files ending in"):
        models.open_run(tmp_path)
    models.save_network(clock, tmp_path / "one_1.pt")
    models.save_network(hand_built(17, (1, 3, 4)), tmp_path / "other_2.pt")
    with pytest.raises(CheckpointError, match="are 2 runs"):
        models.open_run(tmp_path)
