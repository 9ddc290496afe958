"""What the tensors of a file do not tell, and what each could be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from models.bodies.activations import Activation
from models.bodies.norm import NormKind
from models.bodies.normed_block import NormPlace
from models.bodies.transformer import Mask
from models.errors import CheckpointError, RecipeError
from models.groups.naming import require_group
from models.task import SUM, Operation

Tables = Literal["shared", "separate"]
FirstBias = Literal["once", "twice"]
NormChoice = NormKind | Literal["none"]
TableScale = Literal["one", "root"]
CHOICES: dict[str, tuple[str, ...]] = {
    "activation": get_args(Activation),
    "mask": get_args(Mask),
    "tables": get_args(Tables),
    "first_bias": get_args(FirstBias),
    "norm": ("none", *get_args(NormKind)),
    "norm_place": get_args(NormPlace),
    "table_scale": get_args(TableScale),
}
LARGEST_HEADS = 1024
SMALLEST_EPS = 1e-30
TOKENS = re.compile(r"(?:[ab]\d{0,2}|[rs]\d)(?: (?:[ab]\d{0,2}|[rs]\d)){1,7}", re.ASCII)
ALWAYS_TOLD = ("activation", "mask", "coefficient", "tables", "first_bias", "operation")
LARGEST_FACTOR = 10**6  # of an operation
LONGEST_ORDER = 2**14  # characters
EXPECTED = {name: ", ".join(values) for name, values in CHOICES.items()} | {
    "coefficient": "a number from 0 to 1",
    "order": "names of the weights as they compute, table > layer > readout, the tables of a and b as a + b",
    "heads": f"a whole number from 0 (as the tensors say) to {LARGEST_HEADS}",
    "norm_eps": f"a number from {SMALLEST_EPS:g} to 1",
    "tokens": "positions such as a b s0: s0 is the first row of the embedding past the numbers",
    "operation": f"two whole numbers of at most {LARGEST_FACTOR}, x and y of x·a + y·b",
    "group": "orders of two cyclic groups or more, as a list, in whose product it adds",
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
    group: tuple[int, ...] = ()  # orders of cyclic groups in whose product it adds, where it is not the numbers mod p
    # Of transformers in full; see formats/general_transformer.py
    tokens: str = ""  # what stands at each position; empty: as the layout has it
    heads: int = 0  # of attention, where a matrix of all heads hides them; 0: as the tensors say
    norm: NormChoice = "none"
    norm_place: NormPlace = "before"
    norm_eps: float = 1e-5
    table_scale: TableScale = "one"  # root: the rows of the embedding are multiplied by √d

    def values(self) -> dict[str, Any]:
        """All facts as plain values; the operation as [x, y], the group only where it is a product."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        plain |= {"operation": [self.operation.x, self.operation.y], "group": list(self.group)}
        return plain if self.group else {name: value for name, value in plain.items() if name != "group"}

    def to_json(self) -> dict[str, Any]:
        """The same without what few files have, where it is the usual."""
        usual = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in self.values().items() if name in ALWAYS_TOLD or value != usual[name]}

    def with_values(self, values: Mapping[str, Any]) -> "Hyperparameters":
        """Some of them replaced by plain values. Raises CheckpointError for what no network here could be."""
        known: dict[str, Any] = {}
        for name, value in values.items():
            if name not in EXPECTED:
                raise CheckpointError(f"{name!r} is no fact known here; expected one of {', '.join(EXPECTED)}.")
            if (read := READ[name](value)) is None:
                raise CheckpointError(f"{name} {value!r} is no reading known here; expected {EXPECTED[name]}.")
            known[name] = read
        return replace(self, **known)


PLAIN = Hyperparameters()


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, str) and value in choices else None


def _number(lowest: float, highest: float) -> Callable[[Any], float | None]:
    return lambda value: float(value) if isinstance(value, int | float) and lowest <= value <= highest else None


def _heads(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= LARGEST_HEADS else None


def _order(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_ORDER else None


def _tokens(value: Any) -> str | None:
    """Each operand once; or nothing."""
    if value == "":
        return ""
    found = isinstance(value, str) and TOKENS.fullmatch(value)
    return value if found and sorted(token[0] for token in value.split() if token[0] in "ab") == ["a", "b"] else None


def _operation(value: Any) -> Operation | None:
    return Operation(*value) if _is_pair(value) else None


def _group(value: Any) -> tuple[int, ...] | None:
    """Orders of two cyclic groups or more; or none."""
    if not isinstance(value, list | tuple) or not all(type(order) is int for order in value):
        return None
    try:
        if value:
            require_group(value)
    except RecipeError:
        return None
    return None if len(value) == 1 else tuple(value)


# Fact → a plain value as it is taken; None for one that it cannot have
READ: dict[str, Callable[[Any], Any]] = {
    **{name: _one_of(choices) for name, choices in CHOICES.items()},
    "coefficient": _number(0, 1),
    "norm_eps": _number(SMALLEST_EPS, 1),
    "heads": _heads,
    "order": _order,
    "tokens": _tokens,
    "operation": _operation,
    "group": _group,
}


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(type(x) is int and abs(x) <= LARGEST_FACTOR for x in value)
    )
