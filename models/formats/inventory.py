"""What a file holds, in a sentence: for one that fits no layout."""

import re
from collections.abc import Mapping

from torch import Tensor

from models.errors import shown

TABLE = re.compile(r"(?<!un)emb|wte|tok|vocab|table", re.IGNORECASE)  # in names of tables with a row for each token
MOST_TABLES = 2
MOST_OTHERS = 4  # largest first


def inventory(tensors: Mapping[str, Tensor]) -> str:
    """How many tensors and numbers, its tables, and the largest of the rest with their shapes.

    >>> import torch
    >>> inventory({"tok_emb.weight": torch.zeros(98, 128), "proj.weight": torch.zeros(128, 128)})
    '2 tensors of 28,928 numbers: a table of 98 rows of width 128 named tok_emb.weight; proj.weight [128, 128]'
    """
    largest_first = sorted(tensors, key=lambda name: -tensors[name].numel())
    tables = [name for name in largest_first if tensors[name].ndim == 2 and TABLE.search(name)][:MOST_TABLES]
    others = [name for name in largest_first if name not in tables]
    listed = [_table(name, tensors[name]) for name in tables]
    listed += [f"{shown(name)} {shown(list(tensors[name].shape))}" for name in others[:MOST_OTHERS]]
    more = len(others) - MOST_OTHERS
    listed += [f"{more:,} more"] if more > 0 else []
    count = "1 tensor" if len(tensors) == 1 else f"{len(tensors):,} tensors"
    return f"{count} of {sum(each.numel() for each in tensors.values()):,} numbers: {'; '.join(listed)}"


def _table(name: str, tensor: Tensor) -> str:
    rows, width = tensor.shape
    return f"a table of {rows:,} rows of width {width:,} named {shown(name)}"
