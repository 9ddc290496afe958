"""How data is held: nobody changes it where it lies, and what holds tensors is compared as one thing."""

import ast
from collections.abc import Iterator

from tests.conftest import ROOT

CHANGED_IN_PLACE = {  # each with a life of its own: a run, a store, what a visitor has set
    "StateKeeper", "TrainingRun", "Snapshots", "SweepStore", "Dropped", "SeenControls", "SeenBlend", "Job", "Jobs",
    "Bench", "OpenedCertificate", "Session", "Ticket", "Turns", "Run", "Budget", "Seen",
    "KeptSnapshots",
}  # fmt: skip


ITSELF_ALONE = {  # two that say the same are two: jobs, places in a queue, what a visitor has opened or looks at
    "CheckpointSeries", "Job", "Jobs", "Opened", "Run", "Seen", "Subject", "Ticket", "Turns", "Unread", "Visit", "Work",
}  # fmt: skip


def dataclasses() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Name, options, and the fields' types of each."""
    for room in ("models", "dashboard"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                    call = decorator if isinstance(decorator, ast.Call) else None
                    if getattr(call.func if call else decorator, "id", "") == "dataclass":
                        options = {each.arg: ast.unparse(each.value) for each in call.keywords} if call else {}
                        fields = [ast.unparse(each.annotation) for each in node.body if isinstance(each, ast.AnnAssign)]
                        yield node.name, options, fields


def test_data_is_frozen_but_for_what_has_a_life_of_its_own():
    thawed = {name for name, options, _ in dataclasses() if options.get("frozen") != "True"}
    assert thawed == CHANGED_IN_PLACE


def test_what_holds_tensors_is_never_compared_number_by_number():
    """Python would ask whether two tensors are alike, to which there is no one answer, and raise."""
    compared = {
        name
        for name, options, fields in dataclasses()
        if options.get("eq") != "False" and any("Tensor" in field for field in fields)
    }
    assert compared == set()


def test_what_has_a_life_of_its_own_is_equal_to_itself_alone():
    itself = {name for name, options, _ in dataclasses() if options.get("eq") == "False"}
    assert itself >= ITSELF_ALONE
