"""A state dict out of what stands around it: the key it is under, prefixes of its names, records beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from models.errors import CheckpointError
from models.formats.containers.declared import Builder, Declared, Source, Strange, Unpacked
from models.formats.containers.kept_beside import Attributes
from models.formats.containers.numpy_names import NumpyArray

WRAPPERS = ("model", "state_dict", "model_state_dict")
STATE_DICTS = "state_dicts"  # a list of them: a training run in one file, whose last checkpoint is the network
PREFIXES = ("module.", "_orig_mod.")  # of DataParallel and of torch.compile
LARGEST_WHOLE = 2**63  # what fits no word of a machine is no record of a run
DROPPED = object()
T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """The tensors that the weights are, still only declared, and the plain values beside them."""

    tensors: Mapping[str, Declared | Strange]
    beside: Mapping[str, Any]


def unwrapped(source: Source, unpacked: Unpacked) -> State:
    """The state dict, bare or under one of WRAPPERS. Raises CheckpointError where there is none."""
    tree = unpacked.tree
    if not isinstance(tree, dict):
        kind = type(tree).__name__ if tensor_of(tree) is None else "Tensor"
        raise CheckpointError(
            f"{source.name} holds a {kind}; expected a state dict (names → tensors), "
            f"bare or under {', '.join(map(repr, WRAPPERS))}."
        )
    wrappers = [key for key in WRAPPERS if isinstance(tree.get(key), dict)]
    wrapper = next((key for key in wrappers if _weights(tree[key])), next(iter(wrappers), None))
    checkpoints = tree.get(STATE_DICTS)
    if wrapper is None and isinstance(checkpoints, list) and checkpoints and isinstance(checkpoints[-1], dict):
        state = checkpoints[-1]
    else:
        state = tree if wrapper is None else tree[wrapper]
    tensors = _weights(state)
    if not tensors:
        raise CheckpointError(
            f"{source.name} holds no tensors by name; "
            f"expected a state dict, bare or under {', '.join(map(repr, WRAPPERS))}."
        )
    beside = {
        k: v for k, v in tree.items() if isinstance(k, str) and k != wrapper and (k not in tensors or state is not tree)
    }
    return State(without_prefixes(tensors), beside | unpacked.recorded)


def _weights(state: Mapping[Any, Any]) -> dict[str, Declared | Strange]:
    """What in a state dict is a tensor; arrays of NumPy's only where it has no others, else they are records."""
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


def without_prefixes(tensors: Mapping[str, T]) -> Mapping[str, T]:
    """The same without the prefixes that every name has; one that only some have belongs to the names."""
    for prefix in PREFIXES:
        if all(name.startswith(prefix) for name in tensors):
            return without_prefixes({name.removeprefix(prefix): tensor for name, tensor in tensors.items()})
    return tensors


class Records:
    """Copies what stands beside the weights: numbers, texts, tensors, and lists and dicts of them, nothing else.

    A list that holds itself, or the same list a thousand times over, is small in a pickle and endless to walk: so both
    depth and number are bounded.
    """

    def __init__(self, source: Source, builder: Builder) -> None:
        self.source = source
        self.builder = builder
        self.left = source.limits.values

    def copy(self, beside: Mapping[str, Any]) -> dict[str, Any]:
        """The plain part of what is beside the weights."""
        copied = self._plain(dict(beside), self.source.limits.depth)
        return dict(copied)

    def _plain(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if depth < 0 or self.left < 0:
            limits = self.source.limits
            raise CheckpointError(
                f"{self.source.name} holds lists nested more than {limits.depth} deep, or more than "
                f"{limits.values:,} values, beside its weights. Save the weights alone: "
                f"torch.save(model.state_dict(), …)."
            )
        if isinstance(value, Attributes):
            value = value.values
        if isinstance(value, dict):
            items = ((key, self._plain(item, depth - 1)) for key, item in value.items())
            return {key: item for key, item in items if item is not DROPPED}
        if isinstance(value, list | tuple):
            return [item for item in (self._plain(each, depth - 1) for each in value) if item is not DROPPED]
        if isinstance(declared := tensor_of(value), Declared):
            self.builder.charge(declared)
            built = self.builder.build(declared)
            return built if built.ndim else built.item()
        whole = type(value) is int and abs(value) < LARGEST_WHOLE
        return value if whole or value is None or isinstance(value, str | float | bool) else DROPPED
