import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from models.ablation.random_phases import random_phase_mlp
from models.commands import transplant as transplant_command
from models.errors import CheckpointError, FileError
from models.files.writing import Destination, reserved
from models.formats.registry import network_from_bytes, network_to_bytes
from models.surgery.readout import READOUT_MODES
from models.surgery.recipe import Recipe, linked_recipe, own_recipe
from models.surgery.transplant import transplant
from tests.oracles import hand_built

PROMISED = """
    trained_modulus modulus readout frequencies correct ties pairs accuracy margin logit_margin tried
"""


def test_json_tells_what_was_done_and_what_it_scores(clockwork):
    code, out, err = clockwork("transplant clock.pt --modulus 17 --json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found.keys() >= set(PROMISED.split())
    assert "out" not in found
    expected = {"trained_modulus": 13, "modulus": 17, "readout": "keep", "correct": 289, "ties": 0, "pairs": 289}
    assert {key: found[key] for key in expected} == expected
    assert found["accuracy"] == found["wrapping_accuracy"] == found["not_wrapping_accuracy"] == 1
    assert found["frequencies"].keys() == {"1", "3", "4"}
    assert found["margin"] > 0
    assert found["logit_margin"] > 0


def test_text_tells_the_same(clockwork):
    code, out, err = clockwork("transplant clock.pt --modulus 17")
    assert (code, err) == (0, "")
    for words in (
        "mod 13 → mod 17",
        "289 of all 289 pairs (100%)",
        "it has no rows for the numbers from 13 on",
        "settings tried",
    ):
        assert words in out


def test_a_network_without_a_circuit_is_warned_of_before_anything_is_fitted(clockwork):
    code, out, err = clockwork("transplant biased.pt --modulus 14 --readout keep --search none --json")
    assert code == 0
    assert err.startswith("No Fourier circuit was found: ")
    assert json.loads(out)["warning"] == err.strip()
    assert "warning" not in json.loads(clockwork("transplant clock.pt --modulus 17 --search none --json").out)


def test_below_100_percent_is_no_failure(clockwork):
    code, out, _ = clockwork("transplant clock.pt --modulus 16 --map 1:2,3:4,4:8 --json")
    assert code == 0
    assert (json.loads(out)["correct"], json.loads(out)["ties"], json.loads(out)["margin"]) == (0, 256, 0)


def test_below_the_trained_modulus_the_untouched_network_stands_beside(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 10 --json").out)
    assert found["raw_accuracy"] == 11 / 20
    assert 11 / 20 < found["answer_mod_q_accuracy"] < 1
    assert "raw_accuracy" not in json.loads(clockwork("transplant clock.pt --modulus 14 --json").out)


def test_a_whole_map_is_carried_out(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --map 1:2,3:-7,4:2.5 --readout keep --json").out)
    assert found["frequencies"] == {"1": 2, "3": -7, "4": 2.5}
    assert found["tried"] == 1


def test_a_partial_map_is_completed(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --map 3:5 --json").out)
    assert found["frequencies"]["3"] == 5
    assert found["frequencies"].keys() == {"1", "3", "4"}
    assert found["accuracy"] == 1


def test_a_frequency_that_is_no_key_frequency_may_be_mapped(clockwork):
    assert json.loads(clockwork("transplant clock.pt --modulus 17 --map 2:5 --json").out)["frequencies"]["2"] == 5


def test_a_seed_decides_the_search(clockwork):
    lines = [f"transplant clock.pt --modulus 17 --seed {seed} --json" for seed in (0, 0, -3)]
    first, again, other = (json.loads(clockwork(line).out)["frequencies"] for line in lines)
    assert first == again != other


@pytest.mark.parametrize("readout", READOUT_MODES)
def test_a_rung_that_was_asked_for_is_taken_and_says_what_it_fitted(clockwork, readout: str):
    found = json.loads(clockwork(f"transplant clock.pt --modulus 17 --readout {readout} --json").out)
    assert found["readout"] == readout
    fitted = readout in ("calibrate", "refit")
    assert ("fitted_parameters" in found) == ("accuracy_on_the_rest" in found) == fitted
    assert ("strengths" in found) == (readout == "balance")
    assert ("control" in found) == (readout != "keep")
    assert found.get("control", {"readout": "keep"})["readout"] == readout


def test_auto_stops_at_the_lowest_rung_that_is_right_everywhere(clockwork):
    assert json.loads(clockwork("transplant clock.pt --modulus 17 --json").out)["readout"] == "keep"


def test_harmonics_are_carried_as_asked(clockwork):
    line = "transplant clock.pt --modulus 13 --map 4:4 --json --harmonics"
    alone, with_third = (json.loads(clockwork(f"{line} {count} --out h{count}.pt").out) for count in (1, 3))
    recipes = [recipe_of(clockwork, f"h{count}.pt") for count in (1, 3)]
    assert alone["frequencies"].keys() == with_third["frequencies"].keys()
    assert [recipe.harmonics for recipe in recipes] == [1, 3]


def recipe_of(clockwork, file: str) -> Recipe:
    """The recipe that an operated file claims of itself."""
    claimed = json.loads(clockwork(f"inspect {file} --json").out)["claimed"]
    return Recipe.from_json(json.loads(claimed["clockwork_recipe"]))


@pytest.mark.parametrize("source", ["clock.pt", "clock.safetensors", "nanda.pth"])
@pytest.mark.parametrize("out", ["new.pt", "new.pth", "new.safetensors"])
def test_what_is_written_is_read_back_with_the_same_figures(clockwork, source: str, out: str):
    written = json.loads(clockwork(f"transplant {source} --modulus 14 --map 1:2 --readout keep --out {out} --json").out)
    read = json.loads(clockwork(f"inspect {out} --json").out)
    assert written["out"] == out
    assert 0 < written["correct"] < 196  # an even modulus, where this network cannot be right everywhere
    assert {key: read[key] for key in ("modulus", "correct", "ties", "pairs", "accuracy")} == {
        key: written[key] for key in ("modulus", "correct", "ties", "pairs", "accuracy")
    }
    assert read["format"] == ("nanda" if source == "nanda.pth" else "transformerlens")
    original = json.loads(clockwork(f"inspect {source} --json").out)
    assert read["claimed"]["clockwork_source_digest"] == original["digest"]
    assert read["claimed"]["clockwork_digest"] == read["digest"]
    assert read["digest_claimed"] is True


def test_what_is_written_may_change_its_layout(clockwork):
    clockwork("transplant nanda.pth --modulus 17 --out there.pt --layout transformerlens")
    clockwork("transplant there.pt --modulus 17 --map 7:7 --out back.pt --layout nanda")
    there, back = (json.loads(clockwork(f"inspect {name}.pt --json").out) for name in ("there", "back"))
    assert (there["format"], back["format"]) == ("transformerlens", "nanda")
    assert there["correct"] == 289
    assert (there["digest_claimed"], back["digest_claimed"]) == (True, True)


def test_a_recipe_from_a_file_repeats_the_operation(clockwork):
    first = json.loads(clockwork("transplant clock.pt --modulus 14 --map 3:5 --out new.pt --json").out)
    recipe = recipe_of(clockwork, "new.pt")
    assert {str(k): target for k, target in recipe.targets.items()} == first["frequencies"]
    Path("recipe.json").write_text(json.dumps(recipe.to_json()), encoding="utf-8")
    again = json.loads(clockwork("transplant clock.pt --recipe recipe.json --out again.pt --json").out)
    same = ("modulus", "frequencies", "correct", "ties", "accuracy", "logit_margin")
    assert {key: again[key] for key in same} == {key: first[key] for key in same}
    assert again["margin"] == pytest.approx(first["margin"], abs=1e-14)
    assert Path("again.pt").read_bytes() == Path("new.pt").read_bytes()


def test_a_recipe_may_be_given_with_its_own_modulus(clockwork):
    Path("recipe.json").write_text(json.dumps(linked_recipe(17, {1: 5, 3: -4, 4: 2}).to_json()), encoding="utf-8")
    assert json.loads(clockwork("transplant clock.pt --recipe recipe.json --modulus 17 --json").out)["correct"] == 289


def test_key_frequencies_alone_are_the_whole_network_where_it_was_trained(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 13 --out new.pt --json").out)
    assert found["frequencies"] == {"1": 1, "3": 3, "4": 4}
    assert (found["correct"], found["tried"]) == (169, 1)
    expected = transplant(hand_built(13, (1, 3, 4)), own_recipe(13, (1, 3, 4)))
    assert network_from_bytes(Path("new.pt").read_bytes(), "new.pt").digest == expected.digest


def test_an_old_file_is_replaced_whole(clockwork, workshop: Path):
    before = {path.name for path in workshop.iterdir()}
    assert clockwork("transplant clock.pt --modulus 17 --out cut.pt").code == 0
    assert {path.name for path in workshop.iterdir()} == before
    assert clockwork("inspect cut.pt").code == 0


# What helps keep and fits nothing


def one_hot() -> None:
    Path("onehot.pt").write_bytes(network_to_bytes(random_phase_mlp(23, 5, 40), ".pt", {}))


def test_balance_fits_nothing_stands_beside_its_control_and_can_be_repeated_from_its_recipe(clockwork):
    found = json.loads(clockwork("transplant clock.pt --modulus 17 --readout balance --certificate c.json --json").out)
    assert (found["readout"], found["correct"]) == ("balance", 289)
    assert found["strengths"].keys() == {"1", "3", "4"}
    assert (found["control"]["readout"], len(found["control"]["accuracies"])) == ("balance", 5)
    certificate = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert certificate["readout"] == "balance"
    Path("again.json").write_text(json.dumps(certificate["recipe"]), encoding="utf-8")
    again = json.loads(clockwork("transplant clock.pt --recipe again.json --readout keep --json").out)
    assert (again["correct"], again["logit_margin"]) == (289, found["logit_margin"])
    assert again["strengths"] == found["strengths"]
    assert (
        "balance (nothing fitted at any modulus; strengths tuned"
        in clockwork("transplant clock.pt --modulus 17 --readout balance").out
    )


def test_single_frequency_neurons_are_told_and_can_be_repeated_from_their_recipe(clockwork):
    one_hot()
    line = "transplant onehot.pt --modulus 31 --readout keep --single-frequency"
    found = json.loads(clockwork(f"{line} --certificate c.json --json").out)
    assert found["single_frequency"] is True
    Path("again.json").write_text(
        json.dumps(json.loads(Path("c.json").read_text(encoding="utf-8"))["recipe"]), encoding="utf-8"
    )
    again = json.loads(clockwork("transplant onehot.pt --recipe again.json --readout keep --json").out)
    assert [again[name] for name in ("correct", "logit_margin", "single_frequency")] == [
        found[name] for name in ("correct", "logit_margin", "single_frequency")
    ]
    assert "single-frequency: each with its own wave alone" in clockwork(line).out


def test_norm_gain_is_told_controlled_and_can_be_repeated_from_its_recipe(clockwork):
    line = "transplant layernorm-97 --modulus 7 --readout keep --norm-gain"
    found = json.loads(clockwork(f"{line} --certificate c.json --json").out)
    assert 1 < found["norm_gain"] < 1.1
    assert (found["readout"], len(found["control"]["accuracies"])) == ("keep", 5)
    certificate = json.loads(Path("c.json").read_text(encoding="utf-8"))
    Path("again.json").write_text(json.dumps(certificate["recipe"]), encoding="utf-8")
    again = json.loads(clockwork("transplant layernorm-97 --recipe again.json --readout keep --json").out)
    names = ("correct", "logit_margin", "norm_gain", "control")
    assert [again[name] for name in names] == [found[name] for name in names]
    assert clockwork("certificate c.json --file layernorm-97").code == 0
    told = clockwork(line).out
    assert "norm gain          1.0" in told
    assert "the same keep on shuffled bodies" in told
    assert "norm_gain" not in json.loads(clockwork(line.removesuffix(" --norm-gain") + " --json").out)


def test_a_sample_of_single_frequency_neurons_is_one_of_the_operated_network(clockwork):
    one_hot()
    line = "transplant onehot.pt --modulus 31 --search none --sample 50 --single-frequency --json"
    assert json.loads(clockwork(line).out)["single_frequency"] is True


def test_moduli_are_swept_with_single_frequency_neurons_too(clockwork, monkeypatch: pytest.MonkeyPatch):
    one_hot()
    monkeypatch.setattr("models.commands.reach.one_thread_each", ThreadPoolExecutor)
    found = json.loads(clockwork("reach onehot.pt --moduli 23..24 --readout keep --single-frequency --json").out)
    assert all(entry["recipe"]["single_frequency"] for entry in found["results"])


# Files


def test_a_recipe_is_read_as_editors_save_it(clockwork):
    Path("recipe.json").write_text(json.dumps(linked_recipe(17, {1: 5, 3: -4, 4: 2}).to_json()), encoding="utf-8-sig")
    assert json.loads(clockwork("transplant clock.pt --recipe recipe.json --json").out)["correct"] == 289


@pytest.mark.parametrize("name", ["n" * 252 + ".pt", "½" * 120 + ".pt", "new.safetensors"])
def test_a_name_as_long_as_names_can_be_is_written(clockwork, workshop: Path, name: str):
    before = {path.name for path in workshop.iterdir()}
    assert json.loads(clockwork(f"transplant clock.pt --modulus 13 --out {name} --json").out)["out"] == name
    assert {path.name for path in workshop.iterdir()} - before == {name}


def test_a_link_is_written_through(clockwork):
    Path("large").mkdir()
    Path("link.pt").symlink_to("large/real.pt")
    assert clockwork("transplant clock.pt --modulus 13 --out link.pt").code == 0
    assert Path("link.pt").is_symlink()
    assert clockwork("inspect large/real.pt").code == 0


@pytest.mark.parametrize("lost", ["new.pt", "c.json"])
def test_what_was_counted_is_told_where_its_file_cannot_be_written(
    clockwork, monkeypatch: pytest.MonkeyPatch, lost: str
):
    written = Destination.write

    def full(self: Destination, data: bytes) -> None:
        if self.path.name == lost:
            raise FileError(f"Cannot write {lost}: No space left on device.")
        written(self, data)

    monkeypatch.setattr(Destination, "write", full)
    code, out, err = clockwork("transplant clock.pt --modulus 17 --map 3:5 --out new.pt --certificate c.json --json")
    assert (code, err) == (2, f"Cannot write {lost}: No space left on device.\n")
    found = json.loads(out)
    assert found["pairs"] == 289
    assert {"out", "certificate"} - found.keys() == {"out" if lost == "new.pt" else "certificate"}
    assert not Path(lost).exists()


def test_a_place_that_cannot_be_written_is_told_before_the_search(clockwork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.commands.transplant.run_experiment", lambda *_, **__: pytest.fail("it was searched"))
    with reserved(Path("new.pt")):
        code, out, err = clockwork("transplant clock.pt --modulus 17 --out new.pt")
    assert (code, out) == (2, "")
    assert "Cannot write new.pt: another run is writing it" in err


APART = linked_recipe(17, {1: 7, 3: -8, 4: -4}).with_dial(3, table="b", phase=0.5)


def test_a_recipe_that_a_layout_cannot_express_is_refused_before_any_count(clockwork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.commands.transplant.run_experiment", lambda *_, **__: pytest.fail("it was counted"))
    Path("apart.json").write_text(json.dumps(APART.to_json()), encoding="utf-8")
    line = "transplant clock.pt --recipe apart.json --out new.pt --layout transformerlens --certificate c.json"
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert "one embedding for both operands" in err
    assert not Path("c.json").exists()


def test_what_else_was_asked_for_is_written_where_the_network_cannot_be(clockwork, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_, **__):
        raise CheckpointError("This layout has no place for it.")

    monkeypatch.setattr("models.commands.transplant.operated_to_bytes", refuse)
    code, out, err = clockwork("transplant clock.pt --modulus 17 --map 3:5 --out new.pt --certificate c.json --json")
    assert (code, err) == (2, "This layout has no place for it.\n")
    assert json.loads(out)["certificate"] == "c.json"
    assert Path("c.json").exists()
    assert not Path("new.pt").exists()


@pytest.mark.parametrize("dials", ["", "--map 1:2,2:-3,3:5"])  # searched, or given by hand
def test_what_is_fitted_and_its_control_follow_the_seed(clockwork, dials: str):
    line = f"transplant biased.pt --modulus 17 {dials} --readout calibrate --json --seed"
    found = [json.loads(clockwork(f"{line} {seed}").out) for seed in (0, 0, 3)]
    once, again, other = ((each["correct"], each["control"]["accuracies"]) for each in found)
    assert once == again
    assert (once[0] != other[0], once[1] != other[1]) == (True, True)


class Bar:
    """Stands in for a progress bar: how far it is."""

    def __init__(self) -> None:
        self.n, self.total, self.begun, self.said = 0, 0, 1, ""

    def update(self, more: int) -> None:
        self.n += more

    def reset(self) -> None:
        self.n, self.begun = 0, self.begun + 1

    def set_description(self, text: str) -> None:
        self.said = text


def test_the_bar_stands_where_the_search_does_and_begins_anew_with_a_second(monkeypatch: pytest.MonkeyPatch):
    bar = Bar()
    monkeypatch.setattr(transplant_command, "progress", lambda **_: nullcontext(bar))
    with transplant_command._progress("") as show:
        places = []
        for done in (1, 3, 7, 10, 2, 5):
            show(done, 10)
            places.append((bar.n, bar.total, bar.begun))
            assert bar.said.endswith("counting all pairs of the best") == (done == 10)
    assert places == [(1, 10, 1), (3, 10, 1), (7, 10, 1), (10, 10, 1), (2, 10, 2), (5, 10, 2)]
