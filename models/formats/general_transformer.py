"""Transformers under any names: roles are found by words and shapes, and what tensors do not tell is tried.

Matrices may lie either way round; those that are not square tell which. Queries, keys and values may be three matrices,
or one with the rows of queries first, then those of keys and values, and then nothing tells how many heads there are.
"""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from models.bodies.general_transformer import GeneralTransformerBody
from models.bodies.transformer import TransformerBody
from models.errors import CheckpointError
from models.formats import transformerlens
from models.formats.decoding import Contents
from models.formats.roles.build import Parts, attention_width, heads_told, in_one_precision, require_fitting
from models.formats.roles.find import Found, Roles, filled_in, roles_of
from models.formats.roles.given import UNKNOWN, read_roles
from models.formats.roles.tokens import Tokens, tokens_to_try
from models.formats.roles.vocabulary import Vocabulary, embedding, lies_output_first, unembedding, vocabulary
from models.formats.roles.write import body_tensors, constant_row, place_rows, stand_apart
from models.hyperparameters import Hyperparameters
from models.network import Layout, Network
from models.runtime.memo import memoised
from models.task import Addition

NAME = "general"
TITLE = "transformer under any names"
ACTIVATIONS = ("relu", "gelu", "gelu-tanh", "silu", "tanh", "square")
GATES = ("silu", "gelu", "gelu-tanh", "relu")
USUAL_HEADS = (4, 1, 2, 8, 16)
MOST_PLAIN_POSITIONS = 3  # a, b and '='
ROLES = "clockwork_roles"  # in the metadata of files whose roles were given, as they were written here
LONGEST_SEQUENCE = 4  # positions; a table of more is longer than the sequence


def roles_given(contents: Contents) -> Mapping[str, str]:
    """What a person, or else the file's metadata, says that tensors are. Raises CheckpointError where it says none."""
    if contents.roles or ROLES not in contents.metadata:
        return contents.roles
    return read_roles(contents.metadata[ROLES], f"{contents.name}: its metadata {ROLES}")


def has_roles(network: Network) -> bool:
    """Whether its tensors have roles: it is a transformer, in whatever layout it came."""
    return isinstance(network.body, TransformerBody | GeneralTransformerBody)


@memoised
def roles_in(contents: Contents) -> Found:
    """Which tensor of a file is which, and what is missing."""
    return roles_of(contents.tensors, roles_given(contents))


def taken_as_general(contents: Contents) -> Contents:
    """A file in TransformerLens's layout as one of this layout: its roles are given, as its names say them."""
    if transformerlens.missed(contents) or roles_given(contents):
        return contents
    roles = filled_in(contents.tensors)
    return replace(contents, roles={name: role for name, role in roles.items() if not role.startswith(UNKNOWN)})


def missed(contents: Contents) -> list[str]:
    """What keeps this file from being read in this layout; empty where it fits."""
    if not roles_given(contents) and (reasons := _named_otherwise(contents.tensors)):
        return reasons
    found = roles_in(contents)
    if found.missing:
        return list(found.missing)
    return [] if _tokens(contents.tensors, found.roles) else ["no sequence of a, b and constant tokens fits its shapes"]


def _named_otherwise(tensors: Mapping[str, Tensor]) -> list[str]:
    """A file with the names of plain transformers is left to their layouts, which say best what is wrong with it."""
    plain = transformerlens.NEEDED[0] in tensors and not transformerlens.more_than_plain(tensors)
    places = tensors.get(transformerlens.NEEDED[1])
    longer = places is not None and places.ndim == 2 and len(places) > MOST_PLAIN_POSITIONS
    return ["its names are those of plain transformers"] if plain and not longer else []


def open_hyperparameters(contents: Contents) -> dict[str, tuple[object, ...]]:
    """What the tensors leave open, and what each fact may be, the usual first."""
    tensors, roles = contents.tensors, roles_in(contents).roles
    return {
        "activation": GATES if "0.gate" in roles else ACTIVATIONS,
        "mask": ("causal", "none") if roles.layers > 1 else ("causal",),
        "tokens": tuple(_tokens(tensors, roles)),
        "tables": ("separate",) if _has_two_vocabularies(tensors, roles) else ("shared",),
        "heads": tuple(_heads(tensors, roles)),
        "norm": _norms(roles),
        "norm_place": ("before", "after") if roles.normed else ("before",),
        "norm_eps": (1e-5,),
        "table_scale": ("one", "root") if _places_are_computed(tensors, roles) else ("one",),
    }


def _tokens(tensors: Mapping[str, Tensor], roles: Roles) -> list[str]:
    rows, classes = len(embedding(tensors, roles)), unembedding(tensors, roles).shape[1]
    if _has_two_vocabularies(tensors, roles):
        rows -= classes
    places = len(tensors[roles.of["positions"]].squeeze()) if "positions" in roles else None
    return tokens_to_try(rows, classes, places if places and places <= LONGEST_SEQUENCE else None)


def _has_two_vocabularies(tensors: Mapping[str, Tensor], roles: Roles) -> bool:
    """b's tokens follow a's: two rows of the embedding for each class, and at most two constant tokens."""
    return len(embedding(tensors, roles)) - 2 * unembedding(tensors, roles).shape[1] in (0, 1, 2)


def _heads(tensors: Mapping[str, Tensor], roles: Roles) -> list[int]:
    width = attention_width(tensors, roles)
    told = heads_told(tensors, roles)
    return [told] if told else [heads for heads in USUAL_HEADS if width % heads == 0 and width > heads] or [1]


def _places_are_computed(tensors: Mapping[str, Tensor], roles: Roles) -> bool:
    """Sines and cosines in place of learned positions, or none: there embeddings are often multiplied by √d."""
    if "positions" not in roles:
        return True
    first = tensors[roles.of["positions"]].squeeze()[0]
    return bool(((first == 0) | (first == 1)).all())


