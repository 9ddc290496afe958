import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from models.__main__ import main
from models.runtime import machine
from models.runtime.machine import is_want_of_memory, usable_cores, usable_memory
from tests.conftest import ROOT

PHYSICAL = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Control groups that set no limit."""
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    (tmp_path / "cpu").mkdir()
    (tmp_path / "memory").mkdir()
    return tmp_path


def test_cores_are_those_of_the_affinity_where_no_quota_is_set(groups: Path):
    assert usable_cores() == 8
    (groups / "cpu.max").write_text("max 100000\n", encoding="utf-8")
    assert usable_cores() == 8


@pytest.mark.parametrize(("quota", "cores"), [(50_000, 1), (100_000, 1), (250_000, 3), (10**9, 8)])
def test_a_quota_is_rounded_up_to_whole_cores(groups: Path, quota: int, cores: int):
    (groups / "cpu.max").write_text(f"{quota} 100000\n", encoding="utf-8")
    assert usable_cores() == cores


@pytest.mark.parametrize(("quota", "cores"), [(-1, 8), (200_000, 2)])
def test_a_quota_of_the_first_version_of_control_groups_is_read(groups: Path, quota: int, cores: int):
    (groups / "cpu" / "cpu.cfs_quota_us").write_text(f"{quota}\n", encoding="utf-8")
    (groups / "cpu" / "cpu.cfs_period_us").write_text("100000\n", encoding="utf-8")
    assert usable_cores() == cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_process_that_may_use_one_core_counts_one():
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    program += "from models.runtime.machine import usable_cores; print(usable_cores())"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"1\n"


def test_memory_is_the_machine_s_where_no_limit_is_set(groups: Path):
    (groups / "memory.max").write_text("max\n", encoding="utf-8")
    (groups / "memory" / "memory.limit_in_bytes").write_text(f"{2**63 - 4096}\n", encoding="utf-8")
    assert usable_memory() == PHYSICAL


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_memory_is_no_more_than_a_control_group_s(groups: Path, name: str):
    (groups / name).write_text("123456789\n", encoding="utf-8")
    assert usable_memory() == 123456789


def test_memory_is_no_more_than_the_address_space(groups: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (2**28, resource.RLIM_INFINITY))
    assert usable_memory() == 2**28


@pytest.mark.parametrize("ask", [lambda: torch.empty(2**50), lambda: bytearray(2**62)], ids=["PyTorch", "Python"])
def test_want_of_memory_is_known_for_what_it_is(ask: Callable[[], object]):
    with pytest.raises((MemoryError, RuntimeError)) as error:
        ask()
    assert is_want_of_memory(error.value)
    assert not is_want_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_the_command_line_tells_want_of_memory_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr("models.commands.zoo.run", lambda _: torch.empty(2**50))
    assert main(["zoo"]) == 2
    told = "There is not enough memory for this; give smaller sizes or a smaller modulus.\n"
    assert capsys.readouterr() == ("", told)
    monkeypatch.setattr("models.commands.zoo.run", lambda _: torch.ones(2) @ torch.ones(3))
    with pytest.raises(RuntimeError, match="size"):  # a mistake of ours stays visible
        main(["zoo"])


def test_the_command_line_computes_on_no_more_threads_than_it_may_use(monkeypatch: pytest.MonkeyPatch):
    before = torch.get_num_threads()
    monkeypatch.setattr("models.__main__.usable_cores", lambda: 2)
    try:
        for given, used in ((5, 2), (1, 1)):
            torch.set_num_threads(given)
            assert main(["zoo"]) == 0
            assert torch.get_num_threads() == used
    finally:
        torch.set_num_threads(before)
