"""The transformers of Zhong et al. 2023 (The Clock and the Pizza): as in nanda.py, but read at b, without an '='.

Attention is coefficient · softmax + (1 − coefficient), over both positions, whatever `attention_dir` in their
configurations says. Where each operand has a vocabulary of its own, b's tokens follow a's.
"""

from torch import Tensor

from models.formats.decoding import Contents
from models.formats.output_first import missed_output_first, open_tables, read_output_first, write_output_first
from models.hyperparameters import Hyperparameters
from models.network import Network

NAME = "zhong"
TITLE = "Zhong et al. transformer"
POSITIONS = 2


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return missed_output_first(contents, POSITIONS)


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open, and what each fact may be; the coefficient may be anything between its two."""
    return {
        "activation": ("relu", "gelu", "tanh"),
        "mask": ("none",),
        "coefficient": (1.0, 0.0),
        "tables": open_tables(contents, POSITIONS),
    }


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    return read_output_first(contents, hyperparameters, NAME, POSITIONS)


def write(network: Network) -> dict[str, Tensor]:
    """The state dict: output first, the columns past the numbers and the mask as they came."""
    return write_output_first(network)
