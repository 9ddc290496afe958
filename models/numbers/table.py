"""A number table: row n is what a language model has for the token of the number n."""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError

import numpy as np
import torch
from torch import Tensor

from models.errors import FileError, shown
from models.files.reading import read_file
from models.formats.decoding import read_contents

LARGEST_FILE = 2**28  # bytes
FEWEST, MOST = 30, 20_000  # numbers
WIDEST = 2**15
SUFFIXES = (".npy", ".npz", ".safetensors")


@dataclass(frozen=True, eq=False)
class NumberTable:
    """Rows [n, d], float64, of the numbers 0 to n − 1."""

    name: str
    rows: Tensor

    @property
    def count(self) -> int:
        """n."""
        return int(self.rows.shape[0])

    @property
    def width(self) -> int:
        """d."""
        return int(self.rows.shape[1])


def open_number_table(path: str | Path) -> NumberTable:
    """The table in a .npy, .npz or .safetensors file that holds one matrix [numbers, width].

    Args:
        path: of the file; nothing in it is executed.

    Raises:
        FileError: it cannot be read, or holds no such table; the sentence says what was found.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise FileError(f"{path.name} is no number table; expected a file ending in {', '.join(SUFFIXES)}.")
    data = read_file(path, LARGEST_FILE)
    return number_table(path.name, _array(path.name, data) if path.suffix == ".npy" else _only_tensor(path.name, data))


def number_table(name: str, rows: Tensor) -> NumberTable:
    """A table of rows [n, d] that are in memory. Raises FileError for what is none.

    >>> number_table("mine", torch.eye(40)).count
    40
    """
    if rows.ndim != 2 or not FEWEST <= rows.shape[0] <= MOST or not 1 <= rows.shape[1] <= WIDEST:
        raise FileError(
            f"{name} has shape {list(rows.shape)}; expected a row for each of {FEWEST} to {MOST:,} numbers, of at most "
            f"{WIDEST:,} columns."
        )
    if rows.is_complex() or not bool(torch.isfinite(rows.double()).all()):
        raise FileError(f"{name} holds values that are no finite numbers; expected the rows of an embedding.")
    return NumberTable(name, rows.detach().double())


def _array(name: str, data: bytes) -> Tensor:
    """The array of a .npy file, its size held against its bytes before memory is taken."""
    try:
        stream = io.BytesIO(data)
        version = np.lib.format.read_magic(stream)
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, _, kind = header(stream)
        if kind.kind not in "fiu" or math.prod(shape) * kind.itemsize != len(data) - stream.tell():
            raise FileError(f"{name} holds {shown(str(kind))} {list(shape)[:4]}; expected a whole array of numbers.")
        found = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, KeyError, EOFError, OSError, SyntaxError, TokenError) as error:  # what its header raises
        raise FileError(f"{name} is no .npy file that can be read: {shown(str(error))}.") from error
    return torch.from_numpy(found.astype(np.float64))


def _only_tensor(name: str, data: bytes) -> Tensor:
    tensors = read_contents(data, name).tensors
    matrices = [tensor for tensor in tensors.values() if tensor.ndim == 2]
    if len(matrices) != 1:
        raise FileError(f"{name} holds {len(matrices)} matrices; expected one, a row for each number.")
    return matrices[0]
