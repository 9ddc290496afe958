"""What a configuration beside the weights says of a network: JSON as the published training scripts write it."""

import ast
import json
import re
import warnings
from collections.abc import Mapping
from typing import Any

from models.errors import CheckpointError
from models.task import Operation

LONGEST_CONFIG = 2**20  # bytes
LONGEST_FUNCTION = 200  # characters
ACTIVATIONS = {"relu": "relu", "gelu": "gelu", "tanh": "tanh", "quad": "square", "square": "square"}
ACTIVATION_KEYS = ("act_fn", "act_type", "activation")
MODULUS_KEYS = ("C", "p", "group_parameter", "n_vocab")
FUNCTIONS = {"add": Operation(1, 1), "subtract": Operation(1, -1)}


def read_config(data: bytes, name: str) -> dict[str, Any]:
    """The entries of a JSON configuration, those of nested objects beside the others. Raises CheckpointError."""
    if len(data) > LONGEST_CONFIG:
        raise CheckpointError(f"{name} has {len(data)} bytes; a configuration may have {LONGEST_CONFIG}.")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{name} is no JSON; expected the configuration that a network was trained by."
        ) from error
    if not isinstance(found, dict):
        raise CheckpointError(f"{name} holds a {type(found).__name__}; expected an object with names and values.")
    nested = [value for value in found.values() if isinstance(value, dict)]
    return {key: value for entries in (*nested, found) for key, value in entries.items()}


def belongs_to(config: str, weights: str) -> bool:
    """Whether a configuration's file name names these weights: alike but for the ending and words like "config"."""
    return _bare(config) == _bare(weights)


def _bare(name: str) -> str:
    stem = name.rsplit(".", 1)[0].lower()
    return re.sub(r"config|model|weights|[^a-z0-9]", "", stem)


def facts_of_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """The hidden facts that a configuration tells, as plain values; what it does not tell is absent.

    `attention_dir` is believed only where it says "bidirectional": Zhong et al. write "casual" and mask nothing.
    """
    known: dict[str, Any] = {}
    named = next((config[key] for key in ACTIVATION_KEYS if isinstance(config.get(key), str)), None)
    if named:
        known["activation"] = ACTIVATIONS.get(named.lower(), named)
    if isinstance(config.get("attn_coeff"), int | float):
        known |= {
            "coefficient": config["attn_coeff"],
            "mask": "none",
        }  # only Zhong et al. have one, and they never mask
    elif config.get("attention_dir") == "bidirectional":
        known["mask"] = "none"
    if isinstance(config.get("diff_vocab"), int | bool):
        known["tables"] = "separate" if config["diff_vocab"] else "shared"
    if config.get("model_type") in ("B", "C"):
        known["first_bias"] = "once" if config["model_type"] == "B" else "twice"
    operation = operation_of_config(config)
    if operation:
        known["operation"] = [operation.x, operation.y]
    return known


def modulus_of_config(config: Mapping[str, Any]) -> int | None:
    """The modulus that a configuration names; None where it names none."""
    named = (config[key] for key in MODULUS_KEYS if type(config.get(key)) is int)
    return next(named, None)


def operation_of_config(config: Mapping[str, Any]) -> Operation | None:
    """The x·a + y·b of a configuration's function; None where it names none, or another kind."""
    named, text = config.get("fn_name"), config.get("funcs")
    if isinstance(named, str) and named in FUNCTIONS:
        return FUNCTIONS[named]
    return linear_function(text) if isinstance(text, str) else None


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
