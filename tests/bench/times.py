"""What the machine did while something was measured."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from models.commands.bench import processor_name
from models.runtime.machine import usable_cores


def stolen_share(before: str, after: str) -> float:
    """Part of the time between two first lines of /proc/stat that other guests of the machine took."""
    spent = Counter(dict(enumerate(int(n) for n in after.split()[1:9])))
    spent.subtract(dict(enumerate(int(n) for n in before.split()[1:9])))
    return spent[7] / max(1, spent.total())


def processor_times() -> str:
    """The first line of /proc/stat; one of zeros where there is none."""
    path = Path("/proc/stat")
    return path.read_text(encoding="utf-8").splitlines()[0] if path.exists() else "cpu" + " 0" * 8


def conditions() -> Callable[[], str]:
    """Called at the begin; what comes back is called at the end, and says what else the machine did."""
    before, load = processor_times(), os.getloadavg()[0]

    def said() -> str:
        stolen = stolen_share(before, processor_times())
        cores = f"{usable_cores()} cores for the app and a headless Chromium without a GPU"
        others = f"at the begin {load:.1f} processes ran or waited for a core"
        return f"{processor_name()}, {cores};\n{others}, and {100 * stolen:.0f}% of the time went to other guests."

    return said
