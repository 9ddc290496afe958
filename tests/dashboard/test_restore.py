"""A link that is opened: it wins over the fresh session, waits for its file, and says plainly what it cannot do."""

import io
import json
import math
import re
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.session import restore
from dashboard.session.link import DIGEST_LETTERS, Link, query_of
from dashboard.session.state import Opened
from models import zoo
from models.circuits.spectra import key_frequencies
from models.formats.registry import LAYOUTS, network_to_bytes
from models.network import Network
from models.surgery.half_steps import halves_ahead
from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe
from models.task import Operation
from tests.dashboard.test_pages import APP, SECONDS, bench_of, drop, trouble
from tests.dashboard.test_roles import ODD, ROLES
from tests.dashboard.test_uploads import drop as drop_files
from tests.formats.test_operands import of
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

TURNED = linked_recipe(128, {5: 20, 6: 6, 43: 58.5, 45: 60, 52: -52}, harmonics=1)


@pytest.fixture(scope="module")
def upload() -> Network:
    return zoo.load("transformer-113").map_tensors(lambda tensor: tensor * 1.001)


def opened_at(query: dict[str, str], page: str = "") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"dashboard/pages/{page}").run() if page else app


def shown(app: AppTest) -> str:
    here = app.session_state["clockwork"]
    return here.opened[here.current].name


def written_of(app: AppTest) -> dict[str, Any]:
    """What the page hands to the script that writes the browser's address."""
    data = next(each.proto for each in app.get("bidi_component") if each.proto.component_name.endswith("address"))
    return json.loads(data.json)


def address_of(app: AppTest) -> dict[str, str]:
    """What the page writes into the browser's address."""
    return written_of(app)["query"]


def told(app: AppTest) -> str:
    return " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("page", ["", "look_inside.py"])
def test_a_link_is_shown_on_every_page_and_the_address_says_the_same(page: str):
    query = query_of(Link("transformer-113", recipe=TURNED))
    app = opened_at(query, page)
    assert trouble(app) == []
    assert bench_of(app).recipe == TURNED
    assert address_of(app) == query
    assert len(bench_of(app).past) == 1


def test_a_link_that_went_through_html_is_followed_whole():
    query = query_of(Link("transformer-113", recipe=TURNED))
    first, *rest = query
    app = opened_at({first: query[first]} | {f"amp;amp;{name}": query[name] for name in rest})
    assert trouble(app) == []
    assert bench_of(app).recipe == TURNED
    assert address_of(app) == query


def test_a_link_that_says_two_things_of_one_setting_says_so():
    app = opened_at(
        {"network": "transformer-113", "mod": "128", "amp;mod": "127", "dials": "5~5_6~6_43~43_45~45_52~52"}
    )
    assert "gives mod twice" in told(app)
    assert bench_of(app).recipe.modulus == 113


def test_a_link_names_another_network_with_its_own_dials():
    app = opened_at({"network": "one-hot-97"})
    assert shown(app) == "one-hot-97"
    assert bench_of(app).recipe.modulus == 97
    assert bench_of(app).past == []


def test_a_link_without_dials_sets_the_networks_own_at_its_modulus():
    app = opened_at({"network": "transformer-113", "mod": "127"})
    assert trouble(app) == []
    keys = zoo.card("transformer-113")["key_frequencies"]
    assert bench_of(app).recipe == linked_recipe(127, {k: k for k in keys})
    assert address_of(app)["mod"] == "127"


def test_an_older_link_to_halves_is_scored_against_their_own_answers():
    dials = "_".join(f"{k}~{k}p{math.pi * k / 113}r{k}" for k in zoo.card("transformer-113")["key_frequencies"])
    app = opened_at({"network": "transformer-113", "mod": "113", "dials": dials})
    assert trouble(app) == []
    assert halves_ahead(bench_of(app).recipe) == (0.5, 0.5)
    assert all(dial.readout is None for dial in bench_of(app).recipe.dials)


