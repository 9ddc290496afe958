"""Graphs of operators that would take memory, time or files, or run something: none gets any of it."""

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.hostile.case import Case
from tests.onnx_graphs import TABLE, model, plain_arrays, plain_model, plain_nodes, whole, with_between

MANY = 10**11
node = helper.make_node


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _body(*made: onnx.NodeProto) -> onnx.GraphProto:
    return helper.make_graph(list(made), "body", [], [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)])


def _loop() -> bytes:
    return with_between(node("Loop", ["", "", "flat"], ["made"], body=_body(node("Identity", ["flat"], ["x"]))))


def _branch() -> bytes:
    branch = _body(node("Identity", ["flat"], ["x"]))
    return with_between(
        node("If", ["yes"], ["made"], then_branch=branch, else_branch=branch), yes=np.array(True, dtype=bool)
    )


def _doubling(times: int) -> bytes:
    doubled = [node("Concat", [f"x{i}", f"x{i}"], [f"x{i + 1}"], axis=1) for i in range(times)]
    return with_between(node("Identity", ["flat"], ["x0"]), *doubled, node("Identity", [f"x{times}"], ["made"]))


def _external(**entries: str) -> bytes:
    made = plain_model()
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    return made.SerializeToString()


def _declared(shape: list[int], raw: bytes) -> bytes:
    made = plain_model()
    del made.graph.initializer[0].dims[:]
    made.graph.initializer[0].dims.extend(shape)
    made.graph.initializer[0].raw_data = raw
    return made.SerializeToString()


def _function() -> bytes:
    own = helper.make_function("own", "Twice", ["x"], ["y"], [node("Add", ["x", "x"], ["y"])], [])
    nodes = plain_nodes([node("Twice", ["flat"], ["made"], domain="own")], "made")
    made = model(nodes, plain_arrays(), functions=[own])
    return made.SerializeToString()


def _nodes(count: int) -> bytes:
    return with_between(
        node("Identity", ["flat"], ["x0"]),
        *(node("Identity", [f"x{i}"], [f"x{i + 1}"]) for i in range(count)),
        node("Identity", [f"x{count}"], ["made"]),
    )


