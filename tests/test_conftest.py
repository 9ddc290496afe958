import itertools
from pathlib import Path

import pytest

from tests.conftest import ROOT, SLOW, VARIABLE, checkpoints_folder, place_of, shuffled


def test_real_checkpoints_are_looked_for_where_the_variable_says(tmp_path: Path):
    (tmp_path / "checkpoints" / "somebody").mkdir(parents=True)
    found = tmp_path / "checkpoints"
    assert checkpoints_folder({VARIABLE: str(tmp_path)}, Path("elsewhere")) == found
    assert checkpoints_folder({}, tmp_path) == found


def test_without_the_variable_an_absent_folder_skips(tmp_path: Path):
    with pytest.raises(pytest.skip.Exception, match="No real checkpoints"):
        checkpoints_folder({}, tmp_path)


def test_with_the_variable_a_missing_folder_fails(tmp_path: Path):
    with pytest.raises(pytest.fail.Exception, match="missing or empty"):
        checkpoints_folder({VARIABLE: str(tmp_path / "nowhere")}, tmp_path)


def test_with_the_variable_an_empty_folder_fails(tmp_path: Path):
    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(pytest.fail.Exception, match="missing or empty"):
        checkpoints_folder({VARIABLE: str(tmp_path)}, tmp_path)


def test_a_seed_shuffles_files_and_the_tests_of_each():
    tests = [f"tests/test_{file}.py::test_{number}" for file in "abcdef" for number in range(6)]
    once, again, other = (shuffled(tests, seed) for seed in ("1", "1", "2"))
    assert once == again != other != tests != once
    assert sorted(once) == sorted(tests)
    files = [test.split("::")[0] for test in once]
    assert sum(one != next_ for one, next_ in itertools.pairwise(files)) == 5  # a file's tests stay together


def test_the_slow_files_come_first_and_all_else_stays_in_its_order():
    tests = ["tests/test_b.py::test_2", f"{SLOW[1]}::test_1", "tests/test_a.py::test_1", f"{SLOW[0]}::test_1"]
    assert sorted(tests, key=place_of) == [tests[3], tests[1], tests[0], tests[2]]
    assert [name for name in SLOW if not (ROOT / name).is_file()] == []
