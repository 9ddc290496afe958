"""Operators that make constants: shapes as numbers, ranges, tensors of one number, types, one-hot vectors."""

import torch

from models.bodies.graph.nodes import GraphError, Node
from models.bodies.graph.operators.moving import Given, axis_of
from models.bodies.graph.run import Override, Run
from models.bodies.graph.tokens import coded_vectors

MOST_IN_A_RANGE = 2**24
REAL, WHOLE = (1, 10, 11, 16), {2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32, 7: torch.int64}
TRUTH = 9  # TensorProto's number for truth values


def dtype_numbered(number: int) -> torch.dtype | None:
    """A type by ONNX's number; None for floating-point numbers, which are all of the run's own type."""
    if number in REAL:
        return None
    if number == TRUTH:
        return torch.bool
    if number not in WHOLE:
        raise GraphError(f"asks for numbers of type {number}, which are not computed here; export the model in float32")
    return WHOLE[number]


def cast(run: Run, node: Node, given: Given) -> Given:
    """To another type."""
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.cast(given[0], dtype_numbered(int(node.attributes["to"])))]


def cast_like(run: Run, node: Node, given: Given) -> Given:
    """To the type of another value."""
    like = run.arithmetic.raw(given[1]).dtype
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.cast(given[0], None if like.is_floating_point else like)]


def shape_of(run: Run, node: Node, given: Given) -> Given:
    """The shape, or a part of it."""
    shape, attributes = run.shape(given[0]), node.attributes
    part = shape[slice(attributes.get("start", 0), attributes.get("end"))]
    return [run.arithmetic.exact(torch.tensor(part, dtype=torch.int64))]


def size_of(run: Run, node: Node, given: Given) -> Given:
    """How many entries."""
    return [run.arithmetic.exact(torch.tensor(run.arithmetic.raw(given[0]).numel()))]


def constant_of_shape(run: Run, node: Node, given: Given) -> Given:
    """One number everywhere."""
    shape = run.whole(given[0])
    if min(shape, default=0) < 0:
        raise GraphError(f"makes a tensor of the shape {shape[:8]}")
    run.budget.charge(shape)
    value = node.attributes.get("value")
    filled = torch.zeros(1) if value is None else value.flatten()[:1]
    return [run.arithmetic.exact(filled.expand(*shape) if shape else filled[0])]


def counted(run: Run, node: Node, given: Given) -> Given:
    """Whole numbers in steps."""
    if any(run.real(value) for value in given):
        raise GraphError("counts in numbers that are not whole")
    start, limit, step = (run.whole(value)[0] for value in given)
    if step == 0:
        raise GraphError("counts in steps of 0")
    length = max(0, -(-(limit - start) // step))
    run.budget.charge([length])
    if length > MOST_IN_A_RANGE:
        raise GraphError(f"counts to {length:,}; expected at most {MOST_IN_A_RANGE:,}")
    dtype = run.arithmetic.raw(given[0]).dtype
    return [run.arithmetic.exact(torch.arange(start, limit, step, dtype=dtype))]


def one_hot(run: Run, node: Node, given: Given) -> Given:
    """A 1 at each number's place; an operand's place carries which pair it is of (tokens.py)."""
    index, values = run.arithmetic.raw(given[0]), run.arithmetic.raw(given[2])
    depth = run.whole(given[1])[0]
    if [float(value) for value in values.flatten()] != [0, 1] or axis_of(node, index.ndim + 1, -1) != index.ndim:
        raise GraphError("marks numbers by something else than 1 among 0 on the last axis")
    run.budget.charge((*index.shape, max(depth, 0)))
    made = coded_vectors(index, depth)
    return [run.arithmetic.cast(run.arithmetic.exact(made), None if values.is_floating_point() else values.dtype)]


MAKING: dict[str, Override] = {
    "Cast": cast,
    "CastLike": cast_like,
    "Shape": shape_of,
    "Size": size_of,
    "ConstantOfShape": constant_of_shape,
    "Range": counted,
    "OneHot": one_hot,
}
