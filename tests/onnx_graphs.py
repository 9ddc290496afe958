"""Graphs of operators built by hand with onnx.helper, small enough to be read."""

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

P, WIDTH = 11, 8
GENERATOR = np.random.default_rng(0)
TABLE = GENERATOR.normal(size=(P, WIDTH)).astype(np.float32)
READ = GENERATOR.normal(size=(2 * WIDTH, P)).astype(np.float32)
Arrays = dict[str, np.ndarray]


def model(
    nodes: Sequence[onnx.NodeProto],
    arrays: Arrays,
    *,
    tokens: Sequence[int | str] = ("pairs", 2),
    output: str = "logits",
    opset: int = 20,
    functions: Sequence[onnx.FunctionProto] = (),
    kind: int = TensorProto.INT64,
) -> onnx.ModelProto:
    """A model with one input, `tokens`, and one output."""
    graph = helper.make_graph(
        list(nodes),
        "graph",
        [helper.make_tensor_value_info("tokens", kind, list(tokens))],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], functions=list(functions))
    made.ir_version = 10
    return made


def plain_nodes(between: Sequence[onnx.NodeProto] = (), last: str = "flat") -> list[onnx.NodeProto]:
    """Rows of both numbers beside each other, something between, and the product with the unembedding."""
    return [
        helper.make_node("Gather", ["table", "tokens"], ["rows"]),
        helper.make_node("Flatten", ["rows"], ["flat"]),
        *between,
        helper.make_node("MatMul", [last, "read"], ["logits"]),
    ]


def plain_arrays(**more: np.ndarray) -> Arrays:
    """The table and the unembedding, and more."""
    return {"table": TABLE, "read": READ, **more}


def plain_model() -> onnx.ModelProto:
    """The smallest network."""
    return model(plain_nodes(), plain_arrays())


def with_between(*between: onnx.NodeProto, **more: np.ndarray) -> bytes:
    """The smallest network with operators between, the last of which makes `made`."""
    return model(plain_nodes(between, "made"), plain_arrays(**more)).SerializeToString()


def whole(*numbers: int) -> np.ndarray:
    """Whole numbers as a tensor."""
    return np.array(numbers, dtype=np.int64)
