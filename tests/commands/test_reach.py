import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from models.circuits.logits import logit_waves
from models.commands import reach
from models.errors import FileError
from models.evaluation import Counts
from models.experiment.apply import apply_readout_mode
from models.files.writing import Destination, reserved
from models.formats.registry import network_to_bytes
from models.surgery.margin import recipe_margin
from models.surgery.recipe import linked_recipe
from models.zoo.shipped_sweeps import ShippedSweep
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

NETWORK = hand_built(13, (1, 3, 4))
DIGEST = NETWORK.digest
SAME = {1: 1, 3: 1, 4: 1}
SETTINGS = {"digest": DIGEST, "readout": "keep", "rounds": 1, "seed": 0, "single_frequency": False}
LINE = "reach clock.pt --readout keep --rounds 1 --jobs 1 --json"
ENTRY_KEYS = {"modulus", "correct", "ties", "wrong", "pairs", "accuracy", "readout", "frequencies", "tried"}
ENTRY_KEYS |= {"analytic_margin", "recipe"}


@pytest.fixture(autouse=True)
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """Threads in place of processes, which each take seconds to start."""
    if "processes" not in request.node.name:
        monkeypatch.setattr(reach, "one_thread_each", ThreadPoolExecutor)


WAVES = logit_waves(NETWORK, tuple(SAME))


@cache
def counts_of(modulus: int, readout: str) -> Counts:
    return apply_readout_mode(NETWORK, linked_recipe(modulus, SAME), WAVES, readout).evaluation.counts


def counted(modulus: int, readout: str = "keep") -> dict[str, object]:
    """A true result of dials that no search would choose, and of more settings than any tries."""
    counts = counts_of(modulus, readout)
    return {
        "modulus": modulus,
        "correct": counts.right,
        "ties": counts.undecided,
        "wrong": counts.wrong,
        "pairs": modulus**2,
        "accuracy": counts.accuracy,
        "readout": readout,
        "frequencies": {str(k): target for k, target in SAME.items()},
        "tried": 12345,
        "analytic_margin": recipe_margin(linked_recipe(modulus, SAME), WAVES),
        "recipe": linked_recipe(modulus, SAME).to_json(),
    }


def kept(entries: list[dict[str, object]], settings: dict[str, object] = SETTINGS) -> None:
    Path("kept.json").write_text(json.dumps({"settings": settings, "results": entries}), encoding="utf-8")


def test_json_tells_every_modulus_in_order(clockwork):
    code, out, _ = clockwork(f"{LINE} --moduli 2..7")
    found = json.loads(out)
    assert code == 0
    assert found.keys() - {"first_failure"} == {"reach", "readout", "results"}
    assert found["readout"] == "keep"
    assert [entry["modulus"] for entry in found["results"]] == [2, 3, 4, 5, 6, 7]
    for entry in found["results"]:
        assert entry.keys() == ENTRY_KEYS
        assert entry["correct"] + entry["ties"] + entry["wrong"] == entry["pairs"] == entry["modulus"] ** 2
        assert entry["frequencies"].keys() == {"1", "3", "4"}
    complete = [entry["modulus"] for entry in found["results"] if entry["correct"] == entry["pairs"]]
    assert found["reach"] == max(q for q in range(1, 8) if set(range(2, q + 1)) <= set(complete))


def test_reach_is_null_where_the_range_does_not_start_at_2(clockwork):
    found = json.loads(clockwork(f"{LINE} --moduli 3..5").out)
    assert found["reach"] is None
    assert len(found["results"]) == 3


def test_one_modulus_is_a_range(clockwork):
    assert [entry["modulus"] for entry in json.loads(clockwork(f"{LINE} --moduli 17").out)["results"]] == [17]


def test_processes_count_the_same(clockwork, monkeypatch: pytest.MonkeyPatch):
    found = json.loads(clockwork(f"{LINE} --moduli 16..17").out)
    monkeypatch.setattr(reach, "one_thread_each", ThreadPoolExecutor)
    assert json.loads(clockwork(f"{LINE} --moduli 16..17").out) == found


def test_text_tells_what_falls_short(clockwork):
    code, out, _ = clockwork("reach clock.pt --readout keep --rounds 0 --jobs 1 --moduli 13..16")
    assert code == 0
    assert "of 4 moduli right on all pairs, readout keep" in out
    assert "reach" not in out.replace("reached", "")


