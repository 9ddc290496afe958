"""Integers of any length, digit by digit: a network that adds in one modulus adds them all.

adder.py   sums mod q as a network gives them, each pair computed once;  digits.py  integers as digits and back
carry.py   sums and differences by ripple carry mod 2B;  products.py  products, digit by digit
residues.py  sums and differences by remainders
ledger.py  what was asked of the network, what was done outside of it, and what is certified
"""

from models.arithmetic import residues
from models.arithmetic.carry import add, subtract
from models.arithmetic.ledger import Ledger, LongResult
from models.arithmetic.products import multiply

__all__ = ["Ledger", "LongResult", "add", "multiply", "residues", "subtract"]
