"""Every form of an organisation and of the public, field by field, with what people and machines should not send.

Nothing is half written, nothing breaks, the sentence stands at the field and in the summary, and what was entered is
still there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from admission.cases import queries
from admission.ground import clock, files
from admission.ground.db import db, writing
from admission.organisations.queries import represented_by
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant, case_of, pdf
from tests.web.browser import Browser, page
from tests.web.test_access_matrix import digest

HOSTILE = {
    "empty": "",
    "blank": " \t\n\u00a0",
    "huge": "Ä" * 20_000,
    "nul": "Nacht\0markt",
    "turned": "Verein \u202eregülb",
    "decomposed": "Mu\u0308nze",
    "emoji": "👩‍👩‍👧 🎭",
    "formula": "=HYPERLINK(\"https://evil.example\")",
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}</textarea>",
    "number": "-1e999",
    "digits": "１２３４５６",
}  # fmt: skip
FORM = re.compile(r"<form action=\"([^\"]+)\" method=\"post\"(.*?)</form>", re.S)
CONTROL = re.compile(r"<(?:input|textarea|button)\b[^>]*>", re.S)
ATTRIBUTE = re.compile(r"(name|type|value|id|checked)(?:=\"([^\"]*)\")?")
SUMMARY = re.compile(r'id="fehler".*?</div>\s*</div>', re.S)
LINK = re.compile(r'href="#([^"]+)"')
HIDDEN = ("command", "seen", "version", "edition")


@dataclass
class Form:
    """A form as a page shows it: where it goes, what it carries, and the names that a person fills in."""

    action: str
    carries: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)


def forms(shown: TestResponse) -> Iterator[Form]:
    """Every form of the page's main part."""
    _head, _main, text = shown.get_data(as_text=True).partition("<main")
    for action, body in FORM.findall(text):
        found = Form(unescape(action))
        for tag in CONTROL.findall(body):
            its = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
            name, kind = its.get("name"), its.get("type", "textarea" if tag.startswith("<textarea") else "text")
            if not name or name == "csrf_token" or tag.startswith("<button"):
                continue
            if kind == "hidden":
                found.carries[name] = its.get("value", "")
            elif kind == "file":
                found.uploads.append(name)
            elif kind in ("radio", "checkbox"):
                found.choices.append(name)
                if "checked" in its:
                    found.carries[name] = its["value"]
            else:
                found.texts.append(name)
        found.choices = list(dict.fromkeys(found.choices))
        yield found


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def office(browser) -> Office:
    return Office()


@pytest.fixture
def selin(browser: Browser, office) -> Applicant:
    return Applicant(browser, office.applicant)


def in_every_state(office: Office) -> dict[str, UUID]:
    """One application of the same person in each state in which pages of the organisation have forms."""
    found = {}
    for number, state in enumerate(("completeness", "supplement", "hearing")):
        name = f"Lesekreis {number}"
        case_id = found[state] = office.receives(organisation_name=name, register_number=f"VR 9941{number}")
        if state == "supplement":
            office.finds_missing(case_id, K04="Bitte nachreichen.")
        if state == "hearing":
            office.finds_complete(case_id)
            office.assesses(case_id, K01="not_met")
            office.proposes(case_id, "refuse")
            office.opens_hearing(case_id)
            office.delivers(case_id)
    found["draft"] = factories.draft(
        office.book, office.applicant, organisation_name="Lesekreis Feder", activities=None
    )
    return found


def pages(office: Office) -> list[str]:
    """Every page with a form that an organisation sees, and those of the public."""
    cases = in_every_state(office)
    draft = f"/antrag/entwurf/{cases['draft']}"
    numbers = {state: f"/antrag/{case_of(case_id).number}" for state, case_id in cases.items() if state != "draft"}
    asked = [
        f"{draft}/{question['section']}/{question['code']}"
        for question in office.book.questions
        if question["code"] in ("organisation_name", "purpose", "founded_on", "based_in", "activities", "people_count")
    ]
    (organisation, *_) = represented_by(db.session, office.applicant)
    own = f"/organisation/{organisation.id}/angaben/"
    return [
        *asked, f"{draft}/erklaerungen", f"{draft}/pruefen",
        numbers["supplement"] + "/nachforderung", numbers["hearing"] + "/anhoerung",
        numbers["completeness"] + "/nachtrag", numbers["completeness"] + "/zustellung",
        numbers["completeness"] + "/zurueckziehen",
        *(own + name for name in ("name", "description", "website", "mailbox", "field")),
        *(own + name for name in ("districts", "offers", "links", "post")),
        "/selbstcheck", "/barrierefreiheit", "/anmelden",
    ]  # fmt: skip


def test_no_text_in_no_field_breaks_anything_and_a_refused_one_comes_back(selin, office):
    refused = tried = 0
    for path in pages(office):
        shown = selin.opens(path)
        if shown.status_code == 404:  # not asked of this organisation
            continue
        for form in forms(shown):
            for name in form.texts + form.choices:
                for kind, value in HOSTILE.items():
                    told = f"{kind} in {name} of {path}"
                    before = digest()
                    answer = selin.sends(form.action, form.carries | {name: value})
                    assert answer.status_code in (200, 303, 404, 409, 422), f"{told}: {answer.status_code}"
                    tried, refused = tried + 1, refused + (answer.status_code == 422)
                    if answer.status_code == 422 and "/selbstcheck" not in path:
                        _is_told(answer, told)
                    if answer.status_code == 422:
                        assert digest() == before, told
                        if name in form.texts and value.strip() and "\0" not in value:
                            assert composed(value.strip()) in composed(unescape(answer.get_data(as_text=True))), told
                    else:
                        _put_back(selin, form, path)
    assert tried > 300 and refused > 150, (tried, refused)


