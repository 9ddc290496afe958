"""What became of the faults: one line each, a table by room, and the reviewed list of those that change nothing."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from models.evaluation.sample import wilson_interval
from tests.mutants.faults import Fault

EQUIVALENT = Path(__file__).with_name("equivalent.json")
CAUGHT = ("killed", "timed out")
KINDS = {"models": "computation", "dashboard": "dashboard", "app.py": "dashboard", "assets": "scripts"}


@dataclass(frozen=True)
class Result:
    """One fault and the verdict; `equivalent` where a person found that it changes nothing that anybody could see."""

    path: str
    line: int
    kind: str
    before: str
    after: str
    verdict: str
    tests: int
    equivalent: bool
    name: str
    said: str

    @classmethod
    def of(cls, fault: Fault, verdict: str, tests: int, said: str, *, equivalent: bool) -> "Result":
        """With what the tests said at their end."""
        told = (fault.path, fault.line, fault.kind, fault.before, fault.after, verdict, tests, equivalent, fault.name)
        return cls(*told, said[-600:])

    @property
    def room(self) -> str:
        """models/surgery, dashboard/pages, assets/console; models/ for a file that lies there itself."""
        return str(PurePosixPath(*PurePosixPath(self.path).parts[:-1][:2])) + "/"

    @property
    def sort(self) -> str:
        """computation, dashboard or scripts."""
        return KINDS[PurePosixPath(self.path).parts[0]]


def equivalent_faults() -> dict[str, str]:
    """The reviewed list: name of a fault → why no test can see it."""
    return json.loads(EQUIVALENT.read_text(encoding="utf-8"))


def table_of(results: Sequence[Result]) -> str:
    """Caught of planted by sort and by room with 95% intervals (Wilson), as a Markdown table; equivalents left out."""
    counted: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if not result.equivalent:
            counted[f"**{result.sort}**"].append(result)
            counted[result.room].append(result)
    rows = ["| room | planted | caught | score | 95% of the time within |", "|---|---|---|---|---|"]
    for room in sorted(counted, key=lambda room: (not room.startswith("*"), room)):
        planted, caught = len(counted[room]), sum(result.verdict in CAUGHT for result in counted[room])
        within = wilson_interval(caught, planted)
        score = f"{caught / planted:.0%} | {within.low:.0%} to {within.high:.0%}"
        rows.append(f"| {room} | {planted} | {caught} | {score} |")
    left_out = sum(result.equivalent for result in results)
    return "\n".join([*rows, "", f"{left_out} equivalent, left out."])


def written(results: Sequence[Result], options: dict[str, object]) -> str:
    """The report as JSON."""
    return json.dumps(
        {"options": options, "results": [asdict(result) for result in results]}, indent=1, ensure_ascii=False
    )


def read(path: Path) -> list[Result]:
    """The results of a report."""
    return [Result(**result) for result in json.loads(path.read_text(encoding="utf-8"))["results"]]
