"""Operators of one entry at a time, comparisons, choices, and sums over axes."""

from collections.abc import Callable
from functools import reduce
from math import prod

import torch

from models.bodies.graph.arithmetic import COMPARED, Value
from models.bodies.graph.nodes import GraphError, Node
from models.bodies.graph.operators.moving import Given, broadcast_shape
from models.bodies.graph.run import Override, Run
from models.bodies.graph.tokens import coded_vectors, is_a, is_b

SQUARED, CUBED = 2.0, 3.0


def of_one(name: str) -> Override:
    """A function of one entry."""

    def operator(run: Run, node: Node, given: Given) -> Given:
        run.budget.charge(run.shape(given[0]))
        return [run.arithmetic.one_by_one(name, given[0])]

    return operator


def of_two(method: str) -> Override:
    """A function of two or more entries, one after the other."""

    def operator(run: Run, node: Node, given: Given) -> Given:
        compute = getattr(run.arithmetic, method)

        def one(x: Value, y: Value) -> Value:
            run.budget.charge(broadcast_shape(run.shape(x), run.shape(y)))
            return compute(x, y)

        return [reduce(one, given)]

    return operator


def compared(run: Run, node: Node, given: Given) -> Given:
    """A truth value for each entry."""
    run.budget.charge(broadcast_shape(*map(run.shape, given)))
    if node.operator == "Equal" and (vectors := _one_hot(*map(run.arithmetic.raw, given))) is not None:
        return [run.arithmetic.exact(vectors)]
    return [run.arithmetic.compare(node.operator, given[0], given[1])]


def _one_hot(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor | None:
    """Tokens compared with 0, 1, 2 … are one-hot vectors (tokens.py); None for any other comparison."""
    index, numbers = (x, y) if y.ndim <= x.ndim and y.shape[-1:] != (1,) else (y, x)
    depth = numbers.numel()
    ordered = not numbers.is_floating_point() and numbers.shape[-1:] == (depth,) and index.shape[-1:] == (1,)
    if not ordered or index.is_floating_point() or not torch.equal(numbers.flatten(), torch.arange(depth)):
        return None
    marked = bool((is_a(index) | is_b(index)).any())
    return coded_vectors(index.squeeze(-1), depth) if marked else None


def logical(combine: Callable[..., torch.Tensor]) -> Override:
    """Of truth values."""

    def operator(run: Run, node: Node, given: Given) -> Given:
        run.budget.charge(broadcast_shape(*map(run.shape, given)))
        return [run.arithmetic.move(combine, *given)]

    return operator


def choose(run: Run, node: Node, given: Given) -> Given:
    """One of two, by a truth value."""
    run.budget.charge(broadcast_shape(*map(run.shape, given)))
    return [run.arithmetic.choose(*given)]


def smaller(run: Run, x: Value, y: Value) -> Value:
    """The smaller of two, as the larger of their negatives."""
    run.budget.charge(broadcast_shape(run.shape(x), run.shape(y)))
    arithmetic = run.arithmetic
    negated = (arithmetic.one_by_one("neg", value) for value in (x, y))
    return arithmetic.one_by_one("neg", arithmetic.larger(*negated))


def smallest_of(run: Run, node: Node, given: Given) -> Given:
    """The smallest of several."""
    return [reduce(lambda x, y: smaller(run, x, y), given)]


def clipped(run: Run, node: Node, given: Given) -> Given:
    """Between two numbers."""
    low, high = (given[place] if len(given) > place else None for place in (1, 2))
    low = run.number(node.attributes["min"]) if "min" in node.attributes else low
    high = run.number(node.attributes["max"]) if "max" in node.attributes else high
    value = given[0]
    run.budget.charge(run.shape(value))
    value = value if low is None else run.arithmetic.larger(value, low)
    return [value if high is None else smaller(run, value, high)]


def mean_of(run: Run, node: Node, given: Given) -> Given:
    """The mean of several tensors."""
    total = of_two("add")(run, node, given)[0]
    return [run.arithmetic.divide(total, run.number(len(given)))]


def remainder(run: Run, node: Node, given: Given) -> Given:
    """Of whole numbers."""
    if any(run.real(value) for value in given):
        raise GraphError("takes the remainder of numbers that are not whole")
    run.budget.charge(broadcast_shape(*map(run.shape, given)))
    change = torch.fmod if node.attributes.get("fmod", 0) else torch.remainder
    return [run.arithmetic.move(change, *given)]


def power(run: Run, node: Node, given: Given) -> Given:
    """A power; the usual ones without a logarithm."""
    base, (shape, of_power) = given[0], (run.shape(given[0]), run.arithmetic.raw(given[1]))
    if not run.real(base):
        raise GraphError("takes powers of whole numbers")
    run.budget.charge(broadcast_shape(shape, tuple(of_power.shape)))
    arithmetic = run.arithmetic
    exponent = float(of_power.flatten()[0]) if of_power.numel() == 1 else None
    if exponent == SQUARED:
        return [arithmetic.multiply(base, base)]
    if exponent == CUBED:
        return [arithmetic.multiply(arithmetic.multiply(base, base), base)]
    if exponent in (0.5, -0.5):
        root = arithmetic.one_by_one("sqrt", base)
        return [root if exponent == 0.5 else arithmetic.divide(run.number(1.0), root)]
    if exponent in (1.0, -1.0):
        return [base if exponent == 1.0 else arithmetic.divide(run.number(1.0), base)]
    raised = arithmetic.multiply(arithmetic.one_by_one("log", base), arithmetic.cast(given[1], None))
    return [arithmetic.one_by_one("exp", raised)]


def inverse(run: Run, node: Node, given: Given) -> Given:
    """1 / x."""
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.divide(run.number(1.0), given[0])]


