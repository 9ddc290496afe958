"""What an untouched network gets wrong, as *Turn it* hands it to the browser: all, or nothing where it is too much."""

from typing import Any

import pytest
import torch
from streamlit.runtime.caching import cache_resource_api

from dashboard import console_cache
from models.network import Network
from tests.oracles import oracle

P = 67  # squared, more than a browser is sent


@pytest.mark.parametrize(("wrong", "sent"), [(0, True), (4000, True), (4001, False)])
def test_a_browser_is_sent_up_to_four_thousand_mistakes(monkeypatch: pytest.MonkeyPatch, wrong: int, sent: bool):
    network = oracle(P, {1: 1.0, 5: 1.0})
    numbers = torch.arange(P)
    answered = (numbers[:, None] + numbers) % P
    answered.view(-1)[:wrong] = (answered.view(-1)[:wrong] + 1) % P
    assert mistakes(network, answered, monkeypatch) == (
        {divmod(pair, P): (sum(divmod(pair, P)) + 1) % P for pair in range(wrong)} if sent else None
    )


def mistakes(network: Network, answered: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(cache_resource_api, "get_session_id_or_throw", lambda: "of these tests")
    cache_resource_api.clear_session_cache("of these tests")
    monkeypatch.setattr(console_cache, "predictions", lambda _: answered)
    return console_cache.untouched_mistakes(network)
