"""What a configuration says that the weights show too, or that no network here computes: it has to agree.

Names are those of TransformerLens's HookedTransformerConfig and of the published training scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isclose
from typing import Any

from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError
from models.formats.config import MEANINGS, MODULUS_KEYS, plain_name, telling_entries
from models.formats.containers.declared import LONGEST_SHOWN, shown
from models.network import Network

SIZES = {  # entry → what it counts
    **dict.fromkeys(("n_layers", "n_layer", "num_layers"), "layers"),
    **dict.fromkeys(("n_heads", "n_head", "num_heads", "n_key_value_heads"), "heads"),
    "d_head": "width of a head",
    **dict.fromkeys(("d_model", "embed_dim"), "width"),
    **dict.fromkeys(("d_mlp", "d_hidden", "hidden_dim"), "neurons"),
    "n_ctx": "positions",
    **dict.fromkeys(("d_vocab", "vocab_size", "n_vocab"), "tokens"),
    "d_vocab_out": "classes",
    **dict.fromkeys(MODULUS_KEYS, "numbers"),
}
UNSET = -1  # TransformerLens's word for a size that follows from others
# entry → the values with which a network is what is computed here; nothing there (null) is such a value for all
COMPUTED: dict[str, tuple[Any, ...]] = {
    "normalization_type": ("none",),
    **dict.fromkeys(("use_ln", "use_layernorm", "use_layer_norm", "layer_norm", "final_rms", "use_qk_norm"), (False,)),
    **dict.fromkeys(("post_embedding_ln", "use_normalization_before_and_after"), (False,)),
    "positional_embedding_type": ("standard",),
    "use_attn_scale": (True,),
    **dict.fromkeys(("scale_attn_by_inverse_layer_idx", "use_local_attn", "attn_only"), (False,)),
    **dict.fromkeys(("attn_scores_soft_cap", "output_logits_soft_cap"), (UNSET,)),
    **dict.fromkeys(("parallel_attn_mlp", "gated_mlp", "use_linear"), (False,)),
    "num_experts": (),
}
ATTENTION_SCALE = "attn_scale"  # what scores are divided by
EQUALS_SIGN = "eqn_sign"  # of Zhong et al.: whether an '=' follows b
KNOWN = {*MEANINGS, *SIZES, *COMPUTED, ATTENTION_SCALE, EQUALS_SIGN}
ALIKE = 0.8  # share of letters from which a name may be a known one misspelt


@dataclass(frozen=True)
class Configuration:
    """The entries of a configuration (see `config.entries_of`), and whether it stood inside the file or beside it."""

    entries: Mapping[str, Any]
    inside: bool = False

    def refusal(self, says: str, but: str, verb: str = "says") -> CheckpointError:
        """The error for an entry that cannot be followed."""
        which, remedy = (
            ("The configuration inside the file", "save the weights without it, if it is another's")
            if self.inside
            else ("The configuration", "give the configuration that belongs to this file")
        )
        return CheckpointError(f"{which} {verb} {says}, but {but}; {remedy}.")


def require_computable(config: Configuration) -> None:
    """Raises CheckpointError naming the first entry that says what no network here computes."""
    for entry, value in config.entries.items():
        computed = COMPUTED.get(plain_name(entry))
        if computed is not None and value is not None and not _is_one_of(value, computed):
            expected = " or ".join(map(repr, computed)) or "none"
            but = f"that is not computed here (expected {expected}), and without it the answers are another network's"
            raise config.refusal(f"{entry} {shown(value)}", but)


def require_agreement(config: Configuration, network: Network) -> None:
    """Raises CheckpointError naming the first entry that contradicts the network as it is read."""
    for entry, value in config.entries.items():
        if value is not None and (but := _contradiction(plain_name(entry), value, network)):
            raise config.refusal(f"{entry} {shown(value)}", but)


def _contradiction(name: str, value: Any, network: Network) -> str:
    """What stands against an entry; empty where nothing does."""
    sizes, body = sizes_of(network), network.body
    if _counted(name, value, sizes) and value not in sizes[SIZES[name]]:
        return f"the weights have {' or '.join(map(str, sorted(sizes[SIZES[name]])))} ({SIZES[name]})"
    if isinstance(body, TransformerBody) and name == EQUALS_SIGN and bool(value) == (body.equals is None):
        return f"the weights have {'no' if value else 'an'} '='"
    if isinstance(body, TransformerBody) and name == ATTENTION_SCALE and not _is_scale(value, body):
        return f"scores are divided by {_usual_scale(body):.6g} here"
    return ""


def _is_one_of(value: Any, expected: tuple[Any, ...]) -> bool:
    said = value.lower() if isinstance(value, str) else value
    return isinstance(said, str | int | float) and said in expected


def _counted(name: str, value: Any, sizes: Mapping[str, set[int]]) -> bool:
    """Whether an entry is a number of something that this kind of network has."""
    return type(value) is int and value != UNSET and SIZES.get(name) in sizes


def _is_scale(value: Any, body: TransformerBody) -> bool:
    return isinstance(value, int | float) and (value == UNSET or isclose(value, _usual_scale(body), rel_tol=1e-6))


def _usual_scale(body: TransformerBody) -> float:
    """The root of a head's width."""
    return float(body.blocks[0].W_Q.shape[2]) ** 0.5


def sizes_of(network: Network) -> dict[str, set[int]]:
    """Sizes by what they count, each with the values that a configuration may give; absent where it says nothing."""
    p, body = network.modulus, network.body
    if isinstance(body, TransformerBody):
        heads, width, head_width = body.blocks[0].W_Q.shape
        numbers = p if network.layout.facts.tables == "shared" else 2 * p
        tokens = numbers + (body.equals is not None)
        return {
            "layers": {len(body.blocks)},
            "heads": {heads},
            "width of a head": {head_width},
            "width": {width},
            "neurons": {block.W_in.shape[1] for block in body.blocks},
            "positions": {len(body.positions)},
            "tokens": {tokens},
            "classes": {p, tokens},
            "numbers": {p},
        }
    layers = [layer.weight.shape for layer in body.layers]
    sizes = {"tokens": {p, 2 * p}, "classes": {p}, "numbers": {p}}
    sizes["neurons"] = {width for _, width in layers} or {body.table_width}
    return sizes | ({"width": {body.table_width, 2 * body.table_width}} if layers else {})


def not_used(config: Mapping[str, Any], network: Network) -> tuple[str, ...]:
    """Entries that neither told a fact nor were held against the network, with the name that each may misspell."""
    sizes, telling = sizes_of(network), {*telling_entries(config).values()}
    checked = {*COMPUTED} | ({ATTENTION_SCALE, EQUALS_SIGN} if isinstance(network.body, TransformerBody) else set())
    return tuple(
        _with_guess(entry)
        for entry, value in config.items()
        if value is not None
        and entry not in telling
        and (name := plain_name(entry)) not in checked
        and not _counted(name, value, sizes)
    )


def _with_guess(entry: str) -> str:
    name = plain_name(entry)
    guess = [] if name in KNOWN else get_close_matches(name[:LONGEST_SHOWN].lower(), KNOWN, n=1, cutoff=ALIKE)
    return f"{shown(entry)} (is {guess[0]} meant?)" if guess else shown(entry)
