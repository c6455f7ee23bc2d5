"""Files are read as hostile data: by what they are, within limits, and nothing in them is executed."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from admission.ground.errors import Reason
from admission.ground.files import LARGEST, UnfitFile
from admission.lists.reading import MOST_ROWS, colour_word, read
from tests.lists import messy


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(UnfitFile) as refusal:
        read(data)
    return refusal.value.reason.code


def packed(changed: dict[str, bytes]) -> bytes:
    """An ordinary workbook in which some parts are others."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(Workbook()))) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, changed.get(name, before.read(name)))
    return out.getvalue()


def test_an_empty_file_a_large_one_and_a_picture_are_refused():
    assert refused(b"") == "file.empty"
    assert refused(b"a;b\n" * (LARGEST // 4 + 1)) == "file.too_large"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(40)) == "list.kind"
    assert refused(b"%PDF-1.7 and so on") == "list.kind"


def test_a_packed_file_that_holds_no_spreadsheet_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed_:
        packed_.writestr("word/document.xml", "<w/>")
    assert refused(out.getvalue()) == "list.kind"
    assert refused(b"PK\x03\x04 and nothing more") == "file.broken"


def test_a_file_behind_a_password_is_refused_with_its_own_words():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    assert refused(data) == "list.locked"


def test_a_bomb_is_refused_before_anything_unpacks_it():
    assert refused(packed({"xl/worksheets/sheet1.xml": b" " * 130_000_000})) == "list.bomb"


def test_a_sheet_that_merges_everything_is_refused():
    sheet = b'<worksheet><sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    assert refused(packed({"xl/worksheets/sheet1.xml": sheet})) == "list.bomb"


def test_a_sheet_with_entities_is_refused():
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'
    assert refused(packed({"xl/worksheets/sheet1.xml": sheet})) == "list.bomb"


def test_one_cell_repeated_a_milliard_times_is_refused():
    data = messy.ods({"T": [["x"]]}).replace(b"", b"")
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        content = before.read("content.xml")
    content = content.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">')
    content = content.replace(b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="1000" ')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as after:
        after.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        after.writestr("content.xml", content)
    assert refused(out.getvalue()) == "list.bomb"


def test_more_rows_than_a_list_has_are_refused():
    assert refused(b"Verein;Telefon\n" + b"a;1\n" * (MOST_ROWS + 1)) == "list.too_many_rows"


def test_a_formula_is_the_value_that_was_saved_with_it_and_never_executed():
    book = Workbook()
    book.active.append(["Verein", "Telefon"])
    book.active.append(['=HYPERLINK("http://evil.example","Verein")', "=1+1"])
    book.active.append(["Verein A", "0221 4710-100"])

    (table,) = read(saved(book)).tables

    assert [line.cells for line in table.lines] == [("Verein", "Telefon"), ("Verein A", "0221 4710-100")]


def test_a_stray_cell_in_the_last_row_makes_no_million_rows():
    book = Workbook()
    book.active.append(["Verein"])
    book.active.cell(1_048_576, 1, "ganz unten")

    (table,) = read(saved(book)).tables

    assert [line.number for line in table.lines] == [1, 1_048_576]


def test_hidden_rows_are_read_and_said_and_hidden_sheets_are_only_said():
    assert (
        Reason("list.hidden_rows", {"rows": 1, "sheet": "Verteiler"})
        in read(messy.xlsx_with_colours_and_merged_cells().data).remarks
    )
    several = read(messy.xlsx_with_several_sheets().data)
    assert [table.sheet for table in several.tables] == ["Altstadt", "Nordhafen"]
    assert several.remarks == [Reason("list.hidden_sheet", {"sheet": "Archiv"})]


def test_broken_letters_are_repaired_and_it_is_said():
    found = read(messy.csv_broken_twice().data)

    assert "Nähstube Wolkenfaden" in found.tables[0].lines[1].cells
    assert [remark.code for remark in found.remarks] == ["list.letters_repaired"]


def test_the_encoding_of_an_old_file_is_said():
    assert read(messy.csv_from_dos().data).remarks == [Reason("list.encoding", {"name": "DOS 850"})]
    assert read(messy.csv_in_windows_1252().data).remarks == [Reason("list.encoding", {"name": "Windows-1252"})]


def test_what_nobody_sees_in_a_cell_is_gone():
    (table,) = read("Verein;Ort\nVerein\u202eA\u0007;x\n".encode()).tables

    assert table.lines[1].cells == ("VereinA", "x")


@pytest.mark.parametrize(
    ("rgb", "word"),
    [
        ("FFC7CE", "red"), ("C6EFCE", "green"), ("FFEB9C", "yellow"), ("FFFFFF", ""), ("000000", ""),
        ("D9D9D9", "grey"), ("FFC000", "yellow"), ("ED7D31", "orange"), ("BDD7EE", "blue"), ("zzzzzz", ""),
    ],
)  # fmt: skip
def test_colours_are_called_as_a_person_would(rgb, word):
    assert colour_word(rgb) == word
