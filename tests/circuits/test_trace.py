"""One pair in every part of a network, held against what the parts say of all pairs."""

import pytest
import torch

from models import zoo
from models.circuits.attention import attention_heads
from models.circuits.logits import CosineFit, logit_waves
from models.circuits.trace import trace_pair
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built, noisy

DIALS = (1, 3, 4)
NETWORKS = {
    "transformer": lambda: noisy(hand_built(13, DIALS)),
    "mlp": lambda: hand_built_mlp(13, DIALS, "he"),
}


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize(("a", "b"), [(0, 0), (5, 12), (12, 5)])
def test_logits_and_neurons_are_the_networks_own(kind: str, a: int, b: int):
    network = NETWORKS[kind]()
    trace = trace_pair(network, logit_waves(network, DIALS), a, b)
    exact = network.cast(torch.float64)
    pair = torch.tensor([a]), torch.tensor([b])
    logits = exact.logits(*pair)[0]
    torch.testing.assert_close(trace.logits, logits - logits.mean(), rtol=0, atol=1e-12)
    assert (trace.a, trace.b) == (a, b)
    answered = exact.body.last_neurons(exact.table_a, exact.table_b, *pair)[1][0]
    assert trace.neurons.equal(answered)
    assert trace.fired == sum(answer > 0 for answer in answered.tolist()) > 0


def test_the_answer_and_its_lead():
    network = hand_built(13, DIALS)
    first, second, lead = trace_pair(network, logit_waves(network, DIALS), 9, 8).lead
    logits = network.cast(torch.float64).logits(torch.tensor([9]), torch.tensor([8]))[0]
    assert first == 4
    assert second != 4
    assert lead == pytest.approx(float(logits[4] - logits[second]))
    assert lead == pytest.approx(float(logits[4] - torch.cat([logits[:4], logits[5:]]).max()))


def test_on_its_dial_a_number_stands_on_the_circle_at_the_angle_of_its_wave():
    network = hand_built_mlp(13, DIALS, "he")
    waves = logit_waves(network, DIALS)
    zero, one = (trace_pair(network, waves, number, 0) for number in (0, 1))
    for place, k in enumerate(DIALS):
        start, after = zero.places_a[place], one.places_a[place]
        assert [float(each.norm()) for each in (start, after)] == pytest.approx([1, 1], abs=1e-6)
        cosine = float(start @ after)
        assert cosine == pytest.approx(float(torch.cos(torch.tensor(2 * torch.pi * k / 13))), abs=1e-6)
    assert zero.places_b.shape == (3, 2)
    assert zero.votes.equal(waves.alphas)


def test_attention_is_that_of_the_pair():
    network = zoo.load("transformer-113")
    trace = trace_pair(network, CosineFit((), torch.zeros(0, dtype=torch.float64)), 69, 80)
    torch.testing.assert_close(trace.attention, attention_heads(network).weights[:, 69, 80])
    assert trace.places_a.shape == (0, 2)


def test_the_strongest_are_followed_in_their_own_order():
    waves = CosineFit((2, 3, 5, 7), torch.tensor([0.5, -3.0, 0.1, 1.0], dtype=torch.float64))
    kept = waves.strongest(2)
    assert kept.frequencies == (3, 7)
    assert kept.alphas.tolist() == [-3.0, 1.0]
    assert waves.strongest(9).frequencies == waves.frequencies
