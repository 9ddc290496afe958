"""Operators that put entries elsewhere, repeat them or leave some out. Source: the ONNX operator specification."""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor

from models.bodies.graph.arithmetic import Value
from models.bodies.graph.nodes import GraphError, Node
from models.bodies.graph.run import Override, Run

Given = list[Value]  # None where an optional input is left out
FAR = 2**62  # what stands for "to the end"


def axis_of(node: Node, ndim: int, usual: int) -> int:
    """The attribute `axis`, from 0. Raises GraphError where there is no such axis."""
    axis = int(node.attributes.get("axis", usual))
    if not -ndim <= axis < max(ndim, 1):
        raise GraphError(f"names axis {axis} of a tensor of {ndim}")
    return axis % max(ndim, 1)


def axes_given(run: Run, node: Node, given: Given, place: int) -> list[int] | None:
    """Axes as a later version's input or an earlier one's attribute; None where neither is there."""
    if len(given) > place and given[place] is not None:
        return run.whole(given[place])
    axes = node.attributes.get("axes")
    return None if axes is None else [int(axis) for axis in axes]


def identity(run: Run, node: Node, given: Given) -> Given:
    """Also what regularises while training alone."""
    return [given[0]]


def reshape(run: Run, node: Node, given: Given) -> Given:
    """A 0 is an axis that stays as it is, −1 what is left."""
    shape, target = run.shape(given[0]), run.whole(given[1])
    copied = not node.attributes.get("allowzero", 0)
    sizes = [shape[place] if size == 0 and copied else size for place, size in enumerate(target)]
    run.budget.charge(shape)
    return [run.arithmetic.move(lambda x: x.reshape(sizes), given[0])]


def flatten(run: Run, node: Node, given: Given) -> Given:
    """Two axes of all."""
    shape = run.shape(given[0])
    axis = int(node.attributes.get("axis", 1))
    axis = axis + len(shape) if axis < 0 else axis
    first = prod(shape[:axis])
    run.budget.charge(shape)
    return [run.arithmetic.move(lambda x: x.reshape(first, prod(shape[axis:])), given[0])]


def transpose(run: Run, node: Node, given: Given) -> Given:
    """Axes in another order; the other way round where none is said."""
    ndim = len(run.shape(given[0]))
    order = [int(axis) for axis in node.attributes.get("perm") or reversed(range(ndim))]
    return [run.arithmetic.move(lambda x: x.permute(order), given[0])]


def squeeze(run: Run, node: Node, given: Given) -> Given:
    """Axes of one entry left out."""
    shape, axes = run.shape(given[0]), axes_given(run, node, given, 1)
    chosen = {axis % len(shape) for axis in axes} if axes else {a for a, size in enumerate(shape) if size == 1}
    if any(shape[axis] != 1 for axis in chosen):
        raise GraphError(f"leaves out an axis of several entries of the shape {list(shape)}")
    kept = [size for axis, size in enumerate(shape) if axis not in chosen]
    return [run.arithmetic.move(lambda x: x.reshape(kept), given[0])]


def unsqueeze(run: Run, node: Node, given: Given) -> Given:
    """Axes of one entry put in."""
    shape, axes = list(run.shape(given[0])), axes_given(run, node, given, 1) or []
    ndim = len(shape) + len(axes)
    run.budget.charge([1] * ndim)
    for axis in sorted(axis % ndim for axis in axes):
        shape.insert(axis, 1)
    return [run.arithmetic.move(lambda x: x.reshape(shape), given[0])]


def sliced(run: Run, node: Node, given: Given) -> Given:
    """A part of each axis, forwards or backwards."""
    shape = run.shape(given[0])
    if "starts" in node.attributes:
        starts, ends = ([int(x) for x in node.attributes[name]] for name in ("starts", "ends"))
    else:
        starts, ends = run.whole(given[1]), run.whole(given[2])
    axes = axes_given(run, node, given, 3)
    steps = run.whole(given[4]) if len(given) > 4 and given[4] is not None else [1] * len(starts)
    places: dict[int, Tensor | slice] = {}
    for axis, start, end, step in zip(axes or range(len(starts)), starts, ends, steps, strict=True):
        places[axis % len(shape)] = _places(shape[axis % len(shape)], start, end, step)

    def cut(x: Tensor) -> Tensor:
        for axis, place in places.items():
            x = x[(slice(None),) * axis + (place,)] if isinstance(place, slice) else x.index_select(axis, place)
        return x

    run.budget.charge(shape)
    return [run.arithmetic.move(cut, given[0])]


