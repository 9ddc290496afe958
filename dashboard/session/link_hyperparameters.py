"""How a file is read, in a link: what its layout leaves open, in letters that no browser has to escape.

    read=activation~gelu_mask~none_coefficient~0.25_operation~2~3

The operation is left out where it is a + b. An order of weights is told by the places of their sorted names: the names
themselves are a stranger's, and the orders that are offered may be looked for otherwise one day.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import CheckpointError
from models.formats.chains import MOST_WEIGHTS, order_of_places, placed_order
from models.formats.decoding import Contents
from models.formats.plain_mlp import weight_names
from models.formats.registry import open_hyperparameters_of
from models.hyperparameters import EXPECTED, PLAIN
from models.network import Network

BETWEEN = "_"  # entries; no name in a link holds one
LINK_NAMES = {name: name.rsplit("_", 1)[-1] for name in EXPECTED}  # first_bias is "bias"
FACT_NAMES = {short: name for name, short in LINK_NAMES.items()}
ENTRY = re.compile(r"([a-z]{1,20})~([a-z0-9.~-]{1,300})", re.ASCII)
WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,19}", re.ASCII)
NUMBER = re.compile(r"\d(?:\.\d{1,25})?(?:e-\d{1,3})?", re.ASCII)
PLACES = re.compile(rf"\d{{1,2}}(?:[.-]\d{{1,2}}){{1,{MOST_WEIGHTS - 1}}}", re.ASCII)
TOKENS = re.compile(r"[abrs]\d{0,2}(?:-[abrs]\d{0,2}){1,7}", re.ASCII)
HEADS = re.compile(r"\d{1,4}", re.ASCII)
FACTORS = re.compile(r"(-?\d{1,7})~(-?\d{1,7})", re.ASCII)


def hyperparameters_in_link(network: Network, contents: Contents) -> dict[str, Any]:
    """What a link says of how a file is read as this network."""
    hyperparameters = network.hyperparameters.values()
    told = {name: hyperparameters[name] for name in open_hyperparameters_of(contents) if name in hyperparameters}
    if "order" in told:
        told["order"] = placed_order(told["order"], weight_names(contents))
    if hyperparameters["operation"] != PLAIN.to_json()["operation"]:
        told["operation"] = hyperparameters["operation"]
    return {name: value for name, value in told.items() if value != ""}


def hyperparameters_chosen(told: Mapping[str, Any], contents: Contents) -> dict[str, Any]:
    """The facts that a link says, for the file that it is about. Raises CheckpointError where they cannot be its."""
    chosen = {"operation": PLAIN.to_json()["operation"]} | dict(told)
    if "order" in told:
        chosen["order"] = order_of_places(told["order"], names := weight_names(contents))
        if not chosen["order"]:
            raise CheckpointError(
                f"it orders the weights {told['order']}; expected each of the {len(names)} weights of the file once. "
                f"Ask for the link again."
            )
    return chosen


def hyperparameters_to_text(told: Mapping[str, Any]) -> str:
    """The value of `read` in a query."""
    return BETWEEN.join(f"{LINK_NAMES[name]}~{_value_to_text(value)}" for name, value in told.items())


def hyperparameters_of_text(text: str) -> dict[str, Any]:
    """What a value of `read` says. Raises ValueError where it is malformed, CheckpointError for facts unknown here."""
    found: dict[str, Any] = {}
    for entry in text.split(BETWEEN):
        short, value = _whole_match(ENTRY, entry).groups()
        name = FACT_NAMES.get(short, short)
        if name in found:
            raise ValueError(text)
        found[name] = VALUES[name](value) if name in VALUES else _whole_match(WORD, value)[0]
    PLAIN.with_values(found | ({"order": ""} if "order" in found else {}))
    return found


def _value_to_text(value: str | float | list[int]) -> str:
    if isinstance(value, list):
        return "~".join(map(str, value))
    return value.replace(" ", "-") if isinstance(value, str) else repr(value).removesuffix(".0")


def _factors_of(text: str) -> list[int]:
    return [int(factor) for factor in _whole_match(FACTORS, text).groups()]


VALUES: dict[str, Callable[[str], Any]] = {
    "coefficient": lambda text: float(_whole_match(NUMBER, text)[0]),
    "norm_eps": lambda text: float(_whole_match(NUMBER, text)[0]),
    "heads": lambda text: int(_whole_match(HEADS, text)[0]),
    "tokens": lambda text: _whole_match(TOKENS, text)[0].replace("-", " "),
    "order": lambda text: _whole_match(PLACES, text)[0],
    "operation": _factors_of,
}


def _whole_match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(text)
    return found
