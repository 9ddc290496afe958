"""The pairs of an operation among those of the group that it is a sum in."""

from dataclasses import dataclass

from models.evaluation import Counts, Evaluation, counts_of
from models.operations.operation import NO_ELEMENT, Operation


@dataclass(frozen=True)
class OperationCounts:
    """Pairs (a, b) of an operation by state, and how many have no answer here because an operand has no element."""

    counts: Counts
    left_out: int


def operation_counts(operation: Operation, evaluation: Evaluation) -> OperationCounts:
    """All pairs of an operation, from a count of all pairs of elements of its group.

    Args:
        operation: whose group was added in.
        evaluation: of a network for that group.

    Returns:
        Each pair in the state of the pair of elements that it stands for: as proven as that one is.
    """
    a, b = (each[each != NO_ELEMENT] for each in (operation.element_of_a, operation.element_of_b))
    counts = counts_of(evaluation.states[a][:, b])
    everything = len(operation.element_of_a) * len(operation.element_of_b)
    return OperationCounts(counts, everything - counts.pairs)
