"""--roles and --roles-out: a transformer whose names say nothing, from refusal to operated file."""

import json
from pathlib import Path

import pytest

from models.formats.registry import LAYOUTS
from models.formats.roles.find import filled_in
from tests.fuzz.containers import torch_zip
from tests.mlps import hand_built_mlp
from tests.oracles import hand_built

KNOWN = LAYOUTS["transformerlens"].write(hand_built(13, (1, 3, 4)))


@pytest.fixture(autouse=True)
def files(workshop: Path):
    names = {name: f"t{number}" for number, name in enumerate(KNOWN)}
    roles = {names[name]: role for name, role in filled_in(KNOWN).items()}
    (workshop / "odd.pt").write_bytes(torch_zip({names[name]: tensor for name, tensor in KNOWN.items()}))
    (workshop / "roles.json").write_text(json.dumps(roles), encoding="utf-8")
    (workshop / "mlp.pt").write_bytes(
        torch_zip(LAYOUTS["chughtai_mlp"].write(hand_built_mlp(13, (1,), "chughtai_mlp")))
    )
    return roles


def test_a_file_that_does_not_open_is_described_for_a_person_to_complete(clockwork, workshop: Path):
    code, out, err = clockwork("inspect odd.pt --roles-out found.json --json")
    assert (code, out) == (2, "")
    assert "Its roles as far as they were found are in found.json: complete them, and give them with --roles." in err
    found = json.loads((workshop / "found.json").read_text(encoding="utf-8"))
    assert found["t0"] == f"? {list(next(iter(KNOWN.values())).shape)}"


def test_completed_they_open_it_and_every_command_takes_them(clockwork, workshop: Path, files):
    code, out, err = clockwork("inspect odd.pt --roles roles.json --roles-out again.json --json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["format"], found["accuracy"], found["roles"]) == ("general", 1, files)
    assert "its tensors are taken for what you say they are" in found["remarks"]
    assert json.loads((workshop / "again.json").read_text(encoding="utf-8")) == files
    for command in (
        "transplant odd.pt --modulus 17 --out o.pt",
        "reach odd.pt --moduli 12..13 --rounds 1 --jobs 1",
        "controls odd.pt --modulus 13 --seeds 1",
    ):
        assert clockwork(f"{command} --roles roles.json --json")[0] == 0
    code, out, _ = clockwork("inspect o.pt --json")
    assert (code, json.loads(out)["modulus"]) == (0, 17)


def test_the_roles_of_a_known_layout_are_told_too(clockwork, workshop: Path):
    (workshop / "known.pt").write_bytes(torch_zip(KNOWN))
    assert clockwork("inspect known.pt --roles-out found.json")[0] == 0
    found = json.loads((workshop / "found.json").read_text(encoding="utf-8"))
    assert found["blocks.0.attn.W_Q"] == "0.q"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("inspect odd.pt --roles nowhere.json", "nowhere.json cannot be opened"),
        ("inspect odd.pt --roles odd.pt", "odd.pt is no JSON"),
        ("inspect mlp.pt --roles-out r.json", "mlp.pt is no transformer, so that its tensors have no roles"),
        (
            "inspect mlp.pt --roles roles.json",
            "By the roles that are given it is no transformer: a role",
        ),
        ("inspect odd.pt --roles-out r.txt", "Cannot write r.txt; expected a name that ends in .json"),
        ("inspect odd.pt --roles roles.json --roles-out roles.json", "roles.json is the file of --roles"),
        ("transplant odd.pt --modulus 17 --roles r.pt --out r.pt", "r.pt is the file of --roles"),
    ],
)
def test_refusals(clockwork, workshop: Path, line: str, message: str):
    before = (workshop / "roles.json").read_bytes()
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert message in err
    assert not (workshop / "r.json").exists()
    assert (workshop / "roles.json").read_bytes() == before
