"""Dropping files on Your network: runs, configurations, readings, removing; and nobody sees another's."""

import io
import json
from types import SimpleNamespace

import pytest
import safetensors.torch
import torch
from streamlit.elements.widgets.button import ButtonMixin
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.foreign_text import in_markdown
from dashboard.session import uploads
from models.formats.registry import LAYOUTS, network_to_bytes, operated_to_bytes
from models.formats.roles.find import in_words
from models.network import Network
from models.surgery.recipe import own_recipe
from models.surgery.transplant import transplant
from tests.dashboard.test_pages import app_on, trouble
from tests.layouts import layout_named
from tests.mlps import hand_built_mlp
from tests.oracles import Shape, random_network

MOST_CLAIMS = 30  # that Your network shows
ADDS = hand_built_mlp(13, (1, 3, 4))
LOUDER = ADDS.map_tensors(lambda x: 2 * x)
SQUARES = hand_built_mlp(13, (1, 3, 4), activation="square")


def bytes_of(network: Network, **recorded: object) -> bytes:
    """As its authors would save it: nothing says the activation."""
    buffer = io.BytesIO()
    torch.save({"model": LAYOUTS[network.layout.name].write(network), **recorded}, buffer)
    return buffer.getvalue()


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()


def uploaded(app: AppTest) -> list[str]:
    return [opened.name for opened in app.session_state["clockwork"].opened.values() if opened.uploaded]


def current(app: AppTest):
    here = app.session_state["clockwork"]
    return here.opened[here.current]


def with_metadata(network: Network, **metadata: str) -> bytes:
    state = LAYOUTS[network.layout.name].write(network)
    return safetensors.torch.save({name: tensor.clone() for name, tensor in state.items()}, metadata=metadata)


def checkpoints(*steps: int) -> list[tuple[str, bytes]]:
    return [
        (f"{step}.pth", bytes_of(ADDS.map_tensors(lambda x, s=step: x * (1 + s)), train_loss=1 / (1 + step)))
        for step in steps
    ]


def test_moments_of_one_training_open_as_one_run_with_its_curve():
    app = drop(app_on("your_network.py"), *checkpoints(0, 30, 7))
    assert trouble(app) == []
    opened = current(app)
    assert opened.title == "0.pth … 30.pth, step 30"
    assert opened.run.steps == (0, 7, 30)
    assert opened.run.curves["train loss"].values == pytest.approx((1, 1 / 8, 1 / 31))


def test_the_slider_shows_another_moment_on_every_page():
    app = drop(app_on("your_network.py"), *checkpoints(0, 30))
    slider = app.sidebar.select_slider[0]
    slider.set_value(0).run()
    assert trouble(app) == []
    assert torch.equal(current(app).network.unembedding, ADDS.unembedding)
    assert current(app).title.endswith("step 0")
    app.switch_page("dashboard/pages/play.py").run()
    assert trouble(app) == []
    assert current(app).network.digest in app.session_state["clockwork"].benches


def test_a_configuration_that_comes_along_says_how_to_read():
    network = random_network(Shape(layout="zhong", equals=False, modulus=11, activation="gelu", coefficient=0.25))
    config = json.dumps({"C": 11, "act_fn": "GeLU", "attn_coeff": 0.25, "funcs": "lambda x: (x[0]+x[1])%11"})
    state = io.BytesIO()
    torch.save(LAYOUTS["zhong"].write(network), state)
    app = drop(app_on("your_network.py"), ("model_x1.pt", state.getvalue()), ("config_x1.json", config.encode()))
    assert trouble(app) == []
    body = current(app).network.body
    assert (body.activation, body.coefficient) == ("gelu", 0.25)
    assert current(app).interpretation.why == "said by its configuration"


def captions(app: AppTest) -> list[str]:
    return [each.value for each in app.caption]


def test_what_was_not_used_of_a_configuration_is_said():
    app = drop(app_on("your_network.py"), ("a.pth", bytes_of(ADDS)), ("a.json", b'{"p": 13, "act_typ": "x", "lr": 1}'))
    assert trouble(app) == []
    (note,) = [each for each in captions(app) if each.startswith("Note: ")]
    assert note == "Note: `not used of its configuration: act_typ (is act_type meant?), lr`."


def test_a_configuration_that_contradicts_the_network_is_refused_by_name():
    app = drop(app_on("your_network.py"), ("a.pth", bytes_of(ADDS)), ("a.json", b'{"normalization_type": "LNPre"}'))
    assert "The configuration says normalization_type LNPre, but it is read with no norm here" in app.error[0].value
    assert not current(app).uploaded


