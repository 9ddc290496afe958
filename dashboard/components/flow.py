"""One sum through the network: Python says what its parts hold of the pair, the browser draws it."""

from collections.abc import Callable, Mapping
from operator import index
from typing import Any

import streamlit as st

from dashboard import wording
from dashboard.assets import ASSETS
from dashboard.components.browser_part import BrowserPart, Texts, asset, styles
from dashboard.components.modules import joined
from dashboard.session.state import Pair
from dashboard.theme import colour_pairs
from models.circuits.trace import PairTrace
from models.evaluation import Answer
from models.network import Network

KEY = "flow"
PARTS = ("Tables", "Attention", "Neurons", "Logits")  # each a view of the lab


def flow_script(entry: str = "flow/main.js", given: Mapping[str, str] | None = None) -> str:
    """The script of the diagram, or one that begins with another module."""
    return joined(ASSETS, entry, given)


def flow_texts() -> Texts:
    """All that the browser is sent of the diagram, besides its data."""
    return Texts(asset("flow/flow.html"), flow_script(), styles("sum/sum.css", "flow/flow.css"))


_flow = BrowserPart("clockwork_flow", flow_texts)


def show_flow(data: Mapping[str, Any], on_pair: Callable[[], None], on_part: Callable[[], None]) -> None:
    """Mount the diagram; its callbacks read `sent_pair` and `sent_part`."""
    _flow(key=KEY, data=dict(data), on_pair_change=on_pair, on_part_change=on_part)


def sent_pair() -> Pair | None:
    """The pair that the visitor asks for; None where a browser sent something else."""
    try:
        return index(st.session_state[KEY]["pair"]["a"]), index(st.session_state[KEY]["pair"]["b"])
    except (KeyError, TypeError):
        return None


def sent_part() -> str:
    """The name of the part that was pressed."""
    return str(st.session_state[KEY]["part"])


def flow_data(network: Network, trace: PairTrace, answer: Answer, dials: int) -> dict[str, Any]:
    """A pair in every part of a network, as JSON-ready data; of its so many dials the trace has the strongest."""
    first, second, lead = trace.lead
    return {
        "network": network.digest,
        "modulus": network.modulus,
        "pair": {"a": trace.a, "b": trace.b},
        "width": network.table_a.shape[1],
        "dials": [
            {"frequency": frequency, "a": a, "b": b, "vote": vote}
            for frequency, a, b, vote in zip(
                trace.frequencies, trace.places_a.tolist(), trace.places_b.tolist(), trace.votes.tolist(), strict=True
            )
        ],
        "all": dials,
        "attention": None if trace.attention is None else trace.attention.tolist(),
        "neurons": [float(f"{each:.3g}") for each in trace.neurons.tolist()],
        "fired": trace.fired,
        "logits": [float(f"{each:.4g}") for each in trace.logits.tolist()],
        "first": first,
        "second": second,
        "lead": lead,
        "said": wording.answered(answer).capitalize(),
        "palette": colour_pairs(len(trace.frequencies)),
    }
