"""Bounds of files that are met exactly: two checkpoints, sixteen axes, the last byte; and what is missed first."""

import io
import re

import pytest
import torch

from models.formats.containers.declared import MOST_AXES, Declared, MalformedError, Storage
from models.formats.decoding import Contents, read_contents
from models.formats.registry import LAYOUTS
from models.formats.series import runs_of
from tests.mlps import MlpShape, random_mlp


def saved(data: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(data, buffer)
    return buffer.getvalue()


def state(seed: int, modulus: int = 7) -> dict[str, torch.Tensor]:
    return LAYOUTS["he"].write(random_mlp(MlpShape(modulus=modulus, layers=0, layout="he"), seed))


@pytest.mark.parametrize(("count", "checkpoints"), [(1, 1), (2, 2), (3, 3)])
def test_a_list_of_two_moments_is_a_run_and_of_one_is_none(count: int, checkpoints: int):
    contents = read_contents(saved({"state_dicts": [state(seed) for seed in range(count)]}), "run.pth")
    (run,) = runs_of([contents])
    assert len(run.checkpoints) == checkpoints


def test_moments_of_another_shape_are_no_run():
    contents = read_contents(saved({"state_dicts": [state(0, 5), state(1)]}), "run.pth")
    (run,) = runs_of([contents])
    assert len(run.checkpoints) == 1


def declared(shape: tuple[int, ...], stride: tuple[int, ...], offset: int, size: int) -> Declared:
    return Declared(torch.float32, shape, stride, offset, Storage(size, lambda: bytes(size)))


@pytest.mark.parametrize("axes", [0, 1, MOST_AXES])
def test_so_many_axes_are_read(axes: int):
    declared((1,) * axes, (1,) * axes, 0, 4).require_in_storage()


def test_one_axis_more_is_refused():
    with pytest.raises(MalformedError, match="a tensor's shape is"):
        declared((1,) * (MOST_AXES + 1), (1,) * (MOST_AXES + 1), 0, 4).require_in_storage()


REACHING = [
    ((2, 3), (3, 1), 0, 24),
    ((2, 3), (1, 2), 0, 24),
    ((2, 3), (3, 1), 5, 44),
    ((4,), (0,), 0, 4),
    ((2, 2), (10, 1), 1, 52),
]


@pytest.mark.parametrize(("shape", "stride", "offset", "needed"), REACHING)
def test_a_tensor_reaches_as_far_as_its_last_element(shape, stride, offset, needed):
    declared(shape, stride, offset, needed).require_in_storage()
    with pytest.raises(MalformedError, match=f"needs {needed} bytes, but the file holds {needed - 1} for it"):
        declared(shape, stride, offset, needed - 1).require_in_storage()


@pytest.mark.parametrize(("size", "bad"), [(2**62 - 1, False), (2**62, True), (-1, True)])
def test_sizes_up_to_a_bound(size: int, bad: bool):
    found = declared((0, size), (1, 1), 0, 4)
    if bad:
        with pytest.raises(MalformedError, match="a tensor's shape is"):
            found.require_in_storage()
    else:
        found.require_in_storage()


def missed(*present: str) -> list[str]:
    contents = Contents("x.pt", {name: torch.zeros(1) for name in present})
    return re.findall(r"\w+\.\w+", str(LAYOUTS["zhong_linear"].missed(contents)))


def test_what_a_layout_misses_is_named_in_order():
    assert missed("l1.weight") == ["l1.bias", "unembed.weight"]
    assert missed("l1.weight", "l1.bias", "unembed.weight") == ["embed1.weight", "embed2.weight"]
