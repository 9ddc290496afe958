"""What the machine did while something was measured."""

from collections import Counter
from pathlib import Path


def stolen_share(before: str, after: str) -> float:
    """Part of the time between two first lines of /proc/stat that other guests of the machine took."""
    spent = Counter(dict(enumerate(int(n) for n in after.split()[1:9])))
    spent.subtract(dict(enumerate(int(n) for n in before.split()[1:9])))
    return spent[7] / max(1, spent.total())


def processor_times() -> str:
    """The first line of /proc/stat; one of zeros where there is none."""
    path = Path("/proc/stat")
    return path.read_text().splitlines()[0] if path.exists() else "cpu" + " 0" * 8