def test_what_a_file_claims_stands_apart_from_what_was_measured():
    recipe = own_recipe(17, (1, 3, 4))
    operated = transplant(ADDS, recipe)
    data = operated_to_bytes(operated, ".safetensors", recipe.to_json(), ADDS.digest)
    app = drop(app_on("your_network.py"), ("operated.safetensors", data))
    assert trouble(app) == []
    assert current(app).interpretation.why == "claimed by the file's metadata, which anybody can write"
    assert current(app).digest_claimed is True
    assert any("which anybody can write. Its digest there is that of these weights." in each for each in captions(app))
    claims = {"Digest": "0" * 64, "Layout": "mine", "clockwork_digest": "1" * 64}
    forged = network_to_bytes(ADDS, ".safetensors", claims)
    app = drop(app, ("forged.safetensors", forged))
    assert current(app).digest_claimed is False
    assert any("Its digest there is another's." in each for each in captions(app))
    measured, claimed = (table.value for table in app.table[-2:])
    rows = dict(zip(measured["of the file"], measured["found"], strict=True))
    assert rows["Digest"] == current(app).network.digest[:16]
    assert rows["Layout"] == "He et al. one-hot MLP"
    assert set(claimed["name"]) >= set(map(in_markdown, claims))


def test_the_claims_of_a_moment_are_its_own():
    checkpoints = []
    for step, network in ((1, LOUDER), (2, ADDS)):
        digest = network.digest if step == 2 else "0" * 64
        checkpoints.append(
            (f"{step}.safetensors", network_to_bytes(network, ".safetensors", {"clockwork_digest": digest}))
        )
    app = drop(app_on("your_network.py"), *checkpoints)
    assert current(app).digest_claimed is True
    app.sidebar.select_slider[0].set_value(0).run()
    assert trouble(app) == []
    assert torch.equal(current(app).network.unembedding, LOUDER.unembedding)
    assert current(app).digest_claimed is False


def test_weights_of_several_orders_are_read_and_can_be_read_otherwise():
    table, middle, unembedding = torch.randn(13, 6), torch.randn(6, 6), torch.randn(13, 6)
    buffer = io.BytesIO()
    torch.save({"x.weight": table, "y.weight": middle, "z.weight": unembedding}, buffer)
    app = drop(app_on("your_network.py"), ("plain.pt", buffer.getvalue()))
    now = current(app).network.hyperparameters.order
    other = next(box for box in app.selectbox if box.label == "Order of the weights")
    assert set(other.options) == {"x.weight > y.weight > z.weight", "z.weight > y.weight > x.weight"}
    other.set_value(next(each for each in other.options if each != now))
    next(button for button in app.button if button.label == "Read it so").click().run()
    assert trouble(app) == []
    assert current(app).network.hyperparameters.order != now


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("config_other.json", b'{"C": 13}', "is the configuration of none of the files dropped with it"),
        ("config_other.json", b"{", "is no JSON"),
        ("config_other.json", b"[]", "holds a list; expected an object"),
    ],
)
def test_a_stray_or_broken_configuration_is_said_and_the_weights_open(name: str, data: bytes, sentence: str):
    app = drop(app_on("your_network.py"), ("a.pth", bytes_of(ADDS)), ("b.pth", bytes_of(LOUDER)), (name, data))
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    assert len(uploaded(app)) == 2


def test_a_configuration_of_another_modulus_is_refused():
    app = drop(app_on("your_network.py"), ("a.pth", bytes_of(ADDS)), ("a.json", b'{"p": 97}'))
    assert "a network mod 97, but the weights have 13 numbers" in app.error[0].value
    assert not current(app).uploaded


def test_what_else_fits_is_said_and_can_be_chosen():
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(SQUARES)))
    assert current(app).interpretation.tried
    others = len(current(app).interpretation.others_that_fit)
    assert any("it answers nearly as well" in each.value for each in app.info)
    assert any(f"in {others} other ways" in each.value or others == 1 for each in app.info)
    now = current(app).network.body.activation
    other = "relu" if now == "square" else "square"
    next(box for box in app.selectbox if box.label == "Activation of the neurons").set_value(other)
    next(button for button in app.button if button.label == "Read it so").click().run()
    assert trouble(app) == []
    assert current(app).network.body.activation == other
    assert current(app).interpretation.why == "chosen by you"


