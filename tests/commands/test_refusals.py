"""A bad file or a bad argument: one clear line on standard error, exit 2, nothing printed, nothing written."""

import json
import re
from pathlib import Path

import pytest

from models.surgery.recipe import Dial, Recipe, Turn, linked_recipe

OPERATE = "transplant clock.pt --modulus 17"
TRAIN = "train --modulus 5 --width 8 --heads 2 --neurons 8 --steps 5 --out new.pt"
FILES = [
    ("nowhere.pt", "nowhere.pt cannot be opened: No such file or directory"),
    ("folder.pt", "folder.pt cannot be opened: Is a directory"),
    ("elephant", "'elephant' is neither a file nor in the zoo"),
    ("a" * 300, "neither a file nor in the zoo|cannot be opened: File name too long"),
    ("text.pt", "text.pt is not a checkpoint: .* found text that begins 'hello, I am a text file'"),
    ("sparse.pt", r"sparse\.pt has 4,194,304\.0 MB; expected at most [\d,.]+ MB\. Save the weights alone"),
    ("/dev/zero", "/dev/zero is a device; expected a file"),
    ("cut.pt", "cut.pt cannot be read as a PyTorch checkpoint: .* It may be cut off"),
    ("foreign.json", "foreign.json is not a checkpoint"),
]
ARGUMENTS = [
    ("", "the following arguments are required: COMMAND"),
    ("operate clock.pt", "invalid choice: 'operate'"),
    ("inspect", "the following arguments are required: FILE"),
    ("inspect clock.pt --jsn", "unrecognized arguments: --jsn"),
    ("inspect clock.pt --js", "unrecognized arguments: --js"),
    ("zoo clock", "unrecognized arguments: clock"),
    ("transplant clock.pt", "Which modulus"),
    ("transplant clock.pt --modulus 1", "Modulus 1 is out of range; expected a whole number from 2 to 100000"),
    ("transplant clock.pt --modulus -5", "Modulus -5 is out of range"),
    ("transplant clock.pt --modulus 100001", "Modulus 100001 is out of range"),
    ("transplant clock.pt --modulus 17.5", "argument --modulus: invalid int value: '17.5'"),
    (f"{OPERATE} --harmonics 0", "0 harmonics asked for; expected a whole number from 1 to 64"),
    (f"{OPERATE} --seed x", "argument --seed: invalid seed value: 'x'"),
    (f"{OPERATE} --seed {10**23}", "seed"),
    (f"{OPERATE} --readout trained", "argument --readout: invalid choice: 'trained'"),
    (f"{OPERATE} --map 1=2", "--map has '1=2'; expected FREQUENCY:TARGET"),
    (f"{OPERATE} --map 1:nan", "--map has '1:nan'; expected FREQUENCY:TARGET"),
    (f"{OPERATE} --map 1:2,1:3", "--map gives frequency 1 twice"),
    (f"{OPERATE} --map 7:2", "Frequency 7 cannot be a dial; a network mod 13 has 1 to 6."),
    (f"{OPERATE} --map 7:2 --search none", "Frequency 7 cannot be a dial; a network mod 13 has 1 to 6."),
    (f"{OPERATE} --map 7:2 --sample 9", "Frequency 7 cannot be a dial; a network mod 13 has 1 to 6."),
    (f"{OPERATE} --map 0:2", "Frequency 0 cannot be a dial; a network mod 13 has 1 to 6."),
    (f"{OPERATE} --search some", "argument --search: invalid choice: 'some'"),
    (f"{OPERATE} --sample 0", "--sample 0 is out of range; expected 1 to 1000000 pairs"),
    (f"{OPERATE} --sample 1000001", "--sample 1000001 is out of range; expected 1 to 1000000 pairs"),
    (f"{OPERATE} --sample 1.5", "argument --sample: invalid int value: '1.5'"),
    (f"{OPERATE} --sample 9 --certificate c.json", "--certificate keeps a count of all pairs, and --sample looks at"),
    (f"{OPERATE} --sample 9 --readout auto", "--readout auto is judged on all pairs, and --sample looks at some of"),
    (f"{OPERATE} --sample 9 --readout refit", "give --readout keep with --sample"),
    ("transplant clock.pt --search none --sample 9", "Which modulus"),
    ("transplant clock.pt --recipe recipe.json --search none", "--recipe says which dials"),
    (f"{OPERATE} --single-frequency", "need tables with one column a neuron, as a one-hot MLP has them"),
    ("reach clock.pt --moduli 5 --single-frequency", "need tables with one column a neuron"),
    (f"{OPERATE} --norm-gain", "for bodies with LayerNorm or RMSNorm, where the size of a row matters"),
    ("reach clock.pt --moduli 5 --norm-gain", "for bodies with LayerNorm or RMSNorm"),
    ("controls clock.pt --modulus 5 --norm-gain", "for bodies with LayerNorm or RMSNorm"),
    ("controls clock.pt --modulus 5 --norm-gain --ship c.json", "--ship is for counts with nothing altered"),
    ("transplant clock.pt --recipe recipe.json --norm-gain", "--recipe says whether there is a norm gain"),
    (
        "transplant clock.pt --recipe recipe.json --single-frequency",
        "--recipe says whether neurons are single-frequency",
    ),
    (f"{OPERATE} --layout nanda", "--layout says how to write --out; give --out too"),
    (f"{OPERATE} --out new.pt --layout keras", "argument --layout: invalid choice: 'keras'"),
    (f"{OPERATE} --out new.json", "Cannot write new.json; expected a name that ends in .safetensors, .pt, .pth"),
    (f"{OPERATE} --out nowhere/new.pt", "Cannot write nowhere/new.pt: there is no folder nowhere. Make it first"),
    (f"{OPERATE} --out folder.pt", "Cannot write folder.pt: Is a directory"),
    ("transplant biased.pt --modulus 9 --out new.pt --layout nanda", "no attention biases.* --layout transformerlens"),
    ("transplant clock.pt --recipe nowhere.json", "nowhere.json cannot be opened: No such file or directory"),
    ("transplant clock.pt --recipe folder.pt", "folder.pt cannot be opened: Is a directory"),
    ("transplant clock.pt --recipe text.pt", r"text.pt is not JSON \(.*\); expected a recipe file"),
    ("transplant clock.pt --recipe clock.pt", r"clock.pt is not JSON \(.*\); expected a recipe file"),
    ("transplant clock.pt --recipe foreign.json", "This is no recipe"),
    ("transplant clock.pt --recipe deep.json", r"deep\.json is not JSON \(it is nested more than 64 deep\)"),
    ("transplant clock.pt --recipe digits.json", r"is not JSON \(it holds a number of 5,000 digits; expected at most"),
    ("transplant clock.pt --recipe twice.json", r"twice\.json is not JSON \(it gives 'modulus' twice\)"),
    ("transplant clock.pt --recipe nan.json", r"nan\.json is not JSON \(it holds NaN, which is no finite number\)"),
    ("transplant clock.pt --recipe far.json", r"Dial 1: target 1e\+308 is out of range; expected -1e\+09 to 1e\+09"),
    ("transplant clock.pt --recipe loud.json", r"Dial 1: amplitude 1e\+200 is out of range"),
    (
        "transplant clock.pt --recipe whole.json",
        "it holds a number of 310 digits",
    ),
    ("inspect clock.pt --config deep.json", r"deep\.json is no JSON \(it is nested more than 64 deep\)"),
    ("inspect clock.pt --config twice.json", r"twice\.json is no JSON \(it gives 'modulus' twice\)"),
    ("certificate deep.json --file clock.pt", r"deep\.json is not JSON \(it is nested more than 64 deep\)"),
    ("certificate twice.json --file clock.pt", r"twice\.json is not JSON \(it gives 'modulus' twice\)"),
    ("reach clock.pt --moduli 5 --resume deep.json", "deep.json holds no results of reach"),
    ("reach clock.pt --moduli 5 --resume digits.json", "digits.json holds no results of reach"),
    (f"{OPERATE} --out clock.pt", "--out clock.pt is the file of FILE; name another one"),
    (f"{OPERATE} --out clock.pt --layout nanda", "--out clock.pt is the file of FILE"),
    (f"{OPERATE} --out hard.pt", "--out hard.pt is the file of FILE"),
    (f"{OPERATE} --out soft.pt", "--out soft.pt is the file of FILE"),
    (
        "transplant clock.pt --recipe recipe.json --certificate recipe.json",
        "recipe.json is the file of --recipe",
    ),
    (f"{OPERATE} --out {'n' * 300}.pt", "Cannot write n+.pt: File name too long"),
    (f"{OPERATE} --certificate nowhere/c.json", "Cannot write nowhere/c.json: there is no folder nowhere"),
    (f"{OPERATE} --certificate c.txt", "Cannot write c.txt; expected a name that ends in .json"),
    ("transplant clock.pt --recipe recipe.json --map 1:2", "--recipe and --map both say which dials"),
    ("transplant clock.pt --recipe recipe.json --modulus 18", "--modulus 18 contradicts the recipe, which is for 17"),
    ("transplant biased.pt --recipe recipe.json", "Frequency 4 is none mod 7; expected whole numbers from 1 to 3"),
    ("transplant clock.pt --recipe apart.json --out new.pt", "one embedding for both operands"),
    (f"{OPERATE} --readout balance --harmonics 2", "balance carries harmonics of its own; leave out --harmonics"),
    ("transplant clock.pt --recipe single.json", "\"single_frequency\" is 'no'; expected true or false"),
    ("train", "the following arguments are required: --out"),
    (f"{TRAIN} --modulus 1", "--modulus 1 is out of range; expected 2 to 65,536"),
    (f"{TRAIN} --steps 0", "--steps 0 is out of range; expected 1 to"),
    (f"{TRAIN} --heads 0", "--heads 0 is out of range"),
    (f"{TRAIN} --width {10**400}", "--width 10+… is out of range; expected 1 to 65,536"),
    (f"{TRAIN} --neurons {'9' * 5000}", "argument --neurons: invalid int value: '9+…"),
    (f"{TRAIN} --modulus 60000", r"takes more than 1,\d+,\d+ GB of memory, and [\d,]+ GB may be used"),
    (f"{TRAIN} --save-every -1", "--save-every -1.0 is out of range; expected 0 to"),
    (f"{TRAIN} --heads 3", "--width 8 does not divide by --heads 3; each head takes an equal part"),
    (f"{TRAIN} --fraction 1", "--fraction 1.0 is out of range; expected a number between 0 and 1"),
    (f"{TRAIN} --fraction nan", "--fraction nan is out of range"),
    (f"{TRAIN} --fraction 0.01", "--fraction 0.01 leaves no pairs to train or to test on at modulus 5"),
    (f"{TRAIN} --learning-rate -1", "--learning-rate"),
    (f"{TRAIN} --learning-rate nan", "--learning-rate"),
    (f"{TRAIN} --weight-decay -1", "--weight-decay"),
    (f"{TRAIN} --threads -3", "argument --threads: -3 is out of range; expected 1 to 256, or 0"),
    (f"{TRAIN} --threads 100000", "argument --threads: 100000 is out of range; expected 1 to 256"),
    (f"{TRAIN} --seed {10**23}", "seed"),
    (f"{TRAIN} --out new.json", "Cannot write new.json"),
    (f"{TRAIN} --out nowhere/new.pt", "Cannot write nowhere/new.pt: there is no folder nowhere"),
    (f"{TRAIN} --out text.pt", "text.training.pt cannot be taken up: it is damaged, or no file that train saved"),
    ("bench clock.pt --threads 100000", "argument --threads: 100000 is out of range"),
    ("reach clock.pt --moduli 5 --jobs 1000", "--jobs 1000 is out of range; expected at most 256 processes"),
]