def test_after_the_first_look_the_session_wins_and_the_address_follows():
    app = opened_at(query_of(Link("transformer-113", recipe=TURNED)))
    other = linked_recipe(127, {5: 5, 6: 6, 43: 43, 45: 45, 52: 52})
    bench_of(app).turn(other)
    assert written_of(app)["run"] == 1
    app.run()
    assert bench_of(app).recipe == other
    assert address_of(app)["mod"] == "127"
    assert written_of(app)["run"] == 2  # so that the script writes it again


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"network": "transformer-113", "mod": "113", "dials": "5~"}, "cannot be read"),
        ({"network": "transformer-113", "mod": "100000", "dials": "5~5_6~6_43~43_45~45_52~52"}, "off the wheel"),
        ({"network": "transformer-113", "mod": "113", "dials": "5~5_7~7"}, "turns the dials 5, 7"),
        ({"network": "transformer-113", "mod": "113", "dials": "5~5" * 9000}, "too long"),
        (
            {"network": "transformer-113", "mod": "15", "neurons": "single", "dials": "5~5_6~6_43~43_45~45_52~52"},
            "need tables with one column a neuron",
        ),
        ({"network": "![x](http://a.b)"}, "the zoo here does not hold"),
        ({"file": "![x](http://a.b)"}, "names a file by"),
        ({"network": "transformer-113", "harmonics": "3"}, "sets dials but no modulus"),
        ({"mod": "12"}, "does not say which network"),
        ({"harmonics": "3"}, "does not say which network"),
    ],
)
def test_a_link_that_cannot_be_followed_says_so_and_changes_nothing(query: dict[str, str], sentence: str):
    app = opened_at(query)
    assert trouble(app) == []
    assert sentence in told(app)
    assert "![x]" not in re.sub("`[^`]*`", "", told(app))  # but as code
    keys = zoo.card("transformer-113")["key_frequencies"]
    assert bench_of(app).recipe == linked_recipe(113, {k: k for k in keys})
    app.button(key="dismiss link").click().run()
    assert sentence not in told(app)


def test_a_link_to_a_file_waits_for_it_and_then_sets_its_dials(upload: Network):
    first, *rest = key_frequencies(upload).frequencies
    recipe = Recipe(128, (Dial(first, Turn(7), Turn(9)), *(Dial(k, Turn(k)) for k in rest)))
    data = network_to_bytes(upload, ".pt", {})
    hyperparameters = {"activation": "relu", "mask": "causal"}
    query = query_of(Link(digest=digest_of(data), recipe=recipe, hyperparameters=hyperparameters))
    app = opened_at(query, "your_network.py")
    assert trouble(app) == []
    assert f"`{digest_of(data)}`" in told(app)
    assert "an older Clockwork" not in told(app)
    assert shown(app) == "transformer-113"
    assert address_of(app) == query  # so that it outlives a reload
    drop(app, "mine.pt", data)
    assert trouble(app) == []
    assert shown(app) == "mine.pt"
    assert bench_of(app).recipe == recipe
    assert "not open here" not in told(app)
    assert address_of(app) == query


def test_while_a_file_is_awaited_the_address_follows_what_else_is_set(upload: Network):
    app = opened_at(query_of(Link(digest=upload.digest, recipe=TURNED)))
    bench_of(app).turn(TURNED)
    app.run()
    assert address_of(app) == query_of(Link("transformer-113", recipe=TURNED))
    assert "not open here" in told(app)


def test_another_file_does_not_take_the_awaited_recipe(upload: Network):
    other = upload.map_tensors(lambda tensor: tensor * 1.001)
    app = opened_at(query_of(Link(digest=upload.digest, recipe=TURNED)), "your_network.py")
    drop(app, "other.pt", network_to_bytes(other, ".pt", {}))
    assert shown(app) == "other.pt"
    assert bench_of(app).recipe.modulus == 113
    assert "not open here" in told(app)


@pytest.mark.parametrize(
    ("dials", "disabled"), [("5~5b6_6~6_43~43_45~45_52~52", True), ("5~5_6~6_43~43_45~45_52~52", False)]
)
def test_tables_turned_apart_are_not_offered_as_a_file_that_cannot_hold_them(dials: str, disabled: bool):
    app = opened_at({"network": "transformer-113", "mod": "113", "dials": dials})
    operated = next(each.proto for each in app.get("download_button") if each.proto.label.startswith("Operated"))
    assert operated.disabled == disabled


A_SUM = hand_built_mlp(13, (1, 3, 4))
LOUDER, LOUDEST = (A_SUM.map_tensors(lambda tensor, times=times: times * tensor) for times in (2, 3))
DIFFERS = of(Operation(1, -1), hand_built_mlp(13, (1, 3, 4), "plain_mlp"))


def bytes_of(*networks: Network) -> bytes:
    """A file of one checkpoint or of several; nothing in it says the activation or the operation."""
    states = [LAYOUTS[network.layout.name].write(network) for network in networks]
    buffer = io.BytesIO()
    torch.save(states[0] if len(states) == 1 else {"model": states[-1], "state_dicts": states}, buffer)
    return buffer.getvalue()


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()[:DIGEST_LETTERS]


def current(app: AppTest) -> Opened:
    here = app.session_state["clockwork"]
    return here.opened[here.current]


