"""What a network answers to one pair: the class with the largest logit, and whatever ties with it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.enclosures import RoundedRows
from models.evaluation.results import Evaluation, State
from models.network import Network


@dataclass(frozen=True)
class Answer:
    """One pair: its state as it was counted, and the classes that the network puts first, the largest logit first.

    Several where they tie, or where float64 cannot prove that they do not. The right class stands alone where the pair
    is right, among others where it is undecided, and not here where it is wrong.
    """

    a: int
    b: int
    state: State
    classes: tuple[int, ...]


@torch.no_grad()
def answer_of(network: Network, counted: Evaluation, a: int, b: int) -> Answer:
    """The answer to a, b (each 0 … q − 1), by a float64 forward pass with error bounds.

    `counted` is the network's evaluation: it has proven the pair's state, and says what a tie is.
    """
    state, right = State(int(counted.states[a, b])), network.task.answer(a, b)
    if state == State.RIGHT:
        return Answer(a, b, state, (right,))
    leads, errors = _leads(network, a, b)
    first = leads + errors >= -counted.tolerance
    if state == State.WRONG:
        first[right] = False
    ordered = leads.argsort(descending=True, stable=True)
    return Answer(a, b, state, tuple(ordered[first[ordered]].tolist()))


def _leads(network: Network, a: int, b: int) -> tuple[Tensor, Tensor]:
    """float64 [q] each: every class's logit less the largest other for one pair, and how far that may be off."""
    exact, numbers = network.cast(torch.float64), torch.arange(network.modulus)
    tables = RoundedRows.exact(exact.table_a[[a]]), RoundedRows.exact(exact.table_b[[b]])
    vector = exact.body.enclosed_vectors(*tables, torch.tensor([0]), torch.tensor([0]))
    logit, largest_other, errors = vector.at(numbers).right_and_runner_up(
        exact.unembedding, exact.unembedding_bias, numbers
    )
    return logit - largest_other, errors
