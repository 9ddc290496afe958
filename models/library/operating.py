"""Surgery in one call: dials that are found where none are given, and a modulus in place of a recipe."""

from typing import Any

from models.circuits.logits import CosineFit, logit_waves
from models.circuits.spectra import key_frequencies
from models.errors import RecipeError
from models.groups import Group
from models.network import Network
from models.planner import Plan
from models.planner import find_dials as find_dials_in
from models.surgery.recipe import Recipe, require_modulus
from models.surgery.transplant import transplant as transplant_by


def find_dials(network: Network, modulus: int | Group, waves: CosineFit | None = None, **options: Any) -> Plan:
    """Targets for the key frequencies at which the network adds in another modulus or group.

    Args:
        network: as it was trained.
        modulus: q; or a group of `models.groups`.
        waves: the frequencies to turn, by `logit_waves`; else the network's key frequencies.
        options: as `models.planner.find_dials` takes them: fixed, harmonics, seed, rounds, balanced, on_progress.

    Returns:
        The best setting: `recipe`, `network` (operated), `evaluation` (of all pairs), `margin`, `tried`.

    Raises:
        RecipeError: there is no key frequency, or a modulus or an option that cannot be.

    >>> from models import open_network
    >>> plan = find_dials(open_network("mlp-113"), 12)
    >>> plan.recipe.modulus, plan.evaluation.counts.pairs
    (12, 144)
    """
    require_modulus(modulus)
    waves = waves or logit_waves(network, key_frequencies(network).frequencies)
    if not waves.frequencies:
        raise RecipeError("This network has no key frequencies, so there are no dials to find.")
    return find_dials_in(network, waves, modulus, **options)


def transplant(network: Network, recipe: Recipe | None = None, *, modulus: int | Group | None = None) -> Network:
    """The network with its tables re-cut, by a recipe, or for a modulus with dials that are found.

    Args:
        network: as it was trained; it is not changed, and its body is shared.
        recipe: dials that are given.
        modulus: q, in the place of a recipe: dials are searched as `find_dials` does.

    Returns:
        A network for q, or for the group of the recipe.

    Raises:
        RecipeError: neither or both are given, or a dial that the network has not got.

    >>> from models import open_network
    >>> operated = transplant(open_network("mlp-113"), modulus=12)
    >>> operated.modulus
    12
    """
    if (recipe is None) == (modulus is None):
        raise RecipeError("Give either a recipe or a modulus; expected one of both.")
    if recipe is not None:
        return transplant_by(network, recipe)
    assert modulus is not None
    return find_dials(network, modulus).network
