"""Others' text in each kind of place; tests/browser/test_foreign_text.py looks at the same in a browser."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.foreign_text import LONGEST, LONGEST_FILE_NAME, in_csv, in_file_name, in_markdown, in_plain, in_python


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("W_E *a* $x$ [b](c)", "W_E *a* $x$ [b](c)"),
        ("two\n\nlines\r\t", r"two\n\nlines\r\t"),
        ("gpj\u202e.exe", r"gpj\u202e.exe"),  # turns the direction of writing
        ("a\u200bb\x1b[31m", r"a\u200bb\x1b[31m"),
        ("half a letter \ud83d", r"half a letter \ud83d"),
        ("größe 数 😀", "größe 数 😀"),
    ],
)
def test_what_could_not_be_seen_is_written_out(text: str, shown: str):
    assert in_plain(text) == shown


def test_a_long_text_says_how_long_it_is():
    assert in_plain("x" * LONGEST) == "x" * LONGEST
    assert in_plain("x" * 12345) == "x" * LONGEST + "… (12,345 letters in all)"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mine.pt", "`mine.pt`"),
        ("![x](http://a.b) www.c.d $e$", "`![x](http://a.b) www.c.d $e$`"),
        ("a `b` c", "``a `b` c``"),
        ("``` and ``", "```` ``` and `` ````"),
        (" padded", "`  padded `"),
        ("  ", "`  `"),
        ("one\n\ntwo", r"`one\n\ntwo`"),
        (":material/home: x", "&#58;material/`home: x`"),
        ("a:material/:material/", "`a`&#58;material/&#58;material/"),
        ("", ""),
    ],
)
def test_in_markdown_it_is_code(text: str, code: str):
    assert in_markdown(text) == code


@given(st.text(st.sampled_from("ab `\n\\:*$[]"), max_size=30))
def test_no_text_ends_its_code_and_no_icon_is_left(text: str):
    code = in_markdown(text)
    fence = re.match("`*", code)[0]
    runs = [run for run in re.findall("`+", code[len(fence) : len(code) - len(fence)]) if len(run) == len(fence)]
    assert runs == []  # by CommonMark, the first run of the same length would end it
    assert "\n" not in code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("C113_T_seed1", "C113_T_seed1"),
        ("0.pth … 30 (2)", "0.pth … 30 (2)"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "network"),
        ("", "network"),
        ('a"; filename="b', "a__ filename__b"),
        ("a/b\\c:d*e?f<g>h|i\nj", "a_b_c_d_e_f_g_h_i_nj"),
        ("gpj\u202efoo", "gpj_u202efoo"),
        ("größe 数", "größe 数"),
    ],
)
def test_a_files_name_has_letters_and_a_few_signs(text: str, name: str):
    assert in_file_name(text) == name


def test_a_long_name_is_cut_where_a_letter_ends():
    name = in_file_name("数" * 5000)
    assert set(name) == {"数"}
    assert LONGEST_FILE_NAME - 3 < len(name.encode()) <= LONGEST_FILE_NAME


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://a.b")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_text(cell: str):
    assert in_csv(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["φ of a", "a = b", "−1", "", -1.5, 7, None])
def test_other_cells_stay(cell: object):
    assert in_csv(cell) == cell


@pytest.mark.parametrize("text", ["mine.pt", 'a"b\\c', "größe\u202e", "😀", "half \ud83d", "two\nlines"])
def test_a_literal_is_the_text_in_visible_letters(text: str):
    literal = in_python(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


def test_a_plain_name_is_written_as_people_write_it():
    assert in_python("transformer-113") == '"transformer-113"'
