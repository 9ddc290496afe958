"""The film of a training run: what its moments show, small enough to be kept with the project.

A film is a safetensors file of small numbers; `command` in its metadata makes it again from the snapshots of a run
(`python -m models train --snapshots`, then `python -m models film`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from models.circuits.planes import plane_directions
from models.circuits.spectra import key_frequencies
from models.errors import TrainingError
from models.network import Network
from models.surgery.recipe import Recipe
from models.training.moments import FIGURES, FilmMoment, Watched, moment_of
from models.training.phases import Phases, phases_of

SHIPPED = Path(__file__).parent / "films" / "transformer-113.safetensors"
FURTHEST = 127  # of a coordinate: the furthest number of a plane in all moments
SUFFIX = ".safetensors"


@dataclass(frozen=True, eq=False)
class Film:
    """Moments of one training run, in order.

    Attributes:
        about: plain data: digest of the network as it ended, what it was trained on, commands.
        frequencies: key frequencies of the network as it ended, for each a plane.
        recipe: by which every moment is re-cut.
        steps: int64 [t].
        trained: bool [p, p], the pairs trained on.
        spectrum: float16 [t, ⌊p/2⌋], shares of the operand table's power.
        points: int8 [t, frequencies, p, 2], for each frequency in its own unit: FURTHEST is its furthest number.
        levels, recut: uint8 [t, p, p] and [t, q, q] (models/training/moments.py), as trained and re-cut.
        figures: float64 [t, FIGURES].
    """

    about: Mapping[str, Any]
    frequencies: tuple[int, ...]
    recipe: Recipe
    steps: Tensor
    trained: Tensor
    spectrum: Tensor
    points: Tensor
    levels: Tensor
    recut: Tensor
    figures: Tensor

    @property
    def modulus(self) -> int:
        """p."""
        return len(self.trained)

    def curve(self, name: str) -> list[float]:
        """A figure in every moment."""
        found: list[float] = self.figures[:, FIGURES.index(name)].tolist()
        return found

    @cached_property
    def phases(self) -> Phases:
        """Where memorising ends, where cleanup begins and ends: by the rule of models/training/phases.py."""
        trained, others = self.curve("train_accuracy"), self.curve("test_accuracy")
        all_right = [one == other == 1.0 for one, other in zip(trained, others, strict=True)]
        return phases_of(self.curve("restricted_loss"), self.curve("excluded_loss"), all_right)


def watched_of(last: Network, trained: Tensor, recipe: Recipe) -> Watched:
    """What a film looks at, given the network as it ended and the pair numbers [n] trained on."""
    frequencies = key_frequencies(last).frequencies
    if not frequencies:
        raise TrainingError("The network as it ended has no key frequencies; there is no circuit to film.")
    planes = torch.stack([plane_directions(last.table_a, k) for k in frequencies])
    p, operation = last.modulus, last.layout.hyperparameters.operation
    mask = torch.zeros(p, p, dtype=torch.bool)
    mask[trained // p * operation.x % p, trained % p * operation.y % p] = True  # operands as they are renamed
    return Watched(frequencies, planes, mask, recipe)


def moments_of(snapshots: Mapping[int, Network], watched: Watched) -> Iterator[tuple[int, FilmMoment]]:
    """Every snapshot's moment, by its step; a second each at p = 113."""
    for step, network in snapshots.items():
        yield step, moment_of(network, watched)


def film_of(moments: Sequence[tuple[int, FilmMoment]], watched: Watched, about: Mapping[str, Any]) -> Film:
    """The film of these moments, rounded to what a picture needs; counts and losses keep what they are."""
    points = torch.stack([moment.points for _, moment in moments])
    furthest = points.abs().amax((0, 2, 3), keepdim=True).clamp_min(torch.finfo(torch.float64).tiny)
    return Film(
        about=about,
        frequencies=watched.frequencies,
        recipe=watched.recipe,
        steps=torch.tensor([step for step, _ in moments]),
        trained=watched.trained,
        spectrum=torch.stack([moment.spectrum for _, moment in moments]).half(),
        points=(FURTHEST * points / furthest).round().to(torch.int8),
        levels=torch.stack([moment.levels for _, moment in moments]),
        recut=torch.stack([moment.recut for _, moment in moments]),
        figures=torch.tensor([[each.figures[name] for name in FIGURES] for _, each in moments], dtype=torch.float64),
    )


def film_to_bytes(film: Film) -> bytes:
    """The film as a file; two pairs share a byte."""
    tensors = {
        "steps": film.steps,
        "trained": film.trained.to(torch.uint8),
        "spectrum": film.spectrum,
        "points": film.points,
        "levels": packed(film.levels),
        "recut": packed(film.recut),
        "figures": film.figures,
    }
    said = {"about": dict(film.about), "frequencies": film.frequencies, "recipe": film.recipe.to_json()}
    return safetensors.torch.save(tensors, metadata={"film": json.dumps(said)})


def film_from_file(path: Path) -> Film:
    """A film of our own making; nobody uploads one."""
    with safetensors.safe_open(path, framework="pt") as file:
        said = json.loads(file.metadata()["film"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    recipe = Recipe.from_json(said["recipe"])
    p, q = len(tensors["trained"]), recipe.modulus
    return Film(
        about=said["about"],
        frequencies=tuple(said["frequencies"]),
        recipe=recipe,
        steps=tensors["steps"],
        trained=tensors["trained"].bool(),
        spectrum=tensors["spectrum"],
        points=tensors["points"],
        levels=unpacked(tensors["levels"], p),
        recut=unpacked(tensors["recut"], q),
        figures=tensors["figures"],
    )


@cache
def shipped_film() -> Film:
    """The film that comes with the project: of the transformer of the zoo's first card, from its first step on.

    >>> film = shipped_film()
    >>> film.modulus, len(film.steps) >= 60
    (113, True)
    """
    return film_from_file(SHIPPED)


def packed(levels: Tensor) -> Tensor:
    """uint8 [t, ⌈q²/2⌉]: two levels 0..15 in a byte, the first in its upper half.

    >>> packed(torch.tensor([[[1, 2], [3, 15]]], dtype=torch.uint8)).tolist()
    [[18, 63]]
    """
    flat = levels.flatten(1)
    if flat.shape[1] % 2:
        flat = torch.cat([flat, flat.new_zeros(len(flat), 1)], dim=1)
    return flat[:, ::2] * 16 + flat[:, 1::2]


def unpacked(pairs: Tensor, modulus: int) -> Tensor:
    """uint8 [t, q, q] again."""
    flat = torch.stack([pairs // 16, pairs % 16], dim=2).flatten(1)
    return flat[:, : modulus**2].unflatten(1, (modulus, modulus))
