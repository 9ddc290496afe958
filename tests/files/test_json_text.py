import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.files.json_text import DEEPEST, JsonError, json_text, parse_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


@given(PLAIN)
def test_what_is_written_is_read_back(data: object):
    assert parse_json(json_text(data)) == data
    assert parse_json(json_text(data).encode()) == data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_bytes_are_read_in_every_encoding_of_json(encoding: str):
    assert parse_json('{"½": [1, -2.5]}'.encode(encoding)) == {"½": [1, -2.5]}


def test_a_byte_order_mark_before_characters_is_skipped():
    assert parse_json("\ufeff[7]") == [7]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"Expecting value: line 1 column 1"),
        ("{'a': 1}", "Expecting property name"),
        (b"\xff\xfe\x00", "it is not text in UTF-8"),
        (b'{"a": "\xe9"}', "it is not text in UTF-8"),
        ('{"a": 1, "b": {"c": 2, "c": 3}}', "it gives 'c' twice"),
        ('{"a\\n": 1, "a\\n": 1}', r"it gives 'a\\n' twice"),
        ("9" * 5000, "it holds a number of 5,000 digits; expected at most 300"),
        ("[-" + "9" * 301 + "]", "it holds a number of 301 digits"),
        ("[1e999]", "it holds 1e999, which is no finite number"),
        ("[-1e999]", "it holds -1e999, which is no finite number"),
        ('{"a": NaN}', "it holds NaN, which is no finite number"),
        ("-Infinity", "it holds -Infinity"),
        ("[" * 200_000, f"it is nested more than {DEEPEST} deep"),
        ('{"a":' * 200_000, f"it is nested more than {DEEPEST} deep"),
        ("[" * 65 + "]" * 65, f"it is nested more than {DEEPEST} deep"),
        ('["\\ud800"]', r"it holds half of a character \('\\ud800'\)"),
        ('{"\\udc00": 1}', r"it holds half of a character \('\\udc00'\)"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_no_file_of_ours_holds_is_refused_in_one_line(text: str | bytes, reason: str):
    with pytest.raises(JsonError, match=reason) as refusal:
        parse_json(text)
    assert len(str(refusal.value)) < 200
    assert str(refusal.value).isprintable()


def test_what_lies_just_within_the_bounds_is_read():
    assert parse_json("9" * 300) == int("9" * 300)
    assert parse_json("[" * 64 + "]" * 64) == eval("[" * 64 + "]" * 64)
    assert parse_json('["\\ud83d\\ude00"]') == ["😀"]


def test_python_s_infinities_pass_where_they_are_let():
    found = parse_json('{"best": Infinity, "C": 7, "loss": 1e999}', finite_only=False)
    assert found == {"best": math.inf, "C": 7, "loss": math.inf}


def test_numbers_that_json_does_not_have_are_written_as_null():
    data = {"margin": math.nan, "losses": (1.5, -math.inf), "½": {"deep": [math.inf]}}
    assert json.loads(json_text(data)) == {"margin": None, "losses": [1.5, None], "½": {"deep": [None]}}
    assert "½" in json_text(data)
