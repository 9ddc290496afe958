"""The orders in which weights fit together: every one of them, and never too long a look."""

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.formats.chains import (
    MOST_ORDERS,
    MOST_WEIGHTS,
    Chain,
    Weights,
    chain_in_line,
    fits,
    order_of_places,
    orders_of,
    placed_order,
    written_chain,
)


def weights_of(biased: tuple[str, ...] = (), **shapes: tuple[int, int]) -> Weights:
    return Weights({name.replace("_", "."): shape for name, shape in shapes.items()}, frozenset(biased))


def found(weights: Weights) -> list[str]:
    orders = orders_of(weights)
    assert orders.all
    return [str(chain) for chain in orders.found]


def test_an_mlp_of_different_widths_has_one_order():
    assert found(weights_of(out=(13, 6), table=(13, 5), first=(6, 5))) == ["table > first > out"]
    assert found(weights_of(out=(13, 7), table=(13, 5), second=(7, 6), first=(6, 10))) == [
        "table > first > second > out"
    ]


def test_layers_of_one_width_have_several():
    deep = weights_of(table=(13, 5), x=(6, 5), y=(6, 6), z=(6, 6), out=(13, 6))
    assert found(deep) == ["table > x > y > z > out", "table > x > z > y > out"]


def test_a_table_and_an_unembedding_of_one_shape_may_be_each_other_unless_one_has_a_bias():
    shapes = {"a": (13, 6), "b": (13, 6), "layer": (6, 6)}
    assert found(Weights(shapes, frozenset())) == ["a > layer > b", "b > layer > a"]
    assert found(Weights(shapes, frozenset({"a"}))) == ["b > layer > a"]


def test_two_tables_may_be_added_or_side_by_side_and_whose_is_whose_is_left_to_their_names():
    added = weights_of(right=(13, 5), left=(13, 5), layer=(6, 5), out=(13, 6))
    assert found(added) == ["left + right > layer > out"]
    assert found(weights_of(t2=(13, 5), t10=(13, 5), layer=(6, 10), out=(13, 6))) == ["t2 + t10 > layer > out"]


def test_a_table_twice_as_long_as_wide_may_be_a_layer():
    shapes = {"left": (10, 5), "right": (10, 5), "layer": (6, 10), "out": (10, 6)}
    assert set(found(Weights(shapes, frozenset()))) == {
        "left > right > layer > out",
        "right > left > layer > out",
        "left + right > layer > out",
    }


def test_one_hot_operands_have_no_table_and_one_layer():
    assert found(weights_of(out=(13, 6), layer=(6, 26))) == ["layer > out"]
    assert found(weights_of(out=(13, 7), layer=(6, 26), second=(7, 6))) == []


def test_names_that_differ_by_their_numbers_are_tried_in_the_order_of_these_first():
    names = ("net_10", "net_9", "net_2")
    deep = weights_of(table=(13, 6), out=(13, 6), **dict.fromkeys(names, (6, 6)), biased=("out",))
    assert found(deep)[0] == "table > net.2 > net.9 > net.10 > out"
    assert len(found(deep)) == 6


def test_where_there_are_too_many_only_the_order_of_the_numbers_is_kept():
    shapes = {f"layers.{number}": (6, 6) for number in range(12)} | {"table": (13, 6), "out": (13, 6)}
    expected = "table > " + " > ".join(f"layers.{number}" for number in range(12)) + " > out"
    assert found(Weights(shapes, frozenset({"out"}))) == [expected]


def test_too_many_that_nothing_tells_apart_are_said_to_be_too_many():
    shapes = dict.fromkeys("abcdefgh", (6, 6)) | {"table": (13, 6), "out": (13, 6)}
    orders = orders_of(Weights(shapes, frozenset()))
    assert not orders.all
    assert len(orders.found) == MOST_ORDERS + 1


