"""What was counted, over all pairs, in a form that can be kept and checked (certificate_check.py)."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from models.errors import CertificateError, RecipeError, shown
from models.evaluation import Counts, Evaluation, Proof, State
from models.files.json_text import JsonError, parse_json
from models.network import Network
from models.surgery.readout import READOUT_MODES
from models.surgery.recipe import Recipe

VERSION = 2  # 1 named neither method nor bounds
LISTED_WRONG = 100
LONGEST_WORD = 200  # characters of a formula
COUNTS = ("trained_modulus", "modulus", "pairs", "right", "undecided", "wrong")
DIGESTS = ("source_digest", "operated_digest")
SEEDS = 2**63  # of either sign, as many as a generator takes
HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class CertifiedOperation:
    """An operation that is the certificate's sum once its numbers are renamed, and its own pairs."""

    formula: str
    numbers: str  # the modulus or the group that it was asked for in; empty where the formula says that
    bits: int | None
    pairs: int
    right: int
    undecided: int
    wrong: int
    left_out: int  # pairs with a number that stands for no element

    @staticmethod
    def of(formula: str, numbers: str, bits: int | None, counts: Counts, left_out: int) -> "CertifiedOperation":
        """What was counted of an operation."""
        found = counts.pairs, counts.right, counts.undecided, counts.wrong
        return CertifiedOperation(formula, numbers, bits, *found, left_out)

    @staticmethod
    def from_json(data: object) -> "CertifiedOperation":
        """The same of plain data. Raises CertificateError."""
        if not isinstance(data, Mapping):
            raise CertificateError('"operation" is no object; expected its formula and its counts.')
        words = {name: data.get(name) for name in ("formula", "numbers")}
        for name, word in words.items():
            if not isinstance(word, str) or len(word) > LONGEST_WORD:
                raise CertificateError(f'"operation" has {name} {shown(repr(word))}; expected a text.')
        bits = None if data.get("bits") is None else _whole(data, "bits")
        counts = {name: _whole(data, name) for name in ("pairs", "right", "undecided", "wrong", "left_out")}
        return CertifiedOperation(str(words["formula"]), str(words["numbers"]), bits, **counts)


