"""A state dict out of what stands around it: the key it is under, prefixes of its names, records beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from models.errors import CheckpointError
from models.formats.containers.declared import Builder, Declared, Source, Strange, Unpacked
from models.formats.containers.kept_beside import Attributes, Ordered
from models.formats.state_dicts import PLAIN_KEYS, StateDict, entries, remarks_on, state_dicts_in, tensor_of, weights_in

STATE_DICTS = "state_dicts"  # a list of them: a training run in one file, whose last checkpoint is the network
PREFIXES = ("module", "_orig_mod")  # of DataParallel and of torch.compile: always dropped
ATTRIBUTES = ("model", "net", "network")  # what a network is usually called in the module that trains it
MOST_PREFIXES = 16
MOST_IN_A_LIST = 20  # things in a list or tuple that may hold a state dict
LARGEST_WHOLE = 2**63  # what fits no word of a machine is no record of a run
DROPPED = object()
T = TypeVar("T")


@dataclass(frozen=True)
class State:
    """The tensors that the weights are, still only declared, and the plain values beside them."""

    tensors: Mapping[str, Declared | Strange]
    beside: Mapping[str, Any]
    metadata: Mapping[str, str]
    remarks: tuple[str, ...] = ()  # on where they were found


def unwrapped(source: Source, unpacked: Unpacked) -> State:
    """The network's state dict, wherever in the file it is. Raises CheckpointError where there is none."""
    tree = _named(unpacked.tree)
    if tree is None:
        kind = type(unpacked.tree).__name__ if tensor_of(unpacked.tree) is None else "Tensor"
        raise CheckpointError(
            f"{source.name} holds a {kind}; expected a state dict (names → tensors), "
            f"bare or under a key such as {', '.join(map(repr, PLAIN_KEYS))}."
        )
    found = state_dicts_in(tree)
    taken = _last_of_a_run(tree) or next(iter(found), None)
    if taken is None or not taken.tensors:
        raise CheckpointError(
            f"{source.name} holds no tensors by name; "
            f"expected a state dict, bare or under a key such as {', '.join(map(repr, PLAIN_KEYS))}."
        )
    others = [each for each in found if each.holder is not taken.holder]
    metadata = unpacked.metadata | _metadata_of(taken.holder)
    beside = _beside(tree, taken) | unpacked.recorded
    return State(without_prefixes(taken.tensors), beside, metadata, remarks_on(taken, others))


def _named(tree: Any) -> Mapping[Any, Any] | None:
    """The tree as names and values: a list or tuple, of which something has names, by the places in it."""
    if isinstance(tree, list | tuple) and any(entries(each) is not None for each in tree[:MOST_IN_A_LIST]):
        return {str(place): each for place, each in enumerate(tree[:MOST_IN_A_LIST])}
    return entries(tree)


def _last_of_a_run(tree: Mapping[Any, Any]) -> StateDict | None:
    """The last of a list of state dicts, where the file holds such a list and no weights under a usual key."""
    checkpoints = tree.get(STATE_DICTS)
    if any(isinstance(tree.get(key), dict) for key in PLAIN_KEYS) or not isinstance(checkpoints, list):
        return None
    last = checkpoints[-1] if checkpoints else None
    return StateDict((), weights_in(last), last) if isinstance(last, dict) else None


def _beside(tree: Mapping[Any, Any], taken: StateDict) -> dict[str, Any]:
    """What stands beside the weights and beside each dict that leads to them; what is nearer to them comes first."""
    beside: dict[str, Any] = {}
    holder: Mapping[Any, Any] = tree
    for key in (*taken.path, None):
        own = holder is taken.holder
        fresh = {
            k: v for k, v in holder.items() if isinstance(k, str) and k != key and not (own and k in taken.tensors)
        }
        beside |= fresh
        holder = entries(holder.get(key)) or {}
    return beside


def _metadata_of(holder: Mapping[Any, Any]) -> dict[str, str]:
    """The text entries of the `_metadata` that PyTorch keeps on a state dict."""
    metadata = holder.metadata if isinstance(holder, Ordered) else None
    texts = metadata.items() if isinstance(metadata, dict) else ()
    return {key: value for key, value in texts if isinstance(key, str) and isinstance(value, str)}


def without_prefixes(tensors: Mapping[str, T]) -> Mapping[str, T]:
    """The same without the prefixes that every name has; one that only some have belongs to the names.

    Words that are not in PREFIXES are dropped only where no number would come first; those that are not in ATTRIBUTES
    either, only where several names of at least two words remain.
    """
    words = {name: name.split(".") for name in tensors}
    shortest = min((len(each) for each in words.values()), default=0)
    shared = 0
    while shared < min(shortest - 1, MOST_PREFIXES) and len({each[shared] for each in words.values()}) == 1:
        shared += 1
    dropped = next((count for count in range(shared, 0, -1) if _may_be_dropped(count, list(words.values()))), 0)
    return {".".join(words[name][dropped:]): tensor for name, tensor in tensors.items()} if dropped else tensors


def _may_be_dropped(count: int, names: list[list[str]]) -> bool:
    """Whether the first words of all names, which are the same, belong to what a network was wrapped in."""
    prefix, firsts = names[0][:count], {name[count] for name in names}
    if all(word in PREFIXES for word in prefix):
        return True
    numbered = any(word.isdigit() or not word for word in firsts)
    whole = len(firsts) > 1 and all(len(name) > count + 1 for name in names)
    return not numbered and (whole or all(word in PREFIXES + ATTRIBUTES for word in prefix))


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
