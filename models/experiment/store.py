"""What a sweep retains: written whole after every modulus, and read back with nothing believed."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.circuits.logits import CosineFit
from models.errors import FileError, RecipeError, shown
from models.evaluation import Counts
from models.experiment.request import Request
from models.experiment.sweep import Reached, counted_again
from models.files.json_text import json_text, parse_json
from models.files.reading import read_file
from models.files.writing import Destination
from models.network import Network
from models.surgery.margin import recipe_margin
from models.surgery.readout import READOUT_MODES, ReadoutMode
from models.surgery.recipe import Recipe

BYTES_A_RESULT = 1000
LARGEST_STORE = 2**28  # bytes: the results of all moduli that can be asked for
RECOUNTED = 5  # results of a file, drawn at random, and
MOST_RECOUNTED = 300_000  # pairs of them beside the first, so that a start takes seconds
Tell = Callable[[str], None]


def settings_of(network: Network, request: Request) -> dict[str, Any]:
    """What a sweep is kept under: the network's digest, and how it is asked at every modulus."""
    return {
        "digest": network.digest,
        "readout": request.readout,
        "rounds": request.rounds,
        "seed": request.seed,
        "single_frequency": request.single_frequency,
        **({"norm_gain": True} if request.norm_gain else {}),  # files from before there was one go on
    }


@dataclass
class SweepStore:
    """What has been counted, in a file where one was named. Where it cannot be written, counting goes on."""

    place: Destination | None
    settings: Mapping[str, Any]  # the network's digest and the options: results of others do not mix with these
    tell: Tell
    found: dict[int, Reached] = field(default_factory=dict)
    from_file: frozenset[int] = frozenset()  # moduli that an earlier run counted
    recounted: tuple[int, ...] = ()  # of these
    unsaved: bool = False
    trouble: str = ""

    def add(self, each: Reached) -> None:
        """One more modulus."""
        self.found[each.modulus] = each
        self.unsaved = True
        self.save()

    def save(self) -> None:
        """Write all of them, or tell why not: once for each reason, and anew with the next modulus."""
        if self.place is None or not self.unsaved:
            return
        entries = [each.to_json() for each in self.found.values()]
        try:
            self.place.write(json_text({"settings": self.settings, "results": entries}, indent=None).encode())
            self.unsaved, self.trouble = False, ""
        except FileError as error:
            if str(error) != self.trouble:
                self.trouble = str(error)
                self.tell(f"{error} Counting goes on; what was kept before is still there.")

    def take_up(self, path: Path, network: Network, waves: CosineFit) -> None:
        """What an earlier run left in a file, where there is one.

        Every entry is checked for what it could be, and a few, drawn by the seed and the file's own bytes, are counted
        again. Raises RecipeError with the first thing that is not so.
        """
        if not path.exists():
            return
        data = read_file(path, LARGEST_STORE)
        self.found = _entries_of(path, data, self.settings, waves)
        self.from_file = frozenset(self.found)
        drawn = random.Random(f"{self.settings['seed']} {sha256(data).hexdigest()}")
        self.recounted = _a_few(self.found.values(), drawn)
        for modulus in self.recounted:
            self.tell(f"Counting mod {modulus} of {path} again …")
            _require_true(path, self.found[modulus], network, waves, self.settings["seed"])


def _entries_of(path: Path, data: bytes, settings: Mapping[str, Any], waves: CosineFit) -> dict[int, Reached]:
    try:
        stored = parse_json(data)
        theirs, entries = stored["settings"] | {}, list(stored["results"])  # of two objects
    except (ValueError, KeyError, TypeError) as error:
        raise RecipeError(f"{path} holds no results of reach; give another file, or remove it.") from error
    if theirs != settings:
        changed = ", ".join(name for name in settings if settings[name] != theirs.get(name)) or "setting"
        raise RecipeError(f"{path} was counted with another {changed}; give another file, or remove it.")
    found: dict[int, Reached] = {}
    for number, entry in enumerate(entries, start=1):
        try:
            each = _result_of(entry, waves)
        except (KeyError, TypeError, AttributeError, ValueError, RecipeError) as error:
            raise RecipeError(
                f"{path}: result {number} is none of reach ({shown(str(error))}); give another file, or remove it."
            ) from error
        if each.modulus in found:
            raise RecipeError(f"{path} has two results mod {each.modulus}; give another file, or remove it.")
        found[each.modulus] = each
    return found


def _result_of(entry: Mapping[str, Any], waves: CosineFit) -> Reached:
    """A stored result; what follows from its dials is worked out. Raises ValueError with what cannot be."""
    recipe = Recipe.from_json(entry["recipe"])
    right, undecided, wrong, tried = (_count_in(entry, name) for name in ("correct", "ties", "wrong", "tried"))
    counts, q = Counts(right, undecided, wrong), recipe.modulus
    if not (counts.pairs == _count_in(entry, "pairs") == q**2 and _count_in(entry, "modulus") == q):
        raise ValueError(f"mod {q} has {q**2} pairs, right, undecided and wrong ones together")
    foreign = [dial.frequency for dial in recipe.dials if dial.frequency not in waves.frequencies]
    if foreign:
        raise ValueError(f"mod {q}: dial {foreign[0]} is none of this network's")
    return Reached(q, recipe, counts, tried, _readout_in(entry), _control_in(entry), recipe_margin(recipe, waves))


def _count_in(entry: Mapping[str, Any], name: str) -> int:
    value = entry[name]
    if type(value) is not int or value < 0:
        raise ValueError(f'"{name}" is {value!r}; expected a count')
    return value


def _readout_in(entry: Mapping[str, Any]) -> ReadoutMode:
    for readout in READOUT_MODES:
        if entry["readout"] == readout:
            return readout
    raise ValueError(f'"readout" is {entry["readout"]!r}; expected one of {", ".join(READOUT_MODES)}')


def _control_in(entry: Mapping[str, Any]) -> float | None:
    value = entry.get("control")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f'"control" is {value!r}; expected a share from 0 to 1')
    return float(value)


def _a_few(stored: Iterable[Reached], drawn: random.Random) -> tuple[int, ...]:
    """Moduli of a few results, the first whatever it takes, the others while they take little."""
    results = sorted(stored, key=lambda each: each.modulus)
    chosen: list[int] = []
    room = MOST_RECOUNTED
    for each in drawn.sample(results, min(RECOUNTED, len(results))):
        room -= each.counts.pairs
        if not chosen or room >= 0:
            chosen.append(each.modulus)
    return tuple(sorted(chosen))


def _require_true(path: Path, said: Reached, network: Network, waves: CosineFit, seed: int) -> None:
    found = counted_again(network, said, waves, seed).evaluation.counts
    if found != said.counts:
        raise RecipeError(
            f"{path} says {said.counts.right:,} pairs right, {said.counts.undecided:,} undecided and "
            f"{said.counts.wrong:,} wrong mod {said.modulus}; counted again they are {found.right:,}, "
            f"{found.undecided:,} and {found.wrong:,}. Remove the file to start again."
        )
