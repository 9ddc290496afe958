"""Networks of oscillators that run otherwise than they learned to: backwards, or not at all."""

from dataclasses import replace

from models.network import Network

BACKWARDS = "oscillators run backwards"
AT_REST = "oscillators left as they start"


def run_otherwise(network: Network) -> dict[str, Network]:
    """By what was done, the same weights run backwards and run for no time; empty where nothing oscillates.

    >>> from models import zoo
    >>> list(run_otherwise(zoo.load("kuramoto-113"))), run_otherwise(zoo.load("mlp-113"))
    (['oscillators run backwards', 'oscillators left as they start'], {})
    """
    body = network.body.oscillators
    if body is None:
        return {}
    return {
        BACKWARDS: replace(network, body=body.timed(body.steps, -body.step)),
        AT_REST: replace(network, body=body.timed(0, body.step)),
    }


def run_for(network: Network, steps: int, strength: float = 1.0) -> Network:
    """The same oscillators run for so many steps, every drive and coupling so many times as strong.

    Raises TypeError where nothing oscillates.
    """
    body = network.body.oscillators
    if body is None:
        raise TypeError("this network has no oscillators; ask `network.body.oscillators` first")
    return replace(network, body=body.timed(steps, body.step).pulled(strength))
