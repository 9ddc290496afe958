"""An operation as data: which dials, turned how, for which modulus."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from models.errors import FileError, RecipeError, is_whole, shown
from models.files.json_text import JsonError, parse_json
from models.files.reading import read_file
from models.groups import Group, as_group, group_with, product_factors
from models.groups.naming import require_group

RECIPE_VERSION = 1
LARGEST_MODULUS = 100_000
LARGEST_HARMONIC = 64
# Far beyond every use, and near enough that no wave's angle or strength is lost in rounding.
BOUNDS = {"target": 1e9, "amplitude": 1e6, "phase": 1e6}  # steps, factor, radians; either sign
LARGEST_WEIGHT = BOUNDS["amplitude"]
LONGEST_FILE = 2**20  # bytes of a recipe file


@dataclass(frozen=True)
class Turn:
    """How one table reads one dial.

    `target` is the number of steps that the dial takes per number: signed (q − s turns s backwards), and real where
    the dial is detuned; in a product of groups it is the number of a character. `amplitude` scales the wave, `phase`
    (radians) rotates it, `on=False` leaves it out.
    """

    target: float
    amplitude: float = 1.0
    phase: float = 0.0
    on: bool = True


@dataclass(frozen=True)
class Dial:
    """A key frequency of the trained network and its new setting on each table.

    `a` sets operand a's table. Operand b follows a unless `b` is given. The unembedding is linked unless `readout` is
    given: same target and switch, the amplitude times `weight`, and the sum of both operands' phases, which leaves the
    answer alone.
    """

    frequency: int
    a: Turn
    b: Turn | None = None
    readout: Turn | None = None
    weight: float = 1.0

    @property
    def on_b(self) -> Turn:
        """The setting on operand b's table."""
        return self.b or self.a

    @property
    def on_readout(self) -> Turn:
        """The setting on the unembedding."""
        if self.readout:
            return self.readout
        return replace(self.a, amplitude=self.a.amplitude * self.weight, phase=self.a.phase + self.on_b.phase)

    @property
    def strength(self) -> float:
        """By how much its cosine in the logits is stronger than trained: operands times unembedding; 0 if off."""
        on = self.a.on and self.on_b.on and self.on_readout.on
        return self.a.amplitude * self.on_readout.amplitude if on else 0.0

    @property
    def is_linked(self) -> bool:
        """One setting for all tables."""
        return self.b is None and self.readout is None