def test_a_transformer_under_any_names_tells_its_tensors_and_can_be_read_otherwise():
    layout = layout_named("nn.MultiheadAttention, post")
    buffer = io.BytesIO()
    torch.save(layout.state, buffer)
    epsilon = json.dumps({"layer_norm_eps": 1e-20}).encode()  # as little as is ever added
    app = drop(app_on("your_network.py"), ("others.pt", buffer.getvalue()), ("others.json", epsilon))
    assert trouble(app) == []
    assert current(app).network.hyperparameters.norm_eps == 1e-20
    assert "By the words in their names and by their shapes." in [each.value for each in app.caption]
    assert not any("tensor" in table.value.columns for table in app.dataframe)  # each has a control
    roles = {box.label.split(" · ")[0]: in_words(box.value) for box in app.selectbox if " · " in box.label}
    assert roles[in_markdown("attn.in_proj_weight")] == "layer 0: queries, keys and values"
    assert roles[in_markdown("ln2.bias")] == "layer 0: norm of its neurons, shift"
    for label, value in {"Norms stand": "after", "Heads of attention": 2, "Tokens, by position": "a s0 b"}.items():
        next(box for box in app.selectbox if box.label == label).set_value(value)
    next(button for button in app.button if button.label == "Read it so").click().run()
    assert trouble(app) == []
    read = current(app).network.hyperparameters
    assert (read.norm_place, read.heads, read.tokens) == ("after", 2, "a s0 b")
    assert current(app).network.body.description["tokens"] == "a op b"


def test_an_operation_that_cannot_be_renamed_is_refused_in_words():
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(ADDS)))
    next(box for box in app.number_input if box.label == "and y").set_value(13)
    next(button for button in app.button if button.label == "Read it so").click().run()
    assert "its factors must share no factor with 13" in app.error[0].value
    assert not app.exception


@pytest.mark.parametrize("name", ["model.pth.tar", "pytorch_model.bin", "last.ckpt", "WEIGHTS.PT", "no ending"])
def test_what_a_file_is_its_bytes_say_and_not_its_name(name: str):
    app = drop(app_on("your_network.py"), (name, bytes_of(ADDS)))
    assert trouble(app) == []
    assert uploaded(app) == [name]


def test_the_same_file_again_is_said_to_be_open():
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(ADDS)), ("copy.pth", bytes_of(ADDS)))
    assert uploaded(app) == ["some.pth"]
    [note] = [each.value for each in app.info if "open already" in each.value]
    assert note == "`copy.pth holds a network that is open already: some.pth.`"
    app.run()
    drop(app, ("other.pth", bytes_of(LOUDER)))
    assert not any("open already" in each.value for each in app.info)


def test_no_two_rows_read_alike():
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(ADDS)))
    drop(app, ("some.pth", bytes_of(LOUDER)))
    drop(app, ("some.pth", bytes_of(ADDS.map_tensors(lambda x: 3 * x))))
    assert uploaded(app) == ["some.pth", "some (2).pth", "some (3).pth"]
    titles = app.selectbox(key="network_on_page").options
    assert len(set(titles)) == len(titles)
    assert current(app).stem == "some (3)"
    assert current(app).run.checkpoints[0].name == "some.pth"  # by which a notebook opens it


def test_what_a_file_claims_is_shown_letter_by_letter():
    said = {"*Layout*": "the best", "clockwork_command": "![x](http://a.b) www.c.d"}
    app = drop(app_on("your_network.py"), ("some.safetensors", with_metadata(ADDS, **said)))
    assert trouble(app) == []
    claimed = app.table[1].value
    assert list(claimed["name"]) == ["`*Layout*`", "`clockwork_command`"]
    assert list(claimed["text"]) == ["`the best`", "`![x](http://a.b) www.c.d`"]


def test_of_many_things_that_a_file_says_some_are_shown_and_the_rest_counted():
    said = {f"name {number:04}": "text" for number in range(1234)}
    app = drop(app_on("your_network.py"), ("some.safetensors", with_metadata(ADDS, **said)))
    assert len(app.table[1].value) == MOST_CLAIMS
    assert any(each.value == "1,204 more are not shown." for each in app.caption)


def test_names_of_downloads_hold_no_foreign_signs(monkeypatch: pytest.MonkeyPatch):
    app = drop(app_on("your_network.py"), ('../a"b\u202e; $x$.safetensors', with_metadata(ADDS)))
    assert trouble(app) == []
    assert current(app).stem == "_a_b_u202e_ _x_"
    offered: list[str] = []
    button = ButtonMixin._download_button
    monkeypatch.setattr(
        ButtonMixin,
        "_download_button",
        lambda place, **named: offered.append(named["file_name"]) or button(place, **named),
    )
    for page in ("your_network", "play", "any_base", "evidence", "look_inside"):
        offered.clear()
        assert trouble(app.switch_page(f"dashboard/pages/{page}.py").run()) == []
        assert offered or page == "evidence"
        assert all(name.isascii() and not set(name) & set('/\\"$;\u202e') for name in offered), offered