def dropped(*files: tuple[str, bytes], query: dict[str, str] | None = None) -> AppTest:
    app = opened_at(query or {}, "your_network.py")
    app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    return app


def read_otherwise(app: AppTest, x: int, y: int, activation: str) -> None:
    next(box for box in app.selectbox if box.label == "Activation of the neurons").set_value(activation)
    next(box for box in app.number_input if box.label.endswith("with x")).set_value(x)
    next(box for box in app.number_input if box.label == "and y").set_value(y)
    next(button for button in app.button if button.label == "Read it so").click().run()


def test_a_link_carries_how_its_file_is_read_and_the_address_follows_when_it_is_read_otherwise():
    data = bytes_of(A_SUM)
    first = dropped(("mine.pt", data))
    before = address_of(first)
    assert (before["file"], before["read"]) == (digest_of(data), "activation~square")
    read_otherwise(first, 2, 3, "gelu")
    assert trouble(first) == []
    query = address_of(first)
    assert query["file"] == before["file"]
    assert query["read"] == "activation~gelu_operation~2~3"
    stranger = dropped(("theirs.bin", data), query=query)
    assert trouble(stranger) == []
    assert current(stranger).network.digest == current(first).network.digest
    assert current(stranger).network.hyperparameters.operation == Operation(2, 3)
    assert current(stranger).interpretation.why == "said by the link that was opened"
    assert address_of(stranger) == query
    assert "not open here" not in told(stranger)


def test_a_link_that_reads_as_a_sum_is_followed_where_trying_finds_another_operation():
    data = bytes_of(DIFFERS)
    assert current(dropped(("mine.pt", data))).network.hyperparameters.operation == Operation(1, -1)
    app = dropped(("mine.pt", data), query={"file": digest_of(data), "read": "activation~relu_order~0.1"})
    assert current(app).network.hyperparameters.operation == Operation(1, 1)
    assert address_of(app)["read"] == "activation~relu_order~0.1"


def test_a_reading_that_trying_finds_too_keeps_what_was_tried():
    data = bytes_of(DIFFERS)
    query = address_of(dropped(("mine.pt", data)))
    assert query["read"].endswith("_order~0.1_operation~1~-1")
    app = dropped(("mine.pt", data), query=query)
    assert current(app).interpretation.why.startswith("tried")
    assert current(app).interpretation.tried
    assert address_of(app) == query


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        ("activation~relu_operation~13~1", "its factors must share no factor with 13"),
        ("activation~relu_mask~none", "leave no mask open"),
        ("order~1-0.2", "it orders the weights 1-0.2; expected each of the 0 weights of the file once"),
    ],
)
def test_a_reading_that_does_not_fit_says_so_and_leaves_the_automatic_one(read: str, sentence: str):
    data = bytes_of(A_SUM)
    by_itself = current(dropped(("mine.pt", data)))
    app = dropped(("mine.pt", data), query={"file": digest_of(data), "read": read})
    assert trouble(app) == []
    assert sentence in told(app)
    assert "What you see is **`mine.pt`**" in told(app)
    assert current(app).network.digest == by_itself.network.digest
    assert current(app).interpretation.why == by_itself.interpretation.why


def test_the_checkpoint_that_a_link_names_is_shown_and_read_as_it_says():
    files = [("0.pth", bytes_of(A_SUM)), ("7.pth", bytes_of(LOUDER)), ("30.pth", bytes_of(LOUDEST))]
    first = dropped(*files)
    first.sidebar.select_slider[0].set_value(7).run()
    read_otherwise(first, 2, 3, "gelu")
    query = address_of(first)
    assert query["file"] == digest_of(files[1][1])
    assert "moment" not in query  # the file says it
    stranger = dropped(*files, query=query)
    assert trouble(stranger) == []
    assert current(stranger).title.endswith("step 7")
    assert current(stranger).network.digest == current(first).network.digest
    assert address_of(stranger) == query
    alone = dropped(files[1], query=query)
    assert current(alone).network.digest == current(first).network.digest
    assert address_of(alone) == query


def test_of_several_checkpoints_in_one_file_a_link_says_which():
    data = bytes_of(A_SUM, LOUDER, LOUDEST)
    first = dropped(("run.pt", data))
    assert address_of(first)["moment"] == "2"
    first.sidebar.select_slider[0].set_value(1).run()
    query = address_of(first)
    assert (query["file"], query["moment"]) == (digest_of(data), "1")
    stranger = dropped(("run.pt", data), query=query)
    assert torch.equal(current(stranger).network.unembedding, LOUDER.unembedding)
    assert address_of(stranger) == query
    lost = dropped(("run.pt", data), query=query | {"moment": "3"})
    assert "it names checkpoint 3, and the file holds 0 to 2" in told(lost)
    assert torch.equal(current(lost).network.unembedding, LOUDEST.unembedding)


