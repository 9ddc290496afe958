"""Roles that somebody says that tensors have: a person's JSON, or the metadata of a file that was read so.

A mapping of names to roles. Of tensors that it leaves out, or gives "" or something that begins with "?", the roles are
found by words and shapes.

    {"m0": "embedding", "m1": "0.qkv", "m2": "0.qkv.bias", "m3": "final_norm.gain", "tri": "not a weight", "m4": "?"}
"""

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from torch import Tensor

from models.errors import LONGEST_SHOWN, CheckpointError, shown
from models.files.json_text import JsonError, json_text, parse_json

NOT_A_WEIGHT = "not a weight"
UNKNOWN = "?"  # begins what stands in the place of a role that nobody knows
LONGEST_ROLES = 2**20  # bytes
MOST_LAYERS = 16
MOST_NAMED = 5  # tensors in a sentence
# Role → the shapes that its tensor may have; d is the width of a residual, h heads of width e, m neurons
OUTSIDE = {
    "embedding": "[tokens, d] or [d, tokens]",
    "positions": "[positions, d]",
    "unembedding": "[d, classes] or [classes, d]",
    "unembedding.bias": "[classes]",
    "final_norm.gain": "[d]",
    "final_norm.shift": "[d]",
}
OF_A_LAYER = {
    "norm1.gain": "[d]",
    "norm1.shift": "[d]",
    **dict.fromkeys(("q", "k", "v", "o"), "[d, h·e], [h·e, d], [h, d, e] or [h, e, d]"),
    **dict.fromkeys(("qkv", "kqv"), "[d, 3·h·e], [3·h·e, d] or [3, h, d, e]"),
    **{f"{part}.bias": "[h·e] or [h, e]" for part in ("q", "k", "v")},
    **{f"{part}.bias": "[3·h·e] or [3, h, e]" for part in ("qkv", "kqv")},
    "o.bias": "[d]",
    "norm2.gain": "[d]",
    "norm2.shift": "[d]",
    "in": "[d, m] or [m, d]",
    "gate": "[d, m] or [m, d]",
    "out": "[m, d] or [d, m]",
    "in.bias": "[m]",
    "gate.bias": "[m]",
    "out.bias": "[d]",
}
IN_A_LAYER = re.compile(r"(\d{1,2})\.(.+)", re.ASCII)
LISTED = (
    f"{', '.join(OUTSIDE)}, {NOT_A_WEIGHT}, and of layer 0 (1 to {MOST_LAYERS - 1} likewise) "
    f"{', '.join(f'0.{part}' for part in OF_A_LAYER)}"
)


def shapes_of_role(role: str) -> str:
    """The shapes that a tensor of this role may have, in letters; empty where there is no such role.

    >>> shapes_of_role("0.in"), shapes_of_role("head")
    ('[d, m] or [m, d]', '')
    """
    found = IN_A_LAYER.fullmatch(role)
    if found is None:
        return OUTSIDE.get(role, "")
    number, part = found.groups()
    return OF_A_LAYER.get(part, "") if str(int(number)) == number and int(number) < MOST_LAYERS else ""


def every_role(layers: int) -> list[str]:
    """All roles of a transformer with so many layers, in the order in which it computes."""
    inside = [f"{number}.{part}" for number in range(layers) for part in OF_A_LAYER]
    first, last = [*OUTSIDE][:2], [*OUTSIDE][2:]
    return [*first, *inside, *last, NOT_A_WEIGHT]


def read_roles(data: bytes | str, name: str) -> dict[str, str]:
    """Names of tensors → roles, of JSON that a person or a file brings. Raises CheckpointError.

    >>> read_roles('{"m0": "embedding", "m1": "? [4, 3]"}', "roles.json")
    {'m0': 'embedding'}
    """
    if len(data) > LONGEST_ROLES:
        raise CheckpointError(f"{name} has {len(data):,} bytes; roles of tensors may have {LONGEST_ROLES:,}.")
    try:
        return required_roles(parse_json(data), name)
    except JsonError as error:
        raise CheckpointError(f"{name} is no JSON ({error}); expected names of tensors with their roles.") from error


def required_roles(found: Any, name: str) -> dict[str, str]:
    """The same of what a JSON text held. Raises CheckpointError naming the first entry that says no role."""
    if not isinstance(found, dict) or not found:
        kind = "an empty object" if found == {} else f"a {type(found).__name__}"
        raise CheckpointError(
            f"{name} holds {kind}; expected an object with names of tensors and their roles, such as "
            '{"tok.weight": "embedding", "l0.wq": "0.q"}.'
        )
    roles = {tensor: role for tensor, role in found.items() if role is not None}
    for tensor, role in roles.items():
        if not isinstance(role, str):
            raise CheckpointError(
                f"{name} gives tensor {shown(tensor)} a {type(role).__name__} as its role; expected a text such as "
                '"0.q", or "?" where it is not known.'
            )
        if role and role != NOT_A_WEIGHT and not role.startswith(UNKNOWN) and not shapes_of_role(role):
            meant = get_close_matches(role[:LONGEST_SHOWN], every_role(1), n=1)
            guess = f" (is {meant[0]} meant?)" if meant else ""
            raise CheckpointError(
                f"{name} gives tensor {shown(tensor)} the role {shown(role)}{guess}; expected one of {LISTED}."
            )
    return {tensor: role for tensor, role in roles.items() if role and not role.startswith(UNKNOWN)}


def roles_text(roles: Mapping[str, str], *, indent: int | None = 2) -> str:
    """The JSON that `read_roles` reads."""
    return json_text(dict(roles), indent=indent)


def roles_of_as_many_axes(tensor: Tensor, layers: int) -> list[str]:
    """Roles that a tensor may have in a transformer of so many layers by the number of its axes alone.

    >>> import torch
    >>> roles_of_as_many_axes(torch.ones(4), 1)[:3]
    ['0.norm1.gain', '0.norm1.shift', '0.q.bias']
    """
    axes = {tensor.ndim, tensor.squeeze().ndim}
    return [role for role in every_role(layers) if role == NOT_A_WEIGHT or axes & _axes(role)]


def _axes(role: str) -> set[int]:
    return {shape.count(",") + 1 for shape in re.findall(r"\[.*?\]", shapes_of_role(role))}


def names_tensors(found: Any, tensors: Mapping[str, Tensor]) -> bool:
    """Whether what a JSON text held speaks of the tensors of a file: half of its names at least are theirs."""
    if not isinstance(found, dict) or not found:
        return False
    return 2 * sum(name in tensors for name in found) >= len(found)


def contradictions(given: Mapping[str, str], tensors: Mapping[str, Tensor]) -> list[str]:
    """What keeps given roles from being those of these tensors whatever their sizes; empty where nothing does."""
    strangers = [name for name in given if name not in tensors]
    twice = [role for role, count in Counter(given.values()).items() if count > 1 and role != NOT_A_WEIGHT]
    found = [f"a role is given to {shown(name)}, and there is no such tensor" for name in strangers[:MOST_NAMED]]
    found += [
        f"the role {role} is given to {' and '.join(shown(name) for name in given if given[name] == role)}"
        for role in twice[:MOST_NAMED]
    ]
    return found + [
        f"{shown(name)} is given the role {role}, and holds {tensors[name].dtype}, which is no weight"
        for name, role in given.items()
        if name in tensors and role != NOT_A_WEIGHT and not tensors[name].is_floating_point()
    ]
