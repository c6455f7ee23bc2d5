"""What we hand out opens in LibreOffice with nothing lost; in `make proof`, for it is large to install."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from admission.ground.spreadsheets import csv_bytes, xlsx_bytes
from admission.reports import papers
from tests.reports.test_handover import paper

SECONDS = 120
SEMICOLONS = "--infilter=CSV:59,34,UTF8"
"""A CSV file with semicolons and quotation marks."""
ROWS = [["Name", "Stadtteil"], ["Ölçü Kültür e. V.", "Süd"], ["=1+1", "Київ; Mitte"]]


def opened(file: Path, kind: str, folder: Path, *more: str) -> Path:
    """The file as LibreOffice saves it in another kind."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: make proof installs it"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), *more, str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return folder / "out" / f"{file.stem}.{kind.partition(':')[0]}"


def test_an_answer_opens_with_every_word_on_paper(sqlite_app, tmp_path):
    file = tmp_path / "antwort.docx"
    file.write_bytes(papers.text_document(paper(), "a" * 64, 480))
    made = PdfDocument(opened(file, "pdf", tmp_path))

    words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in made).split())
    for said in ("Stadt Musterfeld", "Frage 1", "Wie viele?", "Bekannt: 69", "Mindestens eine Quelle", "a" * 20):
        assert said in words, said
    assert {round(size) for size in made[0].get_size()} == {595, 842}


def test_a_workbook_of_ours_stays_text_when_it_is_saved_as_a_table(tmp_path):
    file = tmp_path / "liste.xlsx"
    file.write_bytes(xlsx_bytes(ROWS, "Verzeichnis"))
    saved = opened(file, "csv:Text - txt - csv (StarCalc):59,34,76", tmp_path)

    assert list(csv.reader(io.StringIO(saved.read_text("utf-8")), delimiter=";")) == ROWS


def test_a_table_of_ours_opens_as_it_is_and_no_formula_is_worked_out(tmp_path):
    file = tmp_path / "liste.csv"
    file.write_bytes(csv_bytes(ROWS))
    sheet = load_workbook(opened(file, "xlsx", tmp_path, SEMICOLONS)).active

    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found == list(csv.reader(io.StringIO(csv_bytes(ROWS).decode("utf-8-sig")), delimiter=";"))
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
