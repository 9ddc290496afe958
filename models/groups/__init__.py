"""The groups that networks add in: their elements, sums, differences and characters.

group.py       what every group says of itself;  cyclic.py  the numbers mod q under addition
characters.py  cosines and sines of angles that are counted in steps of a clock
"""

from models.groups.cyclic import Cyclic
from models.groups.group import Group

__all__ = ["Cyclic", "Group"]
