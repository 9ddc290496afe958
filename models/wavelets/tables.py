"""The tables of a network by letter, one row a number: what defects are looked for in, put into and mended in."""

from dataclasses import replace

import torch
from torch import Tensor

from models.network import Network

TABLES = {"a": "operand table a", "b": "operand table b", "u": "unembedding"}


def table_of(network: Network, table: str) -> Tensor:
    """[p, columns]: "a", "b", or "u", whose rows are the classes; the bias of the unembedding is its last column."""
    if table != "u":
        return network.table_a if table == "a" else network.table_b
    rows = network.unembedding.T
    bias = network.unembedding_bias
    return rows if bias is None else torch.cat([rows, bias[:, None]], dim=1)


def with_table(network: Network, table: str, rows: Tensor) -> Network:
    """The network with one table in place of its own; a shared table stays shared."""
    if table == "u":
        columns = rows if network.unembedding_bias is None else rows[:, :-1]
        bias = None if network.unembedding_bias is None else rows[:, -1].contiguous()
        return replace(network, unembedding=columns.T.contiguous(), unembedding_bias=bias)
    if network.tables_shared:
        return replace(network, table_a=rows, table_b=rows)
    return replace(network, table_a=rows) if table == "a" else replace(network, table_b=rows)


def table_names(network: Network) -> tuple[str, ...]:
    """Which tables there are: a shared one counts once."""
    return ("a", "u") if network.tables_shared else ("a", "b", "u")
