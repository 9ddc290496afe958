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
        ("--group 3x4 --out x.pt", "recipe"),
        ("--modulus 12 --operation a-b --sample 5", "--operation"),
        ("--modulus 12 --operation a-b --certificate c.json", "--operation"),
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
    assert "certified          yes" in clockwork("add transformer-113 5 6").out
    assert clockwork("add transformer-113 5 x").code == 2
    assert clockwork("add transformer-113 5 6 --base 1").code == 2
