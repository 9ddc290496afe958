"""Networks as people write them in PyTorch, to be exported: with the zoo's weights where it has these, else random."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm, one_hot

from models import zoo


class NormedTransformer(nn.Module):
    """The zoo's transformer with LayerNorm, in plain PyTorch."""

    def __init__(self, name: str = "layernorm-97") -> None:
        super().__init__()
        state = load_file(zoo.path_of(name))
        self.weights = nn.ParameterDict({key.replace(".", "_"): nn.Parameter(value) for key, value in state.items()})
        self.heads = state["blocks.0.attn.W_Q"].shape[0]

    def norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights
        return layer_norm(x, x.shape[-1:], w[f"{name}_w"], w[f"{name}_b"], 1e-5)

    def forward(self, tokens: Tensor) -> Tensor:
        w = self.weights
        x = w["embed_W_E"][tokens] + w["pos_embed_W_pos"][: tokens.shape[1]]
        seen = self.norm(x, "blocks_0_ln1")
        q, k, v = (torch.einsum("npd,hde->nhpe", seen, w[f"blocks_0_attn_W_{name}"]) for name in "QKV")
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        mask = torch.triu(torch.full(scores.shape[-2:], -torch.inf), diagonal=1)
        z = (scores + mask).softmax(-1) @ v
        x = x + torch.einsum("nhpe,hed->npd", z, w["blocks_0_attn_W_O"])
        seen = self.norm(x, "blocks_0_ln2")
        active = gelu(seen @ w["blocks_0_mlp_W_in"] + w["blocks_0_mlp_b_in"])
        x = x + active @ w["blocks_0_mlp_W_out"] + w["blocks_0_mlp_b_out"]
        return (self.norm(x, "ln_final") @ w["unembed_W_U"])[:, -1]


class PlainTransformer(nn.Module):
    """The zoo's transformer without norms; it gives the logits of every position."""

    def __init__(self) -> None:
        super().__init__()
        state = load_file(zoo.path_of("transformer-113"))
        self.weights = nn.ParameterDict({key.replace(".", "_"): nn.Parameter(value) for key, value in state.items()})

    def forward(self, tokens: Tensor) -> Tensor:
        w = self.weights
        x = nn.functional.embedding(tokens, w["embed_W_E"]) + w["pos_embed_W_pos"]
        q, k, v = (torch.einsum("npd,hde->nphe", x, w[f"blocks_0_attn_W_{name}"]) for name in "QKV")
        scores = torch.einsum("nphe,nkhe->nhpk", q, k) / q.shape[-1] ** 0.5
        scores = scores.masked_fill(torch.ones(3, 3).triu(1).bool(), -1e5)
        z = torch.einsum("nhpk,nkhe->nphe", scores.softmax(-1), v)
        x = x + torch.einsum("nphe,hed->npd", z, w["blocks_0_attn_W_O"])
        active = torch.relu(x @ w["blocks_0_mlp_W_in"] + w["blocks_0_mlp_b_in"])
        return (x + active @ w["blocks_0_mlp_W_out"] + w["blocks_0_mlp_b_out"]) @ w["unembed_W_U"]


class Encoder(nn.Module):
    """nn.TransformerEncoder on a b =, the last position's logits."""

    def __init__(self, p: int = 23, width: int = 32, norm_first: bool = False) -> None:
        super().__init__()
        self.table, self.places = nn.Embedding(p + 1, width), nn.Parameter(torch.randn(3, width))
        layer = nn.TransformerEncoderLayer(width, 4, 64, batch_first=True, norm_first=norm_first, activation="gelu")
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, p)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.encoder(self.table(tokens) + self.places)[:, -1])


class Recurrent(nn.Module):
    """An LSTM, a GRU or an RNN that reads a, then b."""

    def __init__(self, kind: type[nn.Module] = nn.LSTM, p: int = 23, width: int = 24) -> None:
        super().__init__()
        self.table, self.cells = nn.Embedding(p, width), kind(width, 40, batch_first=True)
        self.head = nn.Linear(40, p)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.cells(self.table(tokens))[0][:, -1])


