"""Changes to graphs of operators: to what they are made of, so that most of them are still read as graphs."""

from collections.abc import Callable
from functools import cache
from random import Random

import onnx

from models.bodies.graph.operators import OPERATORS
from tests.onnx_graphs import BUILT

NUMBERS = (-(2**63), -(2**31), -2, -1, 0, 1, 2, 3, 7, 2**20, 2**31, 2**40, 2**63 - 1)
MORE = ("Loop", "If", "Scan", "Conv", "RandomUniform", "", "NonZero")
Change = Callable[[Random, onnx.ModelProto], None]


@cache
def _built(title: str) -> bytes:
    return BUILT[title]().SerializeToString()


def graph_file(random: Random) -> tuple[bytes, list[str]]:
    """A graph changed in a few ways, and which."""
    title = random.choice(list(BUILT))
    model, steps = onnx.ModelProto.FromString(_built(title)), [title]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        if not model.graph.node or not model.graph.initializer:
            break
        change = random.choice(list(CHANGES))
        CHANGES[change](random, model)
        steps.append(change)
    return model.SerializeToString(), steps


def other_operator(random: Random, model: onnx.ModelProto) -> None:
    """One node computes something else."""
    random.choice(model.graph.node).op_type = random.choice((*OPERATORS, *MORE))


def other_wire(random: Random, model: onnx.ModelProto) -> None:
    """One node takes another value."""
    node = random.choice(model.graph.node)
    if node.input:
        names = [name for each in model.graph.node for name in (*each.input, *each.output)]
        node.input[random.randrange(len(node.input))] = random.choice((*names, "", "nothing"))


def left_out(random: Random, model: onnx.ModelProto) -> None:
    """A node, a tensor, an input or an output is gone."""
    parts = random.choice((model.graph.node, model.graph.initializer, model.graph.input, model.graph.output))
    if len(parts):
        del parts[random.randrange(len(parts))]


def twice(random: Random, model: onnx.ModelProto) -> None:
    """A node or a tensor is there twice."""
    parts = random.choice((model.graph.node, model.graph.initializer))
    parts.append(random.choice(parts))


def other_number(random: Random, model: onnx.ModelProto) -> None:
    """A whole number of a tensor, or of an attribute."""
    numbers = [tensor for tensor in model.graph.initializer if tensor.data_type == onnx.TensorProto.INT64]
    if numbers and random.random() < 0.7:
        tensor = random.choice(numbers)
        count = len(tensor.raw_data) // 8
        values = [random.choice(NUMBERS).to_bytes(8, "little", signed=True) for _ in range(count)]
        tensor.raw_data = b"".join(values)
        return
    node = random.choice(model.graph.node)
    name = random.choice(("axis", "keepdims", "transB", "hidden_size", "epsilon", "perm", "to", "direction"))
    del node.attribute[:]
    value = random.choice((random.choice(NUMBERS), [random.choice(NUMBERS)], 1e30, "text"))
    node.attribute.append(onnx.helper.make_attribute(name, value))


def other_shape(random: Random, model: onnx.ModelProto) -> None:
    """A tensor says another shape, or the input does."""
    if random.random() < 0.3 and model.graph.input:
        axes = model.graph.input[0].type.tensor_type.shape.dim
        if len(axes):
            axes[random.randrange(len(axes))].dim_value = random.choice(NUMBERS)
        return
    dims = random.choice(model.graph.initializer).dims
    kept = list(dims)
    del dims[:]
    random.shuffle(kept)
    dims.extend(kept if random.random() < 0.6 else [*kept, random.choice(NUMBERS)])


def between(random: Random, model: onnx.ModelProto) -> None:
    """One more node on a wire."""
    node = random.choice(model.graph.node)
    place = list(model.graph.node).index(node)
    if node.input:
        name = node.input[0]
        more = onnx.helper.make_node(random.choice(list(OPERATORS)), [name] * random.choice((1, 2, 3)), ["more"])
        node.input[0] = "more"
        model.graph.node.insert(place, more)


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (other_operator, other_wire, left_out, twice, other_number, other_shape, between)
}
