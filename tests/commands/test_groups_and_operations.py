"""transplant --group and --operation, groups, and arithmetic of any length, as the command line says them."""

import json

import pytest

from models.groups.listing import abelian_groups


def found(clockwork, line: str) -> dict:
    code, out, err = clockwork(line)
    assert code == 0, err
    return json.loads(out)


def test_a_group_is_counted_and_named(clockwork):
    told = found(clockwork, "transplant transformer-113 --group 3x5 --readout keep --json")
    assert (told["group"], told["order"], told["modulus"], told["pairs"]) == ("3x5", 15, 15, 225)
    assert told["correct"] == 225
    assert all(len(character) == 2 for character in told["frequencies"].values())
    assert "raw_accuracy" not in told
    text = clockwork("transplant transformer-113 --group 3x5 --readout keep").out
    assert "mod 113 → sums in 3x5, readout keep" in text
    assert "nothing to compare with" in text


def test_dials_of_a_group_are_given_by_their_digits(clockwork):
    told = found(clockwork, "transplant clock.pt --group 3x4 --map 1:1/0,3:2/3,4:0/1 --readout keep --json")
    assert told["frequencies"] == {"1": [1, 0], "3": [2, 3], "4": [0, 1]}


def test_products_are_counted_without_those_that_have_no_logarithm(clockwork):
    told = found(clockwork, "transplant transformer-113 --modulus 13 --operation a*b --readout keep --json")
    assert (told["operation"], told["modulus"], told["group"], told["order"]) == ("a*b", 13, "12", 12)
    assert (told["pairs"], told["correct"], told["zero_pairs"]) == (144, 144, 25)
    text = clockwork("transplant transformer-113 --modulus 13 --operation a*b --readout keep").out
    assert "a*b of the numbers below 13, as sums in 12" in text
    assert "25 pairs: 0 has no logarithm" in text


def test_xor_and_multiples(clockwork):
    told = found(clockwork, "transplant transformer-113 --operation a^b --bits 3 --readout keep --json")
    assert (told["group"], told["correct"], told["zero_pairs"]) == ("2x2x2", 64, 0)
    told = found(clockwork, "transplant transformer-113 --modulus 12 --operation 2*a-3*b+5 --readout keep --json")
    assert (told["correct"], told["pairs"], told["operation"]) == (144, 144, "2*a-3*b+5")


@pytest.mark.parametrize(
    ("words", "group", "pairs", "left_out"),
    [
        ("--modulus 31 --operation a**3*b", "30", 900, 61),
        ("--modulus 31 --operation 2**a*b", "30", 930, 31),
        ("--modulus 31 --operation log(g**a*b)", "30", 930, 31),
        ("--operation weekday:2024", "7", 372, 0),
        ("--operation interval", "12", 156, 0),
        ("--operation degree", "12", 84, 0),
        ("--operation hours", "7x24", 28_224, 0),
    ],
)
def test_relabelled_tables_are_right_on_every_pair(clockwork, words: str, group: str, pairs: int, left_out: int):
    told = found(clockwork, f"transplant transformer-113 {words} --readout keep --json")
    assert (told["group"], told["pairs"], told["zero_pairs"]) == (group, pairs, left_out)
    assert told["correct"] == pairs


def test_a_group_is_written_and_read_back_with_the_same_figures(clockwork):
    told = found(
        clockwork,
        "transplant transformer-113 --group 3x5 --readout keep --out g.safetensors --certificate g.json --json",
    )
    again = found(clockwork, "inspect g.safetensors --json")
    assert (again["group"], again["correct"], again["pairs"]) == ("3x5", told["correct"], told["pairs"])
    assert again["digest_claimed"] is True
    assert "verdict" not in again
    text = clockwork("inspect g.safetensors").out
    assert "a + b in 3x5" in text
    assert "of one clock" in text
    assert clockwork("certificate g.json --file g.safetensors").code == 0
    assert clockwork("certificate g.json --file transformer-113").code == 0
    refused = clockwork("reach g.safetensors --moduli 3..4")
    assert refused.code == 2
    assert "mod one number" in refused.err
    forced = found(clockwork, "inspect g.safetensors --read group=3x5 --json")
    assert (forced["group"], forced["correct"]) == ("3x5", told["correct"])


