"""The memory of the browser's kernel, written once: C, JavaScript and Python are all made from these tables.

`make layout` writes assets/kernel/layout.h and assets/console/kernel_layout.js anew, `make kernel` both builds.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Literal

BYTES_OF_A_FIELD = 4  # of each type: WebAssembly's addresses have 32 bits, so that nothing lies between two fields
HEADS = 4
MOST_NUMBERS = 256  # of a modulus
MOST_WAVES = 256
MOST_LAYERS = 4
COLUMNS = 8  # b of eight pairs, side by side in the lanes of two vectors
BOUNDS = {
    "HEADS": HEADS,
    "MOST_NUMBERS": MOST_NUMBERS,
    "MOST_WAVES": MOST_WAVES,
    "MOST_LAYERS": MOST_LAYERS,
    "COLUMNS": COLUMNS,
}


class Kind(IntEnum):
    """Who attends: '=', or b itself; an MLP has no attention."""

    EQUALS_ASKS = 0
    B_ASKS = 1
    MLP = 2


class Activation(IntEnum):
    """What a neuron makes of its input."""

    RELU = 0
    SQUARE = 1


class PairState(IntEnum):
    """What the kernel says of a pair; the first three as models.evaluation.State."""

    WRONG = 0
    UNDECIDED = 1
    RIGHT = 2
    UNSEEN = 3


ENUMERATIONS = (Kind, Activation, PairState)


@dataclass(frozen=True)
class Field:
    """One field of the kernel's network, or several of one name in a row.

    Attributes:
        name: as C and JavaScript call it, and Python's figures and arrays.
        type: a whole number, a float32, or the address of float32s.
        comment: what it holds; shapes in brackets, a sender being [heads][width] and keys and queries [HEADS][e].
        count: how many there are of it.
    """

    name: str
    type: Literal["int", "float", "address"]
    comment: str
    count: int = 1


NETWORK = (
    Field("kind", "int", "one of Kind"),
    Field("activation", "int", "one of Activation"),
    Field("waves", "int", "of the dials, cosines and sines apart"),
    Field("neurons", "int", "of the first layer, silent ones included; with the directions, the width of a sender"),
    Field("directions", "int", "that are read out"),
    Field("key_width", "int", "HEADS · e; 0 without attention"),
    Field("has_bias", "int", "1 where the readout has a bias"),
    Field("layers", "int", "further layers of an MLP"),
    Field("layer_neurons", "int", "of each; those of the last one are read out", MOST_LAYERS),
    Field("coefficient", "float", "how much of attention is learned; the rest is even"),
    Field("score_equals", "float", "of '=' on itself, for each head", HEADS),
    Field("from_a", "address", "a sender"),
    Field("from_a_waves", "address", "[waves] senders"),
    Field("from_b", "address", "a sender"),
    Field("from_b_waves", "address", "[waves] senders"),
    Field("own", "address", "[width]"),
    Field("own_waves", "address", "[waves][width]"),
    Field("key_a", "address", "[HEADS][e]"),
    Field("key_a_waves", "address", "[waves][HEADS][e]"),
    Field("key_b", "address", "[HEADS][e]"),
    Field("key_b_waves", "address", "[waves][HEADS][e]"),
    Field("query", "address", "[HEADS][e]"),
    Field("query_waves", "address", "[waves][HEADS][e]"),
    Field("layer_weights", "address", "[in][out]", MOST_LAYERS),
    Field("layer_bias", "address", "[out]", MOST_LAYERS),
    Field("out", "address", "[neurons of the last layer][directions]"),
    Field("bias_waves", "address", "[waves]"),
)
NETWORK_BYTES = BYTES_OF_A_FIELD * sum(field.count for field in NETWORK)
FORMATS = {"int": "i", "float": "f", "address": "I"}
STRUCT = Struct("<" + "".join(f"{field.count}{FORMATS[field.type]}" for field in NETWORK))
if STRUCT.size != NETWORK_BYTES:
    raise AssertionError(f"Expected {NETWORK_BYTES} bytes of the kernel's network, found {STRUCT.size} in Python.")


def offset_of(name: str) -> int:
    """Where a field begins, in bytes.

    >>> offset_of("kind"), offset_of("activation")
    (0, 4)
    """
    place = [field.name for field in NETWORK].index(name)
    return BYTES_OF_A_FIELD * sum(field.count for field in NETWORK[:place])


def unpacked(memory: bytes) -> dict[str, list[float]]:
    """The network as it lies in the kernel's memory: for each field its numbers."""
    numbers = STRUCT.unpack(memory)
    return {
        field.name: list(numbers[start : start + field.count])
        for field in NETWORK
        for start in [offset_of(field.name) // BYTES_OF_A_FIELD]
    }
