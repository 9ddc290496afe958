"""What a configuration beside the weights says of a network: JSON as the published training scripts write it."""

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import CheckpointError, shown
from models.files.json_text import JsonError, parse_json
from models.formats.endings import without_endings
from models.task import Operation

LONGEST_CONFIG = 2**20  # bytes
LONGEST_FUNCTION = 200  # characters
ACTIVATIONS = {
    **{name: name for name in ("relu", "gelu", "tanh", "square", "silu")},
    **dict.fromkeys(("quad", "x^2", "x2"), "square"),
    **dict.fromkeys(("gelu_new", "gelu_fast", "gelu_tanh", "gelu_pytorch_tanh"), "gelu-tanh"),
    **dict.fromkeys(("swish", "swiglu"), "silu"),
    "geglu": "gelu",
    "reglu": "relu",
}
BARE_NORMS = {"lnpre": "layer", "rmspre": "rms"}  # TransformerLens's words for norms without weights
NORMS = {"ln": "layer", "layernorm": "layer", "layer": "layer", "rms": "rms", "rmsnorm": "rms", "none": "none"}
MODULUS_KEYS = ("C", "p", "group_parameter", "modulus", "prime")
# Objects whose entries are read like those beside them; what stands in any other is another thing's, as a dropout's p.
SECTIONS = (
    *("args", "cfg", "config", "hparams", "hyper_parameters", "hyperparameters", "model", "model_args", "model_cfg"),
    *("model_config", "params", "transformer"),
)
DEEPEST = 8  # objects within objects that are looked into
HEADS = ("n_heads", "n_head", "num_heads")
FUNCTIONS = {"add": Operation(1, 1), "subtract": Operation(1, -1)}


def read_config(data: bytes, name: str) -> dict[str, Any]:
    """The entries of a JSON configuration (see `entries_of`). Raises CheckpointError."""
    if len(data) > LONGEST_CONFIG:
        raise CheckpointError(f"{name} has {len(data)} bytes; a configuration may have {LONGEST_CONFIG}.")
    try:
        found = parse_json(data, finite_only=False)
    except JsonError as error:
        raise CheckpointError(
            f"{name} is no JSON ({error}); expected the configuration that a network was trained by."
        ) from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{name} holds a {type(found).__name__}; expected an object with names and values.")
    return entries_of(found)


def entries_of(found: Mapping[str, Any], depth: int = DEEPEST) -> dict[str, Any]:
    """Names → values, those of SECTIONS beside the others; of other objects under the object's name and a dot.

    Where a section and what stands around it both have a name, the section's keeps its own before it: "model.C".
    """
    inner = {name: value for name, value in found.items() if isinstance(value, dict) and depth}
    entries = {name: value for name, value in found.items() if name not in inner}
    for section, values in inner.items():
        for name, value in entries_of(values, depth - 1).items():
            beside = section in SECTIONS and name not in entries
            entries[name if beside else f"{section}.{name}"] = value
    return entries


def plain_name(entry: str) -> str:
    """An entry's name without the sections that it stands in."""
    first, dot, rest = entry.partition(".")
    return plain_name(rest) if dot and first in SECTIONS else entry


