"""The groups that networks add in: their elements, sums, differences and characters.

group.py       what every group says of itself;  cyclic.py  the numbers mod q under addition
product.py     vectors of digits, each modulo its own number;  naming.py  groups by their words
listing.py     all groups of an order;  units.py  numbers under multiplication, and their logarithms;  primes.py
characters.py  cosines and sines of angles that are counted in steps of a clock
"""

from models.groups.cyclic import Cyclic
from models.groups.group import Group
from models.groups.naming import as_group, group_of, group_with, parse_group, product_factors
from models.groups.product import Product

__all__ = ["Cyclic", "Group", "Product", "as_group", "group_of", "group_with", "parse_group", "product_factors"]
