"""Sweeps: rows for every network and modulus, kept as they come, never counted twice, the same however computed."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import models
from models.errors import RecipeError
from tests.conftest import ROOT
from tests.oracles import hand_built

CLOCKS = {"one": hand_built(13, (1, 3, 4)), "other": hand_built(11, (1, 2, 5))}
QUIET = {"progress": False, "rounds": 1}


def rows_of(found: list[models.SweepRow]) -> list[tuple]:
    return [(row.network, row.reached.modulus, row.reached.counts, row.reached.recipe) for row in found]


def test_there_is_a_row_for_each_network_and_modulus_in_order():
    found = models.sweep(CLOCKS, [7, 5, 6, 7], jobs=1, **QUIET)
    assert [(row.network, row.reached.modulus) for row in found] == [(n, q) for n in CLOCKS for q in (5, 6, 7)]
    row = found[0].to_row()
    assert (row["modulus"], row["pairs"], row["network"], row["readout"]) == (5, 25, "one", "keep")
    assert row["correct"] + row["ties"] + row["wrong"] == 25
    assert row["dials"] == ",".join(f"{k}:{int(s)}" for k, s in found[0].reached.recipe.targets.items())


def test_it_is_the_same_in_this_process_in_others_and_in_threads():
    alone = rows_of(models.sweep(CLOCKS, (5, 9), jobs=1, **QUIET))
    assert rows_of(models.sweep(CLOCKS, (5, 9), jobs=2, **QUIET)) == alone
    with ThreadPoolExecutor(2) as threads:
        assert rows_of(models.sweep(CLOCKS, (5, 9), executor=threads, **QUIET)) == alone


def test_what_is_kept_is_not_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = models.sweep(CLOCKS, (5, 9), jobs=1, resume=tmp_path / "counts", **QUIET)
    assert {path.name for path in (tmp_path / "counts").iterdir()} == {"one.json", "other.json"}
    counted = []
    whole = models.library.sweeping.sweep_over

    def watched(network, waves, requests, *rest, **named):
        requests = list(requests)
        counted.extend(request.modulus for request in requests)
        return whole(network, waves, requests, *rest, **named)

    monkeypatch.setattr("models.library.sweeping.sweep_over", watched)
    told = []
    again = models.sweep(CLOCKS, (5, 7, 9), jobs=1, resume=tmp_path / "counts", on_row=told.append, **QUIET)
    assert counted == [7, 7]
    assert told == [row for row in again if row.reached.modulus == 7]
    assert rows_of([row for row in again if row.reached.modulus != 7]) == rows_of(first)


def test_what_is_asked_for_is_handed_on(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(
        "models.library.sweeping.sweep_over", lambda _n, _w, requests, _p, ahead: iter(seen.extend(requests) or ())
    )
    with pytest.raises(KeyError):  # nothing came back
        models.sweep(CLOCKS["one"], [5, 6], readout="calibrate", rounds=3, seed=11, jobs=1, progress=False)
    assert [(each.modulus, each.readout, each.rounds, each.seed) for each in seen] == [
        (6, "calibrate", 3, 11),
        (5, "calibrate", 3, 11),
    ]


def test_a_file_of_other_settings_is_refused(tmp_path: Path):
    models.sweep(CLOCKS["one"], [5], jobs=1, resume=tmp_path, **QUIET)
    with pytest.raises(RecipeError, match="network"):
        models.sweep(CLOCKS["one"], [5], jobs=1, resume=tmp_path, seed=3, **QUIET)
    entry = json.loads((tmp_path / "network.json").read_bytes())
    assert entry["settings"]["digest"] == CLOCKS["one"].digest


@pytest.mark.parametrize(
    ("networks", "moduli", "options", "said"),
    [
        (CLOCKS, [1], {}, "Modulus 1 is out of range"),
        (CLOCKS, [5.0], {}, "Modulus 5.0 is out of range"),
        (CLOCKS, [5], {"jobs": -1}, "jobs is -1"),
        ({"../x": CLOCKS["one"]}, [5], {"resume": "counts", "jobs": 1}, "cannot be the name of a file"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(networks, moduli, options, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=said):
        models.sweep(networks, moduli, **{**QUIET, **options})


def test_nothing_asked_for_is_nothing():
    assert models.sweep(CLOCKS, []) == models.sweep({}, [5]) == []


SCRIPT = """
import models
network = models.open_network("one-hot-97")
{before}print(len(models.sweep(network, [5, 6], jobs=2, rounds=0, progress=False)))
"""


@pytest.mark.parametrize(("before", "ends"), [("", 1), ('if __name__ == "__main__": ', 0)])
def test_a_script_without_its_main_guard_is_told(tmp_path: Path, before: str, ends: int):
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT.format(before=before), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script)], env={"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == ends, ended.stderr
    if ends:
        told = "mine.py begins processes, and each would run it from its first line again."
        assert told in ended.stderr.splitlines()[-1]
        assert 'if __name__ == "__main__":' in ended.stderr
    else:
        assert ended.stdout == "2\n"
