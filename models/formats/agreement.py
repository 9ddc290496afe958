"""What a configuration says that the weights show too, or that no network here computes: it has to agree.

Names are those of TransformerLens's HookedTransformerConfig and of the published training scripts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from math import isclose
from typing import Any

from models.bodies.general_transformer import GeneralTransformerBody
from models.bodies.mlp import MlpBody
from models.bodies.oscillators import OscillatorBody
from models.bodies.transformer import TransformerBody
from models.errors import LONGEST_SHOWN, CheckpointError, shown
from models.formats import general_transformer, zhong_linear
from models.formats.config import BARE_NORMS, MEANINGS, MODULUS_KEYS, entries_followed, plain_name
from models.formats.roles.write import AnyTransformer, layers_of
from models.network import Network

SIZES = {  # entry → what it counts
    **dict.fromkeys(("n_layers", "n_layer", "num_layers"), "layers"),
    **dict.fromkeys(("n_heads", "n_head", "num_heads", "n_key_value_heads"), "heads"),
    "d_head": "width of a head",
    **dict.fromkeys(("d_model", "embed_dim"), "width"),
    "d_mlp": "neurons",
    **dict.fromkeys(("d_hidden", "hidden_dim"), "neurons of an MLP"),  # of a transformer they could be either width
    "n_ctx": "positions",
    **dict.fromkeys(("d_vocab", "vocab_size", "n_vocab"), "tokens"),
    "d_vocab_out": "classes",
    **dict.fromkeys(MODULUS_KEYS, "numbers"),
}
UNSET = -1  # TransformerLens's word for a size that follows from others
NORMALIZATION = "normalization_type"
# entry → the values with which a network is what is computed here; nothing there (null) is such a value for all
COMPUTED: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("use_qk_norm", "post_embedding_ln", "use_normalization_before_and_after"), (False,)),
    NORMALIZATION: ("none", "ln", "layernorm", "rms", "rmsnorm", *BARE_NORMS),
    "positional_embedding_type": ("standard",),
    "use_attn_scale": (True,),
    **dict.fromkeys(("scale_attn_by_inverse_layer_idx", "use_local_attn", "attn_only"), (False,)),
    **dict.fromkeys(("attn_scores_soft_cap", "output_logits_soft_cap"), (UNSET,)),
    **dict.fromkeys(("parallel_attn_mlp", "use_linear"), (False,)),
    "num_experts": (),
}
ATTENTION_SCALE = "attn_scale"  # what scores are divided by
NORMED = ("use_ln", "use_layernorm", "use_layer_norm", "layer_norm", "final_rms")  # whether there are norms
GATED = "gated_mlp"
PARTS = (NORMALIZATION, *NORMED, GATED)  # what they speak of is computed or is not, wherever they stand
EQUALS_SIGN = "eqn_sign"  # of Zhong et al.: whether an '=' follows b
KIND = "model_type"  # of their linear models: A or X, B or C, D
KNOWN = {*MEANINGS, *SIZES, *COMPUTED, *NORMED, GATED, ATTENTION_SCALE, EQUALS_SIGN}
ALIKE = 0.8  # share of letters from which a name may be a known one misspelt


@dataclass(frozen=True)
class Configuration:
    """The entries of a configuration (see `config.entries_of`), and whether it stood inside the file or beside it."""

    entries: Mapping[str, Any]
    inside: bool = False

    def refusal(self, says: str, but: str, verb: str = "says", when: str = "") -> CheckpointError:
        """The error for an entry that cannot be followed."""
        which, remedy = (
            ("The configuration inside the file", "save the weights without it")
            if self.inside
            else ("The configuration", "give the configuration that belongs to this file")
        )
        return CheckpointError(f"{which} {verb} {says}, but {but}; {when}{remedy}.")


def require_computable(config: Configuration) -> None:
    """Raises CheckpointError naming the first entry that says what no network here computes."""
    for entry, value in config.entries.items():
        computed = COMPUTED.get(plain_name(entry))
        if computed is not None and value is not None and not _is_one_of(value, computed):
            expected = " or ".join(map(repr, computed)) or "none"
            but, when = f"that is not computed here (expected {expected})", "if the network was trained otherwise, "
            raise config.refusal(f"{entry} {shown(value)}", but, when=when)


def require_agreement(config: Configuration, network: Network) -> None:
    """Raises CheckpointError naming the first entry that contradicts the network as it is read."""
    for says, but in _contradicting(config, network):
        raise config.refusal(says, but)


def contradictions(config: Configuration, network: Network) -> list[str]:
    """What each entry that contradicts the network says, and what the weights show instead."""
    return [f"{says} is recorded, but {but}; it" for says, but in _contradicting(config, network)]


def _contradicting(config: Configuration, network: Network) -> Iterator[tuple[str, str]]:
    checks = _checks(network)
    for entry, value in config.entries.items():
        check = checks.get(plain_name(entry))
        if check and value is not None and (but := check(value)):
            yield f"{entry} {shown(value)}", but


def _checks(network: Network) -> dict[str, Callable[[Any], str]]:
    """For each entry that can be held against this network: a value → what contradicts it, empty where nothing does."""
    sizes, body = sizes_of(network), network.body
    normed = partial(_part_against, there=body.has_norms, what="norm")
    checks: dict[str, Callable[[Any], str]] = dict.fromkeys(NORMED, normed)
    checks |= {
        name: partial(_size_against, what=what, found=sizes[what]) for name, what in SIZES.items() if what in sizes
    }
    checks[NORMALIZATION] = lambda value: normed(str(value).lower() != "none")
    if isinstance(body, TransformerBody | GeneralTransformerBody):
        layers = layers_of(body)
        checks[ATTENTION_SCALE] = partial(_scale_against, usual=float(layers[0].block.W_Q.shape[2]) ** 0.5)
        checks[GATED] = partial(_part_against, there=layers[0].W_gate is not None, what="gate")
    if isinstance(body, TransformerBody):
        checks[EQUALS_SIGN] = partial(_equals_sign_against, there=body.equals is not None)
    elif isinstance(body, MlpBody) and network.layout.name == zhong_linear.NAME:
        checks[KIND] = partial(_kind_against, body=body)
    return checks


def _size_against(value: Any, what: str, found: set[int]) -> str:
    contradicts = _is_size(value) and value not in found
    return f"the weights have {' or '.join(map(str, sorted(found)))} ({what})" if contradicts else ""


def _is_size(value: Any) -> bool:
    return type(value) is int and value != UNSET


def _scale_against(value: Any, usual: float) -> str:
    agrees = isinstance(value, int | float) and (value == UNSET or isclose(value, usual, rel_tol=1e-6))
    return "" if agrees else f"scores are divided by {usual:.6g} here"


def _part_against(value: Any, there: bool, what: str) -> str:
    return "" if value == there else f"it is read with {'a' if there else 'no'} {what} here"


def _equals_sign_against(value: Any, there: bool) -> str:
    return "" if bool(value) == there else f"the weights have {'an' if there else 'no'} '='"


def _kind_against(value: Any, body: MlpBody) -> str:
    found = "BC" if len(body.layers) == 2 else "D" if body.combination == "concat" else "AX"
    return "" if value in tuple(found) else f"the weights are of type {' or '.join(found)}"


def _is_one_of(value: Any, expected: tuple[Any, ...]) -> bool:
    said = value.lower() if isinstance(value, str) else value
    return isinstance(said, str | int | float) and said in expected


def sizes_of(network: Network) -> dict[str, set[int]]:
    """Sizes by what they count, each with the values that a configuration may give; absent where it says nothing."""
    p, body = network.modulus, network.body
    if isinstance(body, TransformerBody | GeneralTransformerBody):
        return _sizes_of_transformer(network, body)
    if isinstance(body, OscillatorBody):
        return {"tokens": {p}, "classes": {p}, "numbers": {p}, "neurons": {len(body.phase)}}
    if not isinstance(body, MlpBody):
        return {"classes": {p}, "numbers": {p}}
    layers = [layer.weight.shape for layer in body.layers]
    neurons = {width for _, width in layers} or {body.table_width}
    sizes = {"tokens": {p, 2 * p}, "classes": {p}, "numbers": {p}, "neurons": neurons, "neurons of an MLP": neurons}
    return sizes | ({"width": {body.table_width, 2 * body.table_width}} if layers else {})


def _sizes_of_transformer(network: Network, body: AnyTransformer) -> dict[str, set[int]]:
    layers, p = layers_of(body), network.modulus
    heads, width, head_width = layers[0].block.W_Q.shape
    if network.layout.name == general_transformer.NAME:
        counts = general_transformer.vocabulary_sizes(network)
    else:
        numbers = p if network.layout.hyperparameters.tables == "shared" else 2 * p
        equals = isinstance(body, TransformerBody) and body.equals is not None
        counts = {"tokens": {numbers + equals}, "classes": {p, numbers + equals}, "positions": {2 + equals}}
    return counts | {
        "layers": {len(layers)},
        "heads": {heads},
        "width of a head": {head_width},
        "width": {width},
        "neurons": {layer.block.W_in.shape[1] for layer in layers},
        "numbers": {p},
    }


def not_used(config: Mapping[str, Any], network: Network) -> list[str]:
    """Entries that neither told a fact nor were held against the network."""
    used, checks = entries_followed(config), _checks(network)

    def was_used(entry: str, value: Any) -> bool:
        name = plain_name(entry)
        return (
            (entry in used and name not in SIZES)
            or name in COMPUTED
            or (name in checks and (name not in SIZES or _is_size(value)))
        )

    return [entry for entry, value in config.items() if value is not None and not was_used(entry, value)]


def known_name_meant(entry: str) -> str:
    """The known name that an entry may misspell; empty where it is known, or like none."""
    name = plain_name(entry)
    guess = [] if name in KNOWN else get_close_matches(name[:LONGEST_SHOWN].lower(), KNOWN, n=1, cutoff=ALIKE)
    return guess[0] if guess else ""
