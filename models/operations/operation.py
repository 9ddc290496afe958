"""An operation as a sum in a group: which element each operand stands for, and which number each element is."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.groups import Group

NO_ELEMENT = -1


@dataclass(frozen=True, eq=False)
class Operation:
    """answer(a, b) = number_of[element_of_a[a] + element_of_b[b]], the sum taken in `group`.

    A network that adds in the group carries it out without knowing of it: the rows of its tables are only called by
    other numbers. Numbers that no element stands for are left out, and `left_out` says why.
    """

    formula: str
    group: Group
    element_of_a: Tensor  # int64 [n]; NO_ELEMENT where a has none
    element_of_b: Tensor  # int64 [m]
    number_of: Tensor  # int64 [order of the group]
    left_out: str = ""
    says: str = ""  # what the numbers mean, where they are no plain numbers

    def answers(self) -> Tensor:
        """int64 [n, m]: every answer; NO_ELEMENT where a or b has no element.

        >>> from models.operations.linear import linear
        >>> linear(2, 1, 0, 5).answers()[3].tolist()
        [1, 2, 3, 4, 0]
        """
        a, b = self.element_of_a[:, None], self.element_of_b
        found = self.number_of[self.group.sum(a.clamp(min=0), b.clamp(min=0))]
        return torch.where((a == NO_ELEMENT) | (b == NO_ELEMENT), NO_ELEMENT, found)
