"""A graph written back with another table and another unembedding; every other operator stays as it was."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from models.bodies.graph.nodes import GraphError
from models.bodies.graph.passes import constant_value
from models.formats.containers.onnx_file import onnx
from models.formats.containers.onnx_tensors import TYPES
from models.formats.graphs.cut import Cut, Outline, table_name
from models.formats.graphs.probe import Seen
from models.network import Network

TABLE, UNEMBEDDING, BIAS, SHIFT = "clockwork.table", "clockwork.unembedding", "clockwork.bias", "clockwork.shift"
SHIFTED, UNSHIFTED, DEPTH = "clockwork.tokens", "clockwork.logits", "clockwork.depth"
NUMBERS = {dtype: number for number, dtype in TYPES.items()}


def written_model(network: Network, cut: Cut, outline: Outline, metadata: Mapping[str, str]) -> bytes:
    """The bytes of a model. Raises GraphError where the graph has no room for the network."""
    writer = Writer(cut, outline, network.layout.retained)
    writer.tables(network.table_a, network.table_b)
    writer.unembedding(network.unembedding, network.unembedding_bias)
    return writer.finished(metadata)


class Writer:
    """The model of a graph, changed step by step."""

    def __init__(self, cut: Cut, outline: Outline, tensors: Mapping[str, Tensor]) -> None:
        self.cut, self.outline, self.tensors = cut, outline, dict(tensors)
        self.model = onnx().ModelProto.FromString(outline.wiring.graph.skeleton)
        self.nodes = {node.output[0]: node for node in self.model.graph.node}

    def tables(self, rows_a: Tensor, rows_b: Tensor) -> None:
        """Other rows for the numbers; constant tokens stand behind them."""
        names = list(dict.fromkeys(table_name(each.node) for each in self.cut.probe.seen))
        shifts = {self._table(name, number, rows_a, rows_b) for number, name in enumerate(names)}
        if len(shifts) > 1:
            raise GraphError("has a constant token of its own in one of its two tables alone")
        if shift := shifts.pop():
            self._shift_tokens(shift)
        more = len(rows_a) - self.cut.modulus
        if self.cut.plan.feed.columns:
            self._widen(more)
        elif not self.cut.probe.seen[0].by_number:
            self._widen_inside(more)

    def _table(self, name: str, number: int, rows_a: Tensor, rows_b: Tensor) -> int:
        """Write one table; how far its tokens have to be shifted, so that constants of the graph's own stay."""
        seen = [each for each in self.cut.probe.seen if table_name(each.node) == name]
        whole = seen[0].matrix.to(rows_a.dtype)
        blocks: dict[int, Tensor] = {}
        for (table, start), rows in ((self.cut.start_a, rows_a), (self.cut.start_b, rows_b)):
            if table != name:
                continue
            if start in blocks and blocks[start] is not rows:
                raise GraphError(
                    "has one table for both operands, but this recipe gave each its own. "
                    "Link every dial, or save the recipe instead of the network"
                )
            blocks[start] = rows
        _require_movable(seen, len(rows_a) == self.cut.modulus)
        made, shift = _with_blocks(whole, blocks, self.cut.modulus), 0
        first = min(blocks)
        if seen[0].by_number and any(place >= first for place in self._own_constants(seen)):
            known = first - self.cut.offset  # the row of token 0
            made, shift = torch.cat([whole, made[known:]]), len(whole) - known
        self.tensors[f"{TABLE}.{number}"] = made
        for each in seen:
            node = self.nodes[each.node.outputs[0]]
            node.input[0 if each.by_number else 1] = f"{TABLE}.{number}"
            _plain_gemm(node)
        return shift

    def _own_constants(self, seen: list[Seen]) -> set[int]:
        """Rows of tokens that the graph itself puts beside those that it is given."""
        shift = max(value or 0 for each in seen for value in (each.shift_a, each.shift_b))
        given = {number + shift for number in self.cut.plan.feed.constants.values()}
        return {number for each in seen for number in each.constants} - given

    def _shift_tokens(self, shift: int) -> None:
        """Add so much to every token before anything else is done with it."""
        graph, kinds = self.model.graph, {}
        for port in graph.input:
            kinds[port.name] = port.type.tensor_type.elem_type
        for number, port in enumerate(self.outline.wiring.graph.inputs):
            named = _unused(f"{SHIFTED}.{number}", self.nodes)
            for node in graph.node:
                for place, name in enumerate(node.input):
                    if name == port.name:
                        node.input[place] = named
            self.tensors[f"{SHIFT}.{number}"] = torch.tensor(shift, dtype=TYPES[kinds[port.name]])
            graph.node.insert(0, onnx().helper.make_node("Add", [port.name, f"{SHIFT}.{number}"], [named]))

    def _widen(self, more: int) -> None:
        """One-hot vectors of so many entries more."""
        feed = self.cut.plan.feed
        for port in self.model.graph.input:
            axis = port.type.tensor_type.shape.dim[-1]
            axis.dim_value += more * (len(feed.words) if feed.flat == "beside" else 1)

    def _widen_inside(self, more: int) -> None:
        """The same where the graph itself makes them of tokens: of a depth, or by comparing with 0, 1, 2 …"""
        wiring = self.outline.wiring
        for node in self.model.graph.node:
            seen = [place for place, name in enumerate(node.input) if name in wiring.seeing]
            if node.op_type not in ("OneHot", "Equal") or not seen:
                continue
            place = 1 if node.op_type == "OneHot" else 1 - seen[0]
            before = constant_value(node.input[place], wiring.graph.nodes, self.tensors, wiring.graph.opset)
            one_hot = node.op_type == "OneHot"
            after = before + more if one_hot else torch.arange(before.numel() + more, dtype=before.dtype)
            named = f"{DEPTH}.{node.output[0]}"
            self.tensors[named] = after if one_hot else after.reshape(*before.shape[:-1], -1)
            node.input[place] = named

    def unembedding(self, matrix: Tensor, bias: Tensor | None) -> None:
        """Other columns for the numbers."""
        cut, ending, first = self.cut, self.outline.ending, self.cut.first_class
        if cut.unembedding.shape[1] != cut.plan.classes:
            raise GraphError("cuts its classes down to a number of its own, so that others have no room")
        behind = first + cut.modulus
        whole = torch.cat([cut.unembedding[:, :first], matrix, cut.unembedding[:, behind:]], dim=1)
        self.tensors[UNEMBEDDING] = whole
        node = self.nodes[ending.product]
        if bias is not None:
            before = torch.zeros_like(cut.unembedding[0]) if cut.bias is None else cut.bias
            self.tensors[BIAS] = torch.cat([before[:first], bias, before[behind:]])
            apart = _unused(UNSHIFTED, self.nodes)
            node.output[0] = apart
            place = list(self.model.graph.node).index(node)
            self.model.graph.node.insert(place + 1, onnx().helper.make_node("Add", [apart, BIAS], [ending.product]))
            self._leave_out_additions()
        node.input[1] = UNEMBEDDING
        if node.op_type == "Gemm":
            node.op_type = "MatMul"
            del node.attribute[:]
            del node.input[2:]
        axes = self.model.graph.output[0].type.tensor_type.shape.dim
        if len(axes) and axes[-1].HasField("dim_value"):
            axes[-1].dim_value = whole.shape[1]

    def _leave_out_additions(self) -> None:
        """Biases that the graph adds later on are in the new one already."""
        for add in self.outline.ending.adds:
            node = self.nodes[add.outputs[0]]
            place = 1 if self.outline.wiring.constant(add.inputs[0]) else 0
            kept = node.input[place]
            node.op_type = "Identity"
            del node.input[:]
            node.input.append(kept)

    def finished(self, metadata: Mapping[str, str]) -> bytes:
        """The bytes, with the tensors that are still used."""
        graph = self.model.graph
        used = {name for node in graph.node for name in node.input}
        for name, tensor in self.tensors.items():
            if name in used:
                graph.initializer.append(_proto(name, tensor))
        for name, text in metadata.items():
            self.model.metadata_props.add(key=name, value=text)
        return bytes(self.model.SerializeToString(deterministic=True))


