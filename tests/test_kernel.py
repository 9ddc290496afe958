"""The compiled loop against one einsum."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from models.bodies import one_layer
from models.bodies.one_layer_kernel import mix_heads
from tests.oracles import Shape, random_network


def given_to(n: int, q: int, w: int, h: int, own_rows: int, seed: int, dtype: torch.dtype) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    sizes = ((n, q, h), (h, n, w), (n, q, h), (h, q, w), (own_rows, w))
    return [torch.randn(size, generator=generator, dtype=dtype) for size in sizes]


def mixed(tensors: list[Tensor], rectified: int, place: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """A tile, out of memory that held something else before."""
    out = torch.full((*size, tensors[-1].shape[1]), 7.0, dtype=tensors[0].dtype)
    mix_heads(*(each.numpy() for each in tensors), rectified, place, out.numpy())
    return out


def expected(tensors: list[Tensor], rectified: int, place: tuple[int, int], size: tuple[int, int]) -> Tensor:
    weights_a, from_a, weights_b, from_b, own = (each.double() for each in tensors)
    whole = torch.einsum("nqh,hnw->nqw", weights_a, from_a) + torch.einsum("nqh,hqw->nqw", weights_b, from_b) + own
    whole = torch.cat([whole[..., :rectified].clamp(min=0), whole[..., rectified:]], dim=-1)
    return whole[place[0] : place[0] + size[0], place[1] : place[1] + size[1]]


@st.composite
def tiles(draw):
    n, q, w = draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 20))
    row, column = draw(st.integers(0, n - 1)), draw(st.integers(0, q - 1))
    size = draw(st.integers(1, n - row)), draw(st.integers(1, q - column))
    own_rows = draw(st.sampled_from([1, q]))
    return (n, q, w, draw(st.sampled_from([4, 8, 12])), own_rows), (row, column), size, draw(st.integers(0, w))


@pytest.mark.parametrize(("dtype", "room"), [(torch.float64, 1e-13), (torch.float32, 1e-5)], ids=str)
@given(tiles(), st.integers(0, 99))
def test_a_tile_is_what_one_einsum_gives(dtype: torch.dtype, room: float, tile, seed: int):
    shape, place, size, rectified = tile
    tensors = given_to(*shape, seed, dtype)
    found = mixed(tensors, rectified, place, size).double()
    torch.testing.assert_close(found, expected(tensors, rectified, place, size), rtol=room, atol=20 * room)


@pytest.mark.parametrize("rectified", [0, 3, 6])
@pytest.mark.parametrize("h", [4, 8])
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_what_is_no_number_comes_out_where_it_went_in(value: float, h: int, rectified: int):
    tensors = given_to(5, 5, 6, h, 5, 0, torch.float32)
    tensors[0][..., h - 1] = tensors[0][..., h - 1].abs() + 1  # so that an infinity keeps its sign
    tensors[1][h - 1, 2] = value  # all that row 2 receives of a
    found = mixed(tensors, rectified, (0, 0), (5, 5)).double()
    whole = expected(tensors, rectified, (0, 0), (5, 5))
    assert torch.isfinite(found[[0, 1, 3, 4]]).all()
    torch.testing.assert_close(found, whole, rtol=1e-5, atol=1e-4, equal_nan=True)
    if value == -torch.inf:
        assert (found[2, :, :rectified] == 0).all()


def test_infinities_of_both_signs_are_no_number():
    tensors = given_to(3, 3, 4, 4, 1, 0, torch.float32)
    tensors[0][1, 1, 0] = torch.inf
    tensors[1][0, 1] = torch.tensor([1.0, -1.0, 1.0, -1.0])
    tensors[4][0] = torch.tensor([-torch.inf, torch.inf, torch.inf, -torch.inf])
    found = mixed(tensors, 4, (0, 0), (3, 3))[1, 1]
    assert found.isnan().tolist() == [True, True, False, False]
    assert found[2:].tolist() == [torch.inf, 0.0]


def test_only_the_tile_is_written():
    tensors = given_to(6, 6, 5, 4, 6, 0, torch.float64)
    around = np.full((4, 4, 5), 7.0)
    mix_heads(*(each.numpy() for each in tensors), 2, (2, 3), around[1:3, 1:3])
    assert (around[1:3, 1:3] != 7).all()
    around[1:3, 1:3] = 7
    assert (around == 7).all()


@pytest.mark.parametrize("equals", [True, False])
@pytest.mark.parametrize("heads", [1, 3, 4, 5, 8])
@pytest.mark.parametrize("tile", [1, 2, 5, 11, 32])
def test_tiles_of_every_size_make_the_same_rows(monkeypatch: pytest.MonkeyPatch, tile: int, heads: int, equals: bool):
    monkeypatch.setattr(one_layer, "TILE", tile)
    network = random_network(Shape(modulus=11, heads=heads, equals=equals), 1, torch.float64)
    tables = network.table_a, network.table_b
    reader = network.body.rows_reader(*tables, network.unembedding)
    rows = torch.tensor([10, 0, 3, 3, 7, 1, 2])
    found = reader.rows(rows)
    a, b = rows.repeat_interleave(11), torch.arange(11).repeat(len(rows))
    plain = (network.body.readout_vectors(*tables, a, b) @ network.unembedding).unflatten(0, (len(rows), 11))
    torch.testing.assert_close(found, plain, rtol=0, atol=1e-12 * float(plain.abs().max()))
