"""Tables for office programs."""

import csv
import io

import pytest

from admission.ground.spreadsheets import csv_bytes


@pytest.mark.parametrize("text", ["=1+1", "+49 221", "-2", "@SUM(A1)", "  =1+1", "\t=1+1", "\n=1+1"])
def test_no_text_is_taken_for_a_formula(text):
    assert csv_bytes([[text]]).decode("utf-8-sig").strip('"\r\n').startswith("'")


def test_numbers_and_harmless_texts_stay_as_they_are():
    rows = list(csv.reader(io.StringIO(csv_bytes([["Öl; Wasser", -2, ""]]).decode("utf-8-sig")), delimiter=";"))

    assert rows == [["Öl; Wasser", "-2", ""]]


def test_a_table_opens_as_utf_8_with_its_own_line_ends():
    assert csv_bytes([["ä"], ["b"]]) == b"\xef\xbb\xbf" + "ä\r\nb\r\n".encode()