@dataclass(frozen=True)
class Certificate:
    """All q² pairs of an operated network, counted; below 100% it says so by its counts and its list.

    What cannot be checked is not in it. Of version 1, what stands last is None.
    """

    trained_modulus: int
    modulus: int
    pairs: int
    right: int
    undecided: int
    wrong: int
    first_wrong: tuple[tuple[int, int], ...]  # (a, b), the first hundred row by row
    smallest_margin: float
    readout: str
    recipe: Recipe
    source_digest: str
    operated_digest: str
    smallest_at_least: float | None = None  # a proven lower bound; −∞ where some pairs are unproven
    scale: float | None = None  # of the logits, which defines the tolerance of a tie
    seed: int | None = None  # of a fitted readout
    proof: Proof | None = None  # method, pairs by arithmetic, bound on the errors
    operation: CertifiedOperation | None = None  # None: the sum itself

    @property
    def complete(self) -> bool:
        """Every pair right."""
        return self.right == self.pairs

    @property
    def is_first_version(self) -> bool:
        """It names neither method nor bounds."""
        return self.proof is None

    def to_json(self) -> dict[str, Any]:
        """Plain data; −∞ as null."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        found |= {"version": VERSION, "recipe": self.recipe.to_json()}
        found["first_wrong"] = [list(pair) for pair in self.first_wrong]
        if self.smallest_at_least is not None and not math.isfinite(self.smallest_at_least):
            found["smallest_at_least"] = None
        if self.proof:
            found["proof"] = self.proof.to_json()
        operation = {"operation": asdict(self.operation)} if self.operation else {}
        del found["operation"]
        return found | operation

    @staticmethod
    def from_json(data: object) -> "Certificate":
        """The certificate of plain data. Raises CertificateError where a field is missing or of another kind.

        Whether what it says holds, `check_certificate` finds out.
        """
        if not isinstance(data, Mapping):
            raise CertificateError(f"A certificate is a JSON object; found {type(data).__name__}.")
        plain: dict[str, Any] = {name: _whole(data, name) for name in COUNTS}
        plain |= {name: _digest(data, name) for name in DIGESTS}
        plain |= _second_version(data) if "version" in data else {}
        plain |= {"operation": CertifiedOperation.from_json(data["operation"])} if "operation" in data else {}
        readout = data.get("readout")
        if readout not in READOUT_MODES:
            raise CertificateError(f'"readout" is {shown(repr(readout))}; expected one of {", ".join(READOUT_MODES)}.')
        return Certificate(
            first_wrong=_pairs(data),
            smallest_margin=_number(data, "smallest_margin"),
            readout=readout,
            recipe=Recipe.from_json(data.get("recipe")),
            **plain,
        )


def parse_certificate(text: bytes, name: str) -> Certificate:
    """The certificate that a file holds. Raises CertificateError with a sentence that names it."""
    try:
        return Certificate.from_json(parse_json(text))
    except JsonError as error:
        raise CertificateError(f"{name} is not JSON ({error}); expected a certificate of transplant.") from error
    except (CertificateError, RecipeError) as error:
        raise CertificateError(f"{name} is no certificate: {error}") from error


def certify(
    source: Network,
    recipe: Recipe,
    operated: Network,
    evaluation: Evaluation,
    readout: str,
    seed: int = 0,
    operation: CertifiedOperation | None = None,
) -> Certificate:
    """The certificate of an evaluation of all pairs; `seed` is that of a fitted readout."""
    counts = evaluation.counts
    return Certificate(
        trained_modulus=source.modulus,
        modulus=recipe.modulus,
        pairs=counts.pairs,
        right=counts.right,
        undecided=counts.undecided,
        wrong=counts.wrong,
        first_wrong=first_wrong(evaluation),
        smallest_margin=evaluation.smallest_margin,
        readout=readout,
        recipe=recipe,
        source_digest=source.digest,
        operated_digest=operated.digest,
        smallest_at_least=evaluation.smallest_at_least,
        scale=evaluation.scale,
        seed=seed,
        proof=evaluation.proof,
        operation=operation,
    )


def first_wrong(evaluation: Evaluation) -> tuple[tuple[int, int], ...]:
    """The first hundred wrong pairs (a, b), row by row."""
    found: list[tuple[int, int]] = []
    for a, row in enumerate(evaluation.states):
        found += [(a, b) for b in (row == State.WRONG).nonzero()[:, 0].tolist()]
        if len(found) >= LISTED_WRONG:
            break
    return tuple(found[:LISTED_WRONG])


def _second_version(data: Mapping[str, Any]) -> dict[str, Any]:
    if (version := data["version"]) != VERSION:
        raise CertificateError(f'"version" is {shown(repr(version))}; this program reads certificates up to {VERSION}.')
    proof = data.get("proof")
    if not isinstance(proof, Mapping) or not isinstance(proof.get("method"), str):
        raise CertificateError('"proof" is missing; expected method, pairs by arithmetic and largest_error.')
    pairs = {name: _whole(proof, name) for name in ("in_float32", "in_float64", "in_balls", "unproven")}
    at_least = None if data.get("smallest_at_least", 0) is None else _number(data, "smallest_at_least")
    return {
        "smallest_at_least": -math.inf if at_least is None else at_least,
        "scale": _number(data, "scale"),
        "seed": _seed(data),
        "proof": Proof(proof["method"], **pairs, largest_error=_number(proof, "largest_error")),
    }


def _whole(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CertificateError(f'"{name}" is {shown(repr(value))}; expected a whole number, 0 or more.')
    return value


def _seed(data: Mapping[str, Any]) -> int:
    value = data.get("seed")
    if type(value) is not int or not -SEEDS <= value < SEEDS:
        raise CertificateError(f'"seed" is {shown(repr(value))}; expected a whole number of at most 63 bits.')
    return value


def _number(data: Mapping[str, Any], name: str) -> float:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CertificateError(f'"{name}" is {shown(repr(value))}; expected a finite number.')
    return float(value)


def _digest(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= HEXADECIMAL:
        raise CertificateError(f'"{name}" is {shown(repr(value))}; expected a SHA-256 of 64 hexadecimal digits.')
    return value


def _pairs(data: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    listed = data.get("first_wrong")
    good = isinstance(listed, list) and len(listed) <= LISTED_WRONG and all(map(_is_pair, listed))
    if not good:
        raise CertificateError(f'"first_wrong" is no list of at most {LISTED_WRONG} pairs [a, b].')
    assert isinstance(listed, list)
    return tuple((a, b) for a, b in listed)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value)
