"""What the council's office takes over: the same words and figures in each file, and nothing that nobody assigned."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from hashlib import sha512
from xml.etree import ElementTree

import pytest

from admission.reports import handover
from admission.reports.handover import File

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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


def read(data: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        return ElementTree.fromstring(archive.read("word/document.xml"))


def test_the_text_document_says_what_the_paper_says_under_headings(sqlite_app):
    found = read(handover.text_document(paper(), "a" * 64, 480))

    said = [
        ("".join(text.text or "" for text in one.iter(f"{W}t")), style.get(f"{W}val") if style is not None else "")
        for one in found.iter(f"{W}p")
        for style in [one.find(f"{W}pPr/{W}pStyle")]
    ]
    assert ("Beantwortung der Anfrage „Zahl <und> Weg“", "Title") in said
    assert ("Frage 1", "Heading1") in said
    assert ("Bekannt: 69", "Heading2") in said
    assert ("Mindestens eine Quelle mit Datum & Ort.", "") in said
    assert said[-1][0].endswith("a" * 64)


def test_the_text_document_is_the_same_each_time(sqlite_app):
    first, second = (handover.text_document(paper(), "a" * 64, 480) for _ in range(2))
    assert first == second


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
