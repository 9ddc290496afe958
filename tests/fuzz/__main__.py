"""python -m tests.fuzz --files 20000 --seed 0: every changed file is a network or a clear refusal, else it is printed.

Files are opened in a process of their own, watched for time and memory, and started again where it ends or hangs.
"""

import argparse
import sys
import warnings
from pathlib import Path

from tqdm import tqdm

from tests.fuzz.files import Fuzzed, fuzzed_file
from tests.fuzz.summary import Summary, finding_text
from tests.hostile.watch import Seen, Watcher


def main() -> int:
    """Exit 1 where there are findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Open files that are changed at random.")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, metavar="N", help="only file N, and print what came of it")
    parser.add_argument(
        "--out", type=Path, default=Path("fuzz-findings"), help="where files that are findings are kept"
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of the libraries that write the files, on what is written
    numbers = range(options.files) if options.only is None else [options.only]
    summary = Summary()
    with Watcher() as watcher:
        for number in tqdm(numbers, unit="file", disable=options.only is not None):
            file = fuzzed_file(options.seed, number)
            seen = watcher.open(file.data, file.name)
            summary.add(number, seen)
            if seen.is_finding:
                tqdm.write(finding_text(options.seed, number, file, seen), file=sys.stderr)
                keep(options.out, options.seed, number, file, seen)
            if options.only is not None:
                print(f"{', '.join(file.steps)}\n{seen}")
    print(summary.table())
    return 1 if summary.findings else 0


def keep(folder: Path, seed: int, number: int, file: Fuzzed, seen: Seen) -> None:
    """The file itself, and what came of it, for whoever mends it."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"seed-{seed}-file-{number}"
    stem.with_suffix(Path(file.name).suffix).write_bytes(file.data)
    stem.with_suffix(".txt").write_text(finding_text(seed, number, file, seen) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
