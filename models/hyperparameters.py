"""What the tensors of a file do not tell, and what each could be."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from models.bodies.activations import Activation
from models.bodies.transformer import Mask
from models.errors import CheckpointError
from models.task import SUM, Operation

Tables = Literal["shared", "separate"]
FirstBias = Literal["once", "twice"]
CHOICES: dict[str, tuple[str, ...]] = {
    "activation": get_args(Activation),
    "mask": get_args(Mask),
    "tables": get_args(Tables),
    "first_bias": get_args(FirstBias),
}
LARGEST_FACTOR = 10**6  # of an operation
LONGEST_ORDER = 2**14  # characters
EXPECTED = {name: ", ".join(values) for name, values in CHOICES.items()} | {
    "coefficient": "a number from 0 to 1",
    "order": "names of the weights as they compute, table > layer > readout, the tables of a and b as a + b",
    "operation": f"two whole numbers of at most {LARGEST_FACTOR}, x and y of x·a + y·b",
}


@dataclass(frozen=True)
class Hyperparameters:
    """One reading of a file. A layout asks for some of these and leaves the others alone."""

    activation: Activation = "relu"
    mask: Mask = "causal"  # of the attention
    coefficient: float = 1.0  # attention = coefficient · softmax + (1 − coefficient)
    tables: Tables = "shared"  # separate: b's tokens follow a's in one embedding of 2p rows
    first_bias: FirstBias = "once"  # twice: the first layer is applied to each operand, and its bias with it
    order: str = ""  # in which the weights compute, where their names do not say what they do; see formats/chains.py
    operation: Operation = SUM

    def to_json(self) -> dict[str, Any]:
        """The facts as plain values; the operation as [x, y], an order only where there is one to tell."""
        plain = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "order" or self.order}
        return plain | {"operation": [self.operation.x, self.operation.y]}

    def with_values(self, values: Mapping[str, Any]) -> "Hyperparameters":
        """Some of them replaced by plain values. Raises CheckpointError for what no network here could be."""
        known: dict[str, Any] = {}
        for name, value in values.items():
            if name in CHOICES and value in CHOICES[name]:
                known[name] = value
            elif name == "coefficient" and isinstance(value, int | float) and 0 <= value <= 1:
                known[name] = float(value)
            elif name == "order" and isinstance(value, str) and len(value) <= LONGEST_ORDER:
                known[name] = value
            elif name == "operation" and _is_pair(value):
                known[name] = Operation(*value)
            elif name in EXPECTED:
                raise CheckpointError(f"{name} {value!r} is no reading known here; expected {EXPECTED[name]}.")
            else:
                raise CheckpointError(f"{name!r} is no fact known here; expected one of {', '.join(EXPECTED)}.")
        return replace(self, **known)


PLAIN = Hyperparameters()


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(type(x) is int and abs(x) <= LARGEST_FACTOR for x in value)
    )
