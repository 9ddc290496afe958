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


def with_neurons() -> onnx.ModelProto:
    """Two layers as nn.Linear has them, a norm between, and a softmax behind."""
    between = [
        helper.make_node("LayerNormalization", ["flat", "gain", "shift"], ["normed"], epsilon=1e-5),
        helper.make_node("Gemm", ["normed", "into", "into_bias"], ["received"], transB=1),
        helper.make_node("Relu", ["received"], ["active"]),
        helper.make_node("Gemm", ["active", "onward", "onward_bias"], ["x"], transB=1),
    ]
    nodes = plain_nodes(between, "x")
    nodes[-1].output[0] = "product"
    nodes += [
        helper.make_node("Add", ["product", "bias"], ["biased"]),
        helper.make_node("LogSoftmax", ["biased"], ["logits"], axis=-1),
    ]
    random = {
        name: GENERATOR.normal(size=shape).astype(np.float32)
        for name, shape in {
            **{"gain": (16,), "shift": (16,), "into": (24, 16), "into_bias": (24,)},
            **{"onward": (16, 24), "onward_bias": (16,), "bias": (P,)},
        }.items()
    }
    return model(nodes, plain_arrays(**random))


def of_one_hot() -> onnx.ModelProto:
    """Two one-hot vectors beside each other, as numbers."""
    nodes = [
        helper.make_node("MatMul", ["tokens", "into"], ["received"]),
        helper.make_node("Relu", ["received"], ["active"]),
        helper.make_node("MatMul", ["active", "read"], ["logits"]),
    ]
    into = GENERATOR.normal(size=(2 * P, 2 * WIDTH)).astype(np.float32)
    return model(nodes, {"into": into, "read": READ}, tokens=("pairs", 2 * P), kind=TensorProto.FLOAT)


def with_baked_token() -> onnx.ModelProto:
    """The graph itself puts an '=', row 11 of its table, behind both numbers."""
    nodes = [
        helper.make_node("Shape", ["tokens"], ["pairs"], start=0, end=1),
        helper.make_node("Concat", ["pairs", "one"], ["column"], axis=0),
        helper.make_node("Expand", ["equals", "column"], ["behind"]),
        helper.make_node("Concat", ["tokens", "behind"], ["sequence"], axis=1),
        helper.make_node("Gather", ["table", "sequence"], ["rows"]),
        helper.make_node("Flatten", ["rows"], ["flat"]),
        helper.make_node("MatMul", ["flat", "read"], ["logits"]),
    ]
    table = GENERATOR.normal(size=(P + 1, WIDTH)).astype(np.float32)
    read = GENERATOR.normal(size=(3 * WIDTH, P)).astype(np.float32)
    return model(nodes, {"table": table, "read": read, "one": whole(1), "equals": np.array([[P]], np.int64)})


def recurrent() -> onnx.ModelProto:
    """An LSTM over both numbers."""
    nodes = [
        helper.make_node("Gather", ["table", "tokens"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "w", "r", "b"], ["", "last", ""], hidden_size=16),
        helper.make_node("Squeeze", ["last", "axis"], ["state"]),
        helper.make_node("MatMul", ["state", "read"], ["logits"]),
    ]
    random = {
        name: GENERATOR.normal(size=shape).astype(np.float32)
        for name, shape in {"w": (1, 64, WIDTH), "r": (1, 64, 16), "b": (1, 128)}.items()
    }
    return model(nodes, plain_arrays(axis=whole(0), **random))


BUILT = {
    "plain": plain_model,
    "with neurons": with_neurons,
    "of one-hot vectors": of_one_hot,
    "with a token of its own": with_baked_token,
    "recurrent": recurrent,
}
