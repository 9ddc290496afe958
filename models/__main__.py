"""python -m models COMMAND: the command line. --json prints one JSON object; errors are one line and exit 2."""

import argparse
import sys
from typing import NoReturn

from models.commands import bench, certificate, controls, inspect, reach, train, transplant, zoo
from models.errors import ClockworkError

COMMANDS = {
    "inspect": inspect,
    "transplant": transplant,
    "reach": reach,
    "controls": controls,
    "certificate": certificate,
    "train": train,
    "bench": bench,
    "zoo": zoo,
}


class OneLineParser(argparse.ArgumentParser):
    """Says what was wrong in one line, as every other error here."""

    def error(self, message: str) -> NoReturn:
        """One line on standard error, exit 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each command file adds its own options."""
    parser = OneLineParser(
        prog="python -m models", allow_abbrev=False, description="Open, inspect and operate on Fourier circuits."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.__doc__, description=command.__doc__, allow_abbrev=False)
        command.add_arguments(subparser)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = build_parser().parse_args(arguments)
    options.arguments = arguments
    try:
        code: int = COMMANDS[options.command].run(options)
    except ClockworkError as error:
        print(f"{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