def _places(size: int, start: int, end: int, step: int) -> Tensor | slice:
    if step == 0:
        raise GraphError("takes steps of 0")
    chosen = range(size)[slice(start, None if step < 0 and end <= -FAR // 2 else end, step)]
    if step > 0:
        return slice(chosen.start, chosen.stop, step)
    return torch.tensor(list(chosen), dtype=torch.int64)


def split(run: Run, node: Node, given: Given) -> Given:
    """Pieces along an axis."""
    shape = run.shape(given[0])
    axis = axis_of(node, len(shape), 0)
    if len(given) > 1 and given[1] is not None:
        sizes = run.whole(given[1])
    elif "split" in node.attributes:
        sizes = [int(size) for size in node.attributes["split"]]
    else:
        piece = -(-shape[axis] // len(node.outputs))
        sizes = [min(piece, shape[axis] - start) for start in range(0, shape[axis], piece)]
    if sum(sizes) != shape[axis] or min(sizes) < 0 or len(sizes) != len(node.outputs):
        raise GraphError(f"splits {shape[axis]} entries into {sizes[:8]}")
    run.budget.charge(shape)
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [
        run.arithmetic.move(lambda x, first=first, size=size: x.narrow(axis, first, size), given[0])
        for first, size in zip(starts, sizes, strict=True)
    ]


def concat(run: Run, node: Node, given: Given) -> Given:
    """One after the other along an axis."""
    axis = axis_of(node, len(run.shape(given[0])), 0)
    run.budget.charge([sum(prod(run.shape(value)) for value in given)])
    return [run.arithmetic.move(lambda *parts: torch.cat(parts, dim=axis), *given)]


def gather(run: Run, node: Node, given: Given) -> Given:
    """Entries along an axis by their numbers; negative ones count from the end."""
    shape, (index,) = run.shape(given[0]), (run.arithmetic.raw(given[1]),)
    axis = axis_of(node, len(shape), 0)
    size = shape[axis]
    out = (*shape[:axis], *index.shape, *shape[axis + 1 :])
    run.budget.charge(out)
    flat = torch.where(index < 0, index + size, index).reshape(-1).long()
    return [run.arithmetic.move(lambda x: x.index_select(axis, flat).reshape(out), given[0])]


def gather_rows(run: Run, node: Node, given: Given) -> Given:
    """GatherND by one number each: rows along the first axis."""
    index = run.arithmetic.raw(given[1])
    if index.shape[-1:] != (1,) or node.attributes.get("batch_dims", 0):
        raise GraphError("looks entries up by several numbers each; export the model with an nn.Embedding")
    by_row = Node("Gather", node.inputs, node.outputs, {"axis": 0})
    return gather(run, by_row, [given[0], run.arithmetic.exact(index.squeeze(-1))])


def gather_elements(run: Run, node: Node, given: Given) -> Given:
    """One entry along an axis for each place of the index."""
    index, shape = run.arithmetic.raw(given[1]), run.shape(given[0])
    axis = axis_of(node, len(shape), 0)
    run.budget.charge(index.shape)
    return [run.arithmetic.move(lambda x: x.gather(axis, index % shape[axis]), given[0])]


def expand(run: Run, node: Node, given: Given) -> Given:
    """Axes of one entry repeated."""
    shape = broadcast_shape(run.shape(given[0]), run.whole(given[1]))
    run.budget.charge(shape)
    return [run.arithmetic.move(lambda x: x.expand(shape), given[0])]


def tile(run: Run, node: Node, given: Given) -> Given:
    """All of it repeated along each axis."""
    shape, times = run.shape(given[0]), run.whole(given[1])
    if len(times) != len(shape) or min(times, default=1) < 0:
        raise GraphError(f"repeats a tensor of {len(shape)} axes {times[:8]} times")
    run.budget.charge([size * often for size, often in zip(shape, times, strict=True)])
    return [run.arithmetic.move(lambda x: x.repeat(times), given[0])]


def triangle(run: Run, node: Node, given: Given) -> Given:
    """The upper or lower triangle, the rest 0."""
    above = run.whole(given[1])[0] if len(given) > 1 and given[1] is not None else 0
    cut = torch.triu if node.attributes.get("upper", 1) else torch.tril
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.move(lambda x: cut(x, diagonal=above), given[0])]


def broadcast_shape(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape that several are broadcast to; nothing is allocated for it. Raises GraphError."""
    ndim = max(map(len, shapes))
    padded = [(1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes]
    found = []
    for sizes in zip(*padded, strict=True):
        wide = {size for size in sizes if size != 1}
        if len(wide) > 1 or min(sizes) < 0:
            raise GraphError(f"is given shapes that do not fit: {', '.join(str(list(shape)) for shape in shapes)}")
        found.append(wide.pop() if wide else 1)
    return tuple(found)


MOVING: dict[str, Override] = {
    **dict.fromkeys(("Identity", "Dropout"), identity),
    "Reshape": reshape,
    "Flatten": flatten,
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Slice": sliced,
    "Split": split,
    "Concat": concat,
    "Gather": gather,
    "GatherND": gather_rows,
    "GatherElements": gather_elements,
    "Expand": expand,
    "Tile": tile,
    "Trilu": triangle,
}