def test_a_link_of_an_older_version_is_followed_once_its_network_is_read_so():
    data = bytes_of(A_SUM)
    first = dropped(("mine.pt", data))
    read_otherwise(first, 2, 3, "gelu")
    old = {"file": current(first).network.digest[:DIGEST_LETTERS]}
    app = dropped(("mine.pt", data), query=old)
    assert "an older Clockwork may have made it" in told(app)
    read_otherwise(app, 2, 3, "gelu")
    assert "not open here" not in told(app)
    assert address_of(app) == address_of(first)


def test_another_save_of_the_same_weights_that_is_open_does_not_hide_the_file_that_is_awaited():
    saved, again = bytes_of(A_SUM), network_to_bytes(A_SUM, ".safetensors", {})
    query = {"file": digest_of(saved), "read": "activation~gelu"}
    app = dropped(("again.safetensors", again), query=query)
    assert "not open here" in told(app)
    drop(app, "saved.pt", saved)
    assert trouble(app) == []
    assert "not open here" not in told(app)
    assert current(app).network.hyperparameters.activation == "gelu"


def test_a_link_to_a_file_whose_roles_were_given_waits_for_them_too():
    odd, roles = ("odd.pt", ODD), ("roles.json", json.dumps(ROLES).encode())
    recipe = linked_recipe(17, {1: 2, 3: -7, 4: 5})
    first = dropped(odd, roles)
    bench_of(first).turn(recipe)
    query = address_of(first.run())
    assert query["roles"] == "given"
    stranger = dropped(odd, query=query)
    assert "drop the JSON of these roles" in told(stranger)
    drop_files(stranger, odd, roles)
    assert trouble(stranger) == []
    assert current(stranger).network.digest == current(first).network.digest
    assert bench_of(stranger).recipe == recipe
    assert "roles" not in address_of(dropped(("known.pt", bytes_of(hand_built(13, (1, 3, 4))))))


def test_the_order_of_weights_is_told_without_their_names():
    weights = {"x.weight": torch.randn(13, 6), "y.weight": torch.randn(6, 6), "z.weight": torch.randn(13, 6)}
    buffer = io.BytesIO()
    torch.save(weights, buffer)
    first = dropped(("plain.pt", buffer.getvalue()))
    now = current(first).network.hyperparameters.order
    other = next(box for box in first.selectbox if box.label == "Order of the weights")
    other.set_value(next(each for each in other.options if each != now))
    next(button for button in first.button if button.label == "Read it so").click().run()
    query = address_of(first)
    assert re.search(r"order~(0\.1\.2|2\.1\.0)$", query["read"])
    stranger = dropped(("plain.pt", buffer.getvalue()), query=query)
    assert current(stranger).network.hyperparameters.order != now
    assert current(stranger).network.digest == current(first).network.digest


def run_of(*digests: str, shown: int = 0, also_in: frozenset[str] = frozenset()) -> Any:
    checkpoints = [SimpleNamespace(file_digest=digest, roles={}) for digest in digests]
    file_digest = checkpoints[shown].file_digest
    return SimpleNamespace(
        run=SimpleNamespace(checkpoints=checkpoints), checkpoint=shown, file_digest=file_digest, also_in=also_in,
        linked_hyperparameters={"activation": "gelu"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("opened", "file", "checkpoint"),
    [
        (run_of("aa"), "aa", None),
        (run_of("aa", "bb", shown=1), "bb", None),  # each a file of its own
        (run_of("aa", "aa", shown=1), "aa", 1),
        (run_of("aa", "bb", "bb", "bb", shown=3), "bb", 2),
    ],
)
def test_a_link_says_which_checkpoint_only_where_its_file_holds_several(opened: Any, file: str, checkpoint: int | None):
    assert restore._link_to(opened, TURNED) == Link("", file, TURNED, {"activation": "gelu"}, checkpoint, roles=False)


@pytest.mark.parametrize(
    ("opened", "digest", "found"),
    [
        (run_of("ab", "cd", "ce"), "c", [1, 2]),
        (run_of("ab", "cd", "ce", also_in=frozenset({"ef"})), "e", [2]),  # it was opened by its last one
        (run_of("ab", also_in=frozenset({"ef"})), "e", [0]),
        (run_of("ab", also_in=frozenset({"ef"})), "f", []),
    ],
)
def test_a_file_is_found_by_its_checkpoints_or_as_another_that_holds_the_same(
    opened: Any, digest: str, found: list[int]
):
    assert restore._checkpoints_of(opened, digest) == found
