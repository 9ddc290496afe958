"""The command line: COMMAND and its options. --json prints one JSON object; errors are one line and exit 2."""

import argparse
import sys
from typing import Any, NoReturn

import torch

from models.commands import (
    add,
    bench,
    certificate,
    compare,
    controls,
    divide,
    film,
    groups,
    inspect,
    multiply,
    numbers,
    reach,
    serve,
    subtract,
    torus,
    train,
    transplant,
    wavelets,
    zoo,
)
from models.commands.stopping import every_stop_as_ctrl_c, forget_caught_interrupts
from models.commands.terminal import ReaderGoneError, print_text, remark, streams_that_hold
from models.errors import ClockworkError, shown
from models.runtime.machine import is_want_of_memory, usable_cores
from models.runtime.program import program_name
from models.runtime.version import VERSION

LONGEST_MESSAGE = 600  # characters: a listing of choices fits, a number of thousands of digits is cut
READER_GONE = 141  # as a shell tells a process that SIGPIPE ended

COMMANDS = {
    "inspect": inspect,
    "transplant": transplant,
    "reach": reach,
    "groups": groups,
    "torus": torus,
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "compare": compare,
    "controls": controls,
    "certificate": certificate,
    "numbers": numbers,
    "wavelets": wavelets,
    "train": train,
    "film": film,
    "bench": bench,
    "zoo": zoo,
    "serve": serve,
}


class OneLineParser(argparse.ArgumentParser):
    """Says what was wrong in one line, as every other error here, and prints help as every other result."""

    def print_help(self, file: Any = None) -> None:
        """On standard output."""
        print_text(self.format_help().rstrip())

    def error(self, message: str) -> NoReturn:
        """One line on standard error, exit 2."""
        self.exit(2, f"{self.prog}: {shown(message, LONGEST_MESSAGE)}. See {self.prog} --help.\n")


class ShowVersion(argparse.Action):
    """--version: the name and the version on standard output, exit 0."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """Print and end."""
        print_text(f"clockwork {VERSION}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each command file adds its own options."""
    parser = OneLineParser(
        prog=program_name(), allow_abbrev=False, description="Open, inspect and operate on Fourier circuits."
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.__doc__, description=command.__doc__, allow_abbrev=False)
        command.add_arguments(subparser)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    with streams_that_hold():
        try:
            with every_stop_as_ctrl_c():  # within, so that a stop as this begins or ends is one too
                return _run(sys.argv[1:] if arguments is None else arguments)
        except ReaderGoneError:
            return READER_GONE
        except ClockworkError as error:
            remark(f"{error}")
            return 2
        except KeyboardInterrupt:
            remark("Stopped.")
            return 130
        except (MemoryError, RuntimeError) as error:
            if not is_want_of_memory(error):
                raise
            remark("There is not enough memory for this; give smaller sizes or a smaller modulus.")
            return 2


def _run(arguments: list[str]) -> int:
    options = build_parser().parse_args(arguments)
    torch.set_num_threads(min(torch.get_num_threads(), usable_cores()))  # PyTorch counts those of the machine
    options.arguments = arguments
    code: int = COMMANDS[options.command].run(options)
    return code


if __name__ == "__main__":
    exit_code = main()
    forget_caught_interrupts()
    sys.exit(exit_code)
