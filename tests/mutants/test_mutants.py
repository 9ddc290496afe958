"""The tool that plants faults: what it changes, that it leaves the working tree alone, and whom it asks."""

import ast
import json
import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import coverage
import pytest

from tests.mutants.coverage_map import COMPILED, SEEN_IN_SOURCE, CoverageMap, distance, keep, shares_of
from tests.mutants.faults import Fault, cut_to_change
from tests.mutants.python_faults import python_faults
from tests.mutants.report import Result, equivalent_faults, read, table_of, written
from tests.mutants.script_faults import LOOK_AT, script_faults, script_tests
from tests.mutants.trees import ROOT, copied_tree, tracked_files
from tests.mutants.trials import UNLOADED, Place, Running, Trial, _verdict, tried

in_a_checkout = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="Copies are made of what git tracks.")
SOURCE = '''
"""A file."""
SIZE: int = 7


def nearest(table_a, table_b, seed=0):
    """The nearest."""
    generator = manual_seed(seed)
    if not table_a and len(table_b) < SIZE:
        return min(table_a, table_b, key=len)
    told = f"{table_a} of {table_b}"
    show(told, generator)
    return {"a": table_a[1:], "b": -table_b * 2}
'''


def kinds_and_lines(faults) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for make in faults:
        fault = make()
        found.setdefault(fault.kind, set()).add(fault.after)
    return found


def test_every_kind_of_fault_is_found_in_python():
    found = kinds_and_lines(python_faults("x.py", SOURCE))
    expected = {"comparison", "and, or", "not", "constant", "argument", "keyword left out", "name", "seed", "words"}
    assert found.keys() >= expected | {"values", "slice", "sign", "arithmetic", "left out"}
    assert any("max(table_a, table_b" in after for after in found["name"])
    assert any("manual_seed(0)" in after for after in found["seed"])
    assert any("{table_b} of {table_a}" in after for after in found["words"])


def test_a_fault_is_one_change_that_can_be_compiled_and_knows_its_line():
    lines = SOURCE.splitlines()
    for make in python_faults("x.py", SOURCE):
        fault = make()
        assert ast.dump(ast.parse(fault.source)) != ast.dump(ast.parse(SOURCE))
        compile(fault.source, "x.py", "exec")
        assert fault.before != fault.after
        assert lines[fault.line - 1].strip()


def test_docstrings_annotations_and_imports_are_left_alone():
    plain = 'from a import b\n"""Words."""\n\ndef f(x: int | None) -> dict[str, int]:\n    """More {words}."""\n'
    assert python_faults("x.py", plain) == []


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("x = zip(a, c, strict=True)", {"argument", "name"}),
        ("x = max(1, c)", {"constant", "name"}),
        ("x = manual_seed(0)", {"constant"}),
        ("x = f(seed=0)", {"constant", "keyword left out"}),
        ("x = Literal['a', 'b']", set()),
        ("x = isinstance(d, (c, e))", {"argument"}),
        ("try:\n    pass\nexcept (A, B):\n    pass", set()),
    ],
)
def test_what_changes_nothing_is_no_fault(source: str, kinds: set[str]):
    """Strictness of zip, the order of arguments of max and of caught errors, a seed that is 0 already, types."""
    assert {make().kind for make in python_faults("x.py", source)} - {"name"} == kinds - {"name"}


def test_faults_of_scripts():
    source = "const x = (a, b) => { if (a < b) show(`${a} of ${b}`, 2); return -a + 1 }\n"
    found = [make() for make in script_faults("x.js", source)]
    after = {fault.source for fault in found}
    assert "const x = (a, b) => { if (a <= b) show(`${a} of ${b}`, 2); return -a + 1 }\n" in after
    assert "const x = (a, b) => { if (a < b) show(`${b} of ${a}`, 2); return -a + 1 }\n" in after
    assert "const x = (a, b) => { if (a < b) ; return -a + 1 }\n" in after
    assert {fault.kind for fault in found} >= {"operator", "constant", "sign", "order", "words", "not", "left out"}


def test_every_script_has_its_tests():
    scripts = {path.relative_to(ROOT / "assets").as_posix() for path in (ROOT / "assets").rglob("*.js")}
    assert scripts == set(LOOK_AT)
    for script in scripts:
        assert all((ROOT / test).is_file() for test in script_tests(f"assets/{script}"))


def test_a_sample_is_decided_by_its_seed():
    makers = python_faults("x.py", SOURCE)
    one, again, other = (random.Random(seed).sample(range(len(makers)), 5) for seed in (1, 1, 2))
    assert one == again != other


def test_a_change_is_shown_without_what_both_share():
    before, after = cut_to_change("x" * 100 + "one" + "y" * 100, "x" * 100 + "two" + "y" * 100)
    assert (before, after) == ("…" + "x" * 40 + "one" + "y" * 40 + "…", "…" + "x" * 40 + "two" + "y" * 40 + "…")


