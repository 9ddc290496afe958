"""Graphs of operators on the page: dropped alone, or with the second file that holds their weights."""

from streamlit.testing.v1 import AppTest

from models.formats.registry import network_from_bytes
from tests.dashboard.test_pages import app_on, trouble
from tests.dashboard.test_uploads import current, drop
from tests.formats.test_onnx import external
from tests.onnx_graphs import BUILT, P, plain_model

SUM = BUILT["with neurons"]().SerializeToString()


def opened(app: AppTest) -> list[str]:
    return [each.name for each in app.session_state["clockwork"].opened.values() if each.uploaded]


def test_a_graph_opens_and_becomes_the_network_in_use():
    app = drop(app_on("your_network.py"), ("some.onnx", SUM))
    assert current(app).network.digest == network_from_bytes(SUM, "some.onnx").digest
    assert current(app).network.modulus == P
    assert "attention is not shown" in " ".join(each.value for each in app.caption)
    assert trouble(app) == []


def test_its_weights_may_be_dropped_beside_it_in_any_order():
    graph, data = external()
    app = drop(app_on("your_network.py"), ("weights.data", data), ("some.onnx", graph))
    assert trouble(app) == []
    assert opened(app) == ["some.onnx"]


def test_without_them_it_says_which_file_is_missing():
    app = drop(app_on("your_network.py"), ("some.onnx", external()[0]))
    (told,) = trouble(app)
    assert "weights.data, which did not come along; drop both together" in told.replace("`", "")


def test_other_files_dropped_with_a_graph_are_opened_as_ever():
    app = drop(app_on("your_network.py"), ("some.onnx", plain_model().SerializeToString()), ("other.pt", b"text"))
    assert opened(app) == ["some.onnx"]
    assert len(trouble(app)) == 1