DIALS = '{"clockwork_recipe": 1, "modulus": 17, "dials": [{"frequency": 1, "target": %s}]}'
RECIPES = {
    "foreign.json": '{"modulus": 17}',
    "deep.json": "[" * 200_000,
    "digits.json": DIALS % ("9" * 5000),
    "twice.json": DIALS.replace('"dials"', '"modulus": 16, "dials"') % 3,
    "nan.json": DIALS % "NaN",
    "far.json": DIALS % "1e308",
    "loud.json": DIALS % '3, "amplitude": 1e200',
    "whole.json": DIALS % ("9" * 310),
    "single.json": DIALS.replace('"dials"', '"single_frequency": "no", "dials"') % 3,
}


def shortened(line: str) -> str:
    return line.replace(OPERATE, "transplant …").replace(TRAIN, "train …")[:80] or "nothing"


@pytest.fixture(autouse=True)
def more_files(workshop: Path):
    """Recipes good and bad, and a training state that is none."""
    apart = Recipe(17, (Dial(1, Turn(2), b=Turn(3)),))
    Path("recipe.json").write_text(json.dumps(linked_recipe(17, {1: 5, 4: 2}).to_json()), encoding="utf-8")
    Path("apart.json").write_text(json.dumps(apart.to_json()), encoding="utf-8")
    for name, text in RECIPES.items():
        Path(name).write_text(text, encoding="utf-8")
    with Path("sparse.pt").open("wb") as sparse:
        sparse.truncate(4 * 2**40)
    Path("hard.pt").hardlink_to("clock.pt")
    Path("soft.pt").symlink_to("clock.pt")
    Path("text.training.pt").write_text("hello, I am a text file", encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: b"" if path.name == "sparse.pt" else path.read_bytes() for path in files}


def assert_refused(clockwork, workshop: Path, line: str, message: str):
    before = contents(workshop)
    code, out, err = clockwork(line)
    assert (code, out) == (2, "")
    assert re.search(message, err)
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert contents(workshop) == before


@pytest.mark.parametrize("command", ["inspect {}", "transplant {} --modulus 17 --out new.pt"])
@pytest.mark.parametrize(("file", "message"), FILES, ids=[file[:12] for file, _ in FILES])
def test_a_bad_file_is_refused(clockwork, workshop: Path, file: str, message: str, command: str):
    assert_refused(clockwork, workshop, command.format(file), message)


@pytest.mark.parametrize(("line", "message"), ARGUMENTS, ids=[shortened(line) for line, _ in ARGUMENTS])
def test_a_bad_argument_is_refused(clockwork, workshop: Path, line: str, message: str):
    assert_refused(clockwork, workshop, line, message)