@dataclass(frozen=True)
class Recipe:
    """A transplant to `modulus`: each dial with its setting, and how many harmonics of each are carried along.

    `readout_harmonics` is set where the unembedding carries another number of them than the operands.
    `single_frequency` takes from each neuron all but its own wave first, where the tables' columns are neurons
    (single_frequency.py). `norm_gain` makes the waves of the operand tables as strong together as all that the tables
    held, for a body with norms (norm_gain.py). `factors` are the orders of the cyclic groups whose product is added in,
    where it is not the numbers mod `modulus`: then targets are numbers of its characters, and `modulus` counts its
    elements.
    """

    modulus: int
    dials: tuple[Dial, ...]
    harmonics: int = 2
    readout_harmonics: int | None = None
    single_frequency: bool = False
    factors: tuple[int, ...] = ()
    norm_gain: bool = False

    def __post_init__(self) -> None:
        if self.factors:
            require_product(self.modulus, self.factors)
        _require_in_range(self.modulus)
        for harmonics in (self.harmonics, self.carried_by_readout):
            if not 1 <= harmonics <= LARGEST_HARMONIC:
                raise RecipeError(
                    f"{shown(harmonics)} harmonics asked for; expected a whole number from 1 to {LARGEST_HARMONIC}."
                )
        named = [dial.frequency for dial in self.dials]
        if len(set(named)) < len(named):
            raise RecipeError(f"A dial is given twice among {shown(named)}; expected each frequency once.")
        for dial in self.dials:
            _require_within_bounds(dial)
            if self.factors:
                _require_characters(dial, self.modulus)

    @property
    def group(self) -> Group:
        """What it adds in."""
        return group_with(self.modulus, self.factors)

    @property
    def carried_by_readout(self) -> int:
        """Harmonics that the unembedding carries along."""
        return self.harmonics if self.readout_harmonics is None else self.readout_harmonics

    @property
    def frequencies(self) -> tuple[int, ...]:
        """Of all its dials, also of those that are off."""
        return tuple(dial.frequency for dial in self.dials)

    @property
    def targets(self) -> dict[int, float]:
        """Frequency → target on operand a, for the dials that are on."""
        return {dial.frequency: dial.a.target for dial in self.dials if dial.a.on}

    @property
    def landed(self) -> dict[int, int]:
        """Frequency → frequency mod q at which its wave now stands in the tables; whole targets that are on only.

        Nothing in a product of groups, whose tables have no frequencies.
        """
        q = self.modulus
        if self.factors:
            return {}
        whole = {k: int(s) % q for k, s in self.targets.items() if s == int(s) and int(s) % q}
        return {k: min(s, q - s) for k, s in whole.items()}

    @property
    def sets_tables_apart(self) -> bool:
        """Operand b's table is turned otherwise than a's."""
        return any(dial.b is not None for dial in self.dials)

    def with_target(self, dial: Dial, target: float) -> "Recipe":
        """The same with one of its dials at another target on operand a's table, which the others follow if linked."""
        moved = replace(dial, a=replace(dial.a, target=target))
        return replace(self, dials=tuple(moved if each is dial else each for each in self.dials))

    def with_dial(self, frequency: int, *, table: Literal["a", "b", "readout"] = "a", **settings: Any) -> "Recipe":
        """The same with one dial set otherwise; a frequency that it had not becomes a dial.

        Args:
            frequency: of the dial.
            table: whose setting is meant; "a" goes for all tables of a linked dial.
            settings: target, amplitude, phase (radians), on; what is left out stays. A new dial needs a target.

        Raises:
            RecipeError: there is no such setting, or no target.

        >>> linked_recipe(127, {5: 48, 6: 50}).with_dial(5, target=48.5).targets
        {5: 48.5, 6: 50}
        """
        foreign = [name for name in settings if name not in Turn.__dataclass_fields__]
        if foreign:
            raise RecipeError(
                f"{shown(foreign[0])} is no setting of a dial; expected {', '.join(Turn.__dataclass_fields__)}."
            )
        dials = {dial.frequency: dial for dial in self.dials}
        dial = dials.get(frequency)
        if dial is None and (table != "a" or "target" not in settings):
            raise RecipeError(f"Dial {shown(frequency)} is not in this recipe; give its target for all tables first.")
        before = {"a": dial.a, "b": dial.on_b, "readout": dial.on_readout}[table] if dial else Turn(settings["target"])
        turn = replace(before, **settings)
        tables: dict[str, Any] = {table: turn}
        dials[frequency] = replace(dial, **tables) if dial else Dial(frequency, turn)
        return replace(self, dials=tuple(dials[k] for k in sorted(dials)))

    def to_json(self) -> dict[str, Any]:
        """Plain data for a recipe file; settings that say nothing new are left out."""
        dials = []
        for dial in self.dials:
            entry: dict[str, Any] = {"frequency": dial.frequency, **_turn_to_json(dial.a)}
            entry |= {"b": _turn_to_json(dial.b)} if dial.b else {}
            entry |= {"readout": _turn_to_json(dial.readout)} if dial.readout else {}
            entry |= {"weight": dial.weight} if dial.weight != 1 else {}
            dials.append(entry)
        return {
            "clockwork_recipe": RECIPE_VERSION,
            "modulus": self.modulus,
            "harmonics": self.harmonics,
            **({} if self.readout_harmonics is None else {"readout_harmonics": self.readout_harmonics}),
            **({"single_frequency": True} if self.single_frequency else {}),
            **({"norm_gain": True} if self.norm_gain else {}),
            **({"group": list(self.factors)} if self.factors else {}),
            "dials": dials,
        }

    @staticmethod
    def from_json(data: Any) -> "Recipe":
        """The recipe of a recipe file. Raises RecipeError saying which entry is off."""
        if not isinstance(data, Mapping) or data.get("clockwork_recipe") != RECIPE_VERSION:
            raise RecipeError(f'This is no recipe: expected an object with "clockwork_recipe": {RECIPE_VERSION}.')
        entries = data.get("dials")
        if not isinstance(entries, list):
            raise RecipeError('The recipe has no list of "dials".')
        return Recipe(
            _whole(data, "modulus"),
            tuple(map(_dial_from_json, entries)),
            _whole(data, "harmonics", 2),
            None if data.get("readout_harmonics") is None else _whole(data, "readout_harmonics"),
            _switch(data, "single_frequency"),
            _factors(data),
            _switch(data, "norm_gain"),
        )


