"""The lines of Python that compute in a notebook what a figure shows."""

from dashboard.foreign_text import in_python
from dashboard.session.state import Opened
from models.formats.registry import open_hyperparameters_of
from models.runtime.program import import_line
from models.surgery.recipe import Recipe, linked_recipe


def lines_for(opened: Opened, recipe: Recipe | None, expression: str) -> str:
    """Import, open (and operate), compute. `expression` speaks of `network`."""
    lines = [import_line(), f"network = models.open_network({_arguments(opened)})"]
    if recipe is not None:
        lines.append(f"network = models.transplant(network, {recipe_expression(opened, recipe)})")
    return "\n".join([*lines, expression])


def recipe_expression(opened: Opened, recipe: Recipe) -> str:
    """A recipe that only retargets is written out; any other is opened from the file that *Turn it* offers."""
    if recipe == linked_recipe(recipe.modulus, recipe.targets, recipe.harmonics):
        targets = {k: int(target) if target == int(target) else target for k, target in recipe.targets.items()}
        return f"models.linked_recipe({recipe.modulus}, {targets!r}, {recipe.harmonics})"
    return f"models.open_recipe({in_python(recipe_file(opened, recipe))})"


def recipe_file(opened: Opened, recipe: Recipe) -> str:
    """The name under which *Turn it* offers the recipe."""
    return f"{opened.stem}-mod-{recipe.modulus}.json"


def _arguments(opened: Opened) -> str:
    """The file's name, and what its tensors leave open, as it is read here."""
    if opened.run is None:
        return in_python(opened.name)
    contents, hyperparameters = opened.run.checkpoints[opened.checkpoint], opened.network.hyperparameters.values()
    asked = {name: hyperparameters[name] for name in open_hyperparameters_of(contents)}
    return ", ".join([in_python(contents.name), *(f"{name}={value!r}" for name, value in asked.items())])
