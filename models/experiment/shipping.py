"""From a sweep, and from controls, to what is shipped of them, and back."""

from collections.abc import Mapping, Sequence

from models.analysis.baselines import Baseline, baselines
from models.circuits.logits import CosineFit
from models.errors import RecipeError
from models.evaluation import COUNTING_VERSION, Counts
from models.experiment.blend import BLENDS
from models.experiment.controls import Control
from models.experiment.searched_controls import ANEW
from models.experiment.sweep import Reached
from models.network import Network
from models.surgery.margin import recipe_margin
from models.surgery.recipe import Recipe, linked_recipe
from models.zoo.shipped_controls import ShippedControl, ShippedControls
from models.zoo.shipped_sweeps import ShippedBaseline, ShippedCount, ShippedSweep


def sweep_to_ship(network: Network, found: Mapping[int, Reached], command: str) -> ShippedSweep:
    """What was counted of a network, as it is kept beside it, with counts of the untouched one.

    Args:
        network: as it was trained.
        found: what a sweep with the readout mode `keep` reached, by modulus.
        command: that counted it.

    Raises:
        RecipeError: a result was fitted, or its dials do more than take whole steps.

    >>> from models import zoo
    >>> from models.experiment.request import Request
    >>> from models.experiment.sweep import reached
    >>> network = zoo.load("transformer-113")
    >>> sweep = sweep_to_ship(network, {5: reached(network, Request(5, "keep"))}, "an example")
    >>> sweep.operated[5].counts.pairs, sweep.untouched[5].right
    (25, 15)
    """
    for q, each in found.items():
        plain = linked_recipe(q, each.recipe.targets, each.recipe.harmonics)
        if each.readout != "keep" or each.recipe != plain or any(s != int(s) for s in each.recipe.targets.values()):
            raise RecipeError(
                f"The result mod {q} is by {each.readout}; expected `keep` with dials that take whole steps and "
                "nothing else. Give --readout keep."
            )
    moduli = sorted(found)
    return ShippedSweep(
        network.digest,
        command,
        COUNTING_VERSION,
        {q: ShippedCount(found[q].recipe, found[q].counts, found[q].tried) for q in moduli},
        {
            each.modulus: ShippedBaseline(_pairs(each.raw, each.modulus), _pairs(each.reduced, each.modulus))
            for each in baselines(network, moduli)
            if each.raw is not None and each.reduced is not None
        },
    )


def _pairs(share: float, modulus: int) -> int:
    return round(share * modulus**2)


def reached_as_shipped(sweep: ShippedSweep, waves: CosineFit) -> dict[int, Reached]:
    """The results of a shipped sweep as a sweep gives them, by modulus; margins of the dials are worked out anew.

    Args:
        sweep: that is shipped of a network.
        waves: α of its key frequencies.
    """
    return {
        q: Reached(q, each.recipe, each.counts, each.tried, analytic_margin=recipe_margin(each.recipe, waves))
        for q, each in sweep.operated.items()
    }


def baselines_as_shipped(sweep: ShippedSweep) -> list[Baseline]:
    """The untouched network at every modulus of a shipped sweep; above its own there is none."""
    return [_baseline(q, sweep.untouched.get(q)) for q in sweep.operated]


def _baseline(q: int, counted: ShippedBaseline | None) -> Baseline:
    if counted is None:
        return Baseline(q, None, None)
    return Baseline(q, counted.right / q**2, counted.right_mod_q / q**2)


def controls_to_ship(
    network: Network,
    recipe: Recipe,
    controls: Sequence[Control],
    blends: Mapping[int, Mapping[float, Counts]],
    command: str,
) -> ShippedControls:
    """The controls of an operation, as they are kept beside the network.

    Args:
        network: as it was trained.
        recipe: the operation.
        controls: all of them, every seed counted.
        blends: seed of a shuffle → counts at every one of `BLENDS`; nothing of a network without a body.
        command: that counted them.
    """
    pairs = recipe.modulus**2
    rows = [
        ShippedControl(
            each.name,
            each.readout,
            tuple(round(share * pairs) for share in each.accuracies),
            round(each.trained * pairs),
            each.remark,
        )
        for each in controls
    ]
    return ShippedControls(
        network.digest,
        command,
        COUNTING_VERSION,
        recipe,
        tuple(row for row in rows if row.name != ANEW),
        next((row for row in rows if row.name == ANEW), None),
        {seed: tuple(curve[blend].right for blend in BLENDS) for seed, curve in blends.items() if curve},
    )


def controls_as_shipped(shipped: ShippedControls) -> tuple[Control, ...]:
    """The controls as they are counted with the operation's own dials, each whole, in the order of counting."""
    return tuple(_control(each, shipped.recipe) for each in shipped.with_its_dials)


def searched_as_shipped(shipped: ShippedControls) -> Control | None:
    """The control whose shuffled bodies have dials of their own; None where there is no body."""
    return _control(shipped.searched, shipped.recipe) if shipped.searched else None


def blends_as_shipped(shipped: ShippedControls) -> dict[int, dict[float, float]]:
    """Seed of a shuffle → share of the way to the shuffled body → share of all pairs that is right."""
    pairs = shipped.recipe.modulus**2
    return {
        seed: {blend: count / pairs for blend, count in zip(BLENDS, right, strict=True)}
        for seed, right in shipped.blends.items()
    }


def _control(each: ShippedControl, recipe: Recipe) -> Control:
    pairs = recipe.modulus**2
    accuracies = tuple(count / pairs for count in each.right)
    return Control(each.name, each.readout, accuracies, each.trained / pairs, each.remark, len(accuracies))