def _deep(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = _field(6, _field(1, _field(5, inner)))  # a graph of a node of an attribute
    return b"\x08\x0a" + _field(7, _field(1, _field(5, inner)))


def _listed(count: int) -> bytes:
    """A tensor whose numbers stand one by one, a byte each."""
    return b"\x08\x0a" + _field(7, _field(5, _field(7, b"\x01" * count)))


def _powers(count: int) -> bytes:
    """A product of a large matrix with itself, again and again."""
    wide = np.zeros((16, 3000), dtype=np.float32)
    products = [node("MatMul", [f"m{i}", "big"], [f"m{i + 1}"]) for i in range(count)]
    return with_between(
        node("MatMul", ["flat", "wide"], ["m0"]),
        *products,
        node("Slice", [f"m{count}", "from", "to", "axes"], ["made"]),
        wide=wide,
        big=np.zeros((3000, 3000), dtype=np.float32),
        **{"from": whole(0), "to": whole(16), "axes": whole(1)},
    )


def _outer() -> bytes:
    """A column times a row."""
    return (
        with_between(
            node("Reshape", ["flat", "column"], ["x"]),
            node("Expand", ["x", "tall"], ["y"]),
            node("Transpose", ["y"], ["z"]),
            node("MatMul", ["y", "z"], ["made"]),
            column=whole(-1, 1),
            tall=whole(1, 1),
        )
        + b""
    )


def _broadcast() -> bytes:
    return with_between(
        node("Unsqueeze", ["flat", "last"], ["x"]),
        node("Add", ["x", "row"], ["y"]),
        node("Unsqueeze", ["y", "end"], ["z"]),
        node("Add", ["z", "row"], ["made"]),
        last=whole(2),
        end=whole(3),
        row=np.zeros(40_000, dtype=np.float32),
    )


def _without(name: str) -> bytes:
    made = plain_model()
    made.graph.ClearField(name)
    return made.SerializeToString()


SHAPE = {"shape": whole(MANY)}
WITH_TOKENS = node("Add", ["flat", "much"], ["made"])  # what reads no token would be refused for that
AS_NUMBERS = (node("Cast", ["counted"], ["much"], to=TensorProto.FLOAT), WITH_TOKENS)
GRAPHS: dict[str, Case] = {
    title: Case("some.onnx", make, refusal)
    for title, (make, refusal) in {
        "a graph that makes a tensor of 400 GB": (
            lambda: with_between(node("ConstantOfShape", ["shape"], ["much"]), WITH_TOKENS, **SHAPE),
            "would make .* numbers or more",
        ),
        "a graph that repeats one number 400 GB long": (
            lambda: with_between(
                node("Expand", ["one", "shape"], ["much"]), WITH_TOKENS, one=np.ones(1, np.float32), **SHAPE
            ),
            "would make .* numbers or more",
        ),
        "a graph that lays a tensor out 400 GB wide": (
            lambda: with_between(node("Tile", ["flat", "often"], ["made"]), often=whole(1, MANY)),
            "would make .* numbers or more",
        ),
        "a graph that counts to 10^11": (
            lambda: with_between(
                node("Range", ["zero", "many", "step"], ["counted"]),
                *AS_NUMBERS,
                zero=np.array(0),
                many=np.array(MANY),
                step=np.array(1),
            ),
            "would make .* numbers or more",
        ),
        "a graph that doubles a tensor 40 times": (lambda: _doubling(40), "would make .* numbers or more"),
        "a graph that loops without end": (_loop, "Loop, which is control flow"),
        "a graph that branches": (_branch, "If, which is control flow"),
        "a graph with an operator of another domain": (
            lambda: with_between(node("Attention", ["flat"], ["made"], domain="com.microsoft")),
            "of the domain com.microsoft",
        ),
        "a graph with a function of its own": (_function, "Twice, a function of the file's own"),
        "a graph with an operator that is not computed": (
            lambda: with_between(node("RandomNormalLike", ["flat"], ["made"])),
            "uses the operator 'RandomNormalLike', which is not computed here",
        ),
        "a graph of products that take hours": (lambda: _powers(1500), "would take .* multiplications or more"),
        "a graph that adds columns to rows": (_broadcast, "would make .* numbers or more"),
        "a graph of 100,000 operators": (lambda: _nodes(100_000), "lists more than|operators; expected at most"),
        "a graph of 3,000 operators": (lambda: _nodes(3000), "operators; expected at most 2,048"),
        "a graph within a graph 200 times": (lambda: _deep(200), "nested more than 20 deep"),
        "a model of 10 million empty nodes": (
            lambda: b"\x08\x0a" + _field(7, b"\x0a\x00" * 10_000_000),
            "lists more than 100,000 nodes",
        ),
        "a tensor of 20 million numbers one by one": (lambda: _listed(20_000_000), "lists more than 100,000 nodes"),
        "a tensor in a file of the system": (
            lambda: _external(location="/etc/passwd"),
            "second file, /etc/passwd, which did not come along",
        ),
        "a tensor in a folder above": (
            lambda: _external(location="../../secret.bin", offset="0"),
            "second file, ../../secret.bin, which did not come along",
        ),
        "a graph's tensor that says it is 400 GB": (
            lambda: _declared([MANY, 4], TABLE.tobytes()),
            "needs .* bytes, but the file holds 352",
        ),
        "a graph's tensor of a negative size": (lambda: _declared([-11, -8], TABLE.tobytes()), "sizes below 0"),
        "a graph's table of numbers that are none": (
            lambda: _declared([11, 8], np.full_like(TABLE, np.nan).tobytes()),
            "NaN or infinite",
        ),
        "a graph whose operators take what is made later": (
            lambda: model(plain_nodes()[::-1], plain_arrays()).SerializeToString(),
            "which is not there by then",
        ),
        "a graph that makes a value twice": (
            lambda: model([*plain_nodes(), plain_nodes()[0]], plain_arrays()).SerializeToString(),
            "which is there already",
        ),
        "a graph without outputs": (lambda: _without("output"), "no operators or no outputs"),
        "a model of nothing": (lambda: b"\x08\x0a", "no operators or no outputs"),
        "a graph that has no table": (
            lambda: model(
                [node("Cast", ["tokens"], ["x"], to=1), node("MatMul", ["x", "read"], ["logits"])],
                {"read": np.zeros((2, 11), np.float32)},
            ).SerializeToString(),
            "has no table of tokens that could be found",
        ),
        "a graph whose logits are no product": (
            lambda: model([*plain_nodes()[:2], node("Relu", ["flat"], ["logits"])], plain_arrays()).SerializeToString(),
            "has no unembedding that could be found",
        ),
        "a graph that moves axes that are not there": (
            lambda: with_between(node("Transpose", ["flat"], ["made"], perm=[0, 7])),
            "cannot be computed: its operator Transpose .* does not fit",
        ),
        "a graph that takes a text": (
            lambda: model(plain_nodes(), plain_arrays(), kind=TensorProto.STRING).SerializeToString(),
            "has 1 inputs .other.",
        ),
        "a graph that counts by its tokens": (
            lambda: with_between(
                node("ReduceMax", ["tokens"], ["last"], keepdims=0),
                node("Range", ["zero", "last", "step"], ["counted"]),
                *AS_NUMBERS,
                zero=np.array(0),
                step=np.array(1),
            ),
            "would make .* numbers or more",
        ),
        "an LSTM of a million steps": (
            lambda: with_between(
                node("ConstantOfShape", ["shape"], ["x"]),
                node("LSTM", ["x", "w", "r"], ["y", "much", ""], hidden_size=2),
                WITH_TOKENS,
                shape=whole(1_000_000, 1, 2),
                w=np.zeros((1, 8, 2), np.float32),
                r=np.zeros((1, 8, 2), np.float32),
            ),
            "takes 1,000,000 steps",
        ),
    }.items()
}
