"""Matrix products, norms, softmax, and activations that are made of several operations."""

from math import pi, prod, sqrt

import torch

from models.bodies.graph.arithmetic import Value
from models.bodies.graph.nodes import GraphError, Node
from models.bodies.graph.operators.moving import Given, axis_of, broadcast_shape
from models.bodies.graph.run import Override, Run

SOFTMAX_OF_ONE_AXIS = 13  # the opset from which a softmax is along one axis; before, along all from it on
CUBIC = 0.044715  # of GELU by tanh


def matrix_product(run: Run, x: Value, y: Value) -> Value:
    """x @ y as torch and NumPy have it."""
    of_x, of_y = run.shape(x), run.shape(y)
    if not of_x or not of_y:
        raise GraphError("multiplies a number as a matrix")
    rows = of_x[-2:-1] if len(of_x) > 1 else ()
    columns, inner = (of_y[-1:], of_y[-2]) if len(of_y) > 1 else ((), of_y[0])
    if inner != of_x[-1]:
        raise GraphError(f"multiplies shapes that do not fit: {list(of_x)}, {list(of_y)}")
    shape = (*broadcast_shape(of_x[:-2], of_y[:-2]), *rows, *columns)
    run.budget.charge(shape, prod(shape) * inner)
    return run.arithmetic.bilinear(torch.matmul, x, y, inner)


def matmul(run: Run, node: Node, given: Given) -> Given:
    """See matrix_product."""
    return [matrix_product(run, given[0], given[1])]


def gemm(run: Run, node: Node, given: Given) -> Given:
    """alpha·A·B + beta·C."""
    return [plus_of_gemm(run, node, matrix_product(run, *factors_of_gemm(run, node, given)), given)]


def factors_of_gemm(run: Run, node: Node, given: Given) -> tuple[Value, Value]:
    """A and B, either of them turned."""
    turned = [node.attributes.get(name, 0) for name in ("transA", "transB")]
    x, y = (
        run.arithmetic.move(torch.t, value) if turn else value for turn, value in zip(turned, given[:2], strict=True)
    )
    return x, y


def plus_of_gemm(run: Run, node: Node, product: Value, given: Given) -> Value:
    """What a Gemm makes of its product."""
    alpha, beta = (float(node.attributes.get(name, 1.0)) for name in ("alpha", "beta"))
    if alpha != 1:
        product = run.arithmetic.multiply(product, run.number(alpha))
    if len(given) < 3 or given[2] is None or beta == 0:
        return product
    more = given[2] if beta == 1 else run.arithmetic.multiply(given[2], run.number(beta))
    run.budget.charge(broadcast_shape(run.shape(product), run.shape(more)))
    return run.arithmetic.add(product, more)


def einsum(run: Run, node: Node, given: Given) -> Given:
    """A product of two tensors over the letters that they share, or another order of one."""
    equation = node.attributes["equation"].replace(" ", "")
    taken, arrow, made = equation.partition("->")
    terms = taken.split(",")
    if not arrow or len(terms) != len(given) or not 1 <= len(given) <= 2 or "." in equation:
        raise GraphError(
            f"computes {equation[:40]!a}; expected the letters of one or two tensors, an arrow and a result"
        )
    sizes: dict[str, int] = {}
    for term, value in zip(terms, given, strict=True):
        for letter, size in zip(term, run.shape(value), strict=True):
            if sizes.setdefault(letter, size) != size or term.count(letter) > 1:
                raise GraphError(f"computes {equation[:40]!a} with axes that do not fit")
    inner = prod(size for letter, size in sizes.items() if letter not in made)
    shape = [sizes[letter] for letter in made]
    run.budget.charge(shape, prod(shape) * inner)
    if len(given) == 1:
        if inner != 1:
            raise GraphError(f"sums one tensor up by {equation[:40]!a}")
        return [run.arithmetic.move(lambda x: torch.einsum(equation, x), given[0])]
    return [run.arithmetic.bilinear(lambda x, y: torch.einsum(equation, x, y), given[0], given[1], inner)]


def softmax(run: Run, node: Node, given: Given) -> Given:
    """Along an axis."""
    shape = run.shape(given[0])
    axis = axis_of(node, len(shape), -1 if run.opset >= SOFTMAX_OF_ONE_AXIS else 1)
    if run.opset < SOFTMAX_OF_ONE_AXIS and axis != len(shape) - 1:
        raise GraphError("is a softmax over several axes at once; export the model with opset_version=18")
    run.budget.charge(shape)
    return [run.arithmetic.softmax(given[0], axis)]