def _norms(roles: Roles) -> tuple[str, ...]:
    if not roles.normed:
        return ("none", "layer", "rms")  # norms may have nothing to learn
    if any(role.endswith(".shift") for role in roles.of):
        return ("layer",)
    rms = any("rms" in name.lower() for name in roles.of.values())
    return ("rms", "layer") if rms else ("layer", "rms")


def read(contents: Contents, hyperparameters: Hyperparameters) -> Network:
    """The network of a file that `missed` nothing. Raises CheckpointError naming tensor, expected and found."""
    roles = roles_in(contents).roles
    tensors = in_one_precision(contents.tensors, roles)
    told = heads_told(tensors, roles)
    if roles.normed and hyperparameters.norm == "none":
        raise CheckpointError(f"{contents.name} has norms with weights; expected it read with norm layer or rms.")
    if told and hyperparameters.heads not in (0, told):
        raise CheckpointError(f"{contents.name} has {told} heads by its shapes; expected {hyperparameters.heads}.")
    facts = replace(
        hyperparameters,
        tokens=hyperparameters.tokens or _tokens(tensors, roles)[0],
        heads=hyperparameters.heads or _heads(tensors, roles)[0],
    )
    separate = facts.tables == "separate"
    words = vocabulary(contents.name, tensors, roles, Tokens.read(facts.tokens), separate=separate)
    p = words.modulus
    table_a = words.numbers[:p]
    table_b = words.numbers[p:] if separate else table_a
    body = Parts(contents.name, tensors, roles, facts).body(words)
    layout = Layout(NAME, dict(tensors), facts, roles_given(contents))
    network = Network(Addition(p), table_a, table_b, body, words.unembedding, words.bias, layout)
    shaped = facts.heads, facts.tokens, facts.tables
    if shaped not in _known_to_fit(contents):
        require_fitting(network, contents.name)
        _known_to_fit(contents).add(shaped)
    return network


@memoised
def _known_to_fit(contents: Contents) -> set[tuple[int, str, str]]:
    """Heads, tokens and tables, which alone of all facts change shapes, by which a pair of this file was computed."""
    return set()


def write(network: Network) -> dict[str, Tensor]:
    """The tensors under the names of the source. Raises CheckpointError where it has no room for the network."""
    body, retained, facts = network.body, network.layout.retained, network.layout.hyperparameters
    if network.layout.name != NAME or not isinstance(body, TransformerBody | GeneralTransformerBody):
        raise CheckpointError("This layout takes its names from the file that was opened; leave --layout away.")
    if not (network.tables_shared or facts.tables == "separate"):
        raise CheckpointError(
            "The source has one embedding for both operands, but this recipe gave each its own table. "
            "Link every dial, or save the recipe instead of the network."
        )
    roles, tokens = roles_of(retained, network.layout.roles).roles, Tokens.read(facts.tokens)
    words = vocabulary("the file", retained, roles, tokens, separate=facts.tables == "separate")
    constants = {place: words.row(row) for place, row in tokens.constant_rows(len(words.numbers)).items()}
    if "positions" not in roles or isinstance(body, TransformerBody):
        constants = {place: constant_row(body, place, row) for place, row in constants.items()}
    elif not stand_apart(body, retained, roles, constants):
        constants = {place: torch.zeros_like(row) for place, row in constants.items()}  # all of it in the positions
    state = (
        dict(retained)
        | body_tensors(body, retained, roles)
        | place_rows(body, retained, roles, len(tokens.words), constants)
    )
    state |= _outer_tensors(network, retained, roles, words.with_constants(constants, tokens))
    return {name: tensor.contiguous() for name, tensor in state.items()}


def _outer_tensors(
    network: Network, retained: Mapping[str, Tensor], roles: Roles, words: Vocabulary
) -> dict[str, Tensor]:
    """Embedding and unembedding, with its bias where there is one."""
    numbers = torch.cat([network.table_a, network.table_b]) if words.separate else network.table_a
    table, classes = words.with_numbers(numbers), words.with_classes(network.unembedding)
    embedded, name = retained[roles.of["embedding"]], roles.of.get("unembedding")
    state = {roles.of["embedding"]: table if embedded.shape[1] == roles.width else table.T}
    if name:
        state[name] = classes.T if lies_output_first(retained[name], retained, roles) else classes
    elif not torch.equal(table.T, classes):
        raise CheckpointError(
            "The source has one matrix for embedding and unembedding, and this network needs two. "
            "Save the recipe instead of the network."
        )
    if (bias := words.with_biases(network.unembedding_bias)) is not None:
        state[roles.of.get("unembedding.bias", _bias_beside(roles))] = bias
    return state


def vocabulary_sizes(network: Network) -> dict[str, set[int]]:
    """Tokens, classes and positions as a configuration may count them; with q numbers in the place of p."""
    retained, facts = network.layout.retained, network.layout.hyperparameters
    roles, tokens = roles_of(retained, network.layout.roles).roles, Tokens.read(facts.tokens)
    words = vocabulary("the file", retained, roles, tokens, separate=facts.tables == "separate")
    table, classes = len(embedding(retained, roles)), unembedding(retained, roles).shape[1]
    places = {len(retained[roles.of["positions"]].squeeze())} if "positions" in roles else set()
    return {
        "tokens": {table},
        "classes": {words.modulus, classes, table},
        "positions": {len(tokens.words)} | places,
    }


def _bias_beside(roles: Roles) -> str:
    """The name of a bias that the file has not got."""
    name = roles.of.get("unembedding", "unembedding")
    return name.removesuffix("weight") + "bias" if name.endswith("weight") else f"{name}_bias"