@pytest.mark.parametrize("readout", ["balance", "calibrate", "refit", "auto"])
def test_every_rung_may_be_swept(clockwork, readout: str):
    found = json.loads(clockwork(f"reach clock.pt --readout {readout} --rounds 1 --jobs 1 --moduli 5..6 --json").out)
    assert found["readout"] == readout
    for entry in found["results"]:
        assert entry.keys() - {"control"} == ENTRY_KEYS
        assert readout in (entry["readout"], "auto")
        assert ("control" in entry) == (entry["readout"] != "keep")
        assert entry["analytic_margin"] > 0


def test_an_mlp_reaches_too(clockwork):
    Path("mlp.pt").write_bytes(network_to_bytes(hand_built_mlp(13, (1, 3, 4), "chughtai_mlp"), ".pt", {}))
    found = json.loads(clockwork("reach mlp.pt --readout refit --rounds 0 --jobs 1 --moduli 5..6 --json").out)
    assert all("control" not in entry for entry in found["results"])  # there is no body to shuffle


# Shipping


def test_counts_are_written_as_they_are_shipped(clockwork):
    found = json.loads(clockwork(f"{LINE} --moduli 5..7 --ship counts.json").out)["results"]
    text = Path("counts.json").read_text(encoding="utf-8")
    sweep = ShippedSweep.from_json(json.loads(text))
    assert sweep.digest == DIGEST
    assert sweep.command == "python -m models reach clock.pt --moduli 5..7 --readout keep --rounds 1"
    assert [each.counts.right for each in sweep.operated.values()] == [entry["correct"] for entry in found]
    assert [each.recipe.to_json() for each in sweep.operated.values()] == [entry["recipe"] for entry in found]
    assert {q: each.right for q, each in sweep.untouched.items()} == {q: q * (q + 1) // 2 for q in (5, 6, 7)}
    assert text.count("\n") < 30  # a line for each modulus


@pytest.mark.parametrize(
    "options",
    ["--readout auto", "--readout balance", "--readout keep --single-frequency", "--readout keep --norm-gain"],
)
def test_fitted_counts_are_not_shipped(clockwork, options: str):
    line = f"reach clock.pt --rounds 1 --jobs 1 {options} --moduli 5..6 --ship counts.json"
    refused(clockwork, line, "--ship is for counts with nothing fitted")


# Going on


def test_what_is_kept_is_not_counted_again(clockwork):
    kept([counted(5), counted(6)])
    before = Path("kept.json").read_bytes()
    found = json.loads(clockwork(f"{LINE} --moduli 5..6 --resume kept.json").out)
    assert found["results"] == [counted(5), counted(6)]
    assert Path("kept.json").read_bytes() == before


def test_what_is_missing_is_counted_and_kept_beside_it(clockwork):
    kept([counted(5)])
    found = json.loads(clockwork(f"{LINE} --moduli 4..6 --resume kept.json").out)
    fresh = json.loads(clockwork(f"{LINE} --moduli 4..6").out)
    assert found["results"] == [fresh["results"][0], counted(5), fresh["results"][2]]
    now = json.loads(Path("kept.json").read_text(encoding="utf-8"))
    assert now["settings"] == SETTINGS
    assert {entry["modulus"] for entry in now["results"]} == {4, 5, 6}
    assert found["taken_from_file"] == {"file": "kept.json", "moduli": [5], "counted_again": [5]}
    again = json.loads(clockwork(f"{LINE} --moduli 4..6 --resume kept.json").out)
    assert again["results"] == found["results"]
    assert again["taken_from_file"]["moduli"] == [4, 5, 6]


def test_what_is_kept_outside_of_the_range_stays_in_the_file(clockwork):
    kept([counted(31)])
    found = json.loads(clockwork(f"{LINE} --moduli 5..5 --resume kept.json").out)
    assert [entry["modulus"] for entry in found["results"]] == [5]
    assert {entry["modulus"] for entry in json.loads(Path("kept.json").read_text(encoding="utf-8"))["results"]} == {
        5,
        31,
    }


def test_a_refits_control_is_kept(clockwork):
    entry = counted(5, "refit") | {"control": 0.25}
    kept([entry], SETTINGS | {"readout": "refit"})
    line = LINE.replace("--readout keep", "--readout refit")
    assert json.loads(clockwork(f"{line} --moduli 5 --resume kept.json").out)["results"] == [entry]


def test_a_margin_that_was_kept_is_not_believed(clockwork):
    kept([counted(5) | {"analytic_margin": 9}])
    assert json.loads(clockwork(f"{LINE} --moduli 5 --resume kept.json").out)["results"] == [counted(5)]


def test_text_tells_what_shuffled_bodies_get(clockwork):
    out = clockwork("reach clock.pt --readout calibrate --rounds 0 --jobs 1 --moduli 4").out
    assert re.search(r"readout calibrate \(\d+\.\d\d% on shuffled bodies\), 1 settings tried", out)


def refused(clockwork, line: str, message: str) -> None:
    before = {path.name: path.read_bytes() for path in Path.cwd().iterdir() if path.is_file()}
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert re.search(message, err)
    assert len(err.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in Path.cwd().iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("name", "value"), [("digest", "another"), ("readout", "auto"), ("rounds", 2), ("seed", 1), ("rounds", None)]
)
def test_results_of_other_settings_are_refused(clockwork, name: str, value: object):
    kept([counted(5)], SETTINGS | {name: value})
    refused(clockwork, f"{LINE} --moduli 5..6 --resume kept.json", f"kept.json was counted with another {name}; give")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (1, "reach 1: mod 2, the smallest, is not right on all pairs"),
        (2, "reach 2: every modulus from 2 to there is right on all pairs"),
    ],
)
def test_a_reach_is_told_from_the_smallest_modulus_on(found: int, said: str):
    assert reach._reach_told(found) == said


