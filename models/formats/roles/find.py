"""Which tensor of a transformer is which: by the words in its name, and by its shape where these leave a choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor

from models.formats.roles.given import MOST_LAYERS, NOT_A_WEIGHT, UNKNOWN, contradictions, shapes_of_role
from models.formats.roles.names import IN_SEQUENCE, is_buffer, roles_by_name

NAMED_AT_MOST = 5  # tensors in a sentence
NONE_GIVEN: Mapping[str, str] = {}
TABLE = shapes_of_role("embedding")
CLASSES_APART = 16  # at most, from the rows of the table


@dataclass(frozen=True)
class Roles:
    """Names of tensors by role, and of those that are constants beside the weights."""

    of: Mapping[str, str]
    buffers: tuple[str, ...]
    layers: int = 0
    width: int = 0  # d, of a residual

    def __contains__(self, role: str) -> bool:
        return role in self.of

    @property
    def normed(self) -> bool:
        """A norm has learned something."""
        return any(role.endswith((".gain", ".shift")) for role in self.of)


@dataclass(frozen=True)
class Found:
    """The roles of a file's tensors, as far as they were found, and what is missing or has none."""

    roles: Roles
    missing: tuple[str, ...]


def roles_of(tensors: Mapping[str, Tensor], given: Mapping[str, str] = NONE_GIVEN) -> Found:
    """Roles of the tensors of a file, whatever it is; `given` are those that somebody says (see roles/given.py)."""
    told = {name: role for name, role in given.items() if name in tensors}
    buffers = tuple(sorted(name for name in tensors if told.get(name, _guessed(name, tensors)) == NOT_A_WEIGHT))
    weights = {name: tensor for name, tensor in sorted(tensors.items()) if name not in buffers}
    wanted = {name: roles_by_name(name, tensor.squeeze().ndim) for name, tensor in weights.items() if name not in told}
    of = {role: name for name, role in told.items() if role != NOT_A_WEIGHT}
    table = of.get("embedding") or _table(weights, wanted)
    sizes = _Sizes.of(weights, table) if table and weights[table].ndim == 2 else None
    of |= {"embedding": table} if sizes else {}
    left = []
    # Names that leave no choice first, so that the others take what is free
    for name in sorted((name for name in wanted if name != table), key=lambda name: len(wanted[name])):
        fitting = [role for role in wanted[name] if role not in of and (not sizes or sizes.fit(role, weights[name]))]
        if fitting:
            of[fitting[0]] = name
        else:
            left.append(name)
    layers = _in_sequences(of, weights)
    left += [of.pop(role) for role in sorted(of) if IN_SEQUENCE in role]
    against = (*contradictions(given, tensors), *(_unfitting(told, weights, sizes) if sizes else ()))
    if sizes is None:
        flat = f"{table} {list(weights[table].shape)} is given the role embedding, which takes {TABLE}" if table else ""
        return Found(Roles(of, buffers), (*against, flat or "no table of tokens"))
    roles = Roles(of, buffers, layers, sizes.width)
    return Found(roles, (*against, *_missing(roles), *_without_a_role(left, weights)))


def filled_in(tensors: Mapping[str, Tensor], given: Mapping[str, str] = NONE_GIVEN) -> dict[str, str]:
    """The role of every tensor as far as it was found, for a person to complete: else "?" and its shape.

    >>> import torch
    >>> filled_in({"emb.weight": torch.ones(5, 4), "zz": torch.ones(4, 3), "mask": torch.ones(3, 3)})
    {'emb.weight': 'embedding', 'zz': '? [4, 3]', 'mask': 'not a weight'}
    """
    roles = roles_of(tensors, given).roles
    found = {name: role for role, name in roles.of.items()} | dict.fromkeys(roles.buffers, NOT_A_WEIGHT)
    return {name: found.get(name, f"{UNKNOWN} {list(tensor.shape)}") for name, tensor in tensors.items()}


def _guessed(name: str, tensors: Mapping[str, Tensor]) -> str:
    """NOT_A_WEIGHT for what looks like a constant, where nobody says what it is."""
    return NOT_A_WEIGHT if _is_constant(name, tensors[name]) else ""


def _unfitting(told: Mapping[str, str], weights: Mapping[str, Tensor], sizes: "_Sizes") -> list[str]:
    """Given roles that the shapes of their tensors do not allow."""
    return [
        f"{name} {list(weights[name].shape)} is given the role {role}, which takes {shapes_of_role(role)} "
        f"with d = {sizes.width}"
        for name, role in told.items()
        if name in weights and not sizes.fit(role, weights[name])
    ]


def _is_constant(name: str, tensor: Tensor) -> bool:
    mask = tensor.squeeze()
    square = mask.ndim == 2 and mask.shape[0] == mask.shape[1] and tensor.ndim == 4
    return not tensor.is_floating_point() or is_buffer(name) or square


def _table(weights: Mapping[str, Tensor], wanted: Mapping[str, list[str]]) -> str:
    """The matrix that names call an embedding first of all; the larger of several, and nothing where there is none."""
    named = [name for name, roles in wanted.items() if weights[name].ndim == 2 and roles[:1] == ["embedding"]]
    return max(named, key=lambda name: weights[name].numel(), default="")


