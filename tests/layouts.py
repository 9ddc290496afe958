"""Transformers as people name and shape them: random weights by role, brought into the layouts of many code bases.

Each layout is a list of names with the shapes in which they stand. `expected` computes the logits from the weights by
role, one position after the other, and knows nothing of names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from models.formats.decoding import Contents
from models.formats.registry import network_from_contents
from models.hyperparameters import PLAIN
from models.network import Network
from tests.mlps import hand_built_mlp
from tests.textbooks import ACTIVATIONS

P, D, H, E, M = 7, 8, 2, 4, 12
LAYER = "#"  # in a name: the layer's number
Shape = Callable[[Tensor], Tensor]


def same(weight: Tensor) -> Tensor:
    return weight


def turned(weight: Tensor) -> Tensor:
    """nn.Linear: [outputs, inputs]."""
    return weight.T


def by_head(weight: Tensor) -> Tensor:
    """[h, d, e] of [d, h·e]."""
    return weight.unflatten(1, (H, E)).transpose(0, 1)


def from_heads(weight: Tensor) -> Tensor:
    """[h, e, d] of [h·e, d]."""
    return weight.unflatten(0, (H, E))


def batched(weight: Tensor) -> Tensor:
    return weight[None]


@dataclass(frozen=True)
class Layout:
    """How a code base names and shapes its tensors, and the facts by which they are to be read."""

    title: str
    names: Mapping[str, tuple[str, Shape]]  # role → name and shape; "qkv" for three beside each other
    facts: Mapping[str, object]
    tokens: str = "a b s0"
    layers: int = 1
    rows: int | None = None  # of the embedding; as many as the tokens need
    classes: int = P
    buffers: Mapping[str, Tensor] = field(default_factory=dict)
    sinusoidal: bool = False  # positions are computed, not learned

    @cached_property
    def weights(self) -> dict[str, Tensor]:
        """Random, by role, [inputs, outputs]; every one that the names ask for."""
        generator = torch.Generator().manual_seed(len(self.title))
        found = {}
        for role in self.names:
            kind = role.split(".", 1)[-1] if role[0] == LAYER else role
            for layer in range(self.layers) if role[0] == LAYER else (0,):
                size = sizes_of_roles(self).get(kind) or sizes_of_roles(self)[kind.split(".")[0]][1:]
                drawn = torch.randn(*size, generator=generator) / size[0] ** 0.5
                found[role.replace(LAYER, str(layer), 1)] = drawn + ("gain" in role)
        return found | ({"positions": sinusoids(len(self.tokens.split()))} if self.sinusoidal else {})

    @cached_property
    def state(self) -> dict[str, Tensor]:
        """As the code base saves it."""
        state = {}
        for role, (name, shape) in self.names.items():
            for layer in range(self.layers) if role[0] == LAYER else (0,):
                key = role.replace(LAYER, str(layer), 1)
                state[name.replace(LAYER, str(layer))] = shape(self.weights[key]).contiguous()
        return state | self.buffers

    def network(self) -> Network:
        """Read by its facts."""
        facts = PLAIN.with_values({"tokens": self.tokens} | dict(self.facts))
        return network_from_contents(Contents(f"{self.title}.pt", self.state), facts)

    def expected(self, a: Tensor, b: Tensor) -> Tensor:
        """Logits [n, p], float64."""
        return torch.stack([self._logits(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)])

    def _logits(self, a: int, b: int) -> Tensor:
        w = {role: weight.double() for role, weight in self.weights.items()}
        offset = max((int(t[1:] or 0) for t in self.tokens.split() if t[0] in "ab"), default=0)
        count = 2 * P if self.facts.get("tables") == "separate" else P
        rows = [
            {"a": offset + a, "b": offset + b + count - P, "s": offset + count + int(t[1:] or 0), "r": int(t[1:] or 0)}[
                t[0]
            ]
            for t in self.tokens.split()
        ]
        x = w["embedding"][rows] * (D**0.5 if self.facts.get("table_scale") == "root" else 1)
        if "positions" in w:
            x = x + w["positions"][: len(rows)]
        before = self.facts.get("norm_place", "before") == "before"
        for n in range(self.layers):
            seen = self._norm(w, f"{n}.norm1", x) if before else x
            x = x + self._attention(w, n, seen)
            x = x if before else self._norm(w, f"{n}.norm1", x)
            seen = self._norm(w, f"{n}.norm2", x) if before else x
            active = seen @ w[f"{n}.in"] + w.get(f"{n}.in.bias", 0)
            act = ACTIVATIONS[str(self.facts["activation"])]
            active = act(seen @ w[f"{n}.gate"]) * active if f"{n}.gate" in w else act(active)
            x = x + active @ w[f"{n}.out"] + w.get(f"{n}.out.bias", 0)
            x = x if before else self._norm(w, f"{n}.norm2", x)
        out = self._norm(w, "final_norm", x[-1])
        read = w["unembedding"] if "unembedding" in w else w["embedding"].T
        first = offset if self.classes > P and offset else 0
        return (out @ read + w.get("unembedding.bias", 0))[first : first + P]

    def _attention(self, w: Mapping[str, Tensor], n: int, seen: Tensor) -> Tensor:
        if f"{n}.qkv" in w:
            q, k, v = (seen @ w[f"{n}.qkv"] + w.get(f"{n}.qkv.bias", torch.zeros(3 * H * E))).chunk(3, dim=-1)
        else:
            q, k, v = (seen @ w[f"{n}.{part}"] + w.get(f"{n}.{part}.bias", 0) for part in "qkv")
        heads = int(str(self.facts.get("heads", H)))
        mixed = []
        for one in range(heads):
            width = H * E // heads
            own = slice(one * width, (one + 1) * width)
            scores = q[:, own] @ k[:, own].T / width**0.5
            if self.facts.get("mask", "causal") == "causal":
                scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -torch.inf)
            mixed.append(scores.softmax(-1) @ v[:, own])
        return torch.cat(mixed, dim=-1) @ w[f"{n}.o"] + w.get(f"{n}.o.bias", 0)

    def _norm(self, w: Mapping[str, Tensor], role: str, x: Tensor) -> Tensor:
        kind = self.facts.get("norm", "none")
        learned = any("gain" in name for name in w)
        if kind == "none" or (learned and f"{role}.gain" not in w):
            return x
        x = x - x.mean(-1, keepdim=True) if kind == "layer" else x
        x = x / (x.square().mean(-1, keepdim=True) + float(str(self.facts.get("norm_eps", 1e-5)))).sqrt()
        return x * w.get(f"{role}.gain", 1) + w.get(f"{role}.shift", 0)


def sinusoids(count: int) -> Tensor:
    """[t, d], as in Vaswani et al. 2017."""
    angles = torch.arange(count)[:, None] / 10_000 ** (torch.arange(0, D, 2) / D)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def sizes_of_roles(layout: Layout) -> dict[str, tuple[int, ...]]:
    """[inputs, outputs] of a matrix, [size] of a bias."""
    specials = len({token for token in layout.tokens.split() if token[0] in "rs"})
    count = 2 * P if layout.facts.get("tables") == "separate" else P
    return {
        "embedding": (layout.rows or count + specials, D),
        "positions": (len(layout.tokens.split()), D),
        "unembedding": (D, layout.classes),
        "unembedding.bias": (layout.classes,),
        **dict.fromkeys("qkv", (D, H * E)),
        **{f"{part}.bias": (H * E,) for part in "qkv"},
        "qkv": (D, 3 * H * E),
        "qkv.bias": (3 * H * E,),
        "o": (H * E, D),
        "o.bias": (D,),
        "in": (D, M),
        "in.bias": (M,),
        "gate": (D, M),
        "out": (M, D),
        "out.bias": (D,),
        **{f"{norm}.{part}": (D,) for norm in ("norm1", "norm2", "final_norm") for part in ("gain", "shift")},
    }


def linear(role: str, name: str, *, bias: bool = True) -> dict[str, tuple[str, Shape]]:
    """An nn.Linear."""
    found = {role: (f"{name}.weight", turned)}
    return found | ({f"{role}.bias": (f"{name}.bias", same)} if bias else {})


def norm(role: str, name: str, gain: str = "weight", shift: str | None = "bias") -> dict[str, tuple[str, Shape]]:
    """An nn.LayerNorm, or another name for its parts."""
    found = {f"{role}.gain": (f"{name}.{gain}", same)}
    return found | ({f"{role}.shift": (f"{name}.{shift}", same)} if shift else {})


def encoder(layers: str) -> dict[str, tuple[str, Shape]]:
    """nn.TransformerEncoderLayer."""
    return {
        "#.qkv": (f"{layers}.self_attn.in_proj_weight", turned),
        "#.qkv.bias": (f"{layers}.self_attn.in_proj_bias", same),
        **linear("#.o", f"{layers}.self_attn.out_proj"),
        **linear("#.in", f"{layers}.linear1"),
        **linear("#.out", f"{layers}.linear2"),
        **norm("#.norm1", f"{layers}.norm1"),
        **norm("#.norm2", f"{layers}.norm2"),
    }


def tables(table: str, places: str, read: str, *, bias: bool = False) -> dict[str, tuple[str, Shape]]:
    """nn.Embedding for tokens and positions, nn.Linear for the unembedding."""
    return {"embedding": (table, same), "positions": (places, same), **linear("unembedding", read, bias=bias)}


PRE = {"norm": "layer", "norm_place": "before"}
POST = {"norm": "layer", "norm_place": "after"}
GPT = {
    "embedding": ("transformer.wte.weight", same),
    "positions": ("transformer.wpe.weight", same),
    **norm("#.norm1", "transformer.h.#.ln_1"),
    **norm("#.norm2", "transformer.h.#.ln_2"),
    **norm("final_norm", "transformer.ln_f"),
    **linear("unembedding", "lm_head", bias=False),
}
BARE = {
    "embedding": ("embed", same),
    "positions": ("pos", same),
    **{f"#.{part}": (f"W_{part.upper()}", by_head) for part in "qkv"},
    "#.o": ("W_O", from_heads),
    "#.in": ("W_in", same),
    "#.out": ("W_out", same),
    "unembedding": ("unembed", same),
}
LLAMA = {
    "embedding": ("model.embed_tokens.weight", same),
    **{f"#.{part}": (f"model.layers.#.self_attn.{part}_proj.weight", turned) for part in "qkvo"},
    **linear("#.gate", "model.layers.#.mlp.gate_proj", bias=False),
    **linear("#.in", "model.layers.#.mlp.up_proj", bias=False),
    **linear("#.out", "model.layers.#.mlp.down_proj", bias=False),
    **norm("#.norm1", "model.layers.#.input_layernorm", shift=None),
    **norm("#.norm2", "model.layers.#.post_attention_layernorm", shift=None),
    **norm("final_norm", "model.norm", shift=None),
    **linear("unembedding", "lm_head", bias=False),
}
META = {
    "embedding": ("tok_embeddings.weight", same),
    **{f"#.{part}": (f"layers.#.attention.w{part}.weight", turned) for part in "qkvo"},
    **linear("#.gate", "layers.#.feed_forward.w1", bias=False),
    **linear("#.in", "layers.#.feed_forward.w3", bias=False),
    **linear("#.out", "layers.#.feed_forward.w2", bias=False),
    **norm("#.norm1", "layers.#.attention_norm", shift=None),
    **norm("#.norm2", "layers.#.ffn_norm", shift=None),
    **norm("final_norm", "norm", shift=None),
    **linear("unembedding", "output", bias=False),
}
PORTH = {
    "embedding": ("tok_emb.weight", same),
    "positions": ("pos_emb", same),
    **linear("#.qkv", "blocks.#.attn.qkv", bias=False),
    **linear("#.o", "blocks.#.attn.proj", bias=False),
    **linear("#.in", "blocks.#.mlp.up"),
    **linear("#.out", "blocks.#.mlp.down"),
    **norm("#.norm1", "blocks.#.ln1", "gamma", "beta"),
    **norm("#.norm2", "blocks.#.ln2", "gamma", "beta"),
    **norm("final_norm", "ln_f", "gamma", "beta"),
    **linear("unembedding", "unembed", bias=False),
}
LENS = {
    "embedding": ("embed.W_E", same),
    "positions": ("pos_embed.W_pos", same),
    **{f"#.{part}": (f"blocks.#.attn.W_{part.upper()}", by_head) for part in "qkv"},
    **{f"#.{part}.bias": (f"blocks.#.attn.b_{part.upper()}", lambda bias: bias.unflatten(0, (H, E))) for part in "qkv"},
    "#.o": ("blocks.#.attn.W_O", from_heads),
    "#.o.bias": ("blocks.#.attn.b_O", same),
    "#.in": ("blocks.#.mlp.W_in", same),
    "#.in.bias": ("blocks.#.mlp.b_in", same),
    "#.out": ("blocks.#.mlp.W_out", same),
    "#.out.bias": ("blocks.#.mlp.b_out", same),
    **norm("#.norm1", "blocks.#.ln1", "w", "b"),
    **norm("#.norm2", "blocks.#.ln2", "w", "b"),
    **norm("final_norm", "ln_final", "w", "b"),
    "unembedding": ("unembed.W_U", same),
    "unembedding.bias": ("unembed.b_U", same),
}
SPLIT = {
    **tables("token_embedding.weight", "position_embedding.weight", "head", bias=True),
    **{role: shape for part in "qkv" for role, shape in linear(f"#.{part}", f"attn.to_{part}", bias=False).items()},
    **linear("#.o", "attn.to_out"),
    **linear("#.in", "ff.0"),
    **linear("#.out", "ff.2"),
}
MULTIHEAD = {
    **tables("tok_emb.weight", "pos_emb", "head"),
    "#.qkv": ("attn.in_proj_weight", turned),
    "#.qkv.bias": ("attn.in_proj_bias", same),
    **linear("#.o", "attn.out_proj"),
    **linear("#.in", "mlp.0"),
    **linear("#.out", "mlp.2"),
    **norm("#.norm1", "ln1"),
    **norm("#.norm2", "ln2"),
}
MASK = torch.ones(1, 1, 3, 3).tril()


def without(names: Mapping[str, tuple[str, Shape]], *roles: str) -> dict[str, tuple[str, Shape]]:
    return {role: name for role, name in names.items() if role not in roles}


def facts(activation: str, heads: int = H, **others: object) -> dict[str, object]:
    return {"activation": activation, "heads": heads} | others


LAYOUTS = (
    Layout("porth", PORTH, facts("gelu", **PRE)),
    Layout("porth, as many classes as the width", PORTH, facts("gelu", **PRE), classes=D),
    Layout("porth, three layers, no mask", PORTH, facts("gelu", mask="none", **PRE), layers=3),
    Layout("bare names", BARE, facts("relu")),
    Layout("bare names, a op b =", BARE, facts("silu"), tokens="a s0 b s1"),
    Layout("bare names, = a b", BARE, facts("relu"), tokens="s0 a b"),
    Layout("bare names, rows before the numbers", BARE, facts("relu"), tokens="a1 b1 r0"),
    Layout("bare names, every token a class", BARE, facts("tanh"), tokens="a s0 b s1", classes=P + 2),
    Layout("bare names, as many classes as the width", BARE, facts("relu"), classes=D),
    Layout("bare names, more classes than tokens", BARE, facts("relu"), classes=P + 1 + 16),
    Layout("bare names, out lying otherwise than in", BARE | {"#.out": ("W_out", turned)}, facts("relu")),
    Layout("bare names, no positions", without(BARE, "positions"), facts("relu")),
    Layout("bare names, two tables in one", BARE, facts("relu", tables="separate")),
    Layout("bare names, norms without weights", BARE, facts("relu", **PRE)),
    Layout("bare names, RMSNorm without weights", BARE, facts("square", norm="rms", norm_place="before")),
    Layout(
        "nanoGPT",
        GPT
        | linear("#.qkv", "transformer.h.#.attn.c_attn")
        | linear("#.o", "transformer.h.#.attn.c_proj")
        | linear("#.in", "transformer.h.#.mlp.c_fc")
        | linear("#.out", "transformer.h.#.mlp.c_proj"),
        facts("gelu", **PRE),
        layers=2,
        buffers={"transformer.h.0.attn.bias": MASK, "transformer.h.1.attn.bias": MASK},
    ),
    Layout(
        "GPT-2, which lays matrices the other way round",
        GPT
        | {
            role: (f"transformer.h.#.{name}{end}", same)
            for role, name in {"qkv": "attn.c_attn", "o": "attn.c_proj", "in": "mlp.c_fc", "out": "mlp.c_proj"}.items()
            for role, end in ((f"#.{role}", ".weight"), (f"#.{role}.bias", ".bias"))
        },
        facts("gelu-tanh", **PRE),
        buffers={"transformer.h.0.attn.bias": MASK.bool(), "transformer.h.0.attn.masked_bias": torch.tensor(-1e4)},
    ),
    Layout("tied", without(PORTH, "unembedding"), facts("gelu", **PRE), classes=P + 1),
    Layout("LLaMA", LLAMA, facts("silu", norm="rms", norm_place="before"), layers=2),
    Layout("LLaMA by its authors", META, facts("silu", norm="rms", norm_place="before", norm_eps=1e-6)),
    Layout("GeGLU", LLAMA, facts("gelu", norm="rms", norm_place="before")),
    Layout("TransformerLens with LayerNorm", LENS, facts("gelu", **PRE)),
    Layout("nn.MultiheadAttention, pre", MULTIHEAD, facts("relu", **PRE)),
    Layout("nn.MultiheadAttention, post", MULTIHEAD, facts("relu", **POST)),
    Layout("queries, keys and values apart", SPLIT, facts("relu")),
    Layout("queries, keys and values apart, one head", SPLIT, facts("relu", heads=1)),
    Layout(
        "nn.TransformerEncoder after its tutorial",
        encoder("transformer_encoder.layers.#")
        | {"embedding": ("embedding.weight", same), "positions": ("pos_encoder.pe", batched)}
        | linear("unembedding", "decoder"),
        facts("relu", mask="none", table_scale="root", **POST),
        layers=2,
        sinusoidal=True,
    ),
    Layout(
        "three matrices in one tensor",
        without(MULTIHEAD, "#.qkv", "#.qkv.bias")
        | {"#.qkv": ("attn.qkv", lambda weight: torch.stack([by_head(part) for part in weight.chunk(3, dim=1)]))},
        facts("relu", **PRE),
    ),
    Layout(
        "keys before queries",
        without(PORTH, "#.qkv")
        | {"#.qkv": ("blocks.#.attn.kqv.weight", lambda w: torch.cat([w[:, 8:16], w[:, :8], w[:, 16:]], dim=1).T)},
        facts("gelu", **PRE),
    ),
)


def adding_transformer(p: int, frequencies: tuple[int, ...]) -> Network:
    """One that adds, under bare names: its attention gives both operands' rows, its neurons are a hand-built MLP's."""
    mlp = hand_built_mlp(p, frequencies)
    width = mlp.table_a.shape[1]
    first, last = torch.eye(2 * width).split(width, dim=1)  # dimensions that are read, and that are written
    state = {
        "embed": torch.cat([mlp.table_a, torch.zeros(1, width)]) @ first.T,
        "pos": torch.zeros(3, 2 * width),
        "W_Q": torch.zeros(1, 2 * width, width),
        "W_K": torch.zeros(1, 2 * width, width),
        "W_V": 3 * first[None],  # each of three positions is read by a third
        "W_O": first.T[None],
        "W_in": first,
        "W_out": last.T,
        "unembed": last @ mlp.unembedding,
    }
    return network_from_contents(Contents("adding.pt", {name: tensor.contiguous() for name, tensor in state.items()}))


def layout_named(title: str) -> Layout:
    return next(layout for layout in LAYOUTS if layout.title == title)