def read_recipe(path: Path) -> Recipe:
    """The recipe of a recipe file. Raises RecipeError."""
    try:
        return parse_recipe(read_file(path, LONGEST_FILE), str(path))
    except FileError as error:
        raise RecipeError(f"{error}") from error


def parse_recipe(text: str | bytes, name: str = "The file") -> Recipe:
    """The recipe that a recipe file holds. Raises RecipeError with one sentence, whatever the file holds."""
    if len(text) > LONGEST_FILE:
        raise RecipeError(f"{name} is too large for a recipe; expected at most {LONGEST_FILE:,} characters.")
    try:
        data = parse_json(text)
    except JsonError as error:
        raise RecipeError(
            f"{name} is not JSON ({error}); expected a recipe file, as “Recipe (.json)” saves it."
        ) from error
    return Recipe.from_json(data)


def require_product(modulus: int, factors: tuple[int, ...]) -> None:
    """Raises RecipeError where these are no two cyclic groups or more of so many elements together."""
    require_group(factors)
    if len(factors) < 2 or math.prod(factors) != modulus:
        raise RecipeError(
            f"Groups of order {shown(list(factors))} have {math.prod(factors)} elements together; expected two groups "
            f"or more with {modulus}."
        )


def _require_characters(dial: Dial, order: int) -> None:
    for turn in (dial.a, dial.on_b, dial.on_readout):
        if turn.target != int(turn.target) or abs(turn.target) >= order:
            raise RecipeError(
                f"Dial {dial.frequency} has the target {turn.target:g}; in a product of groups with {order} elements "
                f"expected the number of a character, a whole number from {1 - order} to {order - 1}."
            )


def _require_within_bounds(dial: Dial) -> None:
    if abs(dial.frequency) > LARGEST_MODULUS:
        raise RecipeError(f"Dial {shown(dial.frequency)} is no frequency; expected at most {LARGEST_MODULUS}.")
    values = [(name, getattr(turn, name)) for turn in (dial.a, dial.b, dial.readout) if turn for name in BOUNDS]
    for name, value in (*values, ("weight", dial.weight)):
        if not math.isfinite(value):
            raise RecipeError(f"Dial {dial.frequency} holds a value that is not a finite number in {name}.")
        most = BOUNDS.get(name, LARGEST_WEIGHT)
        if abs(value) > most:
            raise RecipeError(
                f"Dial {dial.frequency}: {name} {value:g} is out of range; expected {-most:g} to {most:g}."
            )


def linked_recipe(modulus: int | Group, targets: Mapping[int, float], harmonics: int = 2) -> Recipe:
    """A recipe that only retargets: every dial linked, at full amplitude, unrotated.

    Args:
        modulus: q, or any group.
        targets: frequency k → σ(k), in steps of q; signed, and real where a wave is to be detuned. In a product of
            groups the number of a character.
        harmonics: of each dial that are carried along.

    Raises:
        RecipeError: a modulus, frequency or target that cannot be.

    >>> linked_recipe(127, {16: 22, 30: -7}).targets
    {16: 22, 30: -7}
    """
    _require_numbers(modulus, targets)
    group = as_group(modulus)
    dials = tuple(Dial(k, Turn(s)) for k, s in sorted(targets.items()))
    return Recipe(group.order, dials, harmonics, factors=product_factors(group))


def require_modulus(modulus: int | Group) -> None:
    """Raises RecipeError for what is neither a whole number from 2 on nor a group.

    >>> require_modulus(127.5)
    Traceback (most recent call last):
    ...
    models.errors.RecipeError: Modulus 127.5 is none; expected a whole number, or a group.
    """
    if isinstance(modulus, bool) or not (isinstance(modulus, int) or hasattr(modulus, "order")):
        raise RecipeError(f"Modulus {shown(repr(modulus))} is none; expected a whole number, or a group.")
    if isinstance(modulus, int):
        _require_in_range(modulus)


def _require_in_range(modulus: int) -> None:
    if not 2 <= modulus <= LARGEST_MODULUS:
        raise RecipeError(
            f"Modulus {shown(modulus)} is out of range; expected a whole number from 2 to {LARGEST_MODULUS}."
        )


def _require_numbers(modulus: int | Group, targets: Mapping[int, float]) -> None:
    """Raises RecipeError for what only looks like numbers, such as JSON's names of dials."""
    require_modulus(modulus)
    require_targets(targets)


