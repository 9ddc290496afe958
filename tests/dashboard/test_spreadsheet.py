"""Tables as files for spreadsheets and pandas."""

import io

import pandas as pd

from dashboard.tables.spreadsheet import csv


def test_excel_is_told_that_the_letters_are_utf_8():
    data = csv(pd.DataFrame({"φ of a": [0.5], "ρ − ψ": [1]})).encode()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines()[0] == "φ of a,ρ − ψ"


def test_a_table_is_read_back_as_it_was():
    table = pd.DataFrame({"number": [1, -2], "share": [0.1, -1e-17], "key": [True, False], "mix": ["a + b", "none"]})
    read = pd.read_csv(io.BytesIO(csv(table).encode()))
    pd.testing.assert_frame_equal(read, table)


def test_no_text_is_taken_for_a_formula():
    table = pd.DataFrame({"=1+1": ["=HYPERLINK(1)", "@A1", "plain", None], "value": [-1.5, 2, 3, 4]})
    lines = csv(table).removeprefix("\ufeff").splitlines()
    assert lines == ["'=1+1,value", "'=HYPERLINK(1),-1.5", "'@A1,2.0", "plain,3.0", ",4.0"]
