"""A certificate on Your network: a true one holds, a forged one does not, and a sample is never shown as a recount."""

import json
from dataclasses import replace
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.foreign_text import in_markdown
from dashboard.session.certificates import LARGEST_CHECKED, SAMPLE
from models import zoo
from models.analysis.inspection import inspect
from models.evaluation import evaluate
from models.evaluation.certificate import certify
from models.formats.registry import network_to_bytes
from models.surgery.recipe import linked_recipe
from models.surgery.transplant import transplant
from tests.dashboard.test_pages import app_on, captions, drop, trouble
from tests.experiment.test_certificate_check import FORGERIES, RIGHT, SAID, SOURCE, certified

UPLOAD = network_to_bytes(SOURCE, ".safetensors", {})


@pytest.fixture
def app() -> AppTest:
    """Your network with the source of the certificates in use."""
    app = app_on("your_network.py")
    drop(app, "source.safetensors", UPLOAD)
    assert app.session_state["clockwork"].current == SOURCE.digest
    return app


def open_certificate(app: AppTest, said: Any, name: str = "c.json") -> None:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    app.file_uploader[1].set_value([(name, data, "application/json")]).run()
    assert not app.exception


def recount(app: AppTest) -> None:
    app.button(key="recount").click().run()
    assert not app.exception


def differing(app: AppTest) -> dict[str, tuple[str, str]]:
    """Field → what the certificate says, and what was found."""
    found = [table.value for table in app.table if "it says" in table.value]
    assert len(found) <= 1
    return {row[0].strip("`"): (row[1], row[2]) for table in found for row in table.itertuples(index=False)}


def test_a_true_certificate_is_looked_at_and_on_request_recounted(app: AppTest):
    open_certificate(app, SAID.to_json())
    assert trouble(app) == []
    assert not app.success  # a sample is no proof
    assert (
        f"a quick look at {SAMPLE:,} random pairs of **`source.safetensors`**, drawn from all 289" in app.info[-1].value
    )
    assert f"A sample of {SAMPLE:,} random pairs, no recount." in " ".join(captions(app))
    recount(app)
    assert trouble(app) == []
    assert app.success[0].value.startswith("Holds of **`source.safetensors`**: all 289 pairs were recounted")
    assert differing(app) == {}
    assert "recount" not in [button.key for button in app.button]


def test_it_holds_of_the_operated_network_too():
    said, operated = certified(RIGHT)
    app = app_on("your_network.py")
    drop(app, "operated.safetensors", network_to_bytes(operated, ".safetensors", {}))
    open_certificate(app, said.to_json())
    recount(app)
    assert trouble(app) == []
    assert "Holds of **`operated.safetensors`**: all 289 pairs" in app.success[0].value


@pytest.mark.parametrize("field", FORGERIES)
def test_a_certificate_that_is_forged_in_any_field_does_not_hold_on_the_page(app: AppTest, field: str):
    forged = SAID.to_json() | FORGERIES[field]
    open_certificate(app, forged)
    if "recount" in [button.key for button in app.button]:
        recount(app)
    assert not app.success
    assert app.error[0].value.startswith("Does not hold of **`source.safetensors`**")
    assert differing(app)
    count = sum(len(table.value) for table in app.table if "it says" in table.value)  # a field may differ in two ways
    if field != "source_digest":
        told = "one thing differs" if count == 1 else f"{count} things differ"
        assert app.error[0].value.endswith(f"**: {told}.")


@pytest.mark.parametrize("field", ["trained_modulus", "modulus", "smallest_margin", "scale", "wrong", "source_digest"])
def test_each_difference_is_listed_with_what_was_said_and_what_was_found(app: AppTest, field: str):
    open_certificate(app, SAID.to_json() | FORGERIES[field])
    if field != "source_digest":
        recount(app)
    said, found = differing(app)[field]
    assert said == in_markdown(str(FORGERIES[field][field]))
    assert found != said


def test_a_false_hundred_percent_is_found_in_a_look_at_some_pairs(app: AppTest):
    open_certificate(app, SAID.to_json() | FORGERIES["right"])
    assert "Does not hold" in app.error[0].value
    assert "random pairs are not" in differing(app)["right"][1]
    assert "A sample of 1,000 random pairs, no recount." in " ".join(captions(app))


def test_of_another_network_nothing_is_counted_and_the_open_one_is_named(app: AppTest):
    app.session_state["clockwork"].current = next(iter(app.session_state["clockwork"].opened))
    app.run()
    open_certificate(app, SAID.to_json())
    assert "it is about **`source.safetensors`**. Choose that as the network in use." in app.error[0].value
    assert "recount" not in [button.key for button in app.button]
    app.selectbox(key="network_on_page").set_value(SOURCE.digest).run()
    assert trouble(app) == []
    recount(app)
    assert "Holds of" in app.success[0].value
    app.selectbox(key="network_on_page").set_value(next(iter(app.session_state["clockwork"].opened))).run()
    assert not app.success  # what was recounted of one network is not shown of another


