"""What is saved opens again with the same answers, and what cannot be had is refused before anything is written."""

from pathlib import Path

import pytest
import torch

import models
from models.errors import CheckpointError, RecipeError
from models.formats.registry import network_from_bytes
from tests.oracles import hand_built

RECIPE = models.linked_recipe(17, {1: 7, 3: -8, 4: -4})


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_saved_network_is_the_same(tmp_path: Path, suffix: str):
    network = hand_built(13, (1, 3, 4))
    models.save_network(network, str(tmp_path / f"mine{suffix}"))
    assert models.open_network(tmp_path / f"mine{suffix}").digest == network.digest


def test_a_recipe_is_carried_out_and_kept_in_the_file(tmp_path: Path):
    network = hand_built(13, (1, 3, 4))
    models.save_network(network, tmp_path / "operated.pt", recipe=RECIPE, layout="transformerlens")
    operated = models.open_network(tmp_path / "operated.pt")
    assert (operated.modulus, operated.layout.name) == (17, "transformerlens")
    assert models.evaluate(operated).counts.right == 17**2
    state = torch.load(tmp_path / "operated.pt", weights_only=True)
    assert state._metadata["clockwork_source_digest"] == network.digest


@pytest.mark.parametrize(
    ("name", "layout", "said"),
    [
        ("mine.zip", None, "Cannot write .zip"),
        ("mine.pt", "nobody's", "no layout known here"),
        ("mine", None, "ending"),
    ],
)
def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, name: str, layout: str | None, said: str):
    with pytest.raises(CheckpointError, match=said):
        models.save_network(hand_built(13, (1, 3, 4)), tmp_path / name, layout=layout)
    assert list(tmp_path.iterdir()) == []


def test_transformer_lens_gets_every_tensor_that_it_asks_for():
    network = hand_built(13, (1, 3, 4))
    config, state = models.to_transformer_lens(network)
    assert (config["d_vocab"], config["d_vocab_out"], config["n_ctx"]) == (14, 13, 3)
    attention = {f"blocks.0.attn.{part}" for part in ("W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V", "b_O")}
    rest = {
        f"blocks.0.{part}" for part in ("attn.mask", "attn.IGNORE", "mlp.W_in", "mlp.b_in", "mlp.W_out", "mlp.b_out")
    }
    assert state.keys() == attention | rest | {"embed.W_E", "pos_embed.W_pos", "unembed.W_U", "unembed.b_U"}
    assert state["blocks.0.attn.b_Q"].shape == (config["n_heads"], config["d_head"])


def test_what_transformer_lens_lacks_is_said():
    with pytest.raises(CheckpointError, match="cannot express an MLP"):
        models.to_transformer_lens(models.open_network("mlp-113"))
    state = models.to_transformer_lens(hand_built(13, (1, 3, 4)))[1]
    with pytest.raises(CheckpointError, match="no activation tanh; expected one of relu"):
        models.to_transformer_lens(models.open_network(state, activation="tanh"))


def test_a_recipe_or_a_modulus_and_never_both():
    network = hand_built(13, (1, 3, 4))
    assert models.transplant(network, RECIPE).digest == models.transplant(network, recipe=RECIPE).digest
    found = models.find_dials(network, 17)
    assert models.transplant(network, modulus=17).digest == found.network.digest
    for bad in ({}, {"recipe": RECIPE, "modulus": 17}):
        with pytest.raises(RecipeError, match="either a recipe or a modulus"):
            models.transplant(network, **bad)


def test_the_bytes_hold_nothing_of_the_state_that_was_passed(tmp_path: Path):
    network = hand_built(13, (1, 3, 4))
    models.save_network(network, tmp_path / "a.safetensors")
    assert network_from_bytes((tmp_path / "a.safetensors").read_bytes(), "a.safetensors").digest == network.digest