@pytest.mark.parametrize(
    ("test", "path", "far"),
    [
        ("tests/test_patching.py::test_it", "models/analysis/patching.py", 0),
        ("tests/surgery/test_recipe.py::test_it", "models/surgery/margin.py", 1),
        ("tests/test_sweep.py::test_it", "models/surgery/margin.py", 2),
    ],
)
def test_tests_named_after_a_file_come_first(test: str, path: str, far: int):
    assert distance(test, path) == far


def trial(source: str, tests: list[str]) -> Trial:
    return Trial(Fault("models/task.py", 1, 1, "", "", "", source), tests, 1.0)


def verdicts_of(trials: list[Trial]) -> list[str]:
    """Of each, in a process of its own: a fork of one that has threads, as pytest's may have, can wait for ever."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_verdicts, trials).result()


def _verdicts(trials: list[Trial]) -> list[str]:
    found = {id(each): verdict for each, verdict, _ in tried(iter(trials), 2)}
    return [found[id(each)] for each in trials]


@in_a_checkout
def test_faults_are_tried_in_a_copy_and_the_tree_stays_as_it_is(monkeypatch: pytest.MonkeyPatch):
    """Also with CI set, as on a server: pytest then writes all differences of lists, at each step of Hypothesis."""
    monkeypatch.setenv("CI", "true")
    path = ROOT / "models" / "task.py"
    source = path.read_text(encoding="utf-8")
    tests = ["tests/test_task.py::test_answers_are_sums_modulo_p"]
    right = "return self.group.sum(a, b)"
    assert right in source
    trials = [
        trial(source, tests),
        trial(source.replace(right, "return self.group.sum(a, a)"), tests),
        trial("def", tests),
        trial(source, ["tests/test_task.py::test_there_is_no_such_test"]),
        trial(source, []),
        replace(trial(f"{source}\nwhile True:\n    pass\n", tests), seconds=-4.5),  # 2 s of a processor
    ]
    assert verdicts_of(trials) == ["survived", "killed", "killed", "no test", "no test", "timed out"]
    assert path.read_text(encoding="utf-8") == source


@pytest.mark.parametrize(
    ("code", "said", "verdict"),
    [
        (pytest.ExitCode.OK, "1 passed", "survived"),
        (pytest.ExitCode.TESTS_FAILED, "1 failed", "killed"),
        (pytest.ExitCode.USAGE_ERROR, f"{UNLOADED} '/a/tests/conftest.py'.\nNameError: name 'x' is not", "killed"),
        (pytest.ExitCode.USAGE_ERROR, "ERROR: unrecognized arguments: --no-such", None),
    ],
)
def test_a_fault_that_stops_imports_of_a_conftest_is_caught_and_a_wrong_call_is_not(
    code: int, said: str, verdict: str | None, tmp_path: Path
):
    log = tmp_path / "log.txt"
    log.write_text(said, encoding="utf-8")
    begun = Running(trial("", ["tests/test_task.py"]), Place(tmp_path), "", 0.0, log)
    if verdict:
        assert _verdict(code, begun) == verdict
    else:
        with pytest.raises(RuntimeError, match=r"Expected pytest to run .*found exit code 4"):
            _verdict(code, begun)


@in_a_checkout
def test_a_copy_has_what_git_has_and_goes_again():
    with copied_tree() as tree:
        assert set(tracked_files()) <= {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
        assert not (tree / ".git").exists()
    assert not tree.exists()


def result(path: str, verdict: str, *, equivalent: bool = False) -> Result:
    return Result.of(Fault(path, 1, 1, "sign", "a", "b", ""), verdict, 3, "said", equivalent=equivalent)


def test_the_table_counts_by_sort_and_by_room_and_leaves_equivalents_out(tmp_path: Path):
    results = [
        result("models/surgery/margin.py", "killed"),
        result("models/task.py", "survived"),
        result("models/task.py", "survived", equivalent=True),
        result("dashboard/pages/play.py", "timed out"),
        result("assets/console/dial.js", "no test"),
    ]
    table = table_of(results)
    for row in (
        "| **computation** | 2 | 1 | 50% | 9% to 91% |",
        "| **dashboard** | 1 | 1 | 100% | 21% to 100% |",
        "| **scripts** | 1 | 0 | 0% | 0% to 79% |",
        "| models/ | 1 | 0 | 0% | 0% to 79% |",
        "| assets/console/ | 1 | 0 | 0% | 0% to 79% |",
    ):
        assert row in table
    assert "1 equivalent, left out." in table
    file = tmp_path / "report.json"
    file.write_text(written(results, {"seed": 1}), encoding="utf-8")
    assert read(file) == results


def test_equivalents_have_a_reason_and_can_still_be_made():
    for name, reason in equivalent_faults().items():
        path, _, change = name.split(": ", 2)
        source = (ROOT / path).read_text(encoding="utf-8")
        written_out = ast.unparse(ast.parse(source)) if path.endswith(".py") else source
        assert change.split(" → ")[0].strip("…") in " ".join(written_out.split()), name
        assert len(reason) > 20, name


@pytest.mark.parametrize("words", SEEN_IN_SOURCE)
def test_a_test_that_reads_source_is_tried_where_its_words_change(words: str, tmp_path: Path):
    (tmp_path / "tests.json").write_text('{"seconds": {}, "fixtures": {}, "failed": []}', encoding="utf-8")
    file, name = SEEN_IN_SOURCE[words].split("::")
    assert f"def {name}()" in (ROOT / file).read_text(encoding="utf-8")
    fault = Fault("models/x.py", 1, 1, "keyword left out", f"f({words}1)", "f()", "")
    assert CoverageMap(tmp_path).tests_for(fault) == [SEEN_IN_SOURCE[words]]


def test_a_fixture_of_a_wider_scope_counts_for_every_test_that_asks_for_it(tmp_path: Path):
    seconds = {
        "tests/test_a.py::one": 1.0,
        "tests/test_a.py::two": 0.5,
        "tests/test_b.py::three": 0.1,
        "tests/test_b.py::reads a table": 0.01,
        "tests/b::bad": 0.1,
    }
    fixtures = {test: ["network"] if "test_a" in test else [] for test in seconds}
    known = {"seconds": seconds, "fixtures": fixtures, "failed": ["tests/b::bad"]}
    (tmp_path / "tests.json").write_text(json.dumps(known), encoding="utf-8")
    data = coverage.CoverageData(str(tmp_path / "lines"))
    for context, lines in (("fixture:network", [3]), ("tests/test_b.py::three", [4]), ("tests/b::bad", [4]), ("", [1])):
        data.set_context(context)
        data.add_lines({"models/x.py": lines})
    data.write()
    found = CoverageMap(tmp_path)
    at = lambda line: found.tests_for(Fault("models/x.py", line, line, "", "", "", ""))  # noqa: E731
    assert at(3) == ["tests/test_a.py::two", "tests/test_a.py::one"]
    assert at(4) == ["tests/test_b.py::three", "tests/test_b.py::reads a table"]
    assert at(1) == [f"tests/test_{test}" for test in ("b.py::reads a table", "b.py::three", "a.py::two", "a.py::one")]


def test_what_is_compiled_is_tried_on_the_tests_that_compare_it(tmp_path: Path):
    (compiled, file), *_ = COMPILED.items()
    known = {"seconds": {f"{file}::it": 1.0, "tests/test_other.py::it": 1.0}, "fixtures": {}, "failed": []}
    (tmp_path / "tests.json").write_text(json.dumps(known), encoding="utf-8")
    assert CoverageMap(tmp_path).tests_for(Fault(compiled, 1, 1, "", "", "", "")) == [f"{file}::it"]
    assert all((ROOT / path).is_file() for pair in COMPILED.items() for path in pair)


def noted(folder: Path, test: str, line: int, *, failed: bool = False) -> Path:
    """What a process leaves that has run one test."""
    folder.mkdir()
    told = {"seconds": {test: float(line)}, "fixtures": {test: ["network"]}, "failed": [test] if failed else []}
    (folder / "tests.json").write_text(json.dumps(told), encoding="utf-8")
    data = coverage.CoverageData(str(folder / "lines.process"))
    data.set_context(test)
    data.add_lines({"models/x.py": [line]})
    data.write()
    return folder


def test_what_processes_note_apart_is_kept_together(tmp_path: Path):
    settings, one, other = ROOT / "tests/mutants/coverage.ini", "tests/test_a.py::one", "tests/test_b.py::other"
    keep([noted(tmp_path / "1", one, 3), noted(tmp_path / "2", other, 4, failed=True)], settings, tmp_path)
    known = CoverageMap(tmp_path)
    assert (known.seconds, known.failed) == ({one: 3.0, other: 4.0}, {other})
    assert known.data.contexts_by_lineno("models/x.py") == {3: [one], 4: [other]}
    keep([noted(tmp_path / "3", other, 5), tmp_path / "of a process that was ended"], settings, tmp_path)
    again = CoverageMap(tmp_path)
    assert (again.seconds, again.failed) == ({one: 3.0, other: 5.0}, frozenset())
    assert again.data.contexts_by_lineno("models/x.py") == {3: [one], 4: [other], 5: [other]}
    assert set(again.users["fixture:network"]) == {one, other}


def test_tests_are_dealt_out_to_processes_in_turn():
    assert shares_of(["a", "b", "c"], 2) == [["a", "c"], ["b"]]
    assert shares_of(["a"], 3) == [["a"]]
