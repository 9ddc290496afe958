"""A link: the network and the recipe in the query of an address, in letters that no browser has to escape.

    network=transformer-113&mod=128&dials=4~5_27~27.5x1.3p0.2_43~43off_50~50b7r50

names a network of the zoo; without `dials` they are the network's own, at that modulus. `file=` and the start of the
SHA-256 of its bytes names a file that the reader must open, of a training run the one of the checkpoint that is shown
(`moment=1` is the second of several in one file), and `read=` says how it is read (link_hyperparameters.py). A link
does not carry roles of tensors, whose names are a stranger's text; `roles=given` says that the reader needs them too.

A dial is its frequency and its turn; `b` and `r` begin the turns of operand b's table and of the readout where they are
apart, `w` its weight in the readout. `harmonics=3~2` are those of the operands and of the readout; `neurons=single`
leaves each neuron its own wave alone, and `norms=gain` is norm gain.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.session.link_hyperparameters import hyperparameters_of_text, hyperparameters_to_text
from models.errors import CheckpointError, RecipeError
from models.surgery.recipe import Dial, Recipe, Turn

DIGEST_LETTERS = 16
LONGEST = 20_000  # characters of a query
LONGEST_NAME = 100
NUMBER = r"-?\d{1,25}(?:\.\d{1,25})?(?:e-?\d{1,3})?"
TURN = re.compile(rf"({NUMBER})(?:x({NUMBER}))?(?:p({NUMBER}))?(off)?", re.ASCII)
DIAL = re.compile(rf"(\d{{1,9}})~([^brw]+)(?:b([^brw]+))?(?:r([^brw]+))?(?:w({NUMBER}))?", re.ASCII)
HARMONICS = re.compile(r"(\d{1,9})(?:~(\d{1,9}))?", re.ASCII)
SINGLE = "single"
GAIN = "gain"
GIVEN = "given"
NAMES = ("network", "file", "moment", "read", "roles", "mod", "harmonics", "neurons", "norms", "dials")  # in the query
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
DEFAULT_HARMONICS = Recipe(2, ()).harmonics


class LinkError(RecipeError):
    """An address that says nothing that can be shown."""


@dataclass(frozen=True)
class Link:
    """What an address names: a network of the zoo, or a file and how it is read; and how its dials are set."""

    network: str = ""
    digest: str = ""  # the start of the file's; links made by older versions have that of the network as it was read
    recipe: Recipe | None = None  # None where the address leaves it to the network's own dials
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)  # as it is read; empty where it is not said
    checkpoint: int | None = None  # which of several in the file
    roles: bool = False  # of its tensors were given by a person


def query_of(link: Link) -> dict[str, str]:
    """Names and values of the address's query. Raises LinkError where it grows too long."""
    query = {"network": link.network} if link.network else {"file": link.digest[:DIGEST_LETTERS]}
    if link.checkpoint is not None:
        query["moment"] = str(link.checkpoint)
    if link.hyperparameters:
        query["read"] = hyperparameters_to_text(link.hyperparameters)
    if link.roles:
        query["roles"] = GIVEN
    if link.recipe:
        query["mod"] = str(link.recipe.modulus)
        if harmonics := _harmonics_to_text(link.recipe):
            query["harmonics"] = harmonics
        if link.recipe.single_frequency:
            query["neurons"] = SINGLE
        if link.recipe.norm_gain:
            query["norms"] = GAIN
        if link.recipe.dials:
            query["dials"] = "_".join(map(_dial_to_text, link.recipe.dials))
    if sum(map(len, query.values())) > LONGEST:
        raise LinkError("These settings are too many for a link; save them as a recipe file.")
    return query