def require_targets(targets: Mapping[int, float]) -> None:
    """Raises RecipeError for dials that are no whole numbers, and targets that are none.

    >>> require_targets({5: 48.5})
    """
    for k, target in targets.items():
        if not is_whole(k):
            raise RecipeError(f"Dial {shown(repr(k))} is no frequency; expected a whole number.")
        if not isinstance(target, int | float) or isinstance(target, bool):
            raise RecipeError(f"Dial {k} has the target {shown(repr(target))}; expected a number of steps.")


def own_recipe(modulus: int, frequencies: Iterable[int], harmonics: int = 2) -> Recipe:
    """The network's own dials, unturned. At the trained modulus this keeps the key frequencies only.

    Args:
        modulus: q; its targets are the frequencies themselves.
        frequencies: the dials.
        harmonics: of each that are carried along.

    >>> own_recipe(113, (3, 5)).targets
    {3: 3, 5: 5}
    """
    return linked_recipe(modulus, {k: k for k in frequencies}, harmonics)


def even_recipe(modulus: int, p: int, frequencies: Iterable[int], harmonics: int = 2) -> Recipe:
    """The network's own dials in even steps: for odd p either k or k − p is even, and mod p both are the same dial.

    At an even modulus all of them then share the factor 2 with it, so c and c + q/2 cannot be told apart.
    """
    even = {k: k if k % 2 == 0 or p % 2 == 0 else k - p for k in frequencies}
    return linked_recipe(modulus, {k: signed_steps(s, modulus) for k, s in even.items()}, harmonics)


def signed_steps(steps: int, modulus: int) -> int:
    """The same dial written with the fewest steps: −q/2 < steps ≤ q/2."""
    rest = steps % modulus
    return rest - modulus if rest > modulus / 2 else rest


def _turn_to_json(turn: Turn) -> dict[str, Any]:
    whole = turn.target == int(turn.target)
    plain = {"target": int(turn.target) if whole else turn.target, "amplitude": turn.amplitude}
    return plain | {"phase": turn.phase, "on": turn.on}


def _number(entry: Mapping[str, Any], name: str, what: str, default: float | None = None) -> float:
    value = entry.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecipeError(f'{what}: "{name}" is {shown(repr(value))}; expected a number.')
    try:
        return float(value)
    except OverflowError as error:
        raise RecipeError(f'{what} holds a value that is not a finite number in "{name}".') from error


def _turn_from_json(entry: Mapping[str, Any], what: str) -> Turn:
    target, amplitude = _number(entry, "target", what), _number(entry, "amplitude", what, 1.0)
    phase = _number(entry, "phase", what, 0.0)
    on = entry.get("on", True)
    if not isinstance(on, bool):
        raise RecipeError(f'{what}: "on" is {shown(repr(on))}; expected true or false.')
    return Turn(target, amplitude, phase, on)


def _dial_from_json(entry: Any) -> Dial:
    if not isinstance(entry, Mapping):
        raise RecipeError(
            f"A dial of the recipe is {shown(repr(entry))}; expected an object with frequency and target."
        )
    frequency = _whole(entry, "frequency")
    others = {}
    for name in ("b", "readout"):
        if entry.get(name) is not None:
            if not isinstance(entry[name], Mapping):
                raise RecipeError(f'Dial {frequency}: "{name}" is {shown(repr(entry[name]))}; expected an object.')
            others[name] = _turn_from_json(entry[name], f"Dial {frequency}, {name}")
    what = f"Dial {frequency}"
    return Dial(frequency, _turn_from_json(entry, what), **others, weight=_number(entry, "weight", what, 1.0))


def _whole(data: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = data.get(name, default)
    if not is_whole(value):
        raise RecipeError(f'The recipe\'s "{name}" is {shown(repr(value))}; expected a whole number.')
    return value


def _switch(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise RecipeError(f'The recipe\'s "{name}" is {shown(repr(value))}; expected true or false.')
    return value


def _factors(data: Mapping[str, Any]) -> tuple[int, ...]:
    found = data.get("group", [])
    whole = isinstance(found, list) and all(map(is_whole, found))
    if not whole or ("group" in data and not found):
        raise RecipeError(f'The recipe\'s "group" is {shown(repr(found))}; expected a list of orders, e.g. [7, 24].')
    return tuple(found)
