"""A network in use: called, looked into, set otherwise, and refused in one sentence where something cannot be."""

import pytest
import torch

import models
from models.errors import RecipeError
from tests.mlps import hand_built_mlp

NETWORK = models.open_network("one-hot-97")


def test_a_network_is_called_with_numbers_lists_and_tensors():
    logits = NETWORK(5, 90)
    assert (logits.shape, int(logits.argmax())) == ((97,), 95)
    assert NETWORK([5, 6], 90).argmax(-1).tolist() == [95, 96]
    square = NETWORK(torch.tensor([[5, 6], [7, 8]]), torch.tensor([[90, 1], [2, 3]]))
    assert (square.shape, square.argmax(-1).tolist()) == ((2, 2, 97), [[95, 7], [9, 11]])
    assert bool((NETWORK(range(97), 3) == NETWORK.logits(torch.arange(97), torch.full((97,), 3))).all())
    assert not NETWORK(1, 2).requires_grad


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (97, 1, "a holds 97; expected whole numbers from 0 to 96"),
        (1, -1, "b holds -1; expected"),
        (1.5, 1, "a is 1.5; expected whole numbers"),
        (1, "x", "b is 'x'; expected whole numbers"),
        (torch.tensor(1.0), 1, "a is of type torch.float32; expected"),
        ([1, 2], [1, 2, 3], r"Operands of shapes \[2\] and \[3\] do not go together"),
        (True, 1, "a is of type torch.bool"),
    ],
)
def test_what_is_no_number_of_it_is_refused(a, b, said: str):
    with pytest.raises(RecipeError, match=said):
        NETWORK(a, b)


def test_a_network_shows_itself_on_one_short_line():
    weights = sum(each.numel() for each in NETWORK.tensors().values()) - NETWORK.table_b.numel()  # one table, shared
    assert repr(NETWORK) == f"Network(a + b mod 97, he, {weights:,} weights, {NETWORK.digest[:8]})"
    apart = hand_built_mlp(7, (1, 2), "chughtai_mlp")
    assert apart.tables_shared is False
    assert f"{sum(each.numel() for each in apart.tensors().values()):,} weights" in repr(apart)


def test_activations_are_those_that_the_logits_are_made_of():
    network = models.open_network("transformer-113")
    logits, held = models.run_with_cache(network, [3, 4, 5], 110)
    assert bool((logits == network([3, 4, 5], 110)).all())
    assert torch.allclose(held["resid_post"] @ network.unembedding, logits, atol=1e-4)
    assert bool(
        (held["embed"][1, 0] == network.table_a[4]).all() and (held["embed"][1, 1] == network.table_b[110]).all()
    )
    assert torch.allclose(held["blocks.0.mlp.pre"].relu(), held["blocks.0.mlp.post"])
    pattern = held["blocks.0.attn.pattern"]
    assert pattern.shape == (3, 4, 3)
    assert torch.allclose(pattern.sum(-1), torch.ones(3, 4))
    one, held_of_one = models.run_with_cache(network, 3, 110)
    assert (one.shape, held_of_one["resid_post"].shape) == ((113,), (128,))
    assert torch.allclose(held_of_one["resid_post"], held["resid_post"][0], atol=1e-5)


FUNCTIONS = {
    "logit_waves": lambda k: models.logit_waves(NETWORK, (k,)),
    "frequency_plane": lambda k: models.frequency_plane(NETWORK.table_a, k),
    "half_step_accuracy": lambda k: models.half_step_accuracy(NETWORK, (k,)),
    "Findings": lambda k: models.Findings(NETWORK, (k,)),
    "measures_of": lambda k: models.measures_of(NETWORK, (k,)),
    "share_of": lambda k: models.embedding_spectrum(NETWORK).share_of((k,)),
    "transplant": lambda k: models.transplant(NETWORK, models.linked_recipe(127, {k: 3})),
    "patched_dials": lambda k: models.patched_dials(NETWORK, models.own_recipe(127, (k,))),
    "run": lambda k: models.run(NETWORK, models.Request(127, fixed={k: 2})),
    "with_dial": lambda k: models.transplant(NETWORK, models.own_recipe(97, (5,)).with_dial(k, target=3)),
}