def test_an_operation_has_a_certificate_that_is_recounted(clockwork, workshop):
    words = "transplant transformer-113 --modulus 13 --operation a**2*b --readout keep --certificate o.json"
    assert clockwork(words).code == 0
    said = json.loads((workshop / "o.json").read_text(encoding="utf-8"))
    assert (said["pairs"], said["operation"]["pairs"], said["operation"]["left_out"]) == (144, 144, 25)
    checked = clockwork("certificate o.json --file transformer-113")
    assert checked.code == 0
    assert "a**2*b (13): 144 of 144 pairs right; 25 left out" in checked.out
    for change in ({"right": 143}, {"numbers": "11"}, {"formula": "a**b"}):
        said["operation"] |= change
        (workshop / "o.json").write_text(json.dumps(said), encoding="utf-8")
        assert clockwork("certificate o.json --file transformer-113").code == 1
    (workshop / "o.json").write_text(json.dumps(said | {"operation": 3}), encoding="utf-8")
    assert clockwork("certificate o.json --file transformer-113").code == 2


def test_an_operation_that_tables_express_is_written_under_its_numbers(clockwork):
    line = "transplant transformer-113 --operation hours --readout keep --out h.safetensors --json"
    told = found(clockwork, line)
    again = found(clockwork, "inspect h.safetensors --json")
    assert (again["modulus"], again["operation"], again["correct"]) == (168, "a + b", told["correct"])
    assert again["claimed"]["clockwork_operation"] == "hours"


def test_what_its_numbers_mean_is_said(clockwork):
    text = clockwork("transplant transformer-113 --operation weekday:2024 --readout keep").out
    assert "weekday:2024 of the numbers below 12 and 31, as sums in 7" in text
    assert "a: month, January is 0" in text


def test_what_no_setting_can_do_is_said_first(clockwork):
    code, out, err = clockwork("transplant clock.pt --group 2x2x2x2 --readout keep --json")
    assert code == 0
    assert err.startswith("3 dials cannot tell the 16 elements of 2x2x2x2 apart")
    assert json.loads(out)["warning"] == err.strip()
    assert json.loads(out)["correct"] == 0