@pytest.mark.parametrize("shape", [(6, 6), (13, 6), (6, 13), (13, 13)])
@pytest.mark.parametrize("count", [MOST_WEIGHTS, MOST_WEIGHTS + 1])
def test_the_look_is_short_whatever_there_is(shape: tuple[int, int], count: int, monkeypatch: pytest.MonkeyPatch):
    shapes = {f"{letter}{number}x": shape for number in range(count // 2) for letter in "ab"} | {"out": (13, 6)}
    looked = []
    monkeypatch.setattr("models.formats.chains.fits", lambda *chain: bool(looked.append(chain)) or fits(*chain))
    orders_of(Weights(dict(list(shapes.items())[-count:]), frozenset()))
    assert len(looked) < 1000


names = st.sampled_from(["a", "b", "c1", "c2", "d"])
sizes = st.sampled_from([3, 6, 5])


@given(st.dictionaries(names, st.tuples(sizes, sizes), max_size=5), st.frozensets(names))
def test_exactly_the_orders_that_fit_are_found(shapes: dict[str, tuple[int, int]], biased: frozenset[str]):
    weights = Weights(shapes, biased & shapes.keys())
    every = {
        Chain(order[:count], order[count:-1], order[-1])
        for order in permutations(shapes)
        for count in (0, 1, 2)
        if len(order) > count + 1 and (count < 2 or order[0] < order[1])
    }
    expected = {chain for chain in every if fits(chain, weights)}
    orders = orders_of(weights)
    assert set(orders.found) == expected if orders.all else len(expected) > MOST_ORDERS
    assert len(set(orders.found)) == len(orders.found)


@given(st.dictionaries(names, st.tuples(sizes, sizes), max_size=5))
def test_what_is_written_is_read_back(shapes: dict[str, tuple[int, int]]):
    for chain in orders_of(Weights(shapes, frozenset())).found:
        assert written_chain(str(chain)) == chain


@given(st.dictionaries(names, st.tuples(sizes, sizes), max_size=5))
def test_an_order_told_by_places_is_told_without_a_name_and_found_again(shapes: dict[str, tuple[int, int]]):
    told = {str(chain): placed_order(str(chain), shapes) for chain in orders_of(Weights(shapes, frozenset())).found}
    assert len(set(told.values())) == len(told)
    for order, placed in told.items():
        assert re.fullmatch(r"\d(?:-\d)?(?:\.\d)+", placed)
        assert order_of_places(placed, shapes) == order


def test_places_do_not_depend_on_the_order_of_a_files_names():
    assert placed_order("right + left > layer > out", ["right", "out", "left", "layer"]) == "3-1.0.2"
    assert placed_order("table > layer > out", ["out", "layer", "table"]) == "2.0.1"
    assert order_of_places("2.0.1", ["out", "layer", "table"]) == "table > layer > out"


def test_places_of_ten_weights_and_more_are_told_apart():
    names = [f"layer{number:02}" for number in range(12)]
    order = " > ".join([*names[6:], *names[:6]])
    assert placed_order(order, names) == "6.7.8.9.10.11.0.1.2.3.4.5"
    assert order_of_places(placed_order(order, names), names) == order


@pytest.mark.parametrize("placed", ["0.1", "0.1.3", "0.1.1", "0.1.2.3", "0-1-2", "0", "", "00.1.2", "x.1.2"])
def test_places_that_are_none_give_no_order(placed: str):
    assert order_of_places(placed, ["a", "b", "c"]) == ""


def test_names_in_line_are_read_as_files_of_older_versions_meant_them():
    weights = weights_of(left=(13, 5), right=(13, 5), layer=(6, 5), out=(13, 6))
    assert str(chain_in_line(["right", "left", "layer", "out"], weights)) == "right + left > layer > out"
    for names in (["layer", "left", "right", "out"], ["left", "layer", "out"], ["out"], [""], []):
        assert chain_in_line(names, weights) is None


@pytest.mark.parametrize("order", ["", ">", "a > b", "table > first", "table > first > out > out", " + > first > out"])
def test_an_order_that_is_none_does_not_fit(order: str):
    assert not fits(written_chain(order), weights_of(out=(13, 6), table=(13, 5), first=(6, 5)))
