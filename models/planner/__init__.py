"""Which dials for a modulus.

candidates.py   settings drawn at random, and their margins
search.py       a glimpse of the best by margin, then all pairs of the best by glimpses
strengths.py    the same with balanced dials, or with dials carried as a recipe's are
"""

from models.planner.candidates import best_by_margin, candidate_settings
from models.planner.search import (
    GLIMPSED_CANDIDATES,
    ROUNDS,
    Choice,
    Plan,
    choose_dials,
    find_dials,
)
from models.planner.strengths import RANDOM_DIALS, find_dials_like, random_dials

__all__ = [
    "GLIMPSED_CANDIDATES",
    "RANDOM_DIALS",
    "ROUNDS",
    "Choice",
    "Plan",
    "best_by_margin",
    "candidate_settings",
    "choose_dials",
    "find_dials",
    "find_dials_like",
    "random_dials",
]