@dataclass(frozen=True)
class _Sizes:
    """What shapes are held against: the width of a residual, and how many tokens there are."""

    width: int
    tokens: int

    @classmethod
    def of(cls, weights: Mapping[str, Tensor], table: str) -> "_Sizes":
        """The axis of the table that most other tensors share is the width."""
        first, second = weights[table].shape
        shared = [
            sum(size in tensor.shape for name, tensor in weights.items() if name != table) for size in (first, second)
        ]
        return cls(first, second) if shared[0] > shared[1] else cls(second, first)

    def fit(self, role: str, tensor: Tensor) -> bool:
        """Whether a tensor can have a role."""
        shape, axes = [*tensor.shape], tensor.ndim
        kind = role.split(".", 1)[-1] if role[0].isdigit() else role
        if role == "embedding":
            return axes == 2 and self.width in shape
        if role == "positions":
            squeezed = [*tensor.squeeze().shape]
            return len(squeezed) == 2 and squeezed[1] == self.width and squeezed[0] > 1
        if role.startswith("unembedding"):
            classes = sum(shape) - self.width if axes == 2 and self.width in shape else sum(shape[:1])
            return axes == (1 if role.endswith("bias") else 2) and self._are_classes(classes)
        if kind in ("gain", "shift") or "norm" in kind or kind in ("o.bias", "out.bias"):
            return shape == [self.width]
        if kind.endswith(".bias"):
            return axes < 3
        most_axes = 4 if kind in ("qkv", "kqv") else 3 if kind in ("q", "k", "v", "o") else 2
        return 2 <= axes <= most_axes and self.width in shape[-2:]

    def _are_classes(self, count: int) -> bool:
        return 2 <= count <= self.tokens + CLASSES_APART and 2 * count + CLASSES_APART >= self.tokens


def _in_sequences(of: dict[str, str], weights: Mapping[str, Tensor]) -> int:
    """Give the matrices of each layer's nn.Sequential their roles, in place; how many layers there are."""
    numbers = {int(role.split(".")[0]) for role in of if role[0].isdigit()}
    for number in numbers:
        start = f"{number}.{IN_SEQUENCE}"
        places = sorted(role for role in of if role.startswith(start) and not role.endswith(".bias"))
        for place, role in zip(places, _roles_in_sequence([weights[of[each]] for each in places]), strict=False):
            if f"{number}.{role}" in of:
                continue  # given to another
            of[f"{number}.{role}"] = of.pop(place)
            if f"{place}.bias" in of:
                of[f"{number}.{role}.bias"] = of.pop(f"{place}.bias")
    return len(numbers)


def _roles_in_sequence(matrices: list[Tensor]) -> tuple[str, ...]:
    """Two are in and out; of three, the one that lies the other way round is out, before it the gate (LLaMA's w1).

    Others, such as those of two hidden layers, have no roles here.
    """
    shapes = [tuple(matrix.shape) for matrix in matrices]
    if len(matrices) != 3:
        return ("in", "out") if len(matrices) == 2 else ()
    if len(set(shapes)) != 2 or len({frozenset(shape) for shape in shapes}) != 1:
        return ()
    out = next(place for place, shape in enumerate(shapes) if shapes.count(shape) == 1)
    others = iter(("gate", "in"))
    return tuple("out" if place == out else next(others) for place in range(3))


def _missing(roles: Roles) -> list[str]:
    """What a transformer cannot do without."""
    if not roles.layers:
        return ["no attention and no MLP"]
    if roles.layers > MOST_LAYERS:
        return [f"{roles.layers} layers, and at most {MOST_LAYERS} are read"]
    found = []
    for number in range(roles.layers):
        fused = f"{number}.qkv" in roles or f"{number}.kqv" in roles
        parts = ("o", "in", "out") if fused else ("q", "k", "v", "o", "in", "out")
        absent = [SPOKEN[part] for part in parts if f"{number}.{part}" not in roles]
        found += [f"layer {number} has no {', no '.join(absent)}"] if absent else []
        found += _twice(roles, number)
    return found


def _twice(roles: Roles, number: int) -> list[str]:
    """Queries, keys and values that a layer has in one tensor and apart too: which are used would be a guess."""
    found = []
    for ending, what in (("", ""), (".bias", "biases of ")):
        kinds = [[part for part in kind if f"{number}.{part}{ending}" in roles] for kind in (("qkv",), ("kqv",), "qkv")]
        if sum(map(bool, kinds)) > 1:
            found.append(f"layer {number} has {what}queries, keys and values in more than one way")
    if f"{number}.gate.bias" in roles and f"{number}.gate" not in roles:
        found.append(f"layer {number} has a bias of a gate, and no gate")
    return found


SPOKEN = {
    "q": "queries",
    "k": "keys",
    "v": "values",
    "qkv": "queries, keys and values",
    "kqv": "keys, queries and values",
    "o": "output of its attention",
    "in": "matrix into its neurons",
    "gate": "gate of its neurons",
    "out": "matrix out of its neurons",
    "norm1": "norm of its attention",
    "norm2": "norm of its neurons",
    "final_norm": "final norm",
}


def in_words(role: str) -> str:
    """A role as a person reads it.

    >>> in_words("0.qkv.bias"), in_words("unembedding")
    ('layer 0: queries, keys and values, bias', 'unembedding')
    """
    *layer, part = role.split(".")[:1] + role.split(".", 1)[1:] if role[0].isdigit() else [role]
    part, _, of_it = part.partition(".")
    said = SPOKEN.get(part, part) + (f", {of_it}" if of_it else "")
    return f"layer {layer[0]}: {said}" if layer else said


def _without_a_role(names: Iterable[str], weights: Mapping[str, Tensor]) -> list[str]:
    found = [f"{name} {list(weights[name].shape)} has no role in a transformer" for name in names]
    return found[:NAMED_AT_MOST]