@pytest.mark.parametrize("k", [0, 49, 400])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_frequency_that_it_cannot_have_is_refused_by_all(name: str, k: int):
    with pytest.raises(RecipeError, match=rf"\b{k}\b.*\b1 to 48"):
        FUNCTIONS[name](k)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: models.measures_of(NETWORK, (5, 5)), "Frequency 5 is given twice, and would count twice"),
        (lambda: models.measures_of(NETWORK, ("5",)), "Frequency '5' is none mod 97"),
        (lambda: models.find_dials(NETWORK, 127.5), "Modulus 127.5 is none; expected a whole number"),
        (lambda: models.transplant(NETWORK, modulus="12"), "Modulus '12' is none"),
        (lambda: models.find_dials(NETWORK, 12, rounds=-1), "rounds is -1; expected a whole number from 0 on"),
        (lambda: models.find_dials(NETWORK, 12, fixed={5.0: 2}), "Dial 5.0 is no frequency"),
        (lambda: models.find_dials(NETWORK, 12, fixed={5: float("nan")}), "Dial 5 has the target nan"),
        (lambda: models.Request(127.5), "Modulus 127.5 is none"),
        (
            lambda: models.Request(12, "best"),
            "readout is 'best'; expected one of keep, balance, calibrate, refit, auto",
        ),
        (lambda: models.Request(12, search="some"), "search is 'some'; expected one of full, none"),
        (lambda: models.Request(12, fixed={"5": 2}), "Dial '5' is no frequency"),
        (lambda: models.Request(12, seed="x"), "seed is 'x'; expected a whole number"),
        (lambda: models.sweep("one-hot-97", [12]), "Expected a network, or networks by name"),
        (lambda: models.sweep({"mine": "one-hot-97"}, [12]), "Expected a network, or networks by name"),
        (lambda: models.sweep(NETWORK, 12), "moduli is 12; expected several"),
        (lambda: models.find_dials(NETWORK, 1), "Modulus 1 is out of range; expected a whole number from 2 to"),
        (lambda: models.transplant(NETWORK, modulus=0), "Modulus 0 is out of range"),
        (lambda: models.Request(-5), "Modulus -5 is out of range"),
        (lambda: models.Request(12, "keep", models.own_recipe(127, (5,))), "for modulus 12 and its recipe for 127"),
        (lambda: models.find_defects(NETWORK, table="c"), "c is no table of this network; expected one of a, u"),
        (lambda: models.find_defects(NETWORK, surrogates=0), "0 surrogates are out of range"),
        (lambda: models.scalogram(NETWORK.table_a, torch.tensor([0.0])), "Frequencies .* of 97 numbers; expected more"),
        (lambda: models.scalogram(NETWORK.table_a, torch.tensor([5, 49])), "more than 0 and at most 48.5"),
    ],
)
def test_what_would_be_answered_wrongly_is_refused(call, said: str):
    with pytest.raises(RecipeError, match=said):
        call()


@pytest.mark.parametrize("k", [0, 49, 400])
def test_waves_of_pairs_refuse_it_too(k: int):
    fit = models.logit_fit(models.LogitGrid(NETWORK))
    for call in (
        lambda: models.pair_waves(NETWORK, fit, (k,), 1, 2),
        lambda: models.walk_waves(NETWORK, fit, (k,), 1, None),
        lambda: fit.explained_by((k,)),
        lambda: fit.by_sum((k,)),
    ):
        with pytest.raises(RecipeError, match=f"Frequency {k} is none mod 97; expected whole numbers from 1 to 48"):
            call()


@pytest.mark.parametrize(
    ("modulus", "targets", "said"),
    [
        (127.5, {16: 2}, "Modulus 127.5 is none"),
        (127, {"16": 2}, "Dial '16' is no frequency"),
        (127, {16: "2"}, "Dial 16 has the target '2'"),
        (True, {16: 2}, "Modulus True is none"),
        (127, {16: True}, "Dial 16 has the target True"),
    ],
)
def test_what_only_looks_like_numbers_makes_no_recipe(modulus, targets, said: str):
    with pytest.raises(RecipeError, match=said):
        models.linked_recipe(modulus, targets)


def test_a_dial_is_set_alone():
    recipe = models.linked_recipe(127, {5: 48, 9: -7})
    moved = recipe.with_dial(5, target=48.5, amplitude=2)
    assert moved.targets == {5: 48.5, 9: -7}
    assert moved.dials[0].a.amplitude == 2
    apart = moved.with_dial(9, table="b", phase=0.5)
    assert (apart.dials[1].a.phase, apart.dials[1].on_b.phase, apart.dials[1].on_b.target) == (0.0, 0.5, -7)
    assert recipe.with_dial(2, target=3).targets == {2: 3, 5: 48, 9: -7}
    assert recipe.targets == {5: 48, 9: -7}
    with pytest.raises(RecipeError, match="colour is no setting of a dial; expected target, amplitude"):
        recipe.with_dial(5, colour=1)
    with pytest.raises(RecipeError, match="Dial 2 is not in this recipe"):
        recipe.with_dial(2, phase=1.0)


def test_dials_are_found_without_anything_else():
    plan = models.find_dials(NETWORK, 13, rounds=1)
    assert plan.recipe.modulus == plan.network.modulus == 13
    with pytest.raises(RecipeError, match="no key frequencies"):
        models.find_dials(NETWORK.map_tensors(torch.zeros_like), 12)


def test_a_package_lists_what_it_promises():
    assert dir(models) == sorted(models.__all__)
