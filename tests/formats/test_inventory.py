"""A file that fits no layout is told by what it holds, and what its tensors miss."""

import torch

from models.formats.inventory import inventory


def test_tables_come_first_and_then_the_largest():
    state = {
        "proj.weight": torch.zeros(128, 128),
        "pos_emb": torch.zeros(3, 128),
        "tok_emb.weight": torch.zeros(98, 128),
    }
    state |= {"unembed.weight": torch.zeros(97, 128), "ln.bias": torch.zeros(128)}
    assert inventory(state) == (
        "5 tensors of 41,856 numbers: a table of 98 rows of width 128 named tok_emb.weight; a table of 3 rows of width "
        "128 named pos_emb; proj.weight [128, 128]; unembed.weight [97, 128]; ln.bias [128]"
    )


def test_a_long_list_is_counted():
    told = inventory({f"w{number}": torch.zeros(number + 1) for number in range(50)})
    assert told == "50 tensors of 1,275 numbers: w49 [50]; w48 [49]; w47 [48]; w46 [47]; 46 more"
    assert inventory({"a" * 150: torch.zeros(1)}) == f"1 tensor of 1 numbers: {'a' * 60}… [1]"
