"""Recipes of `models train` beside each other on fresh seeds: `python -m tests.bench.recipes --recipe record`.

Every run is made twice: once with checks, which tell the steps, and once without them up to the step from which all
pairs stay right, which tells the seconds of training alone: of the one core that it has, whatever else runs.
"""

import argparse
import json
import math
import statistics
import time
from dataclasses import replace
from typing import Any

import torch

from models.training.architectures import ARCHITECTURES
from models.training.milestones import first_step, stable_step
from models.training.recipes import RECIPES, TrainingRecipe, schedule_of
from models.training.trainer import TrainingRun

FIRST_SEED = 1000  # no recipe was chosen on these


def measured(recipe: TrainingRecipe, seed: int, steps: int) -> dict[str, Any]:
    """One run: its steps, and the seconds of training to the step from which all pairs stay right."""
    schedule = replace(schedule_of(recipe, seed), steps=steps)
    run = TrainingRun(ARCHITECTURES[recipe.architecture](recipe.sizes, seed), schedule)
    list(run.checks())
    first, stable = first_step(run.history), stable_step(run.history)
    return {"seed": seed, "first": first, "stable": stable, "to": run.step, "seconds": _seconds(recipe, seed, stable)}


def _seconds(recipe: TrainingRecipe, seed: int, stable: int | None) -> float | None:
    """Of one core for the same run without a check, as far as that."""
    if stable is None:
        return None
    schedule = replace(schedule_of(recipe, seed), steps=stable + 1, check_every=stable + 1)
    run = TrainingRun(ARCHITECTURES[recipe.architecture](recipe.sizes, seed), schedule)
    began = time.process_time()
    list(run.checks(lambda: run.step == stable))
    return time.process_time() - began


def median(found: list[float | None]) -> float | None:
    """Of all runs, those that never came to it being the slowest; None where it falls among these."""
    middle = statistics.median(math.inf if value is None else value for value in found)
    return None if math.isinf(middle) else middle


def main() -> None:
    """Print each run as it comes, then medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", choices=list(RECIPES), required=True)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    recipe = RECIPES[options.recipe]
    rows = []
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        rows.append(measured(recipe, seed, options.steps or recipe.schedule.steps))
        print(json.dumps(rows[-1]), flush=True)
    medians = {name: median([row[name] for row in rows]) for name in ("first", "stable", "seconds")}
    right = sum(row["stable"] is not None for row in rows)
    print(json.dumps({"medians": medians, "stable in": right, "of": len(rows)}))


if __name__ == "__main__":
    main()
