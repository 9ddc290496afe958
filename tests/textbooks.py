"""Networks as their authors wrote them, run on a state dict in float64: what a file that is read must compute.

Nothing here knows of Clockwork's normal form. Each takes the tensors under the file's own names and pairs a, b [n].
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear

Tensors = Mapping[str, Tensor]
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": lambda x: x.clamp(min=0),
    "square": lambda x: x * x,
    "gelu": gelu,
    "tanh": torch.tanh,
    "gelu-tanh": lambda x: x / 2 * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x**3))),
    "silu": lambda x: x * torch.sigmoid(x),
}


def output_first(state: Tensors, tokens: Sequence[Tensor], activation: str, coefficient: float, causal: bool) -> Tensor:
    """The transformer of Nanda et al. and Zhong et al.: its einsums, on token numbers [n] by position."""
    weights = {name: tensor.double() for name, tensor in state.items()}
    x = torch.stack([weights["embed.W_E"].T[token] for token in tokens], dim=1) + weights["pos_embed.W_pos"]
    layer = 0
    while f"blocks.{layer}.attn.W_K" in weights:
        w = {name.split(".")[-1]: weights[name] for name in weights if name.startswith(f"blocks.{layer}.")}
        k, q, v = (torch.einsum("ihd,bpd->biph", w[f"W_{part}"], x) for part in "KQV")
        scores = torch.einsum("biph,biqh->biqp", k, q) / w["W_K"].shape[1] ** 0.5
        allowed = torch.ones(len(tokens), len(tokens)).tril().bool() if causal else torch.tensor(True)
        attention = scores.masked_fill(~allowed, -1e10).softmax(-1)
        attention = (attention * coefficient + (1 - coefficient)) * allowed
        z = torch.einsum("biph,biqp->biqh", v, attention)
        flat = z.transpose(1, 2).flatten(2)  # b q (i h)
        x = x + torch.einsum("df,bqf->bqd", w["W_O"], flat)
        hidden = ACTIVATIONS[activation](torch.einsum("md,bpd->bpm", w["W_in"], x) + w["b_in"])
        x = x + torch.einsum("dm,bpm->bpd", w["W_out"], hidden) + w["b_out"]
        layer += 1
    logits = x[:, -1] @ weights["unembed.W_U"]
    return logits[:, : len(weights["unembed.b_U"])] + weights["unembed.b_U"] if "unembed.b_U" in weights else logits


class ZhongLinear(nn.Module):
    """The linear models A, B, C, D and X of Zhong et al., as PyTorch's modules."""

    def __init__(self, kind: str, p: int, width: int, hidden: int, last: int) -> None:
        super().__init__()
        self.kind = kind
        if kind == "X":
            self.embed1, self.embed2 = nn.Embedding(p, width), nn.Embedding(p, width)
        else:
            self.embed = nn.Embedding(p, width)
        self.l1 = nn.Linear(2 * width if kind == "D" else width, hidden)
        if kind in "BC":
            self.l2 = nn.Linear(hidden, last)
        self.unembed = nn.Embedding(p, last if kind in "BC" else hidden)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        x, y = (self.embed1(a), self.embed2(b)) if self.kind == "X" else (self.embed(a), self.embed(b))
        if self.kind == "C":
            hidden = self.l1(x) + self.l1(y)
        elif self.kind == "D":
            hidden = self.l1(torch.cat([x, y], dim=-1))
        else:
            hidden = self.l1(x + y)
        hidden = hidden.relu()
        if self.kind in "BC":
            hidden = self.l2(hidden).relu()
        return linear(hidden, self.unembed.weight)


class PlainMlp(nn.Module):
    """An MLP as people write it: embeddings or one-hot operands, then nn.Linear upon nn.Linear."""

    def __init__(self, p: int, widths: Sequence[int], kind: str, activation: str, *, bias: bool, end_bias: bool):
        super().__init__()
        self.p, self.kind, self.activation = p, kind, ACTIVATIONS[activation]
        d = widths[0]
        if kind.startswith("one table"):
            self.tokens = nn.Embedding(p, d)
        elif kind.startswith("two tables"):
            self.left, self.right = nn.Embedding(p, d), nn.Embedding(p, d)
        into = 2 * p if kind == "one-hot" else 2 * d if kind.endswith("side by side") else d
        sizes = [into, *widths[1:]]
        self.hidden = nn.ModuleList(nn.Linear(*pair, bias=bias) for pair in pairwise(sizes))
        self.answer = nn.Linear(sizes[-1], p, bias=end_bias)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        if self.kind == "one-hot":
            eye = torch.eye(self.p, dtype=self.answer.weight.dtype)
            x, y = eye[a], eye[b]
        elif self.kind.startswith("one table"):
            x, y = self.tokens(a), self.tokens(b)
        else:
            x, y = self.left(a), self.right(b)
        x = torch.cat([x, y], dim=-1) if self.kind.endswith(("side by side", "one-hot")) else x + y
        for layer in self.hidden:
            x = self.activation(layer(x))
        return self.answer(x)


def he(state: Tensors, a: Tensor, b: Tensor, activation: str) -> Tensor:
    """The MLP of He et al., with one-hot operands or a learned embedding [d, p]."""
    weights = {name: tensor.double() for name, tensor in state.items()}
    p = len(weights["mlp.W_out"])
    operands = torch.eye(p).double()[:, a] + torch.eye(p).double()[:, b]
    operands = weights["embed.W_E"] @ operands if "embed.W_E" in weights else operands
    return (weights["mlp.W_out"] @ ACTIVATIONS[activation](weights["mlp.W_in"] @ operands)).T


def seeded(make: Callable[[], nn.Module], seed: int) -> nn.Module:
    """A module whose initial weights the seed decides, PyTorch's own generator left as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make().requires_grad_(False)


def exact(module: nn.Module, a: Tensor, b: Tensor) -> Tensor:
    """Logits in float64; the module is float32 again afterwards, its weights unchanged."""
    logits = module.double()(a, b)
    module.float()
    return logits
