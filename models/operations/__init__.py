"""Operations that are a sum in some group once their numbers are renamed: one definition each.

operation.py  what every one is: names for a, for b and for the answer;  counts.py  its pairs among those of the group
linear.py     x·a + y·b + z mod q;  bitwise.py  XOR
units.py      products of powers mod n, by discrete logarithms;  logarithms.py  the logarithm of such a product
calendar.py   hours of a week, weekdays of dates;  music.py  intervals and degrees of keys
parsing.py    an operation by its formula;  product_formula.py  products;  named.py  those that have a name
"""

from models.operations.counts import OperationCounts, operation_counts
from models.operations.operation import Operation
from models.operations.parsing import parse_operation

__all__ = ["Operation", "OperationCounts", "operation_counts", "parse_operation"]
