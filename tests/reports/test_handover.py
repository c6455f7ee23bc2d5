"""What the council's office takes over: the same words and figures in each file, and nothing that nobody assigned."""

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha512

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdfium2 import PdfDocument

from admission.reports import handover, papers
from admission.reports.handover import File

AT = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)


def paper(**changes):
    figure = {
        "key": "known", "title": "Bekannt", "shown": "69", "value": 69, "on": "2026-10-31",
        "definition": "Mindestens eine Quelle mit Datum & Ort.", "source": "=SUMME(A1)", "limits": "Nicht alle.",
    }  # fmt: skip
    return {
        "city": "Stadt Musterfeld", "office": "Kommunales Integrationszentrum", "title": "Zahl <und> Weg",
        "body": "Integrationsrat", "asked_on": "2026-10-08", "session_on": "2026-12-03", "on": "2026-10-31",
        "version": 2, "rulebook": {"name": "2026-1", "digest": "0" * 64}, "note": "Datenschutz: keine Namen.",
        "parts": [{"question": "Wie viele?", "text": "Viele.\n\nAber\nnicht alle.", "figures": [figure]}],
    } | changes  # fmt: skip


def test_the_text_document_says_what_the_paper_says_under_headings(sqlite_app):
    found = Document(io.BytesIO(papers.text_document(paper(), "a" * 64, 480)))

    said = [(one.text, one.style.name) for one in found.paragraphs]
    assert ("Beantwortung der Anfrage „Zahl <und> Weg“", "Title") in said
    assert ("Frage 1", "Heading 1") in said
    assert ("Bekannt: 69", "Heading 2") in said
    assert ("Aber\nnicht alle.", "Normal") in said
    assert said[-1][0].endswith("a" * 64)
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    assert "Mindestens eine Quelle mit Datum & Ort." in cells
    assert {one.get(qn("w:val")) for one in found.styles.element.iter(qn("w:lang"))} == {"de-DE"}


def test_the_pdf_can_be_read_aloud_and_kept_and_says_the_same(sqlite_app):
    data = papers.pdf(paper(), "a" * 64, 480)

    with pikepdf.open(io.BytesIO(data)) as found, found.open_metadata() as told:
        assert "/StructTreeRoot" in found.Root and bool(found.Root.MarkInfo.Marked)
        assert str(found.Root.Lang) == "de-DE"
        assert (told["pdfuaid:part"], told["pdfaid:part"], told["pdfaid:conformance"]) == ("1", "2", "A")
        assert told["dc:title"] == "Beantwortung der Anfrage „Zahl <und> Weg“"
        headings = [str(one.S) for one in structure(found.Root.StructTreeRoot) if str(one.S).startswith("/H")]
    assert headings == ["/H1", "/H2", "/H3"]
    text = " ".join(one.get_textpage().get_text_bounded() for one in PdfDocument(data))
    words = " ".join(text.split())
    for said in ("Frage 1", "Wie viele?", "Bekannt: 69", "Mindestens eine Quelle mit Datum & Ort.", "nicht alle."):
        assert said in words, said


def structure(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def test_the_pdf_is_the_same_each_time(sqlite_app):
    first, second = (papers.pdf(paper(), "a" * 64, 480) for _ in range(2))
    assert first == second


def test_without_the_printed_files_there_is_no_record_of_them(sqlite_app):
    bare = handover.package(paper(), "{}", {}, str, AT)
    whole = handover.package(paper(paper="0102/2025-2030"), "{}", {"pdf": b"p", "docx": b"d"}, str, AT)

    assert set(bare) == {"csv", "json"}
    assert set(whole) == {"pdf", "docx", "csv", "json", "oparl"}
    assert whole["pdf"].name == "antwort-0102-2025-2030-fassung-2.pdf"
    record = json.loads(whole["oparl"].data)
    assert record["mainFile"]["sha512Checksum"] == sha512(b"p").hexdigest()
    assert [one["fileName"].rpartition(".")[2] for one in record["auxiliaryFile"]] == ["docx", "csv", "json"]


def test_the_table_holds_every_figure_and_no_formula(sqlite_app):
    rows = list(csv.reader(io.StringIO(handover.table(paper()).decode("utf-8-sig")), delimiter=";"))

    assert rows[1][:5] == ["1", "Bekannt", "69", "", "2026-10-31"]
    assert rows[1][6] == "'=SUMME(A1)"


@pytest.mark.parametrize("number", [None, "0102/2025-2030"])
def test_the_record_names_a_number_only_if_one_was_assigned(sqlite_app, number):
    main = File("antwort.docx", "Antwort", "application/x", b"bytes", "https://mso.example/docx")
    given = paper() if number is None else paper(paper=number)
    made = handover.oparl(given, "https://mso.example/oparl", main, [], AT)

    assert made.get("reference") == number
    assert made["type"] == "https://schema.oparl.org/1.1/Paper"
    assert made["mainFile"]["sha512Checksum"] == sha512(b"bytes").hexdigest()
    assert (made["mainFile"]["size"], made["date"]) == (5, "2026-10-31")
    assert None not in made.values()