def config_within(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a configuration that a file records beside its weights, plain values alone."""
    sections = {name: value for name, value in recorded.items() if name in SECTIONS and isinstance(value, dict)}
    return {name: value for name, value in entries_of(sections).items() if isinstance(value, str | int | float | None)}


def belongs_to(config: str, weights: str) -> bool:
    """Whether a configuration's file name names these weights: alike but for the ending and words like "config"."""
    return _bare(config) == _bare(weights)


def _bare(name: str) -> str:
    stem = without_endings(name.rsplit(".", 1)[0]).lower()
    return re.sub(r"config|model|weights|[^a-z0-9]", "", stem)


def hyperparameters_of_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The hidden facts that a configuration tells, as plain values; what it does not tell is absent."""
    return {fact: value for fact, (value, _) in _told(config).items()}


def telling_entries(config: Mapping[str, Any]) -> dict[str, str]:
    """The facts that a configuration tells, and the entry that tells each."""
    return {fact: name for fact, (_, name) in _told(config).items()}


def entries_followed(config: Mapping[str, Any]) -> set[str]:
    """Every entry that tells a fact as it is then taken."""
    hyperparameters = hyperparameters_of_config(config)
    return {
        name
        for name, value in config.items()
        if any(hyperparameters[fact] == it for fact, it in meaning(name, value).items())
    }


def meaning(name: str, value: Any) -> dict[str, Any]:
    """The facts that one entry tells by itself."""
    tell = MEANINGS.get(plain_name(name))
    return tell(value) if tell and value is not None else {}


def _told(config: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Facts, each with its value and the entry that tells it. Raises CheckpointError where two entries disagree."""
    told: dict[str, tuple[Any, str]] = {}
    for name, value in config.items():
        for fact, meant in meaning(name, value).items():
            before, by = told.setdefault(fact, (meant, name))
            if before != meant and "attn_coeff" not in map(plain_name, (name, by)):
                raise CheckpointError(
                    f"The configuration contradicts itself: {by} says {fact} {shown(before)}, and {name} says "
                    f"{shown(meant)}. Take out the one that is wrong."
                )
            if plain_name(name) == "attn_coeff":  # only Zhong et al. have one, and they never mask
                told[fact] = meant, name
    return told


def _activation(value: Any) -> dict[str, Any]:
    return {"activation": ACTIVATIONS.get(value.lower(), value) if isinstance(value, str) else value}


def _mask(value: Any) -> dict[str, Any]:
    """Zhong et al. write "casual" and mask nothing, so that tells nothing."""
    meant = {"bidirectional": "none", "casual": None}.get(value, value) if isinstance(value, str) else value
    return {} if meant is None else {"mask": meant}


def _norm(value: Any) -> dict[str, Any]:
    name = value.lower() if isinstance(value, str) else value
    if name in BARE_NORMS:
        return {"norm": BARE_NORMS[name], "norm_place": "before"}
    return {"norm": NORMS.get(name, value)}


def _norm_place(value: Any) -> dict[str, Any]:
    return {"norm_place": "before" if value else "after"} if isinstance(value, bool) else {}


def _tables(value: Any) -> dict[str, Any]:
    known = {0: "shared", 1: "separate"}
    return {"tables": known.get(value, value) if isinstance(value, int) else value}


def _first_bias(value: Any) -> dict[str, Any]:
    known = {"B": "once", "C": "twice"}
    return {"first_bias": known[value]} if isinstance(value, str) and value in known else {}


def _function(value: Any) -> dict[str, Any]:
    operation = FUNCTIONS.get(value) or linear_function(value) if isinstance(value, str) else None
    return {"operation": [operation.x, operation.y]} if operation else {}


MEANINGS: dict[str, Callable[[Any], dict[str, Any]]] = {
    **dict.fromkeys(("act_fn", "act_type", "activation"), _activation),
    "attn_coeff": lambda value: {"coefficient": value, "mask": "none"},
    "attention_dir": _mask,
    "diff_vocab": _tables,
    "model_type": _first_bias,
    **dict.fromkeys(("fn_name", "funcs"), _function),
    **dict.fromkeys(HEADS, lambda value: {"heads": value}),
    **dict.fromkeys(("normalization_type", "norm_type"), _norm),
    **dict.fromkeys(("norm_first", "pre_norm", "pre_ln"), _norm_place),
    **dict.fromkeys(("layer_norm_eps", "layer_norm_epsilon", "norm_eps", "ln_eps"), lambda value: {"norm_eps": value}),
}


def modulus_of_config(config: Mapping[str, Any]) -> int | None:
    """The modulus that a configuration names; None where it names none."""
    return next((config[name] for name in MODULUS_KEYS if type(config.get(name)) is int), None)


def linear_function(text: str) -> Operation | None:
    """The operation of e.g. "lambda x: (2*x[0]-x[1])%59", read as a formula and never run; None for any other."""
    if len(text) > LONGEST_FUNCTION:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's remarks on odd formulas
            tree = ast.parse(text.strip(), mode="eval").body
        body = tree.body if isinstance(tree, ast.Lambda) else tree
        if isinstance(body, ast.BinOp) and isinstance(body.op, ast.Mod):
            body = body.left
        x, y, constant = _linear(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if constant else Operation(x, y)


def _linear(node: ast.expr) -> tuple[int, int, int]:
    """x, y and the constant of a linear formula of x[0] and x[1]. Raises ValueError for any other."""
    match node:
        case ast.Constant(value=int(number)):
            return 0, 0, number
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=0)):
            return 1, 0, 0
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=1)):
            return 0, 1, 0
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            x, y, constant = _linear(operand)
            return -x, -y, -constant
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as sign, right=right):
            one, two = _linear(left), _linear(right)
            if isinstance(sign, ast.Mult):
                return _product(one, two)
            factor = 1 if isinstance(sign, ast.Add) else -1
            return one[0] + factor * two[0], one[1] + factor * two[1], one[2] + factor * two[2]
    raise ValueError("not linear")


def _product(one: tuple[int, int, int], two: tuple[int, int, int]) -> tuple[int, int, int]:
    if any(two[:2]):
        one, two = two, one
    if any(two[:2]):
        raise ValueError("a product of operands")
    return one[0] * two[2], one[1] * two[2], one[2] * two[2]