def test_an_upload_can_be_removed_and_the_zoo_cannot():
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(ADDS)))
    key = app.session_state["clockwork"].current
    assert [button.label for button in app.button].count("Remove") == 1
    app.button(key=f"remove {key}").click().run()
    assert trouble(app) == []
    assert not current(app).uploaded
    assert key not in app.session_state["clockwork"].opened


def test_a_broken_file_among_good_ones_is_named_and_the_good_ones_open():
    app = drop(app_on("your_network.py"), ("good.pth", bytes_of(ADDS)), ("bad.pt", b"nonsense"))
    assert current(app).name == "good.pth"
    assert len(app.error) == 1
    assert app.error[0].value.startswith("`bad.pt is not a checkpoint")


def test_a_session_holds_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch):
    size = sum(t.numel() * t.element_size() for t in LAYOUTS["he"].write(ADDS).values())
    monkeypatch.setattr(uploads, "MOST_RETAINED", int(2.5 * size))
    louder = {name: ADDS.map_tensors(lambda x, n=n: x * n) for n, name in enumerate("abc", start=2)}
    app = drop(app_on("your_network.py"), *[(f"{name}.pth", bytes_of(network)) for name, network in louder.items()])
    assert len(uploaded(app)) == 2
    assert "a session may hold" in app.error[0].value
    key = app.session_state["clockwork"].current
    app.button(key=f"remove {key}").click().run()
    assert not app.exception


@pytest.mark.parametrize("short", [0, 2])
def test_a_network_may_take_half_of_the_memory_to_compute_with(monkeypatch: pytest.MonkeyPatch, short: int):
    numbers = sum(tensor.numel() for tensor in LAYOUTS["he"].write(LOUDER).values())
    monkeypatch.setattr(uploads, "BYTES_A_WEIGHT", 2**20)
    monkeypatch.setattr(uploads, "usable_memory", lambda: 2 * numbers * 2**20 - short)
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(LOUDER)))
    assert uploaded(app) == ([] if short else ["some.pth"])
    refused = f"some.pth was not opened: computing with it takes about {numbers:,} MB, expected at most {numbers:,} MB "
    told = [error.value for error in app.error]
    assert [text.startswith("`" + refused) for text in told] == ([True] if short else [])


def test_of_a_files_records_only_what_a_reading_looks_at_stays_in_memory():
    optimiser = {"exp_avg": torch.ones(1000), "lr": 0.1}
    app = drop(
        app_on("your_network.py"), ("some.pth", bytes_of(ADDS, train_loss=[2.0, 0.5], optimiser=optimiser, epoch=7))
    )
    run = current(app).run
    assert [checkpoint.recorded for checkpoint in run.checkpoints] == [{"train_loss": 0.5}]
    assert run.curves["train loss"].values == (2.0, 0.5)


def test_the_server_forgets_the_bytes_of_a_file_that_was_opened(monkeypatch: pytest.MonkeyPatch):
    held: list[dict] = []
    add = MemoryUploadedFileManager.add_file

    def noted(manager: MemoryUploadedFileManager, *args, **named) -> None:
        add(manager, *args, **named)
        held.extend(files for files in manager.file_storage.values() if files)

    monkeypatch.setattr(MemoryUploadedFileManager, "add_file", noted)
    app = drop(app_on("your_network.py"), ("some.pth", bytes_of(ADDS)), ("bad.pt", b"nonsense"))
    assert uploaded(app) == ["some.pth"]
    assert held
    assert not any(held)


def test_two_visitors_see_their_own_only():
    first, second = app_on("your_network.py"), app_on("your_network.py")
    drop(first, ("mine.pth", bytes_of(ADDS)))
    second.run()
    assert uploaded(second) == []
    drop(second, ("theirs.pth", bytes_of(SQUARES)))
    first.run()
    assert uploaded(first) == ["mine.pth"]


@pytest.mark.parametrize(
    ("names", "configs", "alone", "found"),
    [
        (["7.pth", "30.pth"], ["7.json", "30.json"], False, "30.json"),  # the last one is what is opened
        (["7.pth", "30.pth"], ["7.json"], False, None),
        (["7.pth"], ["settings.json"], True, "settings.json"),
        (["7.pth"], ["settings.json"], False, None),
        (["7.pth"], ["settings.json", "7.json"], True, "7.json"),
    ],
)
def test_a_configuration_goes_with_the_file_of_its_name_or_the_only_one(
    names: list[str], configs: list[str], alone: bool, found: str | None
):
    run = SimpleNamespace(checkpoints=[SimpleNamespace(name=name) for name in names])
    assert uploads._config_of(run, {each: {} for each in configs}, alone=alone) == found