def test_the_first_failure_is_explained(clockwork):
    line = "reach biased.pt --readout keep --rounds 0 --jobs 1 --moduli 5..9"
    found = json.loads(clockwork(f"{line} --json").out)
    first = next(entry for entry in found["results"] if entry["correct"] < entry["pairs"])
    why = found["first_failure"]
    assert (why["modulus"], why["failed"]) == (first["modulus"], first["pairs"] - first["correct"])
    assert 0 < why["distance"] < why["modulus"]
    assert f"first failure mod {why['modulus']}: {why['failed']:,} pairs" in clockwork(line).out


def test_figures_from_a_file_are_said_to_be_so(clockwork):
    kept([counted(5), counted(6)])
    out = clockwork("reach clock.pt --readout keep --rounds 1 --jobs 1 --moduli 5..7 --resume kept.json").out
    assert "2 of these figures are from kept.json, as an earlier run left them" in out
    assert "mod 5, 6 was counted again and holds" in out


def test_a_forged_reach_is_told(clockwork):
    honest = [counted(q) for q in range(5, 25)]
    boast = [entry | {"correct": entry["pairs"], "ties": 0, "wrong": 0} for entry in honest]
    assert any(entry["correct"] < entry["pairs"] for entry in honest)
    kept(boast)
    code, out, err = clockwork(f"{LINE} --moduli 5..24 --resume kept.json")
    assert (code, out) == (2, "")
    assert re.search(
        r"kept.json says 81 pairs right, 0 undecided and 0 wrong mod 9; counted again they are \d+, \d+ and \d+|"
        r"kept.json says [\d,]+ pairs right, 0 undecided and 0 wrong mod \d+; counted again they are",
        err,
    )


FORGED = {
    "more right than pairs": ({"correct": 26}, "mod 5 has 25 pairs"),
    "a negative count": ({"wrong": -1}, '"wrong" is -1; expected a count'),
    "a count with a point": ({"ties": 0.0}, '"ties" is 0.0; expected a count'),
    "a count that is true": ({"tried": True}, '"tried" is True; expected a count'),
    "other pairs": ({"pairs": 36}, "mod 5 has 25 pairs"),
    "another modulus": ({"modulus": 6}, "mod 5 has 25 pairs"),
    "a control above one": ({"control": 1.5}, '"control" is 1.5; expected a share from 0 to 1'),
    "a control in words": ({"control": "low"}, "\"control\" is 'low'; expected a share"),
    "a dial of another network": (
        {"recipe": linked_recipe(5, {2: 1}).to_json()},
        "mod 5: dial 2 is none of this network's",
    ),
}