def _require_movable(seen: list[Seen], same: bool) -> None:
    """Raises GraphError where the graph itself adds p to one of the operands."""
    apart = any(None not in (each.shift_a, each.shift_b) and each.shift_a != each.shift_b for each in seen)
    if apart and seen[0].by_number and not same:
        raise GraphError(
            "adds a number of its own to one operand to find its rows, which would have to change with the modulus. "
            "Save the recipe instead of the network"
        )


def _with_blocks(whole: Tensor, blocks: Mapping[int, Tensor], p: int) -> Tensor:
    """A table with other rows, as many as there are, in the place of p rows from each start on."""
    parts, done = [], 0
    for start, rows in sorted(blocks.items()):
        parts += [whole[done:start], rows]
        done = start + p
    return torch.cat([*parts, whole[done:]])


def _plain_gemm(node: Any) -> None:
    """Its matrix is no longer turned."""
    kept = [each for each in node.attribute if each.name != "transB"]
    if node.op_type == "Gemm":
        del node.attribute[:]
        node.attribute.extend(kept)


def _unused(name: str, known: Mapping[str, Any]) -> str:
    """A name that no operator makes yet."""
    while name in known:
        name += "'"
    return name


def _proto(name: str, tensor: Tensor) -> Any:
    raw = tensor.contiguous().numpy().tobytes()
    made = onnx().TensorProto(name=name, data_type=NUMBERS[tensor.dtype], raw_data=raw)
    made.dims.extend(tensor.shape)
    return made
