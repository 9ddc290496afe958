""".onnx: a graph of operators and its tensors. Nothing in it is run here; onnx builds what protobuf.py has counted."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import torch
from torch import Tensor

from models.bodies.graph.nodes import Graph, Kind, Node, Port
from models.errors import CheckpointError, shown
from models.formats.containers.declared import Declared, MalformedError, Source, Strange, Unpacked
from models.formats.containers.onnx_tensors import declared_tensor, external_names, plain_tensor
from models.formats.containers.protobuf import Counter

FIELDS_A_VALUE = 5  # as many values of a pickle take as long to read as one field of this
OWN_DOMAINS = ("", "ai.onnx")
OLDEST_OPSET = 7
CONSTANT = "Constant"
WHOLE, REAL = (5, 6, 7, 12, 13, 2, 3), (1, 10, 11, 16)  # numbers of types
STARTS = (0x12, 0x1A, 0x22, 0x2A, 0x3A, 0x42)  # of what may follow the version of a model
EXPORT = "torch.onnx.export(model.eval(), (tokens,), 'model.onnx', opset_version=18)"


def onnx() -> Any:
    """The library, imported when the first such file comes."""
    import onnx as library  # noqa: PLC0415  # it takes as long to import as all of Clockwork's own code

    return library


def looks_like_onnx(name: str, data: bytes) -> bool:
    """By its ending, or by how a model begins: with a small version number and then a text or the graph."""
    begins = len(data) > 3 and data[0] == 8 and 0 < data[1] < 32 and data[2] in STARTS
    return name.lower().endswith(".onnx") or begins


def read_onnx(source: Source) -> Unpacked:
    """Tensors by name, still only declared, the graph, and the text metadata."""
    Counter(source.name, source.data, source.limits.values // FIELDS_A_VALUE).require()
    model = onnx().ModelProto()
    try:
        model.ParseFromString(source.data)
    except Exception as error:  # protobuf's own error, whose name is not part of onnx
        raise MalformedError("its bytes are no protocol-buffer message of a model") from error
    graph = model.graph
    if not graph.node or not graph.output:
        raise MalformedError("it has no operators or no outputs")
    if graph.sparse_initializer:
        raise CheckpointError(f"{source.name} has sparse tensors, which are not read here. Save them dense.")
    if len(graph.node) > source.limits.tensors:
        raise CheckpointError(
            f"{source.name} has {len(graph.node):,} operators; expected at most {source.limits.tensors:,}. "
            "Export one network alone, without loops written out."
        )
    tensors: dict[str, Declared | Strange] = {}
    for tensor in graph.initializer:
        _add(tensors, tensor.name, declared_tensor(source, tensor))
    nodes = tuple(_nodes(source, model, tensors))
    inputs = tuple(_port(source, value) for value in graph.input if value.name not in tensors)
    _require_order(nodes, {*tensors, *(port.name for port in inputs)}, graph.output[0].name)
    opset = max((each.version for each in model.opset_import if each.domain in OWN_DOMAINS), default=0)
    if opset < OLDEST_OPSET:
        raise CheckpointError(
            f"{source.name} is of opset {opset}; expected {OLDEST_OPSET} or newer. Export it anew: {EXPORT}."
        )
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    digest = _digest(nodes, inputs, graph.output[0].name, opset)
    whole = Graph(nodes, inputs, graph.output[0].name, opset, _skeleton(model), digest)
    return Unpacked(tensors, metadata, parts=external_names(graph.initializer), graph=whole)


def _add(tensors: dict[str, Declared | Strange], name: str, tensor: Declared | Strange) -> None:
    if name in tensors or not name:
        raise MalformedError(f"the tensor {shown(name)} is there twice, or has no name")
    tensors[name] = tensor


def _nodes(source: Source, model: Any, tensors: dict[str, Declared | Strange]) -> Iterator[Node]:
    """Every operator but constants, which are tensors like all others."""
    for node in model.graph.node:
        _require_known_domain(source, model, node)
        attributes = {each.name: _attribute(source, node, each) for each in node.attribute}
        if node.op_type == CONSTANT and node.output:
            _add(tensors, node.output[0], _constant(source, node))
        else:
            yield Node(node.op_type, (*node.input,), (*node.output,), attributes)


def _require_known_domain(source: Source, model: Any, node: Any) -> None:
    own = {function.name for function in model.functions if function.domain == node.domain}
    if node.op_type in own or node.domain not in OWN_DOMAINS:
        what = "a function of the file's own" if node.op_type in own else f"of the domain {shown(node.domain)}"
        raise CheckpointError(
            f"{source.name} uses the operator {shown(node.op_type)}, {what}; expected operators of ONNX itself. "
            f"Export the model without it: {EXPORT}."
        )
    if not node.output:
        raise MalformedError(f"the operator {shown(node.op_type)} gives nothing")


def _attribute(source: Source, node: Any, attribute: Any) -> Any:
    """As a plain value; tensors as what they hold. Control flow is refused by its name."""
    kinds = onnx().AttributeProto
    if attribute.type in (kinds.GRAPH, kinds.GRAPHS):
        raise CheckpointError(
            f"{source.name} uses the operator {shown(node.op_type)}, which is control flow and not computed here. "
            f"Export a model whose loops and branches are written out: {EXPORT}."
        )
    if attribute.ref_attr_name:
        raise MalformedError(f"an attribute of {shown(node.op_type)} refers to a function's")
    if attribute.type == kinds.TENSOR:
        return None if node.op_type == CONSTANT else plain_tensor(source, attribute.t)
    plain = {
        kinds.FLOAT: lambda: attribute.f,
        kinds.INT: lambda: attribute.i,
        kinds.STRING: attribute.s.decode,
        kinds.FLOATS: lambda: tuple(attribute.floats),
        kinds.INTS: lambda: tuple(attribute.ints),
        kinds.STRINGS: lambda: tuple(each.decode() for each in attribute.strings),
    }
    if attribute.type not in plain:
        raise CheckpointError(
            f"{source.name}: the operator {shown(node.op_type)} has an attribute {shown(attribute.name)} of a kind "
            f"that is not read here. Export it anew: {EXPORT}."
        )
    return plain[attribute.type]()


def _constant(source: Source, node: Any) -> Declared | Strange:
    """The tensor of a Constant."""
    names = {each.name: each for each in node.attribute}
    if "value" in names:
        return declared_tensor(source, names["value"].t)
    made = next((onnx().helper.get_attribute_value(names[name]) for name in PLAIN_CONSTANTS if name in names), None)
    if made is None:
        return Strange("a constant of text or of sparse numbers")
    tensor = torch.tensor(made, dtype=torch.float32 if "float" in next(iter(names)) else torch.int64)
    return Declared.of(tensor)


PLAIN_CONSTANTS = ("value_float", "value_floats", "value_int", "value_ints")


def _port(source: Source, value: Any) -> Port:
    kind: Kind = "other"
    if value.type.HasField("tensor_type"):
        number = value.type.tensor_type.elem_type
        kind = "whole" if number in WHOLE else "real" if number in REAL else "other"
    axes = value.type.tensor_type.shape.dim
    shape = tuple(axis.dim_value if axis.HasField("dim_value") else None for axis in axes)
    if any(size is not None and size < 0 for size in shape):
        raise MalformedError(f"the input {shown(value.name)} has a shape of {shown(shape)}")
    return Port(value.name, kind, shape)


def _require_order(nodes: Iterable[Node], known: set[str], output: str) -> None:
    """Every operator takes what is there by then, and nothing is made twice."""
    for node in nodes:
        missing = next((name for name in node.inputs if name and name not in known), None)
        if missing is not None:
            raise MalformedError(
                f"the operator {shown(node.operator)} takes {shown(missing)}, which is not there by then"
            )
        made = [name for name in node.outputs if name]
        if known & {*made} or len({*made}) < len(made):
            raise MalformedError(f"the operator {shown(node.operator)} makes {shown(made[0])}, which is there already")
        known |= {*made}
    if output not in known:
        raise MalformedError(f"nothing makes its output {shown(output)}")


def _skeleton(model: Any) -> bytes:
    """The model without tensors and texts."""
    bare = onnx().ModelProto()
    bare.CopyFrom(model)
    for name in ("initializer", "value_info", "quantization_annotation"):
        bare.graph.ClearField(name)
    kept = [node for node in bare.graph.node if node.op_type != CONSTANT]
    bare.graph.ClearField("node")
    bare.graph.node.extend(kept)
    bare.ClearField("metadata_props")
    bare.ClearField("functions")
    return bytes(bare.SerializeToString(deterministic=True))


def _digest(nodes: tuple[Node, ...], inputs: tuple[Port, ...], output: str, opset: int) -> str:
    """SHA-256 of what the graph computes, whichever library wrote it."""
    seen = sha256(f"{opset} {output} {[(port.name, port.kind) for port in inputs]}".encode())
    for node in nodes:
        seen.update(f"{node.operator} {node.inputs} {node.outputs}".encode())
        for name, value in sorted(node.attributes.items()):
            seen.update(f"{name} {value.tolist() if isinstance(value, Tensor) else value}".encode())
    return seen.hexdigest()