def test_a_dial_that_is_given_beside_the_key_ones_counts(clockwork):
    """Three key frequencies are too few for rank 4; a fourth that is given is enough."""
    given = clockwork("transplant clock.pt --group 2x2x2x2 --map 2:1/0/0/0 --readout keep --json")
    assert given.code == 0
    assert "cannot tell" not in given.err
    assert "warning" not in json.loads(given.out)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--group 3x4 --modulus 12", "one of them"),
        ("--operation a*b", "in which numbers"),
        ("--modulus 13 --operation a*b --out x.pt", "0 has no logarithm"),
        ("--modulus 12 --operation 2*a+b --out x.pt", "written twice"),
        ("--modulus 12 --operation a-b --out x.pt", "one embedding for both"),
        ("--modulus 12 --operation a-b --sample 5", "--operation"),
        ("--group 3x4 --map 1:5", "FREQUENCY:TARGET"),
        ("--modulus 12 --bits 3", "--bits"),
        ("", "Which modulus"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_line(clockwork, words: str, expected: str):
    code, out, err = clockwork(f"transplant clock.pt {words}")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert expected in err


def test_a_recipe_of_a_group_needs_no_other_word(clockwork, workshop):
    recipe = {"clockwork_recipe": 1, "modulus": 12, "harmonics": 2, "group": [3, 4]}
    recipe["dials"] = [{"frequency": k, "target": s} for k, s in ((1, 4), (3, 11), (4, 1))]
    (workshop / "r.json").write_text(json.dumps(recipe), encoding="utf-8")
    told = found(clockwork, "transplant clock.pt --recipe r.json --readout keep --json")
    assert told["group"] == "3x4"
    assert told["frequencies"] == {"1": [1, 0], "3": [2, 3], "4": [0, 1]}
    assert clockwork("transplant clock.pt --recipe r.json --group 2x6").code == 2


def test_every_group_up_to_an_order(clockwork):
    told = found(clockwork, "groups clock.pt --largest 9 --json")
    named = [str(group) for order in range(2, 10) for group in abelian_groups(order)]
    assert [each["group"] for each in told["results"]] == named
    assert named == ["2", "3", "4", "2x2", "5", "6", "7", "8", "2x4", "2x2x2", "9", "3x3"]
    assert told["right"] == sum(each["correct"] == each["pairs"] for each in told["results"])
    assert all(("failure" in each) == (each["correct"] < each["pairs"]) for each in told["results"])
    assert "right on all pairs" in clockwork("groups clock.pt --largest 4").out
    assert clockwork("groups clock.pt --largest 1").code == 2


def test_a_group_gets_the_dials_and_the_count_that_transplant_gives_it(clockwork):
    told = found(clockwork, "groups biased.pt --largest 8 --json")
    short = [each for each in told["results"] if each["group"] in ("7", "2x4", "2x2x2")]
    assert any(each["correct"] < each["pairs"] for each in short)
    for each in short:
        alone = found(clockwork, f"transplant biased.pt --readout keep --group {each['group']} --json")
        for figure in ("frequencies", "margin", "tried", "correct", "pairs"):
            assert each[figure] == alone[figure], figure


def test_numbers_of_any_length(clockwork):
    told = found(clockwork, f"add transformer-113 {10**40 - 1} 1 --json")
    assert told["result"] == str(10**40)
    assert told["certified"] is True
    assert (told["base"], told["modulus"], told["unproven"]) == (10, 20, [])
    told = found(clockwork, "subtract transformer-113 5 77 --base 16 --json")
    assert (told["result"], told["modulus"]) == ("-72", 32)
    told = found(clockwork, "multiply transformer-113 12345 6789 --base 7 --json")
    assert (told["result"], told["certified"]) == (str(12345 * 6789), True)
    assert told["modulus"] == [14, 36]  # twice the base, and one less than the prime 37
    told = found(clockwork, f"subtract transformer-113 5 {10**30} --method residues --json")
    assert (told["result"], told["certified"]) == (str(5 - 10**30), True)
    told = found(clockwork, f"divide transformer-113 {10**20} 7 --json")
    assert (told["result"], told["remainder"]) == (str(10**20 // 7), str(10**20 % 7))
    assert "14285 remainder 5" in clockwork("divide transformer-113 100000 7").out
    told = found(clockwork, f"compare transformer-113 5 {10**30} --base 16 --json")
    assert (told["result"], told["certified"], "remainder" in told) == ("-1", True, False)
    assert clockwork("divide transformer-113 5 0").code == 2
    assert "certified          yes" in clockwork("add transformer-113 5 6").out
    assert clockwork("add transformer-113 5 x").code == 2
    assert clockwork("add transformer-113 5 6 --base 1").code == 2


def test_what_random_angles_foretell_stands_beside_the_count(clockwork):
    told = found(clockwork, "torus clock.pt --moduli 3..9 --step 3 --groups 5 --json")
    assert told["errors_in_degrees"].keys() == {"1", "3", "4"}
    assert list(told["safe_margins"].values()) == sorted(told["safe_margins"].values())
    assert [each["group"] for each in told["moduli"]["results"]] == ["3", "6", "9"]
    assert [each["group"] for each in told["groups"]["results"]] == ["2", "3", "4", "2x2", "5"]
    assert told["moduli"]["failing"] == sum(each["correct"] < each["pairs"] for each in told["moduli"]["results"])
    text = clockwork("torus clock.pt --moduli 3..4").out
    assert "pairs at random angles of all dials" in text
    assert "of 2 fall short" in text
    assert "moduli" not in clockwork("torus clock.pt").out
    assert clockwork("torus clock.pt --step 0").code == 2
    assert clockwork("torus clock.pt --groups 1").code == 2
