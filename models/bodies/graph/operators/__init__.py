"""The white list: what each operator of a graph computes. Whatever is not in OPERATORS is refused by its name.

moving.py       operators that put entries elsewhere, and what they ask of shapes;  making.py  constants and ranges
entrywise.py    one entry at a time, comparisons, choices, sums over axes
products.py     matrix products, norms, activations made of several operations
recurrent.py    LSTM, GRU and RNN
"""

from models.bodies.graph.operators.entrywise import ENTRYWISE
from models.bodies.graph.operators.making import MAKING
from models.bodies.graph.operators.moving import MOVING
from models.bodies.graph.operators.products import PRODUCTS
from models.bodies.graph.operators.recurrent import RECURRENT

OPERATORS = {**MOVING, **MAKING, **ENTRYWISE, **PRODUCTS, **RECURRENT}

__all__ = ["MOVING", "OPERATORS"]
