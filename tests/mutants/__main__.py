"""`python -m tests.mutants`: plant faults, one at a time, and see which the tests catch.

Of mutmut 3.8 and cosmic-ray 8.7 (Python) and Stryker 10 (JavaScript) none does it here. mutmut leaves alone whatever
stands outside functions (constants, defaults of dataclasses, tables) and every function with a decorator (properties,
`torch.no_grad`, what Streamlit caches, what Numba compiles), and has no sample by a seed. cosmic-ray runs one command,
the whole suite, for each fault. Stryker runs tests in Node alone, while most of these scripts draw on a canvas and ask
the browser where things are: their tests run in the Chromium that is here anyway.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.mutants.coverage_map import FOLDER, SECONDS, CoverageMap, measure
from tests.mutants.faults import Fault
from tests.mutants.python_faults import python_faults
from tests.mutants.report import CAUGHT, Result, equivalent_faults, read, table_of, written
from tests.mutants.script_faults import script_faults, script_tests
from tests.mutants.trees import ROOT, changed_files, tracked_files
from tests.mutants.trials import Trial, tried

MADE_OF = {".py": python_faults, ".js": script_faults}


def main(words: Sequence[str]) -> int:
    """Plant what was asked for, and say what was caught."""
    asked = _asked(words)
    if asked.measure is not None:
        measure(asked.measure, asked.jobs)
        return 0
    if not (FOLDER / "tests.json").is_file():
        print("Measuring once which test runs which line; this takes longer than the tests.", file=sys.stderr)
        measure(jobs=asked.jobs)
    survivors = {result.name for result in read(asked.again) if result.verdict not in CAUGHT} if asked.again else None
    results, began = [], time.monotonic()
    _control(asked)
    for trial, verdict, said in tried(_trials(asked, survivors), asked.jobs):
        fault, equivalent = trial.fault, trial.fault.name in equivalent_faults()
        results.append(Result.of(fault, verdict, len(trial.tests), said, equivalent=equivalent))
        told = "equivalent" if equivalent else verdict
        print(
            f"{len(results):4}  {told:10}  {fault.path}:{fault.line}  {fault.kind}: {fault.before} → {fault.after}",
            flush=True,
        )
        asked.out.write_text(written(results, {"seed": asked.seed, "sample": asked.sample}), encoding="utf-8")
    print(f"\n{table_of(results)}\n\n{time.monotonic() - began:.0f} s; written to {asked.out}")
    return 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("paths", nargs="*", help="files or folders; without any, what changed since the last commit")
    parser.add_argument("--all", action="store_true", help="everything in models, dashboard and assets")
    parser.add_argument("--sample", type=int, default=100, help="so many faults at most (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--jobs", type=int, default=1, help="at a time")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of tests for each fault ({SECONDS:g})")
    parser.add_argument("--again", type=Path, help="a report of the same sample: only what survived there")
    parser.add_argument("--measure", nargs="*", metavar="TEST", help="only: note which lines these tests run (all)")
    parser.add_argument("--out", type=Path, default=FOLDER / "report.json", help="the report")
    return parser.parse_args(words)


def _trials(asked: argparse.Namespace, survivors: set[str] | None) -> Iterator[Trial]:
    """Those of the sample, in its order."""
    known = CoverageMap(seconds=asked.seconds)
    for make in _sampled(asked):
        fault = make()
        if survivors is None or fault.name in survivors:
            tests = script_tests(fault.path) if fault.path.endswith(".js") else known.tests_for(fault)
            yield Trial(fault, tests, sum(known.seconds.get(test, 20.0) for test in tests))


def _control(asked: argparse.Namespace) -> None:
    """No fault at all must survive. Raises RuntimeError where it does not: then nothing could be believed."""
    first = next(_trials(asked, None))
    unchanged = replace(first.fault, source=(ROOT / first.fault.path).read_text(encoding="utf-8"))
    for trial, verdict, said in tried(iter([replace(first, fault=unchanged)]), 1):
        if verdict != "survived":
            raise RuntimeError(
                f"Expected {len(trial.tests)} tests to pass without a fault; they are {verdict}:\n{said}"
            )


def _sampled(asked: argparse.Namespace) -> list[Callable[[], Fault]]:
    """Faults drawn by the seed from all that can be made of the files, every fault as likely as every other."""
    files = tracked_files() if asked.all or asked.paths else changed_files()
    wanted = [path for path in files if not asked.paths or any(_is_in(path, asked_for) for asked_for in asked.paths)]
    makers = [
        make
        for path in sorted(wanted)
        for make in MADE_OF[Path(path).suffix](path, (ROOT / path).read_text(encoding="utf-8"))
    ]
    return random.Random(asked.seed).sample(makers, min(asked.sample, len(makers)))


def _is_in(path: str, asked_for: str) -> bool:
    return path == asked_for or path.startswith(asked_for.rstrip("/") + "/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