def layer_norm(run: Run, node: Node, given: Given) -> Given:
    """(x − mean) / √(variance + epsilon), times a gain and shifted; of RMSNormalization without the mean."""
    shape, arithmetic, x = run.shape(given[0]), run.arithmetic, given[0]
    axes = range(axis_of(node, len(shape), -1), len(shape))
    count = run.number(float(prod(shape[axis] for axis in axes)))
    for _ in range(4):
        run.budget.charge(shape)
    if node.operator == "LayerNormalization":
        x = arithmetic.subtract(x, arithmetic.divide(arithmetic.sum(x, [*axes], True), count))
    power = arithmetic.divide(arithmetic.sum(arithmetic.multiply(x, x), [*axes], True), count)
    eps = run.number(float(node.attributes.get("epsilon", 1e-5)))
    x = arithmetic.divide(x, arithmetic.one_by_one("sqrt", arithmetic.add(power, eps)))
    x = arithmetic.multiply(x, given[1])
    return [x if len(given) < 3 or given[2] is None else arithmetic.add(x, given[2])]


def batch_norm(run: Run, node: Node, given: Given) -> Given:
    """By the means and variances that training kept."""
    if node.attributes.get("training_mode", 0):
        raise GraphError("normalises by its own batch; export the model in evaluation mode, model.eval()")
    shape, arithmetic = run.shape(given[0]), run.arithmetic
    run.budget.charge(shape)
    x, gain, shift, mean, variance = (
        given[0],
        *(_per_channel(run, value, len(shape)) for value in given[1:5]),
    )
    eps = run.number(float(node.attributes.get("epsilon", 1e-5)))
    root = arithmetic.one_by_one("sqrt", arithmetic.add(variance, eps))
    centred = arithmetic.divide(arithmetic.subtract(x, mean), root)
    return [arithmetic.add(arithmetic.multiply(centred, gain), shift)]


def _per_channel(run: Run, value: Value, ndim: int) -> Value:
    return run.arithmetic.move(lambda x: x.reshape(-1, *[1] * (ndim - 2)), value)


def gelu(run: Run, node: Node, given: Given) -> Given:
    """x·Φ(x), or its approximation by tanh."""
    x, arithmetic = given[0], run.arithmetic
    for _ in range(4):
        run.budget.charge(run.shape(x))
    if node.attributes.get("approximate", "none") == "tanh":
        cubed = arithmetic.multiply(arithmetic.multiply(x, x), x)
        inner = arithmetic.add(x, arithmetic.multiply(cubed, run.number(CUBIC)))
        share = arithmetic.one_by_one("tanh", arithmetic.multiply(inner, run.number(sqrt(2 / pi))))
    else:
        share = arithmetic.one_by_one("erf", arithmetic.divide(x, run.number(sqrt(2))))
    half = arithmetic.multiply(x, run.number(0.5))
    return [arithmetic.multiply(half, arithmetic.add(share, run.number(1.0)))]


def swish(run: Run, node: Node, given: Given) -> Given:
    """x·σ(alpha·x)."""
    x, arithmetic = given[0], run.arithmetic
    run.budget.charge(run.shape(x))
    turned = arithmetic.multiply(x, run.number(float(node.attributes.get("alpha", 1.0))))
    return [arithmetic.multiply(x, arithmetic.one_by_one("sigmoid", turned))]


def leaky_relu(run: Run, node: Node, given: Given) -> Given:
    """x above 0, alpha·x below."""
    x, arithmetic = given[0], run.arithmetic
    alpha = run.number(float(node.attributes.get("alpha", 0.01)))
    for _ in range(2):
        run.budget.charge(run.shape(x))
    below = arithmetic.one_by_one("relu", arithmetic.one_by_one("neg", x))
    return [arithmetic.subtract(arithmetic.one_by_one("relu", x), arithmetic.multiply(below, alpha))]


def log_softmax(run: Run, node: Node, given: Given) -> Given:
    """The logarithm of a softmax, taken from x itself so that nothing small is lost."""
    x, arithmetic, shape = given[0], run.arithmetic, run.shape(given[0])
    axis = axis_of(node, len(shape), -1)
    for _ in range(3):
        run.budget.charge(shape)
    x = arithmetic.subtract(x, arithmetic.largest(x, [axis], True))
    total = arithmetic.sum(arithmetic.one_by_one("exp", x), [axis], True)
    return [arithmetic.subtract(x, arithmetic.one_by_one("log", total))]


PRODUCTS: dict[str, Override] = {
    "MatMul": matmul,
    "Gemm": gemm,
    "Einsum": einsum,
    "Softmax": softmax,
    "LogSoftmax": log_softmax,
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), layer_norm),
    "BatchNormalization": batch_norm,
    "Gelu": gelu,
    "Swish": swish,
    "LeakyRelu": leaky_relu,
}
