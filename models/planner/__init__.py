"""Which dials for a modulus.

candidates.py    settings drawn at random, and their margins
search.py        a glimpse of the best by margin, then all pairs of the best by glimpses
random_dials.py  settings drawn whatever their margin, to set a search beside
"""

from models.planner.candidates import best_by_margin, candidate_settings
from models.planner.random_dials import RANDOM_DIALS, random_dials
from models.planner.search import (
    GLIMPSED_CANDIDATES,
    ROUNDS,
    Choice,
    Plan,
    choose_dials,
    dial_choice,
    dial_search,
    find_dials,
)

__all__ = [
    "GLIMPSED_CANDIDATES",
    "RANDOM_DIALS",
    "ROUNDS",
    "Choice",
    "Plan",
    "best_by_margin",
    "candidate_settings",
    "choose_dials",
    "dial_choice",
    "dial_search",
    "find_dials",
    "random_dials",
]
