"""`python -m tests.figures`: every figure of the command line for every network at hand, to compare before and after.

    python -m tests.figures write before.json     # in the tree as it was
    python -m tests.figures write after.json      # in the tree as it is
    python -m tests.figures compare before.json after.json

Networks: the zoo's and every file of CLOCKWORK_SHARED that is no configuration. What takes time to measure (`seconds`)
is left out; all else must be the same to the last digit, the sentence with which a file is refused too.
"""

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from models import zoo
from models.__main__ import main as clockwork

COMMANDS = (
    ("inspect",),
    ("transplant", "--modulus", "20"),
    ("transplant", "--modulus", "127", "--readout", "keep", "--harmonics", "1", "--seed", "3"),
    ("reach", "--moduli", "2..9", "--rounds", "1", "--jobs", "1"),
    ("controls", "--modulus", "11", "--seeds", "1"),
)
TIMED = ("seconds",)
NO_NETWORK = (".json", ".md")
MANY = 9  # files in one folder
STOPPED = 130  # exit code of a command that was


def networks() -> list[str]:
    """Names of the zoo, and files of CLOCKWORK_SHARED."""
    root = Path(os.environ.get("CLOCKWORK_SHARED", "../shared")) / "checkpoints"
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix not in NO_NETWORK]
    found = [path for path in files if not path.name.startswith("LICENSE")]
    beside = Counter(path.parent for path in found)  # a series of many, one much like the other, comes last
    return [*zoo.names(), *map(str, sorted(found, key=lambda path: beside[path.parent] > MANY))]


def write(file: Path) -> None:
    """What every command says of every network: its JSON, or its exit code and the sentence on standard error.

    Written anew after every network, so that it can be ended at any time. Raises KeyboardInterrupt where it is.
    """
    found: dict[str, Any] = {}
    for network in networks():
        for command, *options in COMMANDS:
            name = " ".join([command, Path(network).name, *options])
            with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
                code = clockwork([command, network, *options, "--json"])
            if code == STOPPED:  # a command takes Ctrl-C, and a request to end, for itself
                raise KeyboardInterrupt
            refused = {"exit": code, "said": err.getvalue().strip().splitlines()[-1:]}
            found[name] = refused if code else json.loads(out.getvalue())
            print(f"{code}  {name}", file=sys.stderr, flush=True)
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure of nested JSON by its path."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in TIMED:
                yield from flat(part, f"{name}/{key}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from flat(part, f"{name}/{place}")
    else:
        yield name, value


def _apart(one: Any, other: Any) -> float:
    """How far two figures are apart, of the larger one's size; infinite where they are not both numbers."""
    if not all(isinstance(each, float | int) and not isinstance(each, bool) for each in (one, other)):
        return math.inf
    return abs(one - other) / max(abs(one), abs(other))


def compare(before: Path, after: Path) -> int:
    """Print how many figures are the same and which are not; 1 where some are not. Runs that one lacks are left out."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in (before, after)]
    both = runs[0].keys() & runs[1].keys()
    one, other = (dict(flat({name: found[name] for name in both})) for found in runs)
    differ = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    for name in differ:
        print(f"{name}: {one.get(name)!r} → {other.get(name)!r}")
    apart = [_apart(one.get(name), other.get(name)) for name in differ]
    print(f"{len(one):,} figures of {len(both)} runs, {len(differ)} differ", end="")
    print(f", by {max(apart):.1e} of their size at most" if differ else "")
    return 1 if differ else 0


def main(words: list[str]) -> int:
    """Write or compare."""
    match words:
        case ["write", out]:
            write(Path(out))
            return 0
        case ["compare", before, after]:
            return compare(Path(before), Path(after))
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