def test_a_certificate_of_the_zoo_as_play_writes_it_holds():
    network = zoo.load("transformer-113")
    recipe = linked_recipe(127, {5: 31, 6: -6, 43: 43, 45: 45, 52: 52.5})
    operated = transplant(network, recipe)
    app = app_on("your_network.py")
    open_certificate(app, certify(network, recipe, operated, evaluate(operated), "keep").to_json())
    recount(app)
    assert trouble(app) == []
    assert "all 16,129 pairs were recounted" in app.success[0].value


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "c.json is not JSON"),
        (b"\xff\xfe\xff", "c.json is not JSON"),
        (b"[]", "c.json is no certificate: A certificate is a JSON object; found list."),
        (b'{"right": 1, "right": 2}', "it gives 'right' twice"),
        (b" " * (2**20 + 1), "c.json is 1.0 MB; expected at most 1 MB"),
        (SAID.to_json() | {"right": "many"}, "\"right\" is 'many'; expected a whole number"),
        (SAID.to_json() | {"seed": 10**30}, '"seed" is 1000000000000000000000000000000; expected'),
        (SAID.to_json() | {"recipe": {}}, "This is no recipe"),
        (
            SAID.to_json() | {"recipe": replace(SAID.recipe, modulus=LARGEST_CHECKED + 1).to_json()},
            "c.json is about an operation to mod 513; expected at most 512 on this page",
        ),
        (SAID.to_json() | {"recipe": linked_recipe(17, {99: 1}).to_json()}, "Dial 99 is no frequency"),
    ],
)
def test_what_is_no_certificate_is_refused_in_a_sentence(app: AppTest, data: Any, sentence: str):
    open_certificate(app, data)
    assert not app.exception
    assert sentence in app.error[0].value
    assert not app.success
    assert not app.info
    app.button(key="forget certificate").click().run()
    assert trouble(app) == []


def test_what_a_certificate_says_is_shown_letter_by_letter(app: AppTest):
    said = SAID.to_json()
    open_certificate(app, said | {"proof": said["proof"] | {"method": "![x](http://a.b)"}}, "*c*.json")
    assert "**`*c*.json`** says" in " ".join(each.value for each in app.markdown)
    recount(app)
    assert differing(app)["proof.method"][0] == "`![x](http://a.b)`"


def test_the_bytes_of_a_certificate_are_forgotten_and_so_is_the_certificate(monkeypatch: pytest.MonkeyPatch):
    held: list[dict] = []
    add = MemoryUploadedFileManager.add_file

    def noted(manager: MemoryUploadedFileManager, *args, **named) -> None:
        add(manager, *args, **named)
        held.extend(files for files in manager.file_storage.values() if files)

    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", noted)
    app = app_on("your_network.py")
    open_certificate(app, SAID.to_json())
    assert held
    assert not any(held)
    assert "`c.json`" in " ".join(each.value for each in app.markdown)
    app.button(key="forget certificate").click().run()
    assert "`c.json`" not in " ".join(each.value for each in app.markdown)
    assert app.session_state["clockwork"].certificate is None


def test_a_certificate_does_not_go_among_the_checkpoints(app: AppTest):
    before = list(app.session_state["clockwork"].opened)
    open_certificate(app, SAID.to_json())
    assert list(app.session_state["clockwork"].opened) == before
    assert app.session_state["clockwork"].upload_errors == ()


def shown_proof(found: object) -> None:
    from dashboard.components.proof import show_proof

    show_proof(found)


def proof_of(**changes: Any) -> AppTest:
    """What is shown of how the source was counted, some of it changed."""
    found = inspect(SOURCE)
    loss = changes.pop("loss", found.loss)
    evaluation = replace(found.evaluation, proof=replace(found.evaluation.proof, **changes))
    return AppTest.from_function(shown_proof, args=(replace(found, evaluation=evaluation, loss=loss),)).run()


def test_the_method_of_the_count_and_the_share_in_finer_arithmetic_are_said():
    app = proof_of(method="rows", in_float32=150, in_float64=19, in_balls=0, unproven=0)
    assert captions(app) == [
        "Counted by rows of the grid of all pairs, each with a proven bound on its error; 11.24% in a finer arithmetic."
    ]
    assert not app.warning


def test_pairs_that_are_unproven_are_counted_aloud():
    app = proof_of(in_float32=150, in_float64=10, in_balls=6, unproven=3)
    assert [each.value for each in app.warning] == [
        "3 pairs of 169 could not be told in the finest arithmetic either; they are unproven and count as undecided."
    ]


def test_a_count_and_a_loss_that_cannot_both_be_true_are_a_warning():
    app = proof_of(loss=50.0)
    assert "every pair is right, so that the loss is at most ln 13" in app.warning[0].value
    assert "Rely on neither" in app.warning[0].value


def test_your_network_says_how_it_was_counted(app: AppTest):
    assert any(each.startswith("Counted ") and "in a finer arithmetic." in each for each in captions(app))
