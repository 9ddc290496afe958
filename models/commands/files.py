"""What the commands share: opening FILE, options that several of them have, figures as text."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from models import zoo
from models.errors import CheckpointError, FileError
from models.files.reading import read_file
from models.formats.config import LONGEST_CONFIG, read_config
from models.formats.decoding import Contents
from models.formats.registry import SUFFIXES, open_file
from models.formats.roles.given import LONGEST_ROLES, read_roles
from models.hyperparameters import CHOICES, PLAIN
from models.network import Network
from models.readings import Interpretation, read_network

FILE_HELP = "a checkpoint, or the name of a zoo network"
MOST_THREADS = 256
LONGEST_NAME = 100  # of a zoo network; longer ones are meant as paths


def add_file(parser: ArgumentParser, **options: Any) -> None:
    """FILE, and what says how it is to be read."""
    parser.add_argument("file", metavar="FILE", help=FILE_HELP, **options)
    _add_reading(parser)


def add_file_option(parser: ArgumentParser) -> None:
    """--file FILE, where something else stands first."""
    parser.add_argument("--file", metavar="FILE", help=FILE_HELP, required=True)
    _add_reading(parser)


def _add_reading(parser: ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="JSON", help="the configuration that FILE was trained by")
    parser.add_argument(
        "--roles",
        type=Path,
        metavar="JSON",
        help="which tensor of FILE, a transformer, is which; inspect --roles-out writes what was found",
    )
    parser.add_argument(
        "--weights",
        action="append",
        default=[],
        type=Path,
        metavar="DATA",
        help="the second file in which an .onnx FILE keeps its weights; may be given several times",
    )
    parser.add_argument(
        "--read",
        action="append",
        default=[],
        type=_fact,
        metavar="FACT=VALUE",
        help=f"what the tensors of FILE do not tell: {_hyperparameters_listed()}; may be given several times",
    )


def _hyperparameters_listed() -> str:
    choices = [f"{name}={'|'.join(values)}" for name, values in CHOICES.items()]
    order = "order='table.weight > layer.weight > readout.weight'"
    return ", ".join([*choices, "coefficient=0..1", order, "operation=X,Y for X·a + Y·b", "group=MxN"])


def _fact(text: str) -> tuple[str, Any]:
    """A fact and its plain value."""
    name, _, said = text.partition("=")
    value: Any = said
    try:
        if name == "operation":
            value = [int(factor) for factor in said.split(",")]
        elif name == "group":
            value = [int(order) for order in said.split("x")]
        elif name == "coefficient":
            value = float(said)
    except ValueError:
        pass  # left as it was typed, and refused by name
    try:
        PLAIN.with_values({name: value})
    except CheckpointError as error:
        raise ArgumentTypeError(str(error).removesuffix(".")) from error
    return name, value


def open_reading(options: Namespace) -> tuple[Interpretation, Contents]:
    """FILE as a path, or as the name of a zoo network, read as the options say. Raises CheckpointError."""
    contents = open_contents(options)
    return reading_of(contents, options), contents


def open_contents(options: Namespace) -> Contents:
    """What FILE holds, with the roles that the options give its tensors. Raises CheckpointError."""
    contents = open_file(file_path(options), options.weights)
    if options.roles is None:
        return contents
    return replace(contents, roles=read_roles(read_file(options.roles, LONGEST_ROLES), options.roles.name))


def reading_of(contents: Contents, options: Namespace) -> Interpretation:
    """The network of what FILE holds, read as the options say. Raises CheckpointError.

    A zoo network by its name is the one that was trained, where nothing else is said: its file alone may fit several.
    """
    if _names_zoo(options) and not (options.config or options.read or options.roles):
        return Interpretation(zoo.load(options.file), "it was trained here")
    config = None
    if options.config:
        config = read_config(read_file(options.config, LONGEST_CONFIG), options.config.name)
    return read_network(contents, config, dict(options.read))


def files_read(options: Namespace) -> dict[str, Path | None]:
    """Files that are read, by what they are called: none of them may be written over."""
    named = {"FILE": file_path(options), "--config": options.config, "--roles": options.roles}
    return named | {f"--weights {path.name}": path for path in options.weights}


def file_path(options: Namespace) -> Path:
    """Where FILE lies. Raises CheckpointError for a name that is neither a file nor in the zoo."""
    return zoo.path_of(options.file) if _names_zoo(options) else Path(options.file)


def _names_zoo(options: Namespace) -> bool:
    """FILE is no path, but can only be meant as the name of a zoo network."""
    name, path = options.file, Path(options.file)
    return not _is_there(path) and not path.suffix and "/" not in name and len(name) < LONGEST_NAME


def add_single_frequency(parser: ArgumentParser) -> None:
    """--single-frequency, of the commands that search dials."""
    parser.add_argument(
        "--single-frequency",
        action="store_true",
        help="leave each neuron its own wave alone before surgery; for one-hot MLPs and oscillators, nothing is fitted",
    )


def add_norm_gain(parser: ArgumentParser) -> None:
    """--norm-gain, of the commands that search dials."""
    parser.add_argument(
        "--norm-gain",
        action="store_true",
        help="give the dials' waves the strength that re-cutting takes from the operand tables; for bodies with "
        "LayerNorm or RMSNorm, one number from the tables alone, nothing is fitted",
    )


def open_network(options: Namespace, products: bool = False) -> Network:
    """The network alone. Raises CheckpointError, also where it adds in a product of groups, unless such are asked for.

    Its tables have waves of no one clock, so that nothing but a count can be had of it.
    """
    network = open_reading(options)[0].network
    if network.task.factors and not products:
        raise CheckpointError(
            f"{options.file} adds in {network.task.group}; this takes networks that add mod one number. Give the "
            "network that it was made of; inspect and certificate take this one."
        )
    return network


def seed(text: str) -> int:
    """An option's seed, as large as a generator takes."""
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ArgumentTypeError(f"{text} is out of range; expected a whole number of at most 63 bits")
    return value


def thread_count(text: str) -> int:
    """An option's number of threads, few enough that PyTorch can have them; 0 for all that may be used."""
    value = int(text)
    if not 0 <= value <= MOST_THREADS:
        raise ArgumentTypeError(f"{text} is out of range; expected 1 to {MOST_THREADS}, or 0 for all that may be used")
    return value


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def require_suffix(out: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuse a name to write that says another kind of file."""
    if out.suffix not in suffixes:
        raise FileError(f"Cannot write {out.name}; expected a name that ends in {', '.join(suffixes)}.")
