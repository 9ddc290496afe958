"""What this process may use of the machine: a container or an administrator may have left it less than there is."""

import math
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

CGROUP = Path("/sys/fs/cgroup")
NO_LIMIT = 2**60  # version 1 of control groups writes a number near 2⁶³ where there is none


def usable_cores() -> int:
    """Processor cores that this process may use: its affinity, and no more than its control group's quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return math.ceil(min(allowed, _quota()))


def usable_memory() -> int:
    """Bytes of memory that this process may have at most."""
    if sys.platform == "win32":
        return NO_LIMIT
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    address_space = resource.getrlimit(resource.RLIMIT_AS)[0]
    groups = (_number(CGROUP / "memory.max"), _number(CGROUP / "memory" / "memory.limit_in_bytes"))
    limits = [limit for limit in (address_space, *groups) if limit and 0 < limit < NO_LIMIT]
    return min([machine, *limits])


def is_want_of_memory(error: Exception) -> bool:
    """Whether Python or PyTorch, which has no class for it, could not have the memory it asked for."""
    return isinstance(error, MemoryError) or "can't allocate memory" in str(error)


def _quota() -> float:
    """Cores' worth of time that the control group may use; infinite where none is set."""
    quota, _, period = _text(CGROUP / "cpu.max").partition(" ")
    if not period:
        quota, period = (_text(CGROUP / "cpu" / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):  # "max", or no file
        return math.inf
    return share if share > 0 else math.inf


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
