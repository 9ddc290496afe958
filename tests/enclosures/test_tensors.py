"""Float64 tensors with error bounds: what lies within the bounds of what is given lies within those of what comes."""

import pytest
import torch
from torch import Tensor

from models import zoo
from models.enclosures.tensors import Bounded, BoundedTensor
from models.evaluation.balls import margins_by_balls
from models.evaluation.classes import distinct_classes
from models.evaluation.passes import Passes
from models.formats.registry import network_from_bytes
from tests.torch_modules import exported

B = Bounded()
OFF = 1e-6
ONE = {
    **{name: (lambda x, name=name: B.one_by_one(name, x)) for name in ("neg", "abs", "relu", "exp", "erf", "tanh")},
    **{name: (lambda x, name=name: B.one_by_one(name, x)) for name in ("sigmoid", "sin", "cos")},
    "log": lambda x: B.one_by_one("log", B.add(B.one_by_one("abs", x), B.exact(torch.tensor(0.5)))),
    "sqrt": lambda x: B.one_by_one("sqrt", B.one_by_one("abs", x)),
    "sum": lambda x: B.sum(x, [1], True),
    "largest": lambda x: B.largest(x, [0], False),
    "softmax": lambda x: B.softmax(x, 1),
    "masked softmax": lambda x: B.softmax(B.add(x, B.exact(MASK)), 1),
    "softmax, masked by a large number": lambda x: B.softmax(B.add(x, B.exact(MASK.clamp_min(-3e38))), 1),
    "square": lambda x: B.multiply(x, x),
    "turned": lambda x: B.move(torch.t, x),
    "chosen": lambda x: B.choose(B.compare("Less", x, B.exact(torch.zeros(1))), B.multiply(x, x), x),
}
TWO = {
    "add": B.add,
    "subtract": B.subtract,
    "multiply": B.multiply,
    "divide": lambda x, y: B.divide(x, B.add(B.one_by_one("abs", y), B.exact(torch.tensor(0.25)))),
    "larger": B.larger,
    "product": lambda x, y: B.bilinear(torch.matmul, x, B.move(torch.t, y), 5),
}
MASK = torch.zeros(4, 5).index_fill(1, torch.tensor([1, 3]), -torch.inf)


def around(values: Tensor, seed: int, errors: float = OFF) -> tuple[BoundedTensor, Tensor]:
    """Numbers with bounds, and others within them."""
    generator = torch.Generator().manual_seed(seed)
    shift = (2 * torch.rand(values.shape, generator=generator, dtype=torch.float64) - 1) * errors
    return BoundedTensor(values, torch.full_like(values, errors)), values + shift


def numbers(seed: int) -> Tensor:
    return torch.randn(4, 5, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("name", ONE)
def test_a_function_of_one_holds_every_number_within_the_bounds(name: str):
    for seed in range(20):
        bounded, other = around(numbers(seed), seed + 100)
        found, exact = ONE[name](bounded), ONE[name](BoundedTensor(other))
        assert bool(((found.values - exact.values).abs() <= found.off).all())
        assert float(torch.as_tensor(found.off).max()) < (torch.inf if name == "chosen" else 100 * OFF)


@pytest.mark.parametrize("name", TWO)
def test_a_function_of_two_does_so(name: str):
    for seed in range(20):
        (x, other_x), (y, other_y) = around(numbers(seed), seed + 100), around(numbers(seed + 50), seed + 200)
        found, exact = TWO[name](x, y), TWO[name](BoundedTensor(other_x), BoundedTensor(other_y))
        assert bool(((found.values - exact.values).abs() <= found.off).all())
        assert float(found.off.max()) < 100 * OFF


def test_what_is_masked_has_no_weight_and_no_error_to_speak_of():
    found = ONE["masked softmax"](BoundedTensor(numbers(0)))
    assert bool((found.values[:, [1, 3]] == 0).all())
    assert float(found.off.max()) < 1e-13


def test_a_comparison_within_the_bounds_is_not_certain_and_what_is_chosen_by_it_neither():
    x = BoundedTensor(torch.tensor([1e-9, 1.0], dtype=torch.float64), torch.full((2,), OFF, dtype=torch.float64))
    told = B.compare("Less", x, B.exact(torch.zeros(1)))
    assert told.off.tolist() == [torch.inf, 0.0]
    assert B.choose(told, x, B.multiply(x, x)).off[0] == torch.inf
    assert B.cast(told, None).off.tolist() == [torch.inf, 0.0]


def test_division_by_what_may_be_zero_has_no_bound():
    x = BoundedTensor(torch.full((1,), 1e-9, dtype=torch.float64), torch.full((1,), OFF, dtype=torch.float64))
    assert B.divide(B.exact(torch.ones(1)), x).off.item() == torch.inf


def test_whole_numbers_stay_exact():
    seven, two = B.exact(torch.tensor(-7)), B.exact(torch.tensor(2))
    assert B.divide(seven, two).values.item() == -3
    assert B.multiply(seven, two).errors is None


@pytest.mark.parametrize(("title", "name"), [("MLP", "mlp-113"), ("transformer", "transformer-113")])
def test_margins_of_a_graph_hold_the_exact_ones_of_the_network_that_was_exported(title: str, name: str):
    graph, known = network_from_bytes(exported(title, dynamo=False), "some.onnx"), zoo.load(name)
    a, b = torch.randint(113, (2, 24), generator=torch.Generator().manual_seed(0))
    found = Passes(graph).of_pairs(a, b)
    exact = [part.values for part in margins_by_balls(known, distinct_classes(known), a, b, 128)]
    assert bool(((found.values - torch.cat(exact)).abs() <= found.errors).all())
    assert float(found.errors.max()) < 1e-6
