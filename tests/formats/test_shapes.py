import pytest
import torch

from models.errors import CheckpointError
from models.formats.shapes import ShapeReader


def reader(**tensors: torch.Tensor) -> ShapeReader:
    return ShapeReader("some.pt", tensors)


def test_a_letter_is_bound_by_the_first_tensor_that_has_it():
    shapes = reader(table=torch.zeros(8, 3), readout=torch.zeros(3, 7))
    assert shapes.take("table", "p+1 d").shape == (8, 3)
    assert shapes.take("readout", "d p").shape == (3, 7)
    assert (shapes["p"], shapes["d"]) == (7, 3)


def test_a_letter_that_disagrees_names_tensor_expected_and_found():
    shapes = reader(table=torch.zeros(8, 3), readout=torch.zeros(3, 9))
    shapes.take("table", "p+1 d")
    with pytest.raises(CheckpointError, match=r"some.pt: tensor readout has shape \[3, 9\]; expected \[3, 7\] \(d p\)"):
        shapes.take("readout", "d p")


def test_a_size_given_beforehand_is_binding():
    shapes = ShapeReader("some.pt", {"bias": torch.zeros(4)}, p=5)
    with pytest.raises(CheckpointError, match=r"tensor bias has shape \[4\]; expected \[5\] \(p\)"):
        shapes.take("bias", "p")


@pytest.mark.parametrize("found", [torch.zeros(()), torch.zeros(3), torch.zeros(2, 4), torch.zeros(3, 4, 1)])
def test_numbers_and_the_count_of_axes_are_checked(found: torch.Tensor):
    with pytest.raises(CheckpointError, match=r"tensor positions has shape .*; expected \[3, d\] \(3 d\)"):
        reader(positions=found).take("positions", "3 d")


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_weights_are_floating_point(dtype: torch.dtype):
    with pytest.raises(CheckpointError, match=f"tensor bias is {dtype}; expected floating-point weights"):
        reader(bias=torch.zeros(2, dtype=dtype)).take("bias", "p")


def test_a_missing_tensor_is_named_with_the_shape_it_should_have():
    with pytest.raises(CheckpointError, match=r"some.pt: tensor bias is missing; expected it with shape \[p\]"):
        reader().take("bias", "p")


def test_a_tensor_that_may_be_absent_is_none_then_and_checked_otherwise():
    assert reader().take_if_there("bias", "p") is None
    with pytest.raises(CheckpointError, match="tensor bias has shape"):
        reader(bias=torch.zeros(2, 2)).take_if_there("bias", "p")


def test_what_comes_out_is_free_of_gradients():
    assert not reader(bias=torch.nn.Parameter(torch.zeros(2))).take("bias", "p").requires_grad
