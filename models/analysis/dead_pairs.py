"""Pairs that pairwise coupled oscillators cannot add, whatever the dials: predicted from the group, and counted.

Let d ≠ 0 with d + d = 0, which is q/2 in the numbers mod an even q. A dial says χ(d) = −1 or 1. Where it says −1, the
drives of a and a + d are opposite, and nothing pulls the oscillator; where it says 1, it cannot tell c from c + d. So
at a − b = d no dial tells them apart: one pair in q for every such d. What is answered there is what oscillators say
that nothing pulls, right for one of the two by luck. Three-body coupling multiplies drives, and has no such pairs.
"""

import torch
from torch import Tensor

from models.groups import Group
from models.network import Network

TOLD = 1e-6  # of the logits' scale: what two classes are told apart by at least
DEAD = (
    "pairwise coupling has no answer where a − b is {differences}: on dials of odd steps the pulls of a and b are "
    "opposite there and cancel, and dials of even steps cannot tell c from c + {differences}"
)


def predicted_dead(network: Network, group: Group | None = None) -> tuple[int, ...]:
    """Differences a − b of the pairs that no dials can add, by the law above; empty for any other body.

    Args:
        network: of oscillators or of anything.
        group: that it adds in once it is operated on; its own where it is left out.

    >>> from models import zoo
    >>> predicted_dead(zoo.load("kuramoto-113"))
    ()
    """
    body = network.body.oscillators
    if body is None or body.kind != "pairwise" or not network.tables_shared:
        return ()
    group = group or network.task.group
    elements = group.elements()
    twice = group.sum(elements, elements)
    return tuple(elements[(twice == group.sum(elements[:1], elements[:1])) & (elements > 0)].tolist())


@torch.no_grad()
def counted_dead(network: Network) -> tuple[int, ...]:
    """Differences a − b of whose pairs each tells two classes apart by nothing but what it says without any drive.

    Counted by forward passes over all pairs, in float64: nothing here knows the law. `network` has oscillators of one
    frequency each (`single_frequency_neurons`): others carry a little of many dials.
    """
    exact = network.cast(torch.float64)
    group, elements = exact.task.group, exact.task.group.elements()
    means = [table.mean(0, keepdim=True) for table in (exact.table_a, exact.table_b)]
    silent = (exact.body.readout_of_rows(means[0], means[1]) @ exact.unembedding)[0]
    found = []
    for difference in elements.tolist():
        a = group.sum(elements, torch.tensor(difference))
        logits = exact.logits(a, elements) - silent
        by_distance = _told_apart(logits, group.sum(a, elements), group)
        if bool((by_distance[1:] <= TOLD * float(logits.abs().max())).any()):
            found.append(difference)
    return tuple(found)


def _told_apart(logits: Tensor, right: Tensor, group: Group) -> Tensor:
    """[q]: by how much the right class is told from the one at a distance δ, at most over pairs; logits [n, q]."""
    classes = group.sum(right[:, None], group.elements())
    ahead = logits.gather(1, right[:, None]) - logits.gather(1, classes)
    return ahead.abs().amax(0)


def explained(differences: tuple[int, ...]) -> str:
    """Why pairs of these differences are not added, in a sentence; empty where there are none."""
    return DEAD.format(differences=" or ".join(map(str, differences))) if differences else ""
