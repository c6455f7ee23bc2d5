"""What is handed in beside the application: papers to a statement, something unasked, how letters shall come."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from admission.cases import queries
from admission.decisions.models import Notice
from admission.ground import clock, files
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.hearing.queries import attachments, statement
from admission.log.entry import disclosed
from admission.log.models import DisclosureRow, Entry
from admission.log.verifier import verify
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


def heard(office: Office) -> UUID:
    """A refusal is intended for one criterion, and its letter was opened."""
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id, K01="not_met")
    office.proposes(case_id, "refuse")
    office.opens_hearing(case_id)
    office.delivers(case_id)
    return case_id


def newest(case_id: UUID) -> dict:
    db.session.rollback()
    return json.loads(
        db.session.scalars(select(Entry.body).where(Entry.case_id == case_id).order_by(Entry.idx.desc())).first()
    )


def said(entry: dict) -> dict[str, str]:
    """The private fields of an entry, by their paths."""
    rows = db.session.scalars(select(DisclosureRow.string).where(DisclosureRow.digest.in_(entry["_sd"])))
    return dict(disclosed(row) for row in rows)


def given(**more: object) -> dict[str, object]:
    return {"answer_K01": "different", "text_K01": "Wir treffen uns am Wehr."} | more


def test_a_statement_carries_papers_to_a_point_and_to_none(selin, office):
    case_id = heard(office)
    path = f"/antrag/{case_of(case_id).number}/anhoerung"
    sent = given(files_K01=[pdf("Mietvertrag.pdf")], files_=[pdf("Brief.pdf")], more="Danke")
    assert selin.fills(path, sent).status_code == 303
    case = case_of(case_id)
    papers = attachments(db.session, case)
    names = {code: [queries.document_name(row) for row in rows] for code, rows in papers.items()}
    assert names == {"K01": ["Mietvertrag.pdf"], "": ["Brief.pdf"]}
    entry = newest(case_id)
    private = said(entry)
    assert entry["type"] == "act.make_statement"
    assert {row["kind"] for row in entry["documents"]} == {"weitere"}
    assert {private["documents/0/name"], private["documents/1/name"]} == {"Mietvertrag.pdf", "Brief.pdf"}
    (paper,) = papers["K01"]
    place = [row["sealed"] for row in entry["documents"]].index(paper.sealed_digest)
    assert private[f"documents/{place}/sha256"] == queries.document_digest(paper)
    assert case.logged_version == case.record_version
    shown = page(selin.opens(path))
    assert "Mietvertrag.pdf" in shown and "eingereicht" in shown and "Entfernen" not in shown
    assert "Ihre Stellungnahme ist da" in page(selin.opens(f"/antrag/{case.number}"))
    assert verify(db.session).faults == ()


def test_the_office_reads_papers_beside_the_statement_once_it_was_made(selin, office, browser):
    case_id = heard(office)
    case = case_of(case_id)
    path, desk = f"/antrag/{case.number}/anhoerung", f"/buero/vorgaenge/{case.number}/anhoerung"
    clerk = browser.application.test_client()
    assert selin.fills(path, {"files_K01": [pdf("Mietvertrag.pdf")]}).status_code == 422
    assert "Mietvertrag.pdf" not in page(clerk.signs_in(office.clerk).get(desk))
    assert selin.fills(path, given(files_=[pdf("Brief.pdf")])).status_code == 303
    shown = clerk.get(desk)
    assert "Dazu eingereicht: Mietvertrag.pdf · neben dem Befund" in page(shown) and "Brief.pdf" in page(shown)
    (row,) = attachments(db.session, case_of(case_id))["K01"]
    assert f"/pruefung/K01?unterlage={row.id}" in shown.get_data(as_text=True)
    assert clerk.get(f"/buero/vorgaenge/{case.number}/unterlagen/{row.id}").data.startswith(b"%PDF")


def test_papers_of_a_statement_are_looked_at_like_all_others_and_the_good_ones_stay(selin, office):
    case_id = heard(office)
    path = f"/antrag/{case_of(case_id).number}/anhoerung"
    chosen = [pdf("Gut.pdf"), pdf("kaputt.pdf", b"%PDF-halb"), pdf("Programm.exe", b"MZ\x90\x00" + b"\0" * 200)]
    answer = selin.fills(path, given(files_K01=chosen, more="Noch etwas"))
    assert answer.status_code == 422
    shown = page(answer)
    assert "kaputt: Die Datei lässt sich nicht öffnen" in shown and "Programm:" in shown and "Gut.pdf" in shown
    assert "Wir treffen uns am Wehr." in shown and "Noch etwas" in shown
    assert statement(db.session, case_of(case_id)) is None
    assert len(queries.documents(db.session, case_id)) == 1
    assert selin.sends(path, carried(answer, path) | given()).status_code == 303
    assert [len(rows) for rows in attachments(db.session, case_of(case_id)).values()] == [1]


def test_a_paper_of_a_statement_is_taken_back_while_the_words_stay(selin, office):
    case_id = heard(office)
    path = f"/antrag/{case_of(case_id).number}/anhoerung"
    answer = selin.fills(path, {"text_K01": "Am Wehr", "files_K01": [pdf("Falsch.pdf")]})
    assert answer.status_code == 422  # no answer was chosen yet
    (row,) = queries.documents(db.session, case_id)
    key = row.id
    answer = selin.sends(f"{path}/{key}/entfernen", carried(answer, path) | {"text_K01": "Am Wehr 2"})
    assert "Am Wehr 2" in page(answer) and "Falsch.pdf" not in page(answer)
    assert queries.documents(db.session, case_id) == []
    assert not files.path_of(key).exists()


def test_what_was_submitted_cannot_be_taken_back_through_a_statement(selin, office):
    case_id = heard(office)
    path = f"/antrag/{case_of(case_id).number}/anhoerung"
    assert selin.fills(path, given(files_K01=[pdf()])).status_code == 303
    (row,) = queries.documents(db.session, case_id)
    shown = {"command": "6a4b7c1e-0000-4000-8000-000000000001", "seen": str(case_of(case_id).revision)}
    assert selin.sends(f"{path}/{row.id}/entfernen", shown).status_code == 404
    assert len(queries.documents(db.session, case_id)) == 1


def test_files_stay_when_the_case_has_moved_meanwhile(selin, office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte nachreichen.")
    path = f"/antrag/{case_of(case_id).number}/nachforderung"
    shown = selin.opens(path)
    with clock.at(clock.now().replace(year=2027)):
        office.steps(case_id, "remind", by=factories.as_("system", None, case_id))
    sent = carried(shown, path) | {"kind_K04": "regeln", "files_K04": [pdf("Regeln.pdf")], "text_K04": "Anbei."}
    answer = selin.sends(path, sent)
    assert answer.status_code == 409
    assert "Regeln.pdf" in page(answer) and "Anbei." in page(answer)
    assert selin.sends(path, carried(answer, path) | {"text_K04": "Anbei."}).status_code == 303
    assert case_of(case_id).state == "completeness"
    assert [queries.document_name(row) for row in queries.documents(db.session, case_id)] == ["Regeln.pdf"]


def test_of_a_form_that_comes_too_late_no_file_is_left_behind(selin, office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte nachreichen.")
    path = f"/antrag/{case_of(case_id).number}/nachforderung"
    shown = selin.opens(path)
    office.applicant_answers(case_id, K04="Am Telefon gesagt.")
    sent = carried(shown, path) | {"kind_K04": "regeln", "files_K04": [pdf("Regeln.pdf")], "text_K04": "Anbei."}
    answer = selin.sends(path, sent)
    assert answer.status_code == 409 and "Anbei." in page(answer)
    folder = files.path_of(case_id).parent.parent
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_something_is_added_unasked_and_whoever_has_the_case_is_told(selin, office):
    case_id = office.receives()
    case = case_of(case_id)
    case.assigned_to = office.clerk
    db.session.commit()
    path = f"/antrag/{case_of(case_id).number}/nachtrag"
    assert selin.fills(path).status_code == 422
    answer = selin.fills(path, {"text": "Die Nummer hat sich geändert.\0", "files": [pdf("Liste.pdf")]})
    assert answer.status_code == 422 and "Liste.pdf" in page(answer)
    sent = carried(answer, path) | {"text": "Die Telefonnummer hat sich geändert.", "kind": "taetigkeitsliste"}
    assert selin.sends(path, sent).location == f"/antrag/{case_of(case_id).number}"
    entry = newest(case_id)
    assert entry["type"] == "act.amend"
    assert said(entry)["message"] == "Die Telefonnummer hat sich geändert."
    assert [row["kind"] for row in entry["documents"]] == ["weitere"]
    assert "Die Telefonnummer hat sich geändert." in page(selin.opens(f"/antrag/{case_of(case_id).number}"))
    mails = db.session.execute(select(Mail.template, Mail.audience).where(Mail.template == "amended")).all()
    assert mails == [("amended", "caseworker")]
    assert selin.sends(path, sent).status_code == 303
    assert newest(case_id) == entry
    assert verify(db.session).faults == ()


def test_once_a_proposal_stands_nothing_is_added_any_more(selin, office):
    case_id = office.receives()
    path = f"/antrag/{case_of(case_id).number}/nachtrag"
    shown = selin.opens(path)
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    assert selin.opens(path).status_code == 303
    answer = selin.sends(path, carried(shown, path) | {"text": "Zu spät?"})
    assert answer.status_code == 409 and "Zu spät?" in page(answer)


def test_consent_to_letters_here_is_withdrawn_and_the_waiting_one_goes_by_post(selin, office):
    case_id = office.receives()
    number = case_of(case_id).number
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    path = f"/antrag/{number}/zustellung"
    assert "Bescheide stellen wir hier bereit." in page(selin.opens(f"/antrag/{number}"))
    assert selin.fills(path, {"answer": ""}).status_code == 422
    assert selin.fills(path, {"answer": "yes"}).status_code == 303
    assert newest(case_id)["type"] != "act.choose_delivery"  # nothing changed
    assert selin.fills(path, {"answer": "no"}).location == f"/antrag/{number}"
    entry = newest(case_id)
    assert entry["type"] == "act.choose_delivery" and entry["answers"]["portal_consent"] is False
    shown = page(selin.opens(f"/antrag/{number}"))
    assert "Ihr Bescheid kommt mit der Post" in shown and "Bescheide kommen mit der Post." in shown
    letter = db.session.scalars(select(Notice).where(Notice.case_id == case_id, Notice.issued_at.is_not(None))).one()
    address = f"/antrag/{number}/bescheide/{letter.id}"
    revision = case_of(case_id).revision
    selin.sends(address, {"command": "6a4b7c1e-0000-4000-8000-000000000002", "seen": str(revision)})
    db.session.rollback()
    assert db.session.get_one(Notice, letter.id).given_on is None
    assert selin.fills(path, {"answer": "yes"}).status_code == 303
    assert selin.fills(address).location == address
    db.session.rollback()
    assert db.session.get_one(Notice, letter.id).given_on is not None
    assert verify(db.session).faults == ()


def test_of_a_withdrawn_application_there_is_no_letter_to_choose(selin, office):
    case_id = office.receives()
    office.applicant_withdraws(case_id)
    number = case_of(case_id).number
    assert selin.opens(f"/antrag/{number}/zustellung").location == f"/antrag/{number}"
    assert selin.opens(f"/antrag/{number}/nachtrag").location == f"/antrag/{number}"
