"""The embedding and the unembedding of a file: which rows and columns are numbers, and which are other tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.errors import CheckpointError
from models.formats.roles.find import Roles
from models.formats.roles.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Rows of the embedding and columns of the unembedding in three parts: before the numbers, numbers, past them."""

    before: Tensor  # [offset, d]
    numbers: Tensor  # [p, d], or [2p, d] where b's tokens follow a's
    past: Tensor  # [k, d]
    classes_before: Tensor  # [d, offset or 0]
    unembedding: Tensor  # [d, p]
    classes_past: Tensor  # [d, l]
    bias_before: Tensor | None
    bias: Tensor | None  # [p]
    bias_past: Tensor | None

    @property
    def modulus(self) -> int:
        """p."""
        return self.unembedding.shape[1]

    @property
    def separate(self) -> bool:
        """b's tokens follow a's."""
        return len(self.numbers) == 2 * self.modulus

    def row(self, number: int) -> Tensor:
        """[d]: one row of the embedding."""
        return torch.cat([self.before, self.numbers, self.past])[number]

    def with_constants(self, rows: Mapping[int, Tensor], tokens: Tokens) -> "Vocabulary":
        """The same with other rows, by position, for the constant tokens."""
        before, past = self.before.clone(), self.past.clone()
        for place, word in enumerate(tokens.words):
            if word[0] in "rs":
                (before if word[0] == "r" else past)[int(word[1:])] = rows[place]
        return replace(self, before=before, past=past)

    def with_numbers(self, numbers: Tensor) -> Tensor:
        """The embedding with other rows for numbers."""
        return torch.cat([self.before, numbers, self.past])

    def with_classes(self, unembedding: Tensor) -> Tensor:
        """The unembedding with other columns for numbers."""
        return torch.cat([self.classes_before, unembedding, self.classes_past], dim=1)

    def with_biases(self, bias: Tensor | None) -> Tensor | None:
        """The bias of all classes with others for numbers; where the file had none, those of other classes are 0."""
        if bias is None:
            return None
        before, past = (
            columns.new_zeros(columns.shape[1]) if own is None else own
            for own, columns in ((self.bias_before, self.classes_before), (self.bias_past, self.classes_past))
        )
        return torch.cat([before, bias, past])


def vocabulary(name: str, tensors: Mapping[str, Tensor], roles: Roles, tokens: Tokens, *, separate: bool) -> Vocabulary:
    """The parts of a file's embedding and unembedding. Raises CheckpointError where the tokens have no room in it."""
    table, read = embedding(tensors, roles), unembedding(tensors, roles)
    rows, classes = len(table), read.shape[1]
    for_numbers = rows - tokens.offset - tokens.past
    p = classes if classes < rows else for_numbers // (2 if separate else 1)
    count = 2 * p if separate else p
    if p < 2 or count > for_numbers or (classes >= rows and separate and for_numbers % 2):
        raise CheckpointError(
            f"{name}: its embedding has {rows} rows and its unembedding {classes} classes; expected at least "
            f"{tokens.offset + tokens.past} rows beside the numbers for the sequence '{tokens.text}'"
            f"{', and two rows for each number' if separate else ''}. Read it as another sequence."
        )
    first = tokens.offset if classes >= tokens.offset + p else 0
    bias = tensors[roles.of["unembedding.bias"]] if "unembedding.bias" in roles else None
    biases = (None,) * 3 if bias is None else (bias[:first], bias[first : first + p], bias[first + p :])
    return Vocabulary(
        *table.split([tokens.offset, count, rows - tokens.offset - count]),
        *read.split([first, p, classes - first - p], dim=1),
        *biases,
    )


def embedding(tensors: Mapping[str, Tensor], roles: Roles) -> Tensor:
    """[tokens, d]."""
    table = tensors[roles.of["embedding"]]
    return table if table.shape[1] == roles.width else table.T


def unembedding(tensors: Mapping[str, Tensor], roles: Roles) -> Tensor:
    """[d, classes]; where the file has none, the embedding is both."""
    if "unembedding" not in roles:
        return embedding(tensors, roles).T
    matrix = tensors[roles.of["unembedding"]]
    return matrix.T if lies_output_first(matrix, tensors, roles) else matrix


def lies_output_first(matrix: Tensor, tensors: Mapping[str, Tensor], roles: Roles) -> bool:
    """Whether a matrix that reads a residual is [outputs, inputs]."""
    if matrix.shape[0] == matrix.shape[1]:
        return not input_first(tensors, roles)
    return matrix.shape[1] == roles.width


def input_first(tensors: Mapping[str, Tensor], roles: Roles) -> bool:
    """Whether square matrices are [inputs, outputs]: as the file's other matrices; else nn.Linear's are not."""
    into = tensors[roles.of["0.in"]]
    if into.shape[0] != into.shape[1]:
        return into.shape[0] == roles.width
    return not roles.of["0.in"].endswith("weight")