def composed(text: str) -> str:
    """Letters and their marks in one."""
    return unicodedata.normalize("NFC", text)


def _is_told(answer: TestResponse, told: str) -> None:
    """The summary stands first in main and leads to controls that exist; each sentence stands at its field too."""
    text = answer.get_data(as_text=True)
    summary = SUMMARY.search(text)
    assert summary is not None, told
    for anchor in LINK.findall(summary[0]):
        assert f'id="{anchor}"' in text, f"{told}: #{anchor}"
    assert "<title>Fehler:" in text, told
    assert 'class="kern-error"' in text, told


def _put_back(selin: Applicant, form: Form, path: str) -> None:
    """Read the form anew: what was taken has a newer version now."""
    shown = selin.opens(path)
    fresh = next((found for found in forms(shown) if found.action == form.action), None)
    if fresh is not None:
        form.carries.update({key: value for key, value in fresh.carries.items() if key in HIDDEN})


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    made = BytesIO()
    Image.new("L", size).save(made, kind)
    return made.getvalue()


LYING = {
    "empty": ("leer.pdf", b""),
    "truncated": ("halb.png", picture()[:40]),
    "a program": ("Satzung.pdf", b"MZ\x90\x00" + b"\0" * 300),
    "a web page": ("Satzung.pdf", b"<!doctype html><script>alert(1)</script>"),
    "an archive": ("Satzung.pdf", b"PK\x03\x04" + b"\0" * 300),
    "a pdf without an end": ("Satzung.pdf", b"%PDF-1.7\n1 0 obj"),
    "too many pixels": ("Foto.png", picture(size=(8000, 6000))),
    "too large": ("Scan.pdf", b"%PDF-1.7\n" + b"\0" * files.LARGEST + b"%%EOF"),
    "a drawing": ("Logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
}
NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "Scans/Satzung.PDF": "Satzung.pdf",
    "gepj.\u202efdp.exe": "gepj.fdp.pdf",
    "Mu\u0308nze.pdf": "Münze.pdf",
    "x" * 300 + ".pdf": "x" * 95 + ".pdf",
    "=1+1.pdf": "=1+1.pdf",
    "🎭.pdf": "🎭.pdf",
}


def with_files(office: Office) -> Iterator[tuple[str, str, str, dict[str, str], UUID]]:
    """Every form that takes files: page, address, name of the control, what else it needs, and the case."""
    cases = in_every_state(office)
    draft = f"/antrag/entwurf/{cases['draft']}/unterlagen"
    yield draft, draft + "/K04", "files", {"kind": "satzung"}, cases["draft"]
    for state, page_, control in (
        ("supplement", "nachforderung", "files_K04"),
        ("hearing", "anhoerung", "files_K01"),
        ("completeness", "nachtrag", "files"),
    ):
        path = f"/antrag/{case_of(cases[state]).number}/{page_}"
        yield (
            path,
            path,
            control,
            {"text_K04": "\0", "text_K01": "\0", "text": "\0", "kind_K04": "satzung"},
            cases[state],
        )


def test_no_lying_file_is_taken_and_a_good_one_beside_it_stays(selin, office):
    for path, to, control, more, case_id in with_files(office):
        for kind, (name, data) in LYING.items():
            sent = more | {control: [pdf("Gut.pdf"), (BytesIO(data), name)]}
            answer = selin.fills(path, sent, to=to)
            told = f"{kind} at {path}"
            assert answer.status_code == 422, told
            _is_told(answer, told)
            assert name.rpartition(".")[0] + ":" in page(answer), told
            assert "Gut.pdf" in page(answer), told
            (row,) = queries.documents(db.session, case_id)
            assert queries.document_name(row) == "Gut.pdf", told
            _forget(case_id)


def test_names_of_files_are_cleaned_and_say_what_the_file_is(selin, office):
    for path, to, control, more, case_id in with_files(office):
        for name, cleaned in NAMES.items():
            selin.fills(path, more | {control: [pdf(name)]}, to=to)
            db.session.rollback()
            (row,) = queries.documents(db.session, case_id)
            assert queries.document_name(row) == cleaned, path
            _forget(case_id)


def test_of_more_files_than_a_case_may_hold_the_first_ten_stay(selin, office):
    for path, to, control, more, case_id in with_files(office):
        answer = selin.fills(path, more | {control: [pdf(f"{number}.pdf") for number in range(12)]}, to=to)
        assert answer.status_code == 422, path
        assert page(answer).count("Mehr als 10 Dateien") >= 2, path
        assert len(queries.documents(db.session, case_id)) == 10, path


def test_forged_hidden_fields_are_refused_in_words(selin, office):
    for path, to, _control, more, case_id in with_files(office):
        for forged in ({"command": "1"}, {"command": ""}, {"seen": "-1"}, {"seen": "٣"}, {"seen": "9" * 30}):
            answer = selin.fills(path, more | forged, to=to)
            assert answer.status_code == 422, f"{forged} at {path}"
            assert "Dieses Formular ist beschädigt" in page(answer), f"{forged} at {path}"
        assert queries.documents(db.session, case_id) == [], path


def test_what_is_no_code_is_said_and_stays_in_the_field(browser):
    factories.publish()
    browser.post("/anmelden", data={"address": "selin@example.org"})
    for kind, value in HOSTILE.items():
        answer = browser.post("/anmelden/code", data={"code": value})
        assert answer.status_code == 422, kind
        _is_told(answer, kind)
        if value.strip() and len(value) < 100 and "\0" not in value:
            assert composed(value) in composed(unescape(answer.get_data(as_text=True))), kind


def _forget(case_id: UUID) -> None:
    writing()
    for row in queries.documents(db.session, case_id):
        row.removed_at = clock.now()
    db.session.commit()