def query_of_address(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names and values of a query as they were meant: a link that went through HTML may have `&amp;` for `&`.

    Raises LinkError where one of ours is given twice, since only one can be followed.
    """
    query: dict[str, str] = {}
    for written, value in parts:
        name = re.sub("^(?:amp;)+", "", written)
        if name in NAMES and query.get(name, value) != value:
            raise LinkError(f"This link gives {name} twice; expected each setting once.")
        query[name] = value
    return query


def link_of_query(query: Mapping[str, str]) -> Link | None:
    """What an address asks for; None where it asks for nothing. Raises LinkError with one sentence."""
    if not query.keys() & {*NAMES}:
        return None
    if sum(map(len, query.values())) > LONGEST:
        raise LinkError(
            f"This link is too long; expected at most {LONGEST:,} characters. Ask for a recipe file instead."
        )
    name, digest = query.get("network", ""), query.get("file", "")
    if bool(name) == bool(digest) or len(name) > LONGEST_NAME:
        raise LinkError("This link does not say which network it is for; ask for it again.")
    if digest and not re.fullmatch(rf"[0-9a-f]{{{DIGEST_LETTERS}}}", digest):
        raise LinkError(f"This link names a file by {digest[:20]!r}; expected {DIGEST_LETTERS} of the digits 0 to f.")
    if name and query.keys() & {"moment", "read", "roles"}:
        raise LinkError("This link says how to read a network of the zoo, which is read in one way; ask for it again.")
    hyperparameters, checkpoint = _read_as(query)
    if query.get("roles", GIVEN) != GIVEN:
        raise LinkError("What this link says of roles cannot be made out; it may have been cut off.")
    return Link(name, digest, _recipe_of(query), hyperparameters, checkpoint, "roles" in query)


def _read_as(query: Mapping[str, str]) -> tuple[dict[str, Any], int | None]:
    """How a file is read, and which of its checkpoints is shown."""
    try:
        hyperparameters = hyperparameters_of_text(query["read"]) if "read" in query else {}
        return hyperparameters, _whole(query["moment"]) if "moment" in query else None
    except ValueError as error:
        raise LinkError("How this link reads its file cannot be made out; it may have been cut off.") from error
    except CheckpointError as error:
        raise LinkError(f"How this link reads its file cannot be followed: {error}") from error


def _recipe_of(query: Mapping[str, str]) -> Recipe | None:
    """What the address says of the dials; without dials of its own where it leaves them to the network."""
    if not query.keys() & {"mod", "harmonics", "neurons", "norms", "dials"}:
        return None
    if "mod" not in query:
        raise LinkError("This link sets dials but no modulus; expected mod= with a whole number from 2 on.")
    try:
        modulus = _whole(query["mod"])
    except ValueError as error:
        raise LinkError(
            f"This link gives the modulus as {query['mod'][:20]!r}; expected a whole number from 2 on."
        ) from error
    single, gain = query.get("neurons", ""), query.get("norms", "")
    try:
        dials = tuple(_dial_of(text) for text in query["dials"].split("_")) if "dials" in query else ()
        own, readout = _matched(HARMONICS, query.get("harmonics", str(DEFAULT_HARMONICS))).groups()
        if single not in ("", SINGLE) or gain not in ("", GAIN):
            raise ValueError(single, gain)
        carried = int(readout) if readout else None
        return Recipe(modulus, dials, int(own), carried, single == SINGLE, norm_gain=gain == GAIN)
    except ValueError as error:
        raise LinkError("The settings in this link cannot be read; it may have been cut off.") from error
    except RecipeError as error:
        raise LinkError(f"The settings in this link cannot be used: {error}") from error


def _harmonics_to_text(recipe: Recipe) -> str:
    """Nothing where they are as usual."""
    if recipe.readout_harmonics is not None:
        return f"{recipe.harmonics}~{recipe.readout_harmonics}"
    return "" if recipe.harmonics == DEFAULT_HARMONICS else str(recipe.harmonics)


def _dial_to_text(dial: Dial) -> str:
    text = f"{dial.frequency}~{_turn_to_text(dial.a)}"
    text += f"b{_turn_to_text(dial.b)}" if dial.b else ""
    text += f"r{_turn_to_text(dial.readout)}" if dial.readout else ""
    return text + ("" if dial.weight == 1 else f"w{_number(dial.weight)}")


def _turn_to_text(turn: Turn) -> str:
    text = _number(turn.target)
    text += "" if turn.amplitude == 1 else f"x{_number(turn.amplitude)}"
    text += "" if turn.phase == 0 else f"p{_number(turn.phase)}"
    return text + ("" if turn.on else "off")


def _number(value: float) -> str:
    return repr(value).removesuffix(".0").replace("e+", "e")


def _dial_of(text: str) -> Dial:
    dial = _matched(DIAL, text)
    b, readout = (_turn_of(table) if table else None for table in (dial[3], dial[4]))
    return Dial(int(dial[1]), _turn_of(dial[2]), b, readout, float(dial[5] or 1))


def _turn_of(text: str) -> Turn:
    target, amplitude, phase, off = _matched(TURN, text).groups()
    return Turn(float(target), float(amplitude or 1), float(phase or 0), not off)


def _whole(text: str) -> int:
    return int(_matched(WHOLE, text)[0])


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(text)
    return found