@pytest.mark.parametrize(("change", "message"), FORGED.values(), ids=FORGED)
def test_an_entry_that_cannot_be_is_refused_by_its_number(clockwork, change: dict[str, object], message: str):
    kept([counted(6), counted(5) | change])
    message = re.escape(f"kept.json: result 2 is none of reach ({message}")
    refused(clockwork, f"{LINE} --moduli 5..6 --resume kept.json", message)


def test_two_results_of_one_modulus_are_refused(clockwork):
    kept([counted(5), counted(5)])
    refused(clockwork, f"{LINE} --moduli 5..6 --resume kept.json", "kept.json has two results mod 5")


def with_dial(**changes: object) -> dict[str, object]:
    return counted(5) | {
        "recipe": linked_recipe(5, {}).to_json() | {"dials": [{"frequency": 1, "target": 1} | changes]}
    }


NO_RESULTS = {
    "text": "hello",
    "nothing": "",
    "a list": "[]",
    "a number": "7",
    "no results": json.dumps({"settings": SETTINGS}),
    "no settings": json.dumps({"results": []}),
    "a list of settings": json.dumps({"settings": [], "results": []}),
    "no list": json.dumps({"settings": SETTINGS, "results": 7}),
    "an empty entry": json.dumps({"settings": SETTINGS, "results": [{}]}),
    "a number as entry": json.dumps({"settings": SETTINGS, "results": [7]}),
    "a list as recipe": json.dumps({"settings": SETTINGS, "results": [counted(5) | {"recipe": [1, 3]}]}),
    "a frequency in words": json.dumps({"settings": SETTINGS, "results": [with_dial(frequency="one")]}),
    "a target in words": json.dumps({"settings": SETTINGS, "results": [with_dial(target="two")]}),
    "counts in words": json.dumps({"settings": SETTINGS, "results": [counted(5) | {"correct": "all"}]}),
    "a foreign rung": json.dumps({"settings": SETTINGS, "results": [counted(5) | {"readout": "guess"}]}),
    "a modulus of 1": json.dumps(
        {"settings": SETTINGS, "results": [counted(5) | {"recipe": counted(5)["recipe"] | {"modulus": 1}}]}
    ),
}


@pytest.mark.parametrize("text", NO_RESULTS.values(), ids=NO_RESULTS)
def test_a_file_that_holds_no_results_is_refused(clockwork, text: str):
    Path("kept.json").write_text(text, encoding="utf-8")
    refused(
        clockwork,
        f"{LINE} --moduli 5..6 --resume kept.json",
        "kept.json holds no results of reach|kept.json: result 1 is none of reach",
    )


BAD_MODULI = ("1..5", "7..5", "a..b", "..5", "2...5", "2..100001", "2.5", "0", "-3..5", "2..5..8", "5,,7", "5,1", ",")


@pytest.mark.parametrize("text", BAD_MODULI)
def test_bad_moduli_are_refused(clockwork, text: str):
    said = r"argument --moduli: '.*' names no moduli; expected whole numbers from 2 to 100000, such as 2\.\.256"
    refused(clockwork, f"{LINE} --moduli={text}", said)


def test_moduli_may_be_single_ones_and_ranges(clockwork):
    found = json.loads(clockwork(f"{LINE} --moduli 7,5..6,7").out)
    assert ([each["modulus"] for each in found["results"]], found["reach"]) == ([5, 6, 7], None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("reach clock.pt", "the following arguments are required: --moduli"),
        (f"{LINE} --moduli 2..5 --rounds -1", "--rounds and --jobs are counts; expected 0 or more"),
        (f"{LINE} --moduli 2..5 --jobs -1", "--rounds and --jobs are counts; expected 0 or more"),
        (f"{LINE} --moduli 2..5 --readout trained", "argument --readout: invalid choice: 'trained'"),
        ("reach text.pt --moduli 2..5", "text.pt is not a checkpoint"),
        ("reach elephant --moduli 2..5", "'elephant' is neither a file nor in the zoo"),
    ],
)
def test_a_bad_argument_is_refused(clockwork, line: str, message: str):
    refused(clockwork, line, message)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nowhere/kept.json", "Cannot write nowhere/kept.json: there is no folder nowhere. Make it first."),
        ("folder.pt", "Cannot write folder.pt: Is a directory."),
        ("clock.pt", "--resume clock.pt is the file of FILE; name another one."),
        ("a" * 256, f"Cannot write {'a' * 256}: File name too long."),
        ("/dev/null", "Cannot write /dev/null: it is no regular file. Name another one."),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_counted(
    clockwork, monkeypatch: pytest.MonkeyPatch, place: str, message: str
):
    monkeypatch.setattr(reach, "sweep", lambda *_, **__: pytest.fail("it was counted"))
    assert clockwork(f"{LINE} --moduli 5..6 --resume {place}") == (2, "", f"{message}\n")


