"""A recipe file that a visitor opens."""

import json

from models.errors import RecipeError
from models.surgery.recipe import Recipe

LONGEST = 100_000  # characters
LONGEST_COMPLAINT = 300


def recipe_of_file(text: str) -> Recipe:
    """The recipe in a file. Raises RecipeError with one sentence, whatever the file holds."""
    if len(text) > LONGEST:
        raise RecipeError(f"The file is too large for a recipe; expected at most {LONGEST:,} characters.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError("The file is no JSON; expected a recipe as “Recipe (.json)” saves it.") from error
    try:
        return Recipe.from_json(data)
    except RecipeError as error:
        complaint = str(error)
        if len(complaint) > LONGEST_COMPLAINT:
            complaint = complaint[:LONGEST_COMPLAINT] + " …"
        raise RecipeError(complaint) from error
