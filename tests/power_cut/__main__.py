"""End train or reach at random checkpoints, 200 times: python -m tests.power_cut train --times 200 --signal KILL."""

import argparse
import signal
import sys
import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random

from tests.power_cut.trials import TRIALS


def main(arguments: list[str]) -> int:
    """End, look at what is left, print; exit 0 where nothing was lost, and a traceback where something was."""
    parser = argparse.ArgumentParser(prog="python -m tests.power_cut", description=__doc__)
    parser.add_argument("command", choices=sorted(TRIALS))
    parser.add_argument("--times", type=int, default=200, help="how often (200)")
    parser.add_argument(
        "--signal", choices=("KILL", "TERM", "INT", "HUP"), default="KILL", help="by which signal (KILL)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the moments (0)")
    options = parser.parse_args(arguments)
    number = signal.Signals[f"SIG{options.signal}"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        folder.mkdir()
        with closing(TRIALS[options.command](folder, Random(options.seed), number)) as trial:
            seen = []
            for count, (ended, kept) in enumerate(islice(trial, options.times), 1):
                seen.append(ended)
                print(f"{count}: exit {ended.code}, shown {ended.shown}, kept {kept}", flush=True)
    working, half = (sum(getattr(each, name) for each in seen) for name in ("worked", "half_written"))
    print(
        f"{options.command} was ended {len(seen)} times by SIG{options.signal}, {working} times while it worked and "
        f"{half} times in the middle of writing a file; what it had kept was whole every time, and nothing that it had "
        f"shown as done was lost."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