def test_two_runs_do_not_keep_in_one_file(clockwork, monkeypatch: pytest.MonkeyPatch):
    kept([counted(5)])
    monkeypatch.setattr(reach, "sweep", lambda *_, **__: pytest.fail("it was counted"))
    with reserved(Path("kept.json")):
        code, out, err = clockwork(f"{LINE} --moduli 5..6 --resume kept.json")
    assert (code, out) == (2, "")
    assert err == "Cannot write kept.json: another run is writing it. Wait for its end, or name another file.\n"


def test_a_disk_that_is_full_for_a_while_costs_nothing(clockwork, monkeypatch: pytest.MonkeyPatch):
    written, lengths = Destination.write, []

    def full_for_a_while(self: Destination, data: bytes) -> None:
        lengths.append(len(json.loads(data)["results"]))
        if lengths[-1] in (2, 3):
            raise FileError("Cannot write kept.json: No space left on device.")
        written(self, data)

    monkeypatch.setattr(Destination, "write", full_for_a_while)
    code, out, err = clockwork(f"{LINE} --moduli 3..7 --resume kept.json")
    assert (code, lengths) == (0, [1, 2, 3, 4, 5])
    told = "Cannot write kept.json: No space left on device. Counting goes on; what was kept before is still there."
    assert [line.split("\r")[-1] for line in err.splitlines()].count(told) == 1  # and not in the bar's line
    assert len(json.loads(Path("kept.json").read_text(encoding="utf-8"))["results"]) == 5
    assert len(json.loads(out)["results"]) == 5


def test_results_that_could_not_be_kept_are_printed_all_the_same(clockwork, monkeypatch: pytest.MonkeyPatch):
    def full(self: Destination, data: bytes) -> None:
        raise FileError("Cannot write kept.json: No space left on device.")

    monkeypatch.setattr(Destination, "write", full)
    code, out, err = clockwork(f"{LINE} --moduli 3..5 --resume kept.json")
    assert (code, err.splitlines()[-1]) == (2, "Cannot write kept.json: No space left on device.")
    assert len(json.loads(out)["results"]) == 3


def test_no_process_is_begun_where_nothing_is_left_to_count(clockwork, monkeypatch: pytest.MonkeyPatch):
    kept([counted(5), counted(6)])
    monkeypatch.setattr(reach, "one_thread_each", lambda _: pytest.fail("a process was begun"))
    assert clockwork(f"{LINE} --moduli 5..6 --resume kept.json").code == 0


@pytest.mark.parametrize(("jobs", "begun"), [("--jobs 2", 2), ("--jobs 9", 3), ("", 1)])
def test_no_more_processes_are_begun_than_may_run_or_have_work(
    clockwork, monkeypatch: pytest.MonkeyPatch, jobs: str, begun: int
):
    seen = []
    monkeypatch.setattr(reach, "one_thread_each", lambda count: (seen.append(count), ThreadPoolExecutor(count))[1])
    monkeypatch.setattr(reach, "usable_cores", lambda: 1)
    assert clockwork(f"reach clock.pt --readout keep --rounds 0 {jobs} --moduli 3..5").code == 0
    assert seen == [begun]


def test_ctrl_c_keeps_what_was_counted(clockwork, monkeypatch: pytest.MonkeyPatch):
    swept = reach.sweep

    def interrupted(*arguments, **options):
        for count, each in enumerate(swept(*arguments, **options)):
            if count == 2:
                raise KeyboardInterrupt
            yield each

    monkeypatch.setattr(reach, "sweep", interrupted)
    code, out, err = clockwork(f"{LINE} --moduli 2..7 --resume kept.json")
    assert (code, out) == (130, "")
    assert "Stopped after 2 moduli. The same command goes on from kept.json." in err
    assert len(json.loads(Path("kept.json").read_text(encoding="utf-8"))["results"]) == 2
