"""What is not one's own does not exist; what is stale, forged or hostile is refused, and nothing is half written."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest
import rfc8785
from sqlalchemy import func, select

from admission.cases import queries
from admission.cases.models import Document
from admission.ground import clock
from admission.ground.db import db, writing
from admission.hearing.models import Statement
from admission.rulebook.models import Edition, Publication
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant, carried, case_of, pdf
from tests.web.browser import Browser, page


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


def documents() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Document).where(Document.removed_at.is_(None)))


PAGES = ("", "/eingegangen", "/angaben", "/nachforderung", "/anhoerung", "/zurueckziehen", f"/bescheide/{uuid4()}")


def test_cases_of_others_do_not_exist(browser, office):
    case_id = office.receives()
    number = case_of(case_id).number
    stranger = Applicant(browser, factories.account(None, "applicant"))
    for rest in PAGES:
        assert stranger.opens(f"/antrag/{number}{rest}").status_code == 404
    for rest in ("/zurueckziehen", "/nachforderung", "/anhoerung", "/frist/hearing", f"/bescheide/{uuid4()}"):
        assert stranger.sends(f"/antrag/{number}{rest}", {"command": str(uuid4()), "seen": "2"}).status_code == 404
    assert case_of(case_id).state == "completeness"
    assert stranger.opens("/antrag/MSO-2026-9999").status_code == 404
    assert number not in page(stranger.opens("/antrag"))


def test_documents_of_others_do_not_exist(selin, browser, office):
    draft = factories.draft(office.book, office.applicant)
    home = f"/antrag/entwurf/{draft}"
    selin.fills(home + "/unterlagen", {"kind": "satzung", "files": [pdf()]}, to=home + "/unterlagen/K04")
    (row,) = queries.documents(db.session(), draft)
    document = row.id
    other = factories.draft(office.book, office.applicant)
    assert selin.opens(f"/antrag/entwurf/{other}/unterlagen/{document}").status_code == 404
    stranger = Applicant(browser, factories.account(None, "applicant"))
    assert stranger.opens(f"{home}/unterlagen/{document}").status_code == 404
    assert stranger.sends(f"{home}/unterlagen/{document}/entfernen", {}).status_code == 404
    assert documents() == 1


def test_a_document_is_taken_back_with_its_bytes(selin, office):
    draft = factories.draft(office.book, office.applicant)
    home = f"/antrag/entwurf/{draft}/unterlagen"
    selin.fills(home, {"kind": "satzung", "files": [pdf()]}, to=home + "/K04")
    (row,) = queries.documents(db.session(), draft)
    document = row.id
    assert selin.fills(home, to=f"{home}/{document}/entfernen").status_code == 303
    assert documents() == 0
    assert selin.opens(f"{home}/{document}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("leer.pdf", b""),
        ("Bild.jpg", b"\xff\xd8\xff\xe0abgeschnitten"),
        ("programm.pdf", b"MZ\x90\x00" + b"\0" * 200),
        ("gross.pdf", b"%PDF-1.7" + b"\0" * (10 * 1024 * 1024) + b"%%EOF"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_the_reason(selin, office, name, data):
    draft = factories.draft(office.book, office.applicant)
    home = f"/antrag/entwurf/{draft}/unterlagen"
    answer = selin.fills(home, {"kind": "satzung", "files": [pdf(name, data)]}, to=home + "/K04")
    assert answer.status_code == 422
    assert name.rpartition(".")[0] + ":" in page(answer)
    assert documents() == 0


def test_a_kind_that_the_edition_does_not_have_is_refused(selin, office):
    draft = factories.draft(office.book, office.applicant)
    home = f"/antrag/entwurf/{draft}/unterlagen"
    assert selin.fills(home, {"kind": "geheim", "files": [pdf()]}, to=home + "/K04").status_code == 422
    assert selin.sends(home + "/K99", {"kind": "satzung"}).status_code == 404
    assert documents() == 0


def test_later_is_an_answer_and_can_be_taken_back(selin, office):
    draft = factories.draft(office.book, office.applicant, **{"later.K04": None})
    home = f"/antrag/entwurf/{draft}/unterlagen"
    selin.fills(home, {"danach": "spaeter"}, to=home + "/K04")
    assert queries.answers(db.session(), draft)["later.K04"] is True
    selin.fills(home, {"danach": "doch"}, to=home + "/K04")
    assert "later.K04" not in queries.answers(db.session(), draft)


def test_a_submitted_application_is_no_draft_any_more(selin, office):
    draft = factories.draft(office.book, office.applicant)
    question = f"/antrag/entwurf/{draft}/organisation/organisation_name"
    stale = carried(selin.opens(question), question)
    office.submits(draft)
    answer = selin.sends(question, stale | {"answer": "Neuer Name"})
    assert answer.status_code == 409 and "Neuer Name" in answer.get_data(as_text=True)
    assert selin.sends(question, stale | {"answer": "Neuer Name", "seen": "1"}).status_code == 409
    unterlagen = f"/antrag/entwurf/{draft}/unterlagen/K04"
    sent = {"command": str(uuid4()), "seen": "1", "kind": "satzung", "files": [pdf()]}
    assert selin.sends(unterlagen, sent).status_code == 409
    assert queries.answers(db.session(), draft)["organisation_name"] == factories.ANSWERS["organisation_name"]
    assert documents() == 0


def test_submitted_twice_is_submitted_once(selin, office):
    draft = factories.draft(office.book, office.applicant)
    path = f"/antrag/entwurf/{draft}/pruefen"
    entered = carried(selin.opens(path), path) | {"name": "Selin Aydar"}
    first, second = selin.sends(path, entered), selin.sends(path, entered)
    assert first.location == second.location
    assert case_of(draft).revision == 1


def test_an_unfinished_draft_is_refused_with_every_reason(selin, office):
    draft = factories.draft(office.book, office.applicant, form=None, founded_on=None)
    path = f"/antrag/entwurf/{draft}/pruefen"
    entered = {"command": str(uuid4()), "seen": "0", "edition": office.book.digest, "name": "Selin Aydar"}
    answer = selin.sends(path, entered)
    assert answer.status_code == 409
    assert "Es sind noch Fragen offen. Offene Abschnitte:" in page(answer)
    assert case_of(draft).confirmed_on is None


def test_a_page_made_under_another_edition_is_shown_again(selin, office):
    draft = factories.draft(office.book, office.applicant)
    answer = selin.fills(f"/antrag/entwurf/{draft}/pruefen", {"name": "Selin Aydar", "edition": "0" * 64})
    assert answer.status_code == 422
    assert "neue Fassung des Regelwerks" in page(answer)
    assert case_of(draft).state == "draft"


def test_a_newer_edition_says_what_it_changes_and_is_the_one_that_counts(selin, office):
    draft = factories.draft(office.book, office.applicant)
    newer = json.loads(factories.edition_bytes())
    newer["edition"] = "2026-2"
    newer["criteria"][0]["text"] = "Die Organisation arbeitet in der Stadt."
    newer["questions"].append({**newer["questions"][1], "code": "nickname", "title": "Wie nennt man Sie?"})
    body = rfc8785.dumps(newer)
    before = office.book.digest
    writing()
    digest = sha256(body).hexdigest()
    db.session.add(Edition(digest=digest, name="2026-2", body=body.decode(), loaded_at=clock.now()))
    db.session.flush()
    (old,) = db.session.scalars(select(Publication)).all()
    people = {"proposed_by": old.proposed_by, "confirmed_by": old.confirmed_by}
    at = {"proposed_at": clock.now(), "confirmed_at": clock.now(), "in_force_from": clock.today()}
    db.session.add(Publication(edition=digest, kind="resolved", resolution="0099", **people, **at))
    db.session.commit()
    path = f"/antrag/entwurf/{draft}/pruefen"
    for address in (path, f"/antrag/entwurf/{draft}"):
        said = page(selin.opens(address))
        assert "Kriterium K01 ist geändert: Wo Sie arbeiten" in said
        assert "Eine neue Frage: Wie nennt man Sie?" in said
    assert selin.fills(path, {"name": "Selin Aydar", "edition": before}).status_code == 422
    assert selin.fills(path, {"name": "Selin Aydar"}).status_code == 303
    assert case_of(draft).edition == digest


def test_a_second_open_application_of_an_organisation_is_refused(selin, office):
    office.receives()
    draft = factories.draft(office.book, office.applicant)
    answer = selin.fills(f"/antrag/entwurf/{draft}/pruefen", {"name": "Selin Aydar"})
    assert answer.status_code == 409
    assert "läuft schon ein anderer Antrag" in page(answer)


def test_outside_a_hearing_there_is_no_statement_and_no_extension(selin, office):
    case_id = office.receives()
    number = case_of(case_id).number
    entered = {"command": str(uuid4()), "seen": "2", "more": "Hallo"}
    assert selin.sends(f"/antrag/{number}/anhoerung", entered).status_code == 409
    assert selin.sends(f"/antrag/{number}/frist/supplement", entered).status_code == 409
    assert selin.sends(f"/antrag/{number}/frist/decision", entered).status_code == 404
    assert selin.opens(f"/antrag/{number}/anhoerung").location == f"/antrag/{number}"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Statement)) == 0


def test_good_files_of_a_supplement_stay_when_a_text_cannot_be_taken(selin, office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte nachreichen.")
    path = f"/antrag/{case_of(case_id).number}/nachforderung"
    files = [pdf("Regeln.pdf"), pdf("kaputt.pdf", b"%PDF-halb")]
    answer = selin.fills(path, {"kind_K04": "regeln", "files_K04": files, "text_K04": "a\u202eb"})
    assert answer.status_code == 422
    assert documents() == 1
    assert "Regeln.pdf" in page(answer) and "kaputt:" in page(answer)
    assert case_of(case_id).state == "supplement"
    (row,) = queries.documents(db.session(), case_id)
    number, document = case_of(case_id).number, row.id
    shown = selin.opens(path)
    written = carried(shown, path) | {"text_K04": "Wir suchen noch.", "files_K04": [pdf("Zweite.pdf")]}
    answer = selin.sends(f"/antrag/{number}/nachforderung/{document}/entfernen", written)
    assert "Wir suchen noch." in page(answer) and "Zweite.pdf" in page(answer) and "Regeln.pdf" not in page(answer)
    assert documents() == 1
