"""What a protocol-buffer message announces, looked at before a library builds it.

A message of two bytes takes a hundred in memory and a whole number of one byte takes eight, so that a file of 50 MB
could ask for gigabytes. Here every field is counted; only those of the schema are let through. Source: the encoding
chapter of the Protocol Buffers documentation, and onnx.proto for what the numbers mean.
"""

from collections.abc import Mapping

from models.errors import CheckpointError
from models.formats.containers.declared import MalformedError

TEXT, BYTES, WHOLE = "text", "bytes", "whole numbers"  # fields of a length that are no messages
Schema = Mapping[str, Mapping[int, str]]
ENTRY = {1: TEXT, 2: TEXT}
ONNX: Schema = {
    "Model": {**dict.fromkeys((2, 3, 4, 6), TEXT), 7: "Graph", 8: "Opset", 14: "Entry", 25: "Function"},
    "Opset": {1: TEXT},
    "Entry": ENTRY,
    "Graph": {
        **{1: "Node", 2: TEXT, 5: "Tensor", 10: TEXT, 14: "Annotation", 15: "Sparse", 16: "Entry"},
        **dict.fromkeys((11, 12, 13), "Value"),
    },
    "Node": {**dict.fromkeys((1, 2, 3, 4, 6, 7, 8), TEXT), 5: "Attribute", 9: "Entry"},
    "Attribute": {
        **{1: TEXT, 4: BYTES, 5: "Tensor", 6: "Graph", 7: BYTES, 8: WHOLE, 9: BYTES, 10: "Tensor", 11: "Graph"},
        **{13: TEXT, 14: "Type", 15: "Type", 21: TEXT, 22: "Sparse", 23: "Sparse"},
    },
    "Tensor": {
        **{1: WHOLE, 3: BYTES, 4: BYTES, 5: WHOLE, 6: BYTES, 7: WHOLE, 8: TEXT, 9: BYTES, 10: BYTES, 11: WHOLE},
        **{12: TEXT, 13: "Entry", 16: "Entry"},
    },
    "Sparse": {1: "Tensor", 2: "Tensor", 3: WHOLE},
    "Annotation": {1: TEXT, 2: "Entry"},
    "Value": {1: TEXT, 2: "Type", 3: TEXT, 4: "Entry"},
    "Type": {1: "Dense", 6: TEXT},
    "Dense": {2: "Shape"},
    "Shape": {1: "Axis"},
    "Axis": {2: TEXT, 3: TEXT},
    "Function": {
        **dict.fromkeys((1, 4, 5, 6, 8, 10, 13), TEXT),
        **{7: "Node", 9: "Opset", 11: "Attribute", 12: "Value", 14: "Entry"},
    },
}
DEEPEST = 20  # messages within messages
LONGEST_VARINT = 10
VARINT, EIGHT, LENGTH, FOUR = 0, 1, 2, 5  # kinds of fields


class Counter:
    """Walks through a message and counts."""

    def __init__(self, name: str, data: bytes, most: int) -> None:
        self.name, self.data, self.most, self.counted = name, data, most, 0

    def require(self, kind: str = "Model") -> None:
        """Raises MalformedError or CheckpointError where it is no such message, or one of too many parts."""
        self._walk(kind, 0, len(self.data), 0)

    def _walk(self, kind: str, place: int, end: int, depth: int) -> None:
        if depth > DEEPEST:
            raise MalformedError(f"its messages are nested more than {DEEPEST} deep")
        fields = ONNX[kind]
        while place < end:
            tag, place = self._varint(place, end)
            number, wire = tag >> 3, tag & 7
            self._count(1)
            if wire == VARINT:
                _, place = self._varint(place, end)
            elif wire in (EIGHT, FOUR):
                place += 8 if wire == EIGHT else 4
            elif wire == LENGTH:
                size, place = self._varint(place, end)
                if place + size > end:
                    raise MalformedError(f"a part of {size:,} bytes is announced where {end - place:,} are left")
                self._within(kind, number, fields.get(number), place, size, depth)
                place += size
            else:
                raise MalformedError(f"it has a field of kind {wire}")
        if place != end:
            raise MalformedError("it ends in the middle of a field")

    def _within(self, kind: str, number: int, meant: str | None, place: int, size: int, depth: int) -> None:
        if meant is None:
            raise CheckpointError(
                f"{self.name} has field {number} in a part of kind {kind}, which is not read here; expected a plain "
                "ONNX model. Export it with torch.onnx.export, without training parts or device settings."
            )
        if meant == WHOLE:
            self._count(size)
        elif meant == TEXT:
            self.data[place : place + size].decode()  # bytes that are no text are no name
        elif meant not in (TEXT, BYTES):
            self._walk(meant, place, place + size, depth + 1)

    def _count(self, more: int) -> None:
        self.counted += more
        if self.counted > self.most:
            raise CheckpointError(
                f"{self.name} lists more than {self.most:,} nodes, names, attributes and single numbers; expected one "
                "network. Save its weights as raw data, as torch.onnx.export does, or use the command line."
            )

    def _varint(self, place: int, end: int) -> tuple[int, int]:
        value = 0
        for shift in range(LONGEST_VARINT):
            if place >= end:
                break
            byte = self.data[place]
            place += 1
            value |= (byte & 127) << (7 * shift)
            if byte < 128:
                return value, place
        raise MalformedError("a number in it does not end")
