"""Two networks beside each other: aligned rows, one colour a dial, and a sentence that is computed."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.session.comparison import Sides, difference_told, sides_of
from dashboard.session.state import Opened
from dashboard.tables.comparison import NOTHING, TwoFigures, dials_table, figures_in_full, figures_table, moduli_table
from dashboard.theme import LIGHT
from dashboard.views.comparison import PARTS, by_frequency, takes_long
from dashboard.wording import percent
from models import zoo
from models.analysis.inspection import inspect
from models.circuits.measures import MEASURES
from models.circuits.neurons import neuron_table
from models.circuits.spectra import embedding_spectrum, key_frequencies
from models.evaluation import Counts
from models.formats.registry import network_to_bytes
from models.network import Network
from models.readings import Interpretation
from tests.dashboard.test_pages import app_on, drop, trouble
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built


def opened(name: str, network: Network) -> Opened:
    return Opened(name, Interpretation(network, "a test made it"), {})


def sides(left: Network, right: Network) -> Sides:
    return named_sides(("one", "other"), left, right)


def named_sides(names: tuple[str, str], left: Network, right: Network) -> Sides:
    keys = key_frequencies(left), key_frequencies(right)
    return sides_of(opened(names[0], left), opened(names[1], right), keys, LIGHT)


def told_of(found: Sides) -> str:
    return difference_told(
        found, [inspect(side.network) for side in found.both], [neuron_table(side.network) for side in found.both]
    )


TWELVE, EIGHTEEN = hand_built(12, (1, 2, 5)), hand_built(18, (3, 5))


def test_one_dial_has_one_colour_on_both_sides_and_no_two_share_one():
    found = sides(TWELVE, EIGHTEEN)
    assert [(dial.left, dial.right) for dial in found.dials.shared] == [(2, 3)]
    assert found.left_side.colours[2] == found.right_side.colours[3]
    assert len({*found.left_side.colours.values(), *found.right_side.colours.values()}) == 4


def test_more_dials_than_hues_leave_the_weakest_in_ink_and_never_the_shared():
    left, right = hand_built(40, (1, 2, 3, 4, 5, 6)), hand_built(40, (6, 7, 8, 9, 10))
    found = sides(left, right)
    assert found.left_side.colours[6] == found.right_side.colours[6] != LIGHT.text
    colours = [*found.left_side.colours.values(), *(c for k, c in found.right_side.colours.items() if k != 6)]
    assert colours.count(LIGHT.text) == 2
    assert len(set(colours)) == 9


def test_two_files_of_one_name_are_told_apart():
    found = named_sides(("mine.pt", "mine.pt"), TWELVE, EIGHTEEN)
    assert [side.name for side in found.both] == ["mine.pt (left)", "mine.pt (right)"]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (TWELVE, EIGHTEEN, "they share 1 (2/12 = 3/18); `one` is right on "),
        (TWELVE, hand_built_mlp(12, (1, 2, 5), "he"), "they are the same ones"),
        (TWELVE, hand_built(12, (2, 3)), "they share 1 (k = 2)"),
        (TWELVE, hand_built(12, (3, 4)), "they share none"),
        (TWELVE, hand_built(13, (1, 2)), "none turns alike, since 12 and 13 share no factor"),
    ],
    ids=["two moduli", "same", "one", "none", "coprime"],
)
def test_the_sentence_says_what_is_shared(left: Network, right: Network, said: str):
    told = told_of(sides(left, right))
    assert said in told
    assert told.startswith(
        f"**`one`** has 3 key frequencies mod 12, **`other`** {len(sides(left, right).right_side.keys)} "
    )


def test_the_sentence_tells_accuracies_where_one_is_not_right_on_all_pairs():
    dead = hand_built(12, (2, 3)).map_tensors(lambda tensor: tensor * 0)
    told = told_of(sides(TWELVE, dead))
    assert "`other`** no key frequency mod 12: there is nothing to share" in told
    accuracy = percent(inspect(TWELVE).evaluation.counts.accuracy)
    assert f"`one` is right on {accuracy} of all pairs, `other` on 0%" in told


def test_the_sentence_says_that_both_are_right_where_they_are():
    told = told_of(sides(hand_built(13, (1, 2, 5)), hand_built(13, (2, 3, 4))))
    assert "they share 1 (k = 2); both are right on every pair" in told


def test_a_row_of_the_dials_is_one_dial():
    found = sides(TWELVE, EIGHTEEN)
    spectra = [embedding_spectrum(side.network) for side in found.both]
    table = dials_table(found.dials, ["one", "other"], spectra)
    assert table["numbers to a round"].tolist() == ["12", "6", "3.6", "2.4"]
    assert table["k in one"].tolist() == ["1", "2", NOTHING, "5"]
    assert table["k in other"].tolist() == [NOTHING, "3", "5", NOTHING]
    assert table["share of E, other"].tolist()[1] == f"{float(spectra[1].shares[2]):.1%}"


def test_measures_of_both_stand_in_one_row_and_a_dash_where_one_has_none():
    rows = [TwoFigures("Loss", "nats", 0.25, 0.5), TwoFigures("Attention", "", None, 3.0)]
    assert figures_table(rows, ["one", "other"]).to_dict("records") == [
        {"measure": "Loss", "one": "0.25", "other": "0.5", "unit": "nats"},
        {"measure": "Attention", "one": NOTHING, "other": "3", "unit": ""},
    ]
    assert [row.difference for row in rows] == [0.25, None]
    assert figures_in_full(rows, ["one", "other"])["difference"].tolist()[0] == 0.25


def test_moduli_that_one_was_not_counted_at_stay_empty():
    table = moduli_table(["one", "other"], [{5: Counts(20, 5, 0)}, {9: Counts(80, 0, 1)}])
    assert table["modulus"].tolist() == [5, 9]
    assert table["one undecided"].tolist()[0] == 5
    assert table["one right"].isna().tolist() == [False, True]
    assert table["other wrong"].tolist()[1] == 1


def test_neurons_by_frequency_are_shares_of_all_of_them():
    table = neuron_table(hand_built_mlp(13, (2, 5), "he"))
    shares = by_frequency(table)
    assert len(shares) == 6
    assert shares[1] == pytest.approx((table.frequencies == 2).double().mean())
    assert sum(shares) == pytest.approx((table.frequencies > 0).double().mean())


@pytest.fixture(scope="module")
def page() -> AppTest:
    app = app_on("two_networks.py")
    other = next(key for key, each in app.session_state["clockwork"].opened.items() if each.name == "mlp-113")
    return app.selectbox(key="beside on page").set_value(other).run()


def figures(app: AppTest) -> list[dict]:
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


def test_the_page_shows_both_in_aligned_rows_on_one_scale(page: AppTest):
    assert trouble(page) == []
    drawn = figures(page)
    assert len(drawn) == 2 * len(PARTS) + 3
    for left, right in zip(drawn[: 2 * len(PARTS) : 2], drawn[1 : 2 * len(PARTS) : 2], strict=True):
        assert left["layout"]["title"]["text"].endswith(" · transformer-113")
        assert right["layout"]["title"]["text"].endswith(" · mlp-113")
        for axis in ("xaxis", "yaxis"):
            assert left["layout"][axis]["range"] == right["layout"][axis]["range"]
    assert "Of 255 moduli that both were counted at" in " ".join(each.value for each in page.markdown)


def test_a_measure_that_takes_long_for_one_is_left_out_and_said_to_be(page: AppTest):
    pair = sides(zoo.load("transformer-113"), zoo.load("mlp-113"))
    slow = [measure.title for measure in MEASURES if takes_long(measure, pair)]
    assert slow == ["Gradient symmetricity"]
    assert any("Gradient symmetricity: left out, since it takes long" in each.value for each in page.caption)
    assert "Gradient symmetricity" not in page.dataframe[1].value["measure"].tolist()


def test_another_modulus_is_told_by_turns_and_a_choice_outlives_the_page():
    app = app_on("two_networks.py")
    here = app.session_state["clockwork"]
    other = next(key for key, each in here.opened.items() if each.name == "one-hot-97")
    app.selectbox(key="beside on page").set_value(other).run()
    assert trouble(app) == []
    assert figures(app)[0]["layout"]["xaxis"]["title"]["text"] == "turns a number, k/p"
    assert any("the same k is another dial there" in each.value for each in app.caption)
    assert [each.max for each in app.slider if each.label.startswith("Operand")] == [96, 96]
    app.switch_page("dashboard/pages/glossary.py").run()
    app.switch_page("dashboard/pages/two_networks.py").run()
    assert app.selectbox(key="beside on page").value == other


def test_a_network_that_becomes_the_one_in_use_is_not_compared_with_itself():
    app = app_on("two_networks.py")
    right = app.selectbox(key="beside on page").value
    app.selectbox(key="network_in_sidebar").set_value(right).run()
    assert trouble(app) == []
    assert app.selectbox(key="beside on page").value != right


def test_one_upload_shows_a_pair_that_follows_and_where_nothing_is_counted():
    app = app_on("your_network.py")
    drop(app, "a<b>.safetensors", network_to_bytes(hand_built(13, (2, 5)), ".safetensors", {}))
    app.switch_page("dashboard/pages/two_networks.py").run()
    assert trouble(app) == []
    operands = [each for each in app.slider if each.label.startswith("Operand")]
    operands[0].set_value(3).run()
    operands = [each for each in app.slider if each.label.startswith("Operand")]
    operands[1].set_value(11).run()
    assert app.session_state["clockwork"].pair == (3, 11)
    assert any(each.value == "3 + 11 ≡ 1 (mod 13). The network: right." for each in app.caption)
    assert any(each.value.startswith("Not counted at other moduli yet: `a<b>.safetensors`") for each in app.markdown)
    assert "not counted yet" in {each.value for each in app.metric}
    titles = [each["layout"]["title"]["text"] for each in figures(app)]
    assert titles[0] == "Embedding E · a&lt;b&gt;.safetensors"


def test_lines_under_the_figures_name_every_part(page: AppTest):
    lines = next(each.value for each in page.code if "'embedding'" in each.value)
    assert re.findall(r"'(\w+)':", lines) == list(PARTS)
