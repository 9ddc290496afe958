"""A few hundred files of the fuzzer in this process, and the fuzzer itself."""

from dataclasses import replace

import pytest

from models.formats.decoding import read_contents
from models.formats.registry import LAYOUTS, network_from_bytes, network_from_contents
from tests.fuzz.containers import CONTAINERS
from tests.fuzz.examples import example_networks, example_states
from tests.fuzz.files import fuzzed_file
from tests.fuzz.summary import Summary, finding_text
from tests.hostile.watch import Seen, open_once
from tests.onnx_graphs import BUILT

FILES = 400
pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries that write the files, on what is written


def test_every_changed_file_is_a_network_or_a_clear_refusal():
    summary = Summary()
    for number in range(FILES):
        file = fuzzed_file(1, number)
        seen = open_once(file.data, file.name)
        summary.add(number, seen)
        seen = replace(seen, seconds=seen.seconds / 5)  # tests may run on a busy machine
        assert not seen.is_finding, finding_text(1, number, file, seen)
    assert summary.networks > FILES / 20
    assert len(summary.refusals) > 6
    assert summary.refusals["other"] == 0


def test_every_layout_has_an_example():
    graphs = {network_from_bytes(make().SerializeToString(), "some.onnx").layout.name for make in BUILT.values()}
    assert {network.layout.name for network in example_networks()} | graphs == LAYOUTS.keys(), (
        "add one in tests/fuzz/examples.py"
    )


@pytest.mark.parametrize("container", CONTAINERS)
def test_an_unchanged_example_is_read_from_every_container(container: str):
    name, write = CONTAINERS[container]
    for network, state in zip(example_networks(), example_states(), strict=True):
        contents = read_contents(write(dict(state)), name)
        assert network_from_contents(contents, network.hyperparameters).digest == network.digest


def test_the_same_number_gives_the_same_file():
    assert all(fuzzed_file(3, number) == fuzzed_file(3, number) for number in range(100))


def test_a_finding_is_counted_and_says_how_to_make_its_file_again():
    summary, seen = Summary(), Seen("KeyError", "'W_x'")
    summary.add(7, seen)
    assert "findings                                                1" in summary.table()
    assert "python -m tests.fuzz --seed 5 --only 7" in finding_text(5, 7, fuzzed_file(5, 7), seen)
