"""What the words in a tensor's name say that it is: attributes of nn.Module as people name them.

A name is cut into words at dots, underscores, digits and capitals: "blocks.0.attn.W_Q" is blocks, 0, attn, w, q. Words
that only say weight or bias are put aside, the rest is held against RULES in their order. A name can speak of several
roles ("out" writes the neurons' answers, or is the unembedding); shapes decide between them.
"""

import re
from dataclasses import dataclass

# Words before the number of a layer. In "mlp.0.weight" the number is the place in a sequence.
LAYERS = {"block", "blocks", "h", "layer", "layers", "resblock", "resblocks"}
ABOUT_IT = {"weight", "w", "kernel", "bias", "b", "beta", "gamma", "g", "gain", "shift", "scale"}
SHIFTS = {"bias", "b", "beta", "shift"}
BUFFERS = {"mask", "masked", "tril", "triu", "causal", "ignore", "ids", "tracked"}
NORM = r"\b(ln|norm|layernorm|rmsnorm|rms)\b"
SECOND_NORM = r"\b(2|mlp|ffn|ff|post)\b"
ATTENTION = r"\b(attn|attention|mha|sa)\b"
MLP = r"\b(mlp|ffn|ff|feedforward|feed forward)\b"
SEQUENCE = re.compile(rf"{MLP}.*\b(\d+)$")  # a place in nn.Sequential: the first is "in", the last "out"
IN_SEQUENCE = "mlp at "
OF_A_LAYER = (
    ("qkv", r"\b(qkv|inproj|wqkv|toqkv)\b|\bc attn\b"),
    ("kqv", r"\b(kqv|wkqv)\b"),
    ("q", r"\b(q|query|queries|wq)\b"),
    ("k", r"\b(k|key|keys|wk)\b"),
    ("v", r"\b(v|value|values|wv)\b"),
    ("o", rf"{ATTENTION}.*\b(o|out|proj|output|dense|wo)\b|^(o|wo|to out)\b"),
    ("gate", r"\b(gate|gating)\b"),
    ("in", r"\b(up|in|expand|c fc)\b|\b(fc|linear|lin|dense|l) 1\b"),
    ("out", rf"\b(down|contract)\b|\b(fc|linear|lin|dense|l) 2\b|{MLP}.*\b(out|proj|output)\b|^out$"),
)
OUTSIDE = (
    ("positions", r"\b(pos|position|positions|positional|wpe|pe)\b"),
    ("unembedding", r"\b(unembed|unembedding|unemb|head|output|out|decoder|classifier|logits|u|fc)\b"),
    ("embedding", r"\b(tok|token|tokens|embed|embedding|embeddings|emb|wte|e)\b"),
)


@dataclass(frozen=True)
class Named:
    """A name in parts: its layer (None where it speaks of none), its other words, and what of it the tensor is."""

    layer: int | None
    words: str
    about: frozenset[str]

    @property
    def is_shift(self) -> bool:
        """A bias, or the shift of a norm."""
        return bool(self.about & SHIFTS) and "weight" not in self.about


def named(name: str) -> Named:
    """A name in parts.

    >>> named("blocks.0.attn.W_Q")
    Named(layer=0, words='attn q', about=frozenset({'w'}))
    """
    words, layer = _words(name), None
    for place in range(1, len(words)):
        if words[place].isdigit() and words[place - 1] in LAYERS:
            layer, words = int(words[place]), words[place + 1 :]
            break
    return Named(layer, " ".join(word for word in words if word not in ABOUT_IT), frozenset(words) & ABOUT_IT)


def _words(name: str) -> list[str]:
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    apart = re.sub(r"in_proj", "inproj", apart, flags=re.IGNORECASE)
    return re.findall(r"[a-z]+|[0-9]+", apart.lower())


def is_buffer(name: str) -> bool:
    """A constant that modules save beside their weights, such as a causal mask."""
    return not BUFFERS.isdisjoint(_words(name))


def roles_by_name(name: str, axes: int) -> list[str]:
    """The roles that the name of a tensor with so many axes may speak of, the likeliest first.

    Within a layer "0.q", "0.q.bias", "0.qkv", "0.o", "0.in", "0.gate", "0.out", "0.norm1.gain"; outside "embedding",
    "positions", "unembedding", "final_norm.gain".

    >>> roles_by_name("transformer.h.1.mlp.c_fc.weight", 2), roles_by_name("ln_f.gamma", 1)
    (['1.in'], ['final_norm.gain'])
    >>> roles_by_name("out.weight", 2)
    ['0.out', 'unembedding']
    """
    it = named(name)
    if axes == 1 and re.search(NORM, it.words):
        return [_norm(it)]
    bias = ".bias" if it.is_shift and axes < 3 else ""
    found = [f"{it.layer or 0}.{role}{bias}" for role, rule in OF_A_LAYER if re.search(rule, it.words)]
    if not found and (place := SEQUENCE.search(it.words)):
        found = [f"{it.layer or 0}.{IN_SEQUENCE}{int(place[2]):04}{bias}"]
    if it.layer is None and not re.search(f"{ATTENTION}|{MLP}", it.words):
        found += [role + bias for role, rule in OUTSIDE if re.search(rule, it.words)]
    return found


def _norm(it: Named) -> str:
    part = "shift" if it.is_shift else "gain"
    if it.layer is None and not re.search(rf"{SECOND_NORM}|\b1\b|{ATTENTION}", it.words):
        return f"final_norm.{part}"
    return f"{it.layer or 0}.norm{2 if re.search(SECOND_NORM, it.words) else 1}.{part}"