def axes_reduced(run: Run, node: Node, given: Given) -> tuple[list[int], bool]:
    """Over which axes, and whether they are kept with one entry."""
    ndim = len(run.shape(given[0]))
    axes = node.attributes.get("axes")
    if len(given) > 1 and given[1] is not None:
        axes = run.whole(given[1])
    if not axes:
        axes = [] if node.attributes.get("noop_with_empty_axes", 0) else range(ndim)
    if any(not -ndim <= axis < ndim for axis in axes):
        raise GraphError(f"names an axis that a tensor of {ndim} has not got")
    return sorted({axis % ndim for axis in axes}), bool(node.attributes.get("keepdims", 1))


def summed(run: Run, node: Node, given: Given) -> Given:
    """Sums, means, sums of squares and their roots over axes."""
    axes, keep = axes_reduced(run, node, given)
    shape, arithmetic, value = run.shape(given[0]), run.arithmetic, given[0]
    run.budget.charge(shape)
    if node.operator in ("ReduceSumSquare", "ReduceL2"):
        value = arithmetic.multiply(value, value)
    if node.operator == "ReduceL1":
        value = arithmetic.one_by_one("abs", value)
    total = arithmetic.sum(value, axes, keep)
    if node.operator == "ReduceMean":
        count = prod(shape[axis] for axis in axes)
        return [arithmetic.divide(total, arithmetic.cast(run.number(float(count)), _dtype_of(run, total)))]
    return [arithmetic.one_by_one("sqrt", total) if node.operator == "ReduceL2" else total]


def _dtype_of(run: Run, value: Value) -> torch.dtype | None:
    dtype = run.arithmetic.raw(value).dtype
    return None if dtype.is_floating_point else dtype


def extreme(run: Run, node: Node, given: Given) -> Given:
    """The largest or the smallest over axes."""
    axes, keep = axes_reduced(run, node, given)
    run.budget.charge(run.shape(given[0]))
    arithmetic = run.arithmetic
    if node.operator == "ReduceMax":
        return [arithmetic.largest(given[0], axes, keep)]
    negated = arithmetic.largest(arithmetic.one_by_one("neg", given[0]), axes, keep)
    return [arithmetic.one_by_one("neg", negated)]


def running_sum(run: Run, node: Node, given: Given) -> Given:
    """Of whole numbers, as positions are counted."""
    if run.real(given[0]):
        raise GraphError("sums up numbers that are not whole along an axis")
    if node.attributes.get("exclusive", 0) or node.attributes.get("reverse", 0):
        raise GraphError("sums up backwards or without the number itself")
    axis = run.whole(given[1])[0]
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.move(lambda x: x.cumsum(axis), given[0])]


def not_a_number(run: Run, node: Node, given: Given) -> Given:
    """Where a value is no number."""
    run.budget.charge(run.shape(given[0]))
    return [run.arithmetic.exact(torch.isnan(run.arithmetic.raw(given[0])))]


ENTRYWISE: dict[str, Override] = {
    **{
        operator: of_one(name)
        for operator, name in {
            **{"Neg": "neg", "Abs": "abs", "Relu": "relu", "Exp": "exp", "Log": "log", "Sqrt": "sqrt", "Erf": "erf"},
            **{"Tanh": "tanh", "Sigmoid": "sigmoid", "Sin": "sin", "Cos": "cos"},
        }.items()
    },
    **{"Add": of_two("add"), "Sub": of_two("subtract"), "Mul": of_two("multiply"), "Div": of_two("divide")},
    **{"Sum": of_two("add"), "Max": of_two("larger"), "Min": smallest_of, "Mean": mean_of, "Mod": remainder},
    **dict.fromkeys(COMPARED, compared),
    **{"And": logical(torch.logical_and), "Or": logical(torch.logical_or), "Xor": logical(torch.logical_xor)},
    "Not": logical(torch.logical_not),
    "Where": choose,
    "Clip": clipped,
    "Pow": power,
    "Reciprocal": inverse,
    **dict.fromkeys(("ReduceSum", "ReduceMean", "ReduceSumSquare", "ReduceL2", "ReduceL1"), summed),
    **dict.fromkeys(("ReduceMax", "ReduceMin"), extreme),
    "CumSum": running_sum,
    "IsNaN": not_a_number,
}
