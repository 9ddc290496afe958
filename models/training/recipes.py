"""Ways to train that have a name: architecture, sizes and schedule of a paper, with the figure that it published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from models.training.architectures import Sizes
from models.training.trainer import Schedule

FIRST = "nanda"


@dataclass(frozen=True)
class TrainingRecipe:
    """How a network is trained, as a paper has it or as we found it.

    Attributes:
        architecture: a name of ARCHITECTURES.
        schedule: seed 0; the caller's seed takes its place.
        source: where it is described.
        published: what that source says of its speed, in words; empty where it says nothing that can be compared.
        differs: what is otherwise here than there; empty where nothing is known to be.
    """

    name: str
    architecture: str
    sizes: Sizes
    schedule: Schedule
    source: str
    published: str = ""
    differs: str = ""


NANDA = TrainingRecipe(
    "nanda",
    "transformer",
    Sizes(),
    Schedule(),
    "Nanda et al. 2023, arXiv 2301.05217",
    published="8,000 to 10,000 steps",
    differs="no warm-up of the rate over the first ten steps",
)
LAYERNORM = TrainingRecipe(
    "layernorm",
    "layernorm",
    Sizes(modulus=97, width=64, neurons=256),
    Schedule(steps=4000, fraction=0.4),
    "a small transformer with LayerNorm and GELU, as they are usually made",
)
RECORD = TrainingRecipe(
    "record",
    "square",
    Sizes(neurons=256),
    Schedule(
        steps=100,
        learning_rate=0.1,
        weight_decay=2.0,
        betas=(0.8, 0.98),
        stop_below=0.0,
        check_every=1,
        rate_left=0.01,
        rate_falls_over=40,
    ),
    "ours: strong decay makes the weights forget what the first gradients wrote, then the rate falls",
    published="711 epochs at p = 113 and 30% of the pairs, by another network (arXiv 2603.05228)",
)

RECIPES: Mapping[str, TrainingRecipe] = MappingProxyType({each.name: each for each in (NANDA, LAYERNORM, RECORD)})


def schedule_of(recipe: TrainingRecipe, seed: int) -> Schedule:
    """The recipe's schedule with this seed, which draws the weights and the split.

    >>> schedule_of(RECIPES["record"], 7).seed
    7
    """
    return replace(recipe.schedule, seed=seed)
