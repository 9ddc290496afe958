"""Files of oscillators: round trips, what is missed, and what is refused."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.ablation.exact_phases import exact_phases
from models.errors import CheckpointError
from models.formats import oscillators
from models.formats.decoding import Contents
from models.formats.registry import layout_of, network_from_bytes, network_from_contents, network_to_bytes
from models.network import Network
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.oscillators import OscillatorShape, oscillator_shapes, random_oscillators

ALL = OscillatorShape(kind="both", coupled=True)


def there_and_back(network: Network, suffix: str = ".safetensors") -> Network:
    return network_from_bytes(network_to_bytes(network, suffix, {}), f"some{suffix}")


def opened(**changes: torch.Tensor | None) -> Network:
    state = {
        **oscillators.write(random_oscillators(ALL)),
        **{name.replace("__", "."): x for name, x in changes.items()},
    }
    return network_from_contents(Contents("some.pt", {name: x for name, x in state.items() if x is not None}))


@given(oscillator_shapes, st.integers(0, 9), st.sampled_from([".pt", ".pth", ".safetensors"]))
def test_a_network_survives_its_file(shape: OscillatorShape, seed: int, suffix: str):
    network = random_oscillators(shape, seed)
    again = there_and_back(network, suffix)
    assert again.digest == network.digest
    assert again.tables_shared == network.tables_shared
    pairs = network.task.pairs()
    assert torch.equal(again.logits(*pairs), network.logits(*pairs))


def test_an_operated_network_survives_its_file():
    network = exact_phases(13, (1, 3, 4), "three-body")
    operated = transplant(network, linked_recipe(22, {1: 1, 3: 5, 4: 7}))
    again = there_and_back(operated)
    assert (again.modulus, again.digest) == (22, operated.digest)


def test_time_is_part_of_what_it_is():
    one, other = random_oscillators(), random_oscillators(OscillatorShape(steps=4))
    assert one.digest != other.digest
    assert there_and_back(other).body.steps == 4


REFUSED = {
    "unlike steps": ({"time": torch.tensor([0.5, 0.25])}, "time holds .*; expected the length of one step"),
    "no number": ({"time": torch.tensor([torch.nan])}, "expected the length of one step"),
    "standing still": ({"time": torch.zeros(3)}, "expected the length of one step"),
    "a long step": ({"time": torch.full((3,), 65.0)}, "at most 64"),
    "no step": ({"time": torch.zeros(0)}, "0 steps; expected 1 to 256"),
    "many steps": ({"time": torch.full((257,), 0.5)}, "257 steps; expected 1 to 256. Run it for fewer"),
    "a crowd": ({"phase": torch.zeros(4097)}, "4,097 oscillators; expected 1 to 4,096"),
    "frequencies of others": ({"frequency": torch.zeros(5)}, r"frequency has shape \[5\]; expected \[3\] \(N\)"),
    "half a drive": ({"drive__weight": torch.zeros(7, 3)}, r"drive.weight has shape \[7, 3\]; expected \[7, 6\]"),
    "two kinds of tables": ({"drive_a__weight": torch.zeros(7, 6)}, "no place for: drive_a.weight"),
    "half a coupling": ({"coupling__imaginary": None}, "coupling.imaginary is missing"),
    "another modulus": ({"readout__2__weight": torch.zeros(6, 8)}, r"readout.2.weight has shape \[6, 8\]"),
    "a third harmonic": ({"readout__3__weight": torch.zeros(6, 7)}, "no place for: readout.3.weight"),
    "whole numbers": ({"strength__pairwise": torch.ones(1, dtype=torch.int64)}, "expected floating-point"),
    "no coupling": (
        {"strength__pairwise": None, "strength__three_body": None},
        "Oscillators: neither strength.pairwise nor strength.three_body",
    ),
    "nothing read": ({"readout__1__weight": None, "readout__2__weight": None}, "neither readout.1.weight nor"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_network_of_oscillators_is_refused_in_a_sentence(name: str):
    changes, said = REFUSED[name]
    with pytest.raises(CheckpointError, match=said):
        opened(**changes)


def test_no_other_layout_takes_it_and_it_writes_no_other():
    assert layout_of(Contents("some.pt", oscillators.write(random_oscillators(ALL)))) is oscillators
    network = random_oscillators()
    with pytest.raises(CheckpointError, match="1 to 256 steps"):
        oscillators.write(replace(network, body=network.body.timed(0, 0.5)))
