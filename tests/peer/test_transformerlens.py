"""Networks written by Clockwork, run by TransformerLens: python -m pytest tests/peer, with requirements-peer.txt."""

import io
from pathlib import Path

import pytest
import torch
from torch import Tensor

import models
from models.circuits.spectra import key_frequencies
from models.evaluation import predictions
from models.formats.registry import network_from_contents as read
from models.formats.registry import network_to_bytes, open_file
from models.network import Network
from models.surgery.recipe import linked_recipe, own_recipe
from models.surgery.transplant import transplant

# The library's own warnings are its own affair.
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]
Q = 97


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch):
    """An empty HookedTransformer of the sizes of the published networks, for numbers mod Q. Nothing is downloaded."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "1")
    library = pytest.importorskip("transformer_lens", reason="TransformerLens is not installed (requirements-peer.txt)")
    return library.HookedTransformer(
        library.HookedTransformerConfig(
            n_layers=1,
            d_model=128,
            n_ctx=3,
            d_head=32,
            n_heads=4,
            d_mlp=512,
            act_fn="relu",
            normalization_type=None,
            d_vocab=Q + 1,
            d_vocab_out=Q,
            attention_dir="causal",
            device="cpu",
        )
    )


def written(network: Network) -> dict[str, Tensor]:
    """The state dict of the file that Clockwork writes in the layout of TransformerLens."""
    data = network_to_bytes(network, ".pt", {"clockwork_source_digest": "some"}, "transformerlens")
    return torch.load(io.BytesIO(data), weights_only=True)


@torch.no_grad()
def theirs(hooked, network: Network) -> Tensor:
    """Predictions [q, q] of the library over the tokens a, b, '='."""
    a, b = network.task.pairs()
    logits = hooked(torch.stack([a, b, torch.full_like(a, Q)], dim=1))
    assert logits.shape == (Q * Q, 3, Q)
    return logits[:, -1].argmax(-1).reshape(Q, Q)


def test_an_operated_network_loads_strictly_and_agrees_on_all_pairs(hooked, shared: Path):
    network = read(open_file(shared / "chughtai" / "C113_T_seed1.pt"))
    operated = transplant(network, linked_recipe(Q, {16: 38, 30: 11, 56: 34}))
    hooked.load_state_dict(written(operated), strict=True)
    found = theirs(hooked, operated)
    assert torch.equal(found, predictions(operated))
    assert torch.equal(found.flatten(), operated.task.answers(*operated.task.pairs()))


def test_a_network_without_biases_agrees_once_the_library_has_filled_them_in(hooked, shared: Path):
    network = read(open_file(shared / "nanda" / "wd_10-1_mod_addition_loss_curve.pth"))
    operated = transplant(network, own_recipe(Q, key_frequencies(network).frequencies))
    untouched = dict.fromkeys(("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases"), False)
    hooked.load_and_process_state_dict(written(operated), **untouched)
    assert torch.equal(theirs(hooked, operated), predictions(operated))


@torch.no_grad()
def test_what_the_library_is_handed_loads_strictly_and_agrees_on_all_pairs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    library = pytest.importorskip("transformer_lens", reason="TransformerLens is not installed (requirements-peer.txt)")
    network = models.open_network("transformer-113")
    config, state = models.to_transformer_lens(network)
    hooked = library.HookedTransformer(library.HookedTransformerConfig(**config, device="cpu"))
    hooked.load_state_dict(state, strict=True)
    a, b = network.task.pairs()
    logits = hooked(torch.stack([a, b, torch.full_like(a, 113)], dim=1))[:, -1]
    assert bool((logits.argmax(-1) == network(a, b).argmax(-1)).all())
