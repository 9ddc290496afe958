"""Where in a file the weights are: the state dicts in its tree, and which of them is the network's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import Any

from models.errors import shown
from models.formats.containers.declared import Declared, Strange
from models.formats.containers.kept_beside import Attributes
from models.formats.containers.numpy_names import NumpyArray

PLAIN_KEYS = ("model", "state_dict", "model_state_dict")  # what weights are usually kept under
NO_WEIGHTS = re.compile(  # keys of what training keeps beside weights
    r"optimi[sz]er|optim_|^opt(im)?(_|$)|sched|scaler|rng_|grad|exp_avg|momentum", re.IGNORECASE
)
COPY = re.compile(r"ema|av(era)?g|swa|target|teacher|best|init|old|prev|first", re.IGNORECASE)  # not the network itself
DEEPEST = 4  # dicts within dicts
MOST_FOUND = 2_000
MOST_NAMED = 3  # state dicts that were not taken
LONGEST_KEY = 60  # characters

Path = tuple[str, ...]
Tensors = dict[str, Declared | Strange]


@dataclass(frozen=True, eq=False)
class StateDict:
    """Tensors by name, the keys that lead to them, and the dict that they stand in."""

    path: Path
    tensors: Tensors
    holder: Mapping[Any, Any]

    @property
    def matrix_elements(self) -> int:
        """Numbers in tensors of floats of two axes and more: curves and data are not weights."""
        matrices = (each for each in self.tensors.values() if isinstance(each, Declared) and len(each.shape) > 1)
        return sum(prod(each.shape) for each in matrices if each.dtype.is_floating_point)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of its tensors, in order: what two state dicts of one network have in common."""
        return sorted(each.shape for each in self.tensors.values() if isinstance(each, Declared))

    @property
    def is_plain(self) -> bool:
        """Whether it is under the usual keys alone."""
        return bool(self.path) and all(key in PLAIN_KEYS for key in self.path)

    @property
    def is_copy(self) -> bool:
        """Whether a key says that it is another than the network at the end, such as an average."""
        return any(COPY.search(key[:LONGEST_KEY]) for key in self.path)

    @property
    def key(self) -> str:
        """The keys that lead to it, as they are written in Python."""
        return "".join(f"[{shown(key, LONGEST_KEY)!r}]" for key in self.path)


def weights_in(state: Mapping[Any, Any]) -> Tensors:
    """What in a dict is a tensor; arrays of NumPy's only where it has no others, else they are records."""
    arrays = not any(isinstance(value, Declared | Strange) for value in state.values())
    found = {
        name: tensor_of(value)
        for name, value in state.items()
        if isinstance(name, str) and (arrays or not isinstance(value, NumpyArray))
    }
    return {name: tensor for name, tensor in found.items() if tensor is not None}


def tensor_of(value: Any) -> Declared | Strange | None:
    """The tensor that a value of a file is, PyTorch's or an array of NumPy's; None where it is another thing."""
    if isinstance(value, NumpyArray):
        return value.tensor
    return value if isinstance(value, Declared | Strange) else None


def entries(value: Any) -> Mapping[Any, Any] | None:
    """A dict, or the attributes of an object; None for anything else."""
    if isinstance(value, Attributes):
        return value.values
    return value if isinstance(value, dict) else None


def state_dicts_in(tree: Any) -> list[StateDict]:
    """Every dict in the tree with tensors by name, the network's first.

    Those under the usual keys come before others, in the order of PLAIN_KEYS; of others the one with most numbers in
    its matrices. Of equal ones those that are called copies come last, and else the first stays first.
    """
    found = list(islice(_walk(tree), MOST_FOUND))
    return sorted(found, key=lambda each: (not each.is_plain, *_usual_order(each), -each.matrix_elements, each.is_copy))


def _usual_order(state: StateDict) -> tuple[int, ...]:
    """Fewer keys first, then as PLAIN_KEYS has them."""
    return (len(state.path), *map(PLAIN_KEYS.index, state.path)) if state.is_plain else ()


def _walk(tree: Any) -> Iterator[StateDict]:
    """Every dict with tensors, each once: a small file may hold one dict in a million places."""
    seen: set[int] = set()
    waiting: list[tuple[Any, Path]] = [(tree, ())]
    while waiting:
        value, path = waiting.pop()
        holder = entries(value)
        if holder is None or id(holder) in seen:
            continue
        seen.add(id(holder))
        if tensors := weights_in(holder):
            yield StateDict(path, tensors, holder)
        named = [(key, inner) for key, inner in holder.items() if isinstance(key, str) and len(path) < DEEPEST]
        waiting += [(inner, (*path, key)) for key, inner in reversed(named) if not NO_WEIGHTS.search(key[:LONGEST_KEY])]


def remarks_on(taken: StateDict, others: list[StateDict]) -> tuple[str, ...]:
    """Under which key the weights were found, where it is not a usual one, and what else could have been meant."""
    remarks = () if taken.is_plain or not taken.path else (f"its weights were found under {taken.key}",)
    alike = [each for each in others if each.shapes == taken.shapes]
    if not alike:
        return remarks
    named = ", ".join(each.key or "its top" for each in alike[:MOST_NAMED])
    more = f" and {len(alike) - MOST_NAMED:,} more places" if len(alike) > MOST_NAMED else ""
    read = f"those under {taken.key} were" if taken.path else "those at its top were"
    return (*remarks, f"it holds weights of the same shapes under {named}{more} too, which were not read; {read}")
