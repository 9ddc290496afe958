"""Which dials for a modulus.

candidates.py    settings drawn at random, and their margins
search.py        a row sample of the best by margin, then all pairs of the best by row samples
random_dials.py  settings drawn whatever their margin, to set a search beside
"""

from models.planner.candidates import best_by_margin, candidate_settings
from models.planner.random_dials import RANDOM_DIALS, random_dials
from models.planner.search import (
    ROUNDS,
    SAMPLED_CANDIDATES,
    Choice,
    Plan,
    SearchOptions,
    dial_choice,
    dial_search,
    find_dials,
)

__all__ = [
    "RANDOM_DIALS",
    "ROUNDS",
    "SAMPLED_CANDIDATES",
    "Choice",
    "Plan",
    "SearchOptions",
    "best_by_margin",
    "candidate_settings",
    "dial_choice",
    "dial_search",
    "find_dials",
    "random_dials",
]
