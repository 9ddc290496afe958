"""Integers of any length, digit by digit: a network that adds in one modulus adds them all.

adder.py   sums mod q as a network gives them, each pair computed once;  digits.py  integers as digits and back
carry.py   sums and differences by ripple carry mod 2B;  products.py  products, digit by digit
division.py  comparison, and quotients with remainder;  residues.py  sums, differences and products by remainders
written.py  numbers as people write them in a base;  steps.py  one sum or difference place by place, to be looked at
ledger.py  what was asked of the network, what was done outside of it, and what is certified
"""

from models.arithmetic import residues
from models.arithmetic.carry import add, subtract
from models.arithmetic.division import compare, divide
from models.arithmetic.ledger import Ledger, LongResult
from models.arithmetic.products import multiply

__all__ = ["Ledger", "LongResult", "add", "compare", "divide", "multiply", "residues", "subtract"]