class TwoTables(nn.Module):
    """An MLP with a table for each operand, given as two inputs; it gives logarithms of probabilities."""

    def __init__(self, p: int = 23) -> None:
        super().__init__()
        self.table_a, self.table_b = nn.Embedding(p, 16), nn.Embedding(p, 16)
        self.layers = nn.Sequential(nn.Linear(32, 48), nn.ReLU(), nn.Linear(48, p))

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return self.layers(torch.cat([self.table_a(a), self.table_b(b)], dim=-1)).log_softmax(-1)


class Mlp(nn.Module):
    """The zoo's MLP."""

    def __init__(self) -> None:
        super().__init__()
        state = load_file(zoo.path_of("mlp-113"))
        self.table = nn.Embedding.from_pretrained(state["embed.weight"])
        self.weights = nn.ParameterDict({key.replace(".", "_"): nn.Parameter(value) for key, value in state.items()})

    def forward(self, tokens: Tensor) -> Tensor:
        w, x = self.weights, self.table(tokens).sum(1)
        for layer in range(2):
            x = torch.relu(x @ w[f"layers_{layer}_weight"] + w[f"layers_{layer}_bias"])
        return x @ w["unembed_weight"]


class OneHot(nn.Module):
    """The zoo's one-hot MLP, which takes both one-hot vectors added up, or makes them of tokens."""

    def __init__(self, makes_them: bool) -> None:
        super().__init__()
        state = load_file(zoo.path_of("one-hot-97"))
        self.into, self.out, self.makes_them = state["mlp.W_in"], state["mlp.W_out"], makes_them

    def forward(self, x: Tensor) -> Tensor:
        if self.makes_them:
            x = one_hot(x, 97).sum(1).float()
        return torch.relu(x @ self.into.T) @ self.out.T


@dataclass(frozen=True)
class Module:
    """A network, what it is given for a pair, and what is right of it."""

    make: Callable[[], nn.Module]
    modulus: int
    tokens: str = "a b"
    trained: bool = False

    def pairs(self) -> Tensor:
        """int64 [p², positions]: every pair, and the number behind them where the sequence has an '='."""
        p = self.modulus
        a, b = torch.arange(p).repeat_interleave(p), torch.arange(p).repeat(p)
        return torch.stack([a, b, *([torch.full_like(a, p)] if self.tokens == "a b s0" else [])], dim=1)


MODULES: dict[str, Module] = {
    "transformer with LayerNorm": Module(NormedTransformer, 97, "a b s0", trained=True),
    "transformer": Module(PlainTransformer, 113, "a b s0", trained=True),
    "nn.TransformerEncoder": Module(Encoder, 23, "a b s0"),
    "nn.TransformerEncoder, norm first": Module(lambda: Encoder(norm_first=True), 23, "a b s0"),
    "LSTM": Module(Recurrent, 23),
    "GRU": Module(lambda: Recurrent(nn.GRU), 23),
    "RNN": Module(lambda: Recurrent(nn.RNN), 23),
    "two tables": Module(TwoTables, 23),
    "MLP": Module(Mlp, 113, trained=True),
    "one-hot inputs": Module(lambda: OneHot(False), 97, trained=True),
    "one-hot inside": Module(lambda: OneHot(True), 97, trained=True),
}


def built(title: str) -> nn.Module:
    """A module with the same weights every time."""
    torch.manual_seed(0)
    return MODULES[title].make().eval()


def given(title: str, pairs: Tensor) -> tuple[Tensor, ...]:
    """What a module takes for some pairs [n, positions]."""
    if title == "two tables":
        return pairs[:, 0], pairs[:, 1]
    if title == "one-hot inputs":
        return (one_hot(pairs, MODULES[title].modulus).sum(1).float(),)
    return (pairs,)


def exported(title: str, dynamo: bool = True, dynamic: bool = True) -> bytes:
    """The bytes of torch.onnx.export, by either of its exporters, of any number of pairs or of one."""
    module, tokens = built(title), given(title, MODULES[title].pairs()[: 2 if dynamic else 1])
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if dynamo:
            shapes = tuple({0: torch.export.Dim.DYNAMIC} for _ in tokens) if dynamic else None
            program = torch.onnx.export(module, tokens, dynamo=True, dynamic_shapes=shapes, verbose=False)
            program.save(buffer)
        else:
            names = [f"tokens_{number}" for number in range(len(tokens))]
            axes = {name: {0: "pairs"} for name in names} if dynamic else None
            torch.onnx.export(module, tokens, buffer, dynamo=False, input_names=names, dynamic_axes=axes)
    return buffer.getvalue()
