"""What random angles foretell of moduli and groups, beside their counts."""

import pytest

from models import key_frequencies, logit_waves, zoo
from models.analysis.torus import torus_of
from models.evaluation import Counts
from models.experiment.prediction import Foretold, agreement, foretell
from models.experiment.request import Request
from models.experiment.run import run
from models.groups import Cyclic, Product
from tests.oracles import hand_built, noisy

DIALS = (1, 3, 4)


def told(q: int, margin: float, share: float, lead: float, right: int) -> Foretold:
    return Foretold(Cyclic(q), margin, share, lead, margin >= 1.25, Counts(right, 0, q**2 - right))


def test_groups_that_cannot_be_told_apart_are_foretold_to_fail_and_do():
    network = hand_built(23, DIALS)
    waves, groups = logit_waves(network, DIALS), (Cyclic(5), Product((3, 5)), Product((2, 2, 2, 2)))
    five, fifteen, sixteen = foretell(network, torus_of(network, DIALS), waves, groups)
    assert (five.share, fifteen.share, sixteen.share) == (0, 0, 1)
    assert (five.fails, fifteen.fails, sixteen.fails) == (False, False, True)
    assert five.least_lead > 0 >= sixteen.least_lead
    assert (five.safe, sixteen.safe) == (True, False)
    alone = run(network, Request(5, "keep", search="none"), waves)
    assert (five.counts, five.margin) == (alone.result.evaluation.counts, alone.margin)


def test_what_a_noisy_body_gets_wrong_is_foretold_in_order():
    network = noisy(hand_built(23, DIALS), 0.3)
    found = list(
        foretell(network, torus_of(network, DIALS), logit_waves(network, DIALS), [*map(Cyclic, range(3, 60, 7))])
    )
    agreed = agreement(found)
    assert agreed.failing > 3
    assert agreed.by_share is not None
    assert agreed.by_share > 0.8


def test_a_trained_network_is_foretold_not_to_fail_where_it_does_not():
    network = zoo.load("transformer-113")
    keys = key_frequencies(network).frequencies
    (found,) = foretell(network, torus_of(network, keys), logit_waves(network, keys), [Product((3, 7))])
    assert (found.share, found.fails) == (0, False)


def test_agreement_is_by_rank_and_names_the_first():
    found = [
        told(5, 1.5, 0, 0.9, 25),
        told(6, 1.2, 0, 0.5, 36),
        told(7, 1.3, 0.1, -0.1, 49),
        told(8, 1.0, 0.2, -0.2, 60),
        told(9, 0.9, 0.4, -0.3, 50),
    ]
    agreed = agreement(found)
    assert (agreed.groups, agreed.failing, str(agreed.first_failing), str(agreed.first_foretold)) == (5, 2, "8", "7")
    assert (str(agreed.first_unsafe), agreed.failing_though_safe) == ("6", 0)
    assert agreement([told(5, 1.5, 0, 0.9, 24)]).failing_though_safe == 1
    assert agreed.by_share == pytest.approx(agreed.by_lead, abs=0.1)
    assert agreed.by_order == pytest.approx(agreed.by_lead)
    assert agreed.by_margin is not None
    assert agreed.by_margin < 1
    nothing = agreement(found[:2])
    assert (nothing.failing, nothing.first_failing, nothing.by_lead) == (0, None, None)
