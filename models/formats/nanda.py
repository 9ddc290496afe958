"""The layout of Nanda et al. 2023 (progress measures): weights stored output first, the state dict under `model`."""

from torch import Tensor

from models.formats.decoding import Contents
from models.formats.output_first import missed_output_first, open_tables, read_output_first, write_output_first
from models.formats.transformerlens import block_count
from models.hyperparameters import Hyperparameters
from models.network import Network

NAME = "nanda"
TITLE = "Nanda et al."
POSITIONS = 3


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    return missed_output_first(contents, POSITIONS)


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open, and what each fact may be; theirs come first.

    Zhong et al. write networks with an '=' in this layout too: then a configuration says the coefficient.
    """
    masks: tuple[object, ...] = ("causal", "none") if block_count(contents) > 1 else ("causal",)
    return {
        "activation": ("relu", "gelu", "tanh"),
        "mask": masks,
        "coefficient": (1.0,),
        "tables": open_tables(contents, POSITIONS),
    }


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    return read_output_first(contents, hyperparameters, NAME, POSITIONS)


def write(network: Network) -> dict[str, Tensor]:
    """The state dict (to be wrapped under `model`): output first, the column for '=' and the mask as they came."""
    return write_output_first(network)
